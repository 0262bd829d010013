"""Buckets as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

from secure_constructs.constructs import SecureBucket, SecureKey

if TYPE_CHECKING:
    import aws_cdk as cdk


def bucket(stack: cdk.Stack) -> None:
    """
    A bucket, one with a key that a browser writes to, one that nobody can delete from.
    """
    SecureBucket(stack, "Receipts")

    writer = iam.Role(stack, "Writer", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    drop = SecureBucket(
        stack,
        "Drop",
        cors=[
            s3.CorsRule(
                allowed_methods=[s3.HttpMethods.PUT], allowed_origins=["https://shop.example.com"]
            )
        ],
        encryption_key=SecureKey(stack, "Key"),
        event_bridge_enabled=True,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(30))],
    )
    drop.grants.write_objects(writer, prefix="in/")
    drop.grants.read_objects(writer)

    SecureBucket(
        stack,
        "Ledger",
        noncurrent_version_expiration=Duration.days(365),
        object_lock_default_retention=s3.ObjectLockRetention.compliance(Duration.days(365)),
    )
