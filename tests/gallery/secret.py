"""Secrets as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from secure_constructs.constructs import SecureFunction, SecureKey, SecureSecret

if TYPE_CHECKING:
    import aws_cdk as cdk

ROTATES = """
import boto3

secrets = boto3.client("secretsmanager")


def handler(event, context):
    secret, token = event["SecretId"], event["ClientRequestToken"]
    secrets.describe_secret(SecretId=secret)
    secrets.get_secret_value(SecretId=secret)
    secrets.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString="new")
    secrets.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT")
"""


def secret(stack: cdk.Stack) -> None:
    """
    A secret that is rotated, one that someone else rotates, one for named readers only.
    """
    SecureSecret(
        stack,
        "ApiKey",
        automatically_after=Duration.days(7),
        rotation_lambda=SecureFunction(
            stack,
            "Rotate",
            code=lambda_.Code.from_inline(ROTATES),
            handler="index.handler",
            reserved_concurrent_executions=1,
            runtime=lambda_.Runtime.PYTHON_3_13,
        ),
    )
    SecureSecret(
        stack,
        "Partner",
        encryption_key=SecureKey(stack, "Key"),
        no_rotation="The partner hands out a new one each quarter.",
    )
    reader = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    SecureSecret(
        stack,
        "Generated",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            generate_string_key="password", secret_string_template='{"user": "shop"}'
        ),
        no_rotation="The database that knows it is read-only.",
        readers=[reader],
    ).grants.read(reader)
