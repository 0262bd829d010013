"""Trails that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._values import filled
from secure_constructs.template import Resource, Template


class WithoutOwnKey(Rule):
    """
    The trail is not encrypted with a key of your own.

    With a key of your own only those who may decrypt read the record of everything the account
    did, not everyone who may read the bucket.
    """

    id = "cloudtrail-without-own-key"
    control = "cloudtrail.kms"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "pass encryption_key=key"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html",
    )

    passes = (Example("a key of its own", {"IsLogging": True, "KMSKeyId": "alias/trail"}),)
    fails = (
        Example("the key of the service", {"IsLogging": True}),
        Example(
            "a parameter that is empty by default",
            {"KMSKeyId": {"Ref": "Key"}},
            sections={"Parameters": {"Key": {"Type": "String", "Default": ""}}},
        ),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not filled(trail, "KMSKeyId"):
            yield self.finding(trail, "KMSKeyId", "it is encrypted with the key of the service")
