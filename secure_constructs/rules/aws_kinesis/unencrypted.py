"""Streams that store records unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import others, spokesman
from secure_constructs.rules._values import filled
from secure_constructs.template import Resource, Template


class Unencrypted(Rule):
    """
    Records lie unencrypted in the stream.

    Kinesis encrypts only when told to. Records are kept for a day or more, and whoever reaches
    the storage reads them; nor does any key decide who may. It is said once for all streams of a
    stack.
    """

    id = "kinesis-unencrypted"
    control = "kinesis.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::Kinesis::Stream",)
    fix = "leave encryption at its CDK default, or set encryption=StreamEncryption.MANAGED"
    references = ("https://docs.aws.amazon.com/streams/latest/dev/what-is-sse.html",)

    passes = (
        Example(
            "a key of the service",
            {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}},
        ),
    )
    fails = (
        Example("no encryption", {"ShardCount": 1}),
        Example(
            "none for the one beside it either",
            {},
            beside={
                "Clicks": {
                    "Type": "AWS::Kinesis::Stream",
                    "Properties": {"StreamEncryption": {"EncryptionType": "NONE"}},
                }
            },
        ),
        Example("a type without a key", {"StreamEncryption": {"EncryptionType": "KMS"}}),
        Example(
            "a key without a name", {"StreamEncryption": {"EncryptionType": "KMS", "KeyId": ""}}
        ),
    )

    def check(self, stream: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if _in_plain(stream) and (sharing := spokesman(stream, self.resource_types, _in_plain)):
            message = f"records are not encrypted{others(sharing, 'nor are those of')}"
            yield self.finding(stream, "StreamEncryption", message)


def _in_plain(stream: Resource) -> bool:
    kind = stream.text("StreamEncryption.EncryptionType")
    return kind != "KMS" or not filled(stream, "StreamEncryption.KeyId")
