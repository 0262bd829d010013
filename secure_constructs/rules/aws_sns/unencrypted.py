"""Topics that store messages without a key."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._encryption import TOPIC, without_key
from secure_constructs.template import Resource, Template


def _subscribed(protocol: str) -> dict[str, object]:
    return {
        "Subscription": {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": {"Ref": "Subject"}, "Protocol": protocol},
        }
    }


class Unencrypted(Rule):
    """
    Messages of the topic are stored without a key.

    A topic keeps messages while it delivers them. Without a key nothing but the topic's policy
    decides who reads them, and no use is recorded. It is said once for all topics of a stack. Those
    that only send mail and text messages are left alone: what they send leaves AWS in plain text.
    So are those that only alarms speak to, which tell the name and state of a metric.
    """

    id = "sns-unencrypted"
    control = "sns.encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (TOPIC,)
    fix = "pass master_key=key"
    references = ("https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",)

    passes = (
        Example("a key", {"KmsMasterKeyId": "alias/aws/sns"}),
        Example(
            "a key of its own",
            {"KmsMasterKeyId": {"Ref": "Key"}},
            beside={"Key": {"Type": "AWS::KMS::Key"}},
        ),
        Example(
            "only alarms speak to it",
            {},
            beside={
                **_subscribed("https"),
                "Alarm": {
                    "Type": "AWS::CloudWatch::Alarm",
                    "Properties": {"AlarmActions": [{"Ref": "Subject"}]},
                },
            },
        ),
        Example(
            "all it sends is mail and text messages",
            {"Subscription": [{"Protocol": "email-json", "Endpoint": "ops@shop.example"}]},
            beside=_subscribed("sms"),
        ),
    )
    fails = (
        Example(
            "an alarm speaks to it, and a function",
            {},
            beside={
                **_subscribed("https"),
                "Alarm": {
                    "Type": "AWS::CloudWatch::Alarm",
                    "Properties": {"AlarmActions": [{"Ref": "Subject"}]},
                },
                "Ship": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"TOPIC": {"Ref": "Subject"}}}},
                },
            },
        ),
        Example(
            "it fills a queue, and sends mail",
            {"Subscription": [{"Protocol": "sqs", "Endpoint": "arn:aws:sqs:x:111122223333:q"}]},
            beside=_subscribed("email"),
        ),
        Example(
            "it sends mail, and something else",
            {"Subscription": [{"Protocol": "email", "Endpoint": "ops@shop.example"}]},
            beside=_subscribed("sqs"),
        ),
        Example("no key", {"TopicName": "orders"}),
        Example("a key without a name", {"KmsMasterKeyId": ""}),
        Example(
            "it speaks for others",
            {},
            beside={
                name: {"Type": TOPIC} for name in ("Paid", "Sent", "Returned", "Lost", "Found")
            },
        ),
    )

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        message = without_key(topic)
        if message:
            yield self.finding(topic, "KmsMasterKeyId", message)
