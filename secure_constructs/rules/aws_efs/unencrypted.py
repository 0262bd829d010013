"""File systems that store files unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class Unencrypted(Rule):
    """
    Files lie unencrypted in the file system.

    Whoever reaches the storage reads the files, and encryption cannot be switched on later: the
    file system has to be replaced.
    """

    id = "efs-unencrypted"
    control = "efs.encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::EFS::FileSystem",)
    fix = "leave encrypted at True, the default of FileSystem"
    references = ("https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",)

    passes = (
        Example("encrypted", {"Encrypted": True}),
        Example("said in text", {"Encrypted": "true"}),
    )
    fails = (
        Example("the default of CloudFormation", {"PerformanceMode": "generalPurpose"}),
        Example("switched off", {"Encrypted": "false"}),
    )

    def check(self, files: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not files.flag("Encrypted"):
            yield self.finding(files, "Encrypted", "files are not encrypted")
