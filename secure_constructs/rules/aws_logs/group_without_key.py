"""Logs that are encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_logs._archives import GROUP, is_archive, is_without_key
from secure_constructs.template import Resource, Template


class GroupWithoutKey(Rule):
    """
    The log group is not encrypted with a key of your own.

    CloudWatch encrypts logs with a key of its own. A key of yours adds a second permission and a
    record of each use, for a dollar a month and more; this is for those whose rules demand it even
    of logs that go within 90 days. Of the others ``logs-archive-without-key`` speaks, to everyone.
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
        Example("an archive, which another rule reports", {"RetentionInDays": 731}),
    )
    fails = (
        Example("the key of the service", {"RetentionInDays": 90}),
        Example("a key without a name", {"KmsKeyId": "", "RetentionInDays": 7}),
    )

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if is_without_key(group) and not is_archive(group):
            yield self.finding(group, "KmsKeyId", "logs are encrypted with the key of the service")
