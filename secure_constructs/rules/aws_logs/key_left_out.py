"""Log groups left out where others have a key."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_logs._keys import GROUP, keyed_other, keyless
from secure_constructs.template import Resource, Template


class KeyLeftOut(Rule):
    """
    Another log group of the stack is encrypted with a key of its own, and this one is not.

    Somebody decided who may read the logs of this stack, and here it was forgotten, or the name of
    the key came out empty: whoever may read logs in the account reads these, and no use of a key
    is recorded.
    """

    id = "logs-key-left-out"
    control = "logs.kms"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (GROUP,)
    fix = "pass encryption_key= as for the other log group"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
    )

    passes = (
        Example("neither has a key", {}, beside={"Other": {"Type": GROUP}}),
        Example(
            "both have one",
            {"KmsKeyId": {"Ref": "Key"}},
            beside={"Other": {"Type": GROUP, "Properties": {"KmsKeyId": "arn:aws:kms:a"}}},
            sections={"Parameters": {"Key": {"Type": "String"}}},
        ),
    )
    fails = (
        Example(
            "the one beside it has a key",
            {"RetentionInDays": 90},
            beside={
                "Other": {
                    "Type": GROUP,
                    "Properties": {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
                },
                "Key": {"Type": "AWS::KMS::Key"},
            },
        ),
        Example("a key without a name", {"KmsKeyId": ""}),
    )

    def check(self, group: Resource, template: Template) -> Iterator[Finding]:
        if not keyless(group):
            return
        other = keyed_other(template)
        if other is not None:
            message = f"it has no key, unlike {other.logical_id}"
            yield self.finding(group, "KmsKeyId", message)
        elif group.has("KmsKeyId"):
            yield self.finding(group, "KmsKeyId", "the name of its key is empty")
