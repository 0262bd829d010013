"""Topics that lie under a key nobody can admit others to."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class AwsManagedKey(Rule):
    """
    Messages of the topic lie under the key that AWS manages for the account.

    The policy of that key cannot be changed: it admits everyone in the account who may use the
    topic, and neither another account nor most services, whose events are dropped without a word.
    """

    id = "sns-aws-managed-key"
    control = "sns.cmk"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SNS::Topic",)
    fix = "pass master_key=key, as SecureTopic does"
    references = ("https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",)

    passes = (
        Example(
            "a key of its own",
            {"KmsMasterKeyId": {"Ref": "Key"}},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example("no key", {"TopicName": "orders"}),
    )
    fails = (
        Example("by its alias", {"KmsMasterKeyId": "alias/aws/sns"}),
        Example(
            "by the ARN of its alias",
            {
                "KmsMasterKeyId": {
                    "Fn::Sub": "arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/sns"
                }
            },
        ),
    )

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if (key := topic.text("KmsMasterKeyId")) and key.endswith("alias/aws/sns"):
            yield self.finding(topic, "KmsMasterKeyId", "the key is the one that AWS manages")
