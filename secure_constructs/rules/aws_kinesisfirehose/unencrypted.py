"""Delivery streams that buffer records unencrypted."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class Unencrypted(Rule):
    """
    Records lie unencrypted in the delivery stream until they are delivered.

    Firehose buffers what it is sent for up to fifteen minutes, and for a day when the target
    fails. It encrypts that only when told to. A stream that reads from Kinesis is encrypted
    there.
    """

    id = "kinesisfirehose-unencrypted"
    control = "firehose.sse"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::KinesisFirehose::DeliveryStream",)
    fix = "pass encryption=StreamEncryption.aws_owned_key()"
    references = ("https://docs.aws.amazon.com/firehose/latest/dev/encryption.html",)

    passes = (
        Example(
            "a key of the service",
            {
                "DeliveryStreamType": "DirectPut",
                "DeliveryStreamEncryptionConfigurationInput": {"KeyType": "AWS_OWNED_CMK"},
            },
        ),
        Example(
            "fed by Kinesis",
            {
                "DeliveryStreamType": "KinesisStreamAsSource",
                "KinesisStreamSourceConfiguration": {
                    "KinesisStreamARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/s"
                },
            },
        ),
    )
    fails = (
        Example("no encryption", {"DeliveryStreamType": "DirectPut"}),
        Example("direct put is the default", {"DeliveryStreamName": "clicks"}),
    )

    def check(self, delivery: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        direct = delivery.text("DeliveryStreamType") in {None, "DirectPut"}
        if direct and not delivery.has("DeliveryStreamEncryptionConfigurationInput.KeyType"):
            path = "DeliveryStreamEncryptionConfigurationInput"
            yield self.finding(delivery, path, "buffered records are not encrypted")
