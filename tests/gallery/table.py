"""Tables as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam

from secure_constructs.constructs import SecureKey, SecureTable

if TYPE_CHECKING:
    import aws_cdk as cdk


def table(stack: cdk.Stack) -> None:
    """
    A table, and one with a key, indexes, a stream and items that expire.
    """
    SecureTable(stack, "Idempotency", partition_key=_text("id"))

    reader = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    orders = SecureTable(
        stack,
        "Orders",
        dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        encryption_key=SecureKey(stack, "Key"),
        global_secondary_indexes=[
            dynamodb.GlobalSecondaryIndexPropsV2(
                index_name="by_state", partition_key=_text("state")
            )
        ],
        local_secondary_indexes=[
            dynamodb.LocalSecondaryIndexProps(index_name="by_date", sort_key=_text("placed_at"))
        ],
        partition_key=_text("customer_id"),
        sort_key=_text("order_id"),
        time_to_live_attribute="expiration",
    )
    orders.grants.read_items(reader, "GetItem", "Query")
    orders.grants.write_items(reader, "PutItem")


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
