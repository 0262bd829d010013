"""Trails that record nothing."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class SwitchedOff(Rule):
    """
    The trail is switched off.

    It exists, and looks like a record, but records nothing.
    """

    id = "cloudtrail-switched-off"
    control = "cloudtrail.enabled"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.MEDIUM
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "leave IsLogging at True, the default of Trail"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-turning-off-logging.html",
    )

    passes = (Example("on", {"IsLogging": True}),)
    fails = (
        Example("off", {"IsLogging": False}),
        Example("off in text", {"IsLogging": "false"}),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if trail.flag("IsLogging") is False:
            yield self.finding(trail, "IsLogging", "it records nothing")
