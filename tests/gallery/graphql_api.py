"""GraphQL APIs in their main variants."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import (
    SecureBus,
    SecureFunction,
    SecureGraphqlApi,
    SecureTable,
    SecureUserPool,
)

if TYPE_CHECKING:
    import aws_cdk as cdk

SCHEMA = Path(__file__).with_name("schema.graphql")


def graphql_api(stack: cdk.Stack) -> None:
    """
    Build GraphQL APIs: for customers and servers, and one for partners that a function knows.
    """
    customers = SecureUserPool(stack, "GraphqlCustomers")
    orders = SecureGraphqlApi(
        stack,
        "OrdersGraphql",
        authorization_config=appsync.AuthorizationConfig(
            additional_authorization_modes=[
                appsync.AuthorizationMode(authorization_type=appsync.AuthorizationType.IAM)
            ],
            default_authorization=appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.USER_POOL,
                user_pool_config=appsync.UserPoolConfig(user_pool=customers),
            ),
        ),
        definition=appsync.Definition.from_file(str(SCHEMA)),
    )
    table = SecureTable(
        stack,
        "GraphqlOrders",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    orders.add_dynamo_db_data_source("Table", table, operations=["GetItem"]).create_resolver(
        "Order",
        field_name="order",
        request_mapping_template=appsync.MappingTemplate.dynamo_db_get_item("id", "id"),
        response_mapping_template=appsync.MappingTemplate.dynamo_db_result_item(),
        type_name="Query",
    )
    orders.add_event_bridge_data_source(
        "Events", SecureBus(stack, "GraphqlBus"), sources=["shop.orders"]
    )
    orders.add_http_data_source("Prices", "https://prices.example.com")

    partners = SecureGraphqlApi(
        stack,
        "PartnersGraphql",
        authorization_config=appsync.AuthorizationConfig(
            default_authorization=appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.LAMBDA,
                lambda_authorizer_config=appsync.LambdaAuthorizerConfig(
                    handler=_function(stack, "GraphqlPartner")
                ),
            )
        ),
        definition=appsync.Definition.from_file(str(SCHEMA)),
        query_depth_limit=4,
        resolver_count_limit=20,
    )
    partners.add_lambda_data_source("Function", _function(stack, "GraphqlAnswers"))


def _function(stack: cdk.Stack, name: str) -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
