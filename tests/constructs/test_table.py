from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_constructs.constructs import SecureTable
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

TABLE = "AWS::DynamoDB::GlobalTable"


def attribute(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def orders(stack: cdk.Stack, **props: Any) -> SecureTable:
    return SecureTable(stack, "Orders", partition_key=attribute("id"), **props)


def by_customer() -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name="by-customer", partition_key=attribute("customer")
    )


def granted(template: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    return [
        (statement["Action"], statement["Resource"], statement.get("Condition"))
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]


def arn_of(construct: Any) -> dict[str, Any]:
    name = cdk.Stack.of(construct).get_logical_id(construct.node.default_child)
    return {"Fn::GetAtt": [name, "Arn"]}


@pytest.fixture
def role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "Worker", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def test_can_be_restored_to_every_second_of_35_days(stack: cdk.Stack, only: Only) -> None:
    orders(stack)
    (replica,) = only(stack, TABLE)["Replicas"]
    assert replica["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 35,
    }


def test_is_protected_from_deletion_and_outlives_its_stack(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    table = orders(stack)
    resource = synthesized(stack)["Resources"][arn_of(table)["Fn::GetAtt"][0]]
    assert resource["Properties"]["Replicas"][0]["DeletionProtectionEnabled"] is True
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


def test_encrypts_with_the_key_of_the_account(stack: cdk.Stack, only: Only) -> None:
    orders(stack)
    assert only(stack, TABLE)["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}


@pytest.mark.parametrize("region", [None, "eu-central-1"])
def test_encrypts_with_the_key_it_is_given_wherever_it_is_deployed(
    plain_stack: cdk.Stack, only: Only, region: str | None
) -> None:
    env = cdk.Environment(account="111122223333", region=region) if region else None
    stack = cdk.Stack(plain_stack.node.scope, "Elsewhere", env=env)  # type: ignore[arg-type]
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    orders(stack, encryption_key=key)
    table = only(stack, TABLE)
    assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert table["Replicas"][0]["SSESpecification"] == {"KMSMasterKeyId": arn_of(key)}


def test_is_paid_by_request_under_a_ceiling(stack: cdk.Stack, only: Only) -> None:
    orders(stack, max_read_request_units=20, max_write_request_units=10)
    table = only(stack, TABLE)
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["WriteOnDemandThroughputSettings"] == {"MaxWriteRequestUnits": 10}
    assert table["Replicas"][0]["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 20}


def test_holds_the_ceiling_for_each_index(stack: cdk.Stack, only: Only) -> None:
    table = orders(stack, global_secondary_indexes=[by_customer()])
    table.add_global_secondary_index(
        index_name="by-day", partition_key=attribute("day"), max_read_request_units=5
    )
    found = only(stack, TABLE)
    assert {
        index["IndexName"]: index["WriteOnDemandThroughputSettings"]
        for index in found["GlobalSecondaryIndexes"]
    } == {
        "by-customer": {"MaxWriteRequestUnits": 500},
        "by-day": {"MaxWriteRequestUnits": 500},
    }
    assert {
        index["IndexName"]: index["ReadOnDemandThroughputSettings"]
        for index in found["Replicas"][0]["GlobalSecondaryIndexes"]
    } == {"by-customer": {"MaxReadRequestUnits": 1000}, "by-day": {"MaxReadRequestUnits": 5}}


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("billing", dynamodb.Billing.on_demand()),
        ("deletion_protection", False),
        ("encryption", None),
        ("point_in_time_recovery", False),
        ("point_in_time_recovery_specification", None),
        ("removal_policy", cdk.RemovalPolicy.DESTROY),
        ("max_read_request_units", 0),
        ("max_write_request_units", 40_001),
        ("recovery_period_in_days", 36),
    ],
)
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Orders' does not take {prop}.* because"):
        orders(plain_stack, **{prop: value})


def test_grants_the_operations_it_names(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role
) -> None:
    table = orders(stack)
    table.grants.read_items(role, "GetItem")
    table.grants.write_items(role, "PutItem", "UpdateItem")
    assert granted(synthesized(stack)) == [
        ("dynamodb:GetItem", arn_of(table), None),
        (["dynamodb:PutItem", "dynamodb:UpdateItem"], arn_of(table), None),
    ]


READ = ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"]
WRITE = [
    "dynamodb:BatchWriteItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
]


@pytest.mark.parametrize(
    ("grant", "actions"),
    [
        ("grant_read_data", READ),
        ("grant_write_data", WRITE),
        ("grant_read_write_data", sorted([*READ, *WRITE])),
    ],
)
def test_narrows_the_stock_grants_and_never_lets_scan(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role, grant: str, actions: list[str]
) -> None:
    table = orders(stack)
    getattr(table, grant)(role)
    assert granted(synthesized(stack)) == [(actions, arn_of(table), None)]


def test_grants_query_on_each_index_by_name(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role
) -> None:
    table = orders(stack, sort_key=attribute("at"), global_secondary_indexes=[by_customer()])
    table.add_local_secondary_index(index_name="by-total", sort_key=attribute("total"))
    table.grants.read_items(role, "GetItem", "Query")
    _, on_indexes = granted(synthesized(stack))
    assert on_indexes == (
        "dynamodb:Query",
        [
            {"Fn::Join": ["", [arn_of(table), "/index/by-customer"]]},
            {"Fn::Join": ["", [arn_of(table), "/index/by-total"]]},
        ],
        None,
    )


@pytest.mark.parametrize("verb", ["read_items", "write_items", "read_write_data"])
def test_grants_the_key_through_dynamodb_only(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role, verb: str
) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    table = orders(stack, encryption_key=key)
    getattr(table.grants, verb)(role)
    _, on_key = granted(synthesized(stack))
    host = {"Fn::Join": ["", ["dynamodb.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    assert on_key == (
        "kms:Decrypt",
        arn_of(key),
        {"StringEquals": {"kms:ViaService": host}},
    )


def test_refuses_full_access(stack: cdk.Stack, role: iam.Role) -> None:
    table = orders(stack)
    with pytest.raises(ConstructError, match="name the operations"):
        table.grant_full_access(role)
    with pytest.raises(ConstructError, match="name the operations"):
        table.grants.full_access(role)


def test_reads_no_stream_that_is_not_there(stack: cdk.Stack, role: iam.Role) -> None:
    with pytest.raises(ConstructError, match="the table has no stream; pass dynamo_stream"):
        orders(stack).grant_stream_read(role)


def test_keeps_its_logical_id(stack: cdk.Stack, synthesized: Synthesized) -> None:
    orders(stack)
    assert set(synthesized(stack)["Resources"]) == {"OrdersA9B65338"}
