"""Logs that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_logs._keys import GROUP, keyed_other
from secure_constructs.template import Resource, Template


class GroupWithoutKey(Rule):
    """
    The log group is not encrypted with a key of your own.

    CloudWatch encrypts logs with a key of its own. A key of yours adds a second permission and a
    record of each use, for a dollar a month and more; this is for those whose rules demand it.
    Where a stack has a key for one of its log groups, ``logs-key-left-out`` speaks instead, to
    everyone.
    """

    id = "logs-group-without-key"
    control = "logs.kms"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (GROUP,)
    fix = "pass encryption_key=key"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    )
    recommended = False
    passes = (
        Example(
            "a key of its own",
            {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example(
            "another log group has one, which another rule reports",
            {},
            beside={"Other": {"Type": GROUP, "Properties": {"KmsKeyId": "arn:aws:kms:a"}}},
        ),
    )
    fails = (Example("the key of the service", {"RetentionInDays": 90}),)

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:
        if not group.has("KmsKeyId") and keyed_other(template) is None:
            yield self.finding(group, "KmsKeyId", "logs are encrypted with the key of the service")
