"""Functions as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources
from aws_cdk import aws_signer as signer

from secure_constructs.constructs import (
    SecureFunction,
    SecureKey,
    SecureQueue,
    SecureSecret,
    SecureTable,
)

if TYPE_CHECKING:
    import aws_cdk as cdk

CODE = "def handler(event, context): ..."
READS_ITS_SECRET = """
import os

import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    return bool(secrets.get_secret_value(SecretId=os.environ["DATABASE"]))
"""


def function(stack: cdk.Stack) -> None:
    """
    A function with nothing but its code, one with everything, one that works off a queue.
    """
    SecureFunction(
        stack,
        "Plain",
        code=lambda_.Code.from_inline(CODE),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )

    key = SecureKey(stack, "Key")
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Network",
        availability_zones=["eu-central-1a", "eu-central-1b"],
        private_subnet_ids=["subnet-0a1b2c3d4e5f60718", "subnet-1a1b2c3d4e5f60718"],
        vpc_id="vpc-0a1b2c3d4e5f60718",
    )
    SecureFunction(
        stack,
        "Full",
        code=lambda_.Code.from_inline(READS_ITS_SECRET),
        description="All that a function can have",
        environment={"STAGE": "live"},
        environment_encryption=key,
        handler="index.handler",
        log_encryption_key=key,
        runtime=lambda_.Runtime.PYTHON_3_14,
        secrets={
            "DATABASE": SecureSecret(
                stack, "Database", no_rotation="Its owner rotates it by hand, each quarter."
            )
        },
        signing_profiles=[
            signer.SigningProfile(stack, "Signer", platform=signer.Platform.AWS_LAMBDA_SHA384_ECDSA)
        ],
        timeout=Duration.minutes(1),
        unreserved="It is called by people of ours only, a few times a day.",
        vpc=vpc,
    )

    worker = SecureFunction(
        stack,
        "Worker",
        code=lambda_.Code.from_inline(CODE),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    worker.consume(SecureQueue(stack, "Work", encryption_master_key=key), batch_size=5)
    changes = SecureTable(
        stack,
        "Changes",
        dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    SecureFunction(
        stack,
        "Follower",
        code=lambda_.Code.from_inline(CODE),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    ).add_event_source(
        sources.SqsEventSource(SecureQueue(stack, "Followed"), report_batch_item_failures=True)
    )
    reader = SecureFunction(
        stack,
        "Reader",
        code=lambda_.Code.from_inline(CODE),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    reader.consume_stream(changes, starting_position=lambda_.StartingPosition.TRIM_HORIZON)
