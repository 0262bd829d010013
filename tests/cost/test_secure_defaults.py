"""The same small app of our constructs and of the plain ones, as each is by default."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_constructs.cost import Ceiling, ceiling_of
from secure_constructs.template import read_assembly

pytestmark = pytest.mark.synth

CODE = "def handler(event, context): pass"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Ceiling:
    import aws_cdk as cdk
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_lambda_event_sources as sources
    from aws_cdk import aws_sqs as sqs

    folder = tmp_path_factory.mktemp("plain")
    app = cdk.App(analytics_reporting=False, outdir=str(folder))
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))
    orders, worker = (
        lambda_.Function(
            stack,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(CODE),
        )
        for name in ("Orders", "Worker")
    )
    table = dynamodb.TableV2(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    table.grant_write_data(worker)
    queue = sqs.Queue(stack, "Queue")
    queue.grant_send_messages(orders)
    worker.add_event_source(sources.SqsEventSource(queue))
    api = apigateway.RestApi(stack, "Api")
    api.root.add_resource("orders").add_method("POST", apigateway.LambdaIntegration(orders))
    return _ceiling(app, folder)


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Ceiling:
    import aws_cdk as cdk
    from aws_cdk import aws_apigateway as apigateway
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_lambda as lambda_

    from secure_constructs.constructs import (
        SecureApi,
        SecureFunction,
        SecureQueue,
        SecureTable,
        SecureUserPool,
    )

    folder = tmp_path_factory.mktemp("secure")
    app = cdk.App(analytics_reporting=False, outdir=str(folder))
    stack = cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))
    orders, worker = (
        SecureFunction(
            stack,
            name,
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline(CODE),
            reserved_concurrent_executions=10,
        )
        for name in ("Orders", "Worker")
    )
    table = SecureTable(
        stack,
        "Table",
        partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING),
    )
    table.grants.write_items(worker, "PutItem")
    queue = SecureQueue(stack, "Queue")
    queue.grants.send_messages(orders)
    worker.consume(queue)
    pool = SecureUserPool(stack, "Customers")
    signed_in = apigateway.CognitoUserPoolsAuthorizer(stack, "SignedIn", cognito_user_pools=[pool])
    api = SecureApi(stack, "Api", authorizer=signed_in)
    body = {"type": "object", "properties": {}, "additionalProperties": False}
    api.route("POST", "/orders", orders, body=body)
    return _ceiling(app, folder)


def _ceiling(app: object, folder: Path) -> Ceiling:
    import aws_cdk as cdk

    assert isinstance(app, cdk.App)
    app.synth()
    return ceiling_of(read_assembly(folder).templates)


def test_behind_the_door_our_defaults_cost_a_fortieth(plain: Ceiling, secure: Ceiling) -> None:
    assert plain.at_the_door == 0
    assert plain.per_hour > 40 * (secure.per_hour - secure.at_the_door)


def test_in_all_our_defaults_cost_less_than_half(plain: Ceiling, secure: Ceiling) -> None:
    # The CDK sets no web ACL, which costs and logs whatever arrives.
    assert plain.per_hour > 2 * secure.per_hour


def test_nothing_of_it_is_unbounded_or_unknown(plain: Ceiling, secure: Ceiling) -> None:
    for found in (plain, secure):
        assert found.unbounded == ()
        said = {doubt.message for doubt in found.doubts}
        assert said <= {"what it costs itself is not counted"}  # of the user pool
