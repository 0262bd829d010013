"""Trails that can be changed unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class Unvalidated(Rule):
    """
    Files of the trail can be changed or deleted without anyone noticing.

    Whoever breaks in edits the record of it. Digest files, signed by CloudTrail, show that a
    file was changed or is gone.
    """

    id = "cloudtrail-unvalidated"
    control = "cloudtrail.log-validation"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "set enable_file_validation=True"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html",
    )

    passes = (Example("files are signed", {"IsLogging": True, "EnableLogFileValidation": True}),)
    fails = (
        Example("the default", {"IsLogging": True}),
        Example("switched off in text", {"EnableLogFileValidation": "false"}),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not trail.flag("EnableLogFileValidation"):
            yield self.finding(trail, "EnableLogFileValidation", "files are not signed")
