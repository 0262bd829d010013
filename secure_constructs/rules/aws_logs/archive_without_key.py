"""Logs that are kept for long, and encrypted with no key of your own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules.aws_logs._archives import GROUP, is_archive, is_without_key
from secure_constructs.template import Resource, Template


class ArchiveWithoutKey(Rule):
    """
    Logs are kept for more than 90 days, and encrypted with no key of your own.

    Logs hold what callers sent: names, addresses, now and then a token. Everyone who may read logs
    of the account, which many a policy for operators allows, reads all that piled up. With a key of
    yours that takes a second permission, and each use is recorded. To keep logs for less is the
    other way: then there is less to read. It is said once for all log groups of a stack.
    """

    id = "logs-archive-without-key"
    control = "logs.kms"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (GROUP,)
    fix = (
        "pass encryption_key=key, log_encryption_key=key to SecureFunction, or a retention of "
        "RetentionDays.THREE_MONTHS at most"
    )
    references = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    )
    passes = (
        Example(
            "a key of its own",
            {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}, "RetentionInDays": 731},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example("logs go after a quarter of a year", {"RetentionInDays": "90"}),
        Example(
            "another one says it for the stack",
            {"RetentionInDays": 14},
            beside={"Audit": {"Type": GROUP, "Properties": {"RetentionInDays": 3653}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter decides how long they are kept",
            {"RetentionInDays": {"Ref": "Days"}},
            sections={"Parameters": {"Days": {"Type": "Number"}}},
        ),
    )
    fails = (
        Example("kept for two years", {"RetentionInDays": 731}),
        Example("kept for four months", {"RetentionInDays": 120}),
        Example("kept for ever", {"LogGroupName": "orders"}),
        Example("a key without a name", {"KmsKeyId": "", "RetentionInDays": 365}),
        Example(
            "it speaks for another one",
            {"RetentionInDays": 365},
            beside={"Audit": {"Type": GROUP, "Properties": {"RetentionInDays": 3653}}},
        ),
    )

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _at_fault(group) and (sharing := spokesman(group, self.resource_types, _at_fault)):
            others_too = others(sharing, "as are those of")
            message = f"logs kept for long are encrypted with the key of the service{others_too}"
            yield self.finding(group, "KmsKeyId", message)


def _at_fault(group: Resource) -> bool:
    return is_without_key(group) and is_archive(group)
