"""Requests into REST APIs."""

from __future__ import annotations

from typing import Any, Final

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Flow, Guard
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, said, steps

INTERNET: Final = "the internet"
INVOKE: Final = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"


def invoking(arn: str) -> dict[str, Any]:
    return {"Type": "AWS_PROXY", "Uri": {"Fn::Sub": f"{INVOKE}${{{arn}}}/invocations"}}


def api(**more: Any) -> dict[str, Any]:
    """
    A REST API with one function behind ``POST /orders/{id}``.
    """
    method = {
        "RestApiId": {"Ref": "Api"},
        "ResourceId": {"Ref": "Order"},
        "HttpMethod": "POST",
        "AuthorizationType": "NONE",
        "Integration": invoking("Handler.Arn"),
        **more.pop("method", {}),
    }
    return {
        "Api": made("AWS::ApiGateway::RestApi", **more.pop("api", {})),
        "Orders": made(
            "AWS::ApiGateway::Resource",
            ParentId={"Fn::GetAtt": ["Api", "RootResourceId"]},
            PathPart="orders",
        ),
        "Order": made("AWS::ApiGateway::Resource", ParentId={"Ref": "Orders"}, PathPart="{id}"),
        "Method": {"Type": "AWS::ApiGateway::Method", "Properties": method},
        "Handler": FUNCTION,
        "Stage": made("AWS::ApiGateway::Stage", RestApiId={"Ref": "Api"}, StageName="prod"),
        **more,
    }


ASSOCIATION: Final = made(
    "AWS::WAFv2::WebACLAssociation",
    ResourceArn={"Fn::Sub": "arn:aws:apigateway:x::/restapis/${Api}/stages/prod"},
)
ROUTE: Final = "Api POST /orders/{id}"


def test_names_a_route_by_its_method_and_the_path_of_its_resources() -> None:
    found = graph(api())

    assert said(between(found, INTERNET, ROUTE)) == (
        "POST /orders/{id}", Guard.NONE, Answer.NO,
    )  # fmt: skip
    handed = between(found, ROUTE, "Handler")
    assert (handed.flow, handed.via.logical_id, handed.place) == (
        Flow.HANDOVER, "Method", "Integration.Uri",
    )  # fmt: skip


def test_knows_a_web_acl_before_the_only_stage() -> None:
    assert between(graph(api(Acl=ASSOCIATION)), INTERNET, ROUTE).waf is Answer.YES


def test_sees_no_web_acl_where_one_stage_has_none() -> None:
    second = made("AWS::ApiGateway::Stage", RestApiId={"Ref": "Api"}, StageName="test")

    assert between(graph(api(Acl=ASSOCIATION, Second=second)), INTERNET, ROUTE).waf is Answer.NO


def test_does_not_know_of_a_web_acl_of_something_unknown() -> None:
    acl = made("AWS::WAFv2::WebACLAssociation", ResourceArn={"Ref": "Unknown"})

    assert between(graph(api(Acl=acl)), INTERNET, ROUTE).waf is Answer.MAYBE


def test_does_not_know_of_a_web_acl_before_stages_that_are_elsewhere() -> None:
    resources = api()
    del resources["Stage"]

    assert between(graph(resources), INTERNET, ROUTE).waf is Answer.MAYBE


@pytest.mark.parametrize(
    ("method", "guard"),
    [
        ({"AuthorizationType": "CUSTOM"}, Guard.AUTHORIZER),
        ({"AuthorizationType": "COGNITO_USER_POOLS"}, Guard.AUTHORIZER),
        ({"ApiKeyRequired": "true"}, Guard.API_KEY),
    ],
)
def test_says_who_is_asked(method: dict[str, Any], guard: Guard) -> None:
    assert between(graph(api(method=method)), INTERNET, ROUTE).guard is guard


def test_takes_authorization_that_is_not_known_for_none_without_being_certain() -> None:
    edge = between(graph(api(method={"AuthorizationType": {"Ref": "Unknown"}})), INTERNET, ROUTE)

    assert (edge.guard, edge.certain) == (Guard.NONE, False)


def test_lets_nobody_from_outside_in_where_callers_sign_with_iam() -> None:
    found = graph(api(method={"AuthorizationType": "AWS_IAM"}))

    assert between(found, "Api", ROUTE).guard is Guard.IAM
    assert f"{INTERNET} -> {ROUTE}" not in steps(found)


def policy(**statement: Any) -> dict[str, Any]:
    return {
        "Policy": {
            "Statement": [
                {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*", **statement}
            ]
        }
    }


def test_lets_every_account_in_where_the_resource_policy_of_a_signed_api_is_open() -> None:
    found = graph(api(method={"AuthorizationType": "AWS_IAM"}, api=policy(Principal="*")))

    assert said(between(found, "other accounts", ROUTE))[1:] == (Guard.IAM, Answer.NO)


def test_lets_in_the_role_that_a_resource_policy_names() -> None:
    found = graph(
        api(
            method={"AuthorizationType": "AWS_IAM"},
            api=policy(Principal={"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}),
            Role=made("AWS::IAM::Role"),
        )
    )

    assert between(found, "Role", ROUTE).flow is Flow.INVOKE


def test_counts_networks_that_a_resource_policy_names_as_a_limit() -> None:
    networks = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    found = graph(api(api=policy(Principal="*", Condition=networks)))

    assert between(found, "this account's principals", ROUTE).limited
    assert f"{INTERNET} -> {ROUTE}" not in steps(found)


def test_lets_nobody_from_outside_into_a_private_api() -> None:
    found = graph(api(api={"EndpointConfiguration": {"Types": ["PRIVATE"]}}))

    assert {step for step in steps(found) if step.endswith(ROUTE)} == set()


@pytest.mark.parametrize(
    "method",
    [
        {"HttpMethod": "OPTIONS", "Integration": {"Type": "MOCK"}},
        {"HttpMethod": "GET", "Integration": {"Type": "MOCK"}},
    ],
)
def test_takes_preflights_and_mocks_for_no_input(method: dict[str, Any]) -> None:
    assert graph(api(method=method)).edges == ()


@pytest.mark.parametrize(
    "uri",
    [
        {"Fn::Sub": INVOKE + "${Live}/invocations"},
        {"Fn::Sub": INVOKE + "${Handler.Arn}:${!stageVariables.alias}/invocations"},
        (
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:eu-west-1:111122223333:function:named:live/invocations"
        ),
    ],
)
def test_follows_aliases_and_names_to_the_function(uri: Any) -> None:
    handler = made("AWS::Lambda::Function", FunctionName="named")
    alias = made("AWS::Lambda::Alias", FunctionName={"Ref": "Handler"})
    method = {"Integration": {"Type": "AWS_PROXY", "Uri": uri}}

    assert leads(graph(api(method=method, Handler=handler, Live=alias)), ROUTE, "Handler")


@pytest.mark.parametrize(
    "uri",
    [
        (
            "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
            "arn:aws:lambda:eu-west-1:111122223333:function:${stageVariables.name}/invocations"
        ),
        {"Ref": "Unknown"},
        {"a": "map"},
        "arn:aws:apigateway:eu-west-1:s3:path/{bucket}/{key}",
    ],
)
def test_keeps_the_request_where_what_it_is_passed_to_is_not_known(uri: Any) -> None:
    found = graph(api(method={"Integration": {"Type": "AWS", "Uri": uri}}))

    assert leads(found, INTERNET, ROUTE)
    assert [(unread.resource.logical_id, unread.place) for unread in found.unread] == [
        ("Method", "Integration.Uri")
    ]


@pytest.mark.parametrize(
    ("integration", "kind", "flow", "label"),
    [
        (
            {
                "Uri": {"Fn::Sub": "arn:x:apigateway:r:sqs:path/1/${Target.QueueName}"},
                "RequestTemplates": {"application/json": "Action=SendMessage&MessageBody=$input"},
            },
            "AWS::SQS::Queue", Flow.WRITE, "sqs:SendMessage",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:sqs:path/111122223333/named",
                "RequestParameters": {"integration.request.querystring.Action": "'SendMessage'"},
            },
            "AWS::SQS::Queue", Flow.WRITE, "sqs:SendMessage",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:sns:action/Publish",
                "RequestParameters": {
                    "integration.request.querystring.TopicArn": {"Fn::Sub": "'${Target}'"}
                },
            },
            "AWS::SNS::Topic", Flow.WRITE, "sns:Publish",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem",
                "RequestTemplates": {"application/json": '{"TableName": "named", "Item": {}}'},
            },
            "AWS::DynamoDB::Table", Flow.WRITE, "dynamodb:PutItem",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:dynamodb:action/Query",
                "RequestTemplates": {"application/json": {"Fn::Sub": '{"TableName":"${Target}"}'}},
            },
            "AWS::DynamoDB::Table", Flow.READ, "dynamodb:Query",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:states:action/StartExecution",
                "RequestTemplates": {"a": {"Fn::Sub": '{"stateMachineArn": "${Target}"}'}},
            },
            "AWS::StepFunctions::StateMachine", Flow.INVOKE, "states:StartExecution",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:kinesis:action/PutRecord",
                "RequestTemplates": {"a": '{"StreamName": "named"}'},
            },
            "AWS::Kinesis::Stream", Flow.WRITE, "kinesis:PutRecord",
        ),
        (
            {
                "Uri": {"Fn::Sub": "arn:x:apigateway:r:s3:path/${Target}/{key}"},
                "IntegrationHttpMethod": "PUT",
            },
            "AWS::S3::Bucket", Flow.WRITE, "s3:PutObject",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:s3:path/named/{key}",
                "IntegrationHttpMethod": "GET",
            },
            "AWS::S3::Bucket", Flow.READ, "s3:GetObject",
        ),
        (
            {
                "Uri": "arn:aws:apigateway:eu-west-1:events:action/PutEvents",
                "RequestTemplates": {"a": {"Fn::Sub": '{"EventBusName": "${Target}"}'}},
            },
            "AWS::Events::EventBus", Flow.WRITE, "events:PutEvents",
        ),
    ],
)  # fmt: skip
def test_follows_operations_of_other_services(
    integration: dict[str, Any], kind: str, flow: Flow, label: str
) -> None:
    names = {
        "AWS::SQS::Queue": "QueueName",
        "AWS::DynamoDB::Table": "TableName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::Kinesis::Stream": "Name",
    }
    target = made(kind, **({names[kind]: "named"} if kind in names else {}))
    method = {"Integration": {"Type": "AWS", **integration}}

    edge = between(graph(api(method=method, Target=target)), ROUTE, "Target")

    assert (edge.flow, edge.label) == (flow, label)


def test_puts_events_without_a_bus_on_the_default_one() -> None:
    integration = {
        "Type": "AWS",
        "Uri": "arn:aws:apigateway:eu-west-1:events:action/PutEvents",
        "RequestTemplates": {"application/json": '{"Entries": []}'},
    }

    found = graph(api(method={"Integration": integration}))

    assert between(found, ROUTE, "the default event bus").flow is Flow.WRITE


def test_shows_an_authorizer_requests_before_anyone_is_asked() -> None:
    found = graph(
        api(
            method={"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Asked"}},
            Asked=made(
                "AWS::ApiGateway::Authorizer",
                RestApiId={"Ref": "Api"},
                Type="TOKEN",
                AuthorizerUri={"Fn::Sub": f"{INVOKE}${{Check.Arn}}/invocations"},
            ),
            Check=FUNCTION,
        )
    )

    assert between(found, INTERNET, "Api authorizer Asked").guard is Guard.NONE
    assert between(found, "Api authorizer Asked", "Check").flow is Flow.HANDOVER


def test_reads_the_operations_of_a_document() -> None:
    body = {
        "paths": {
            "/orders": {
                "post": {
                    "security": [{"users": []}],
                    "x-amazon-apigateway-integration": {
                        "type": "aws_proxy",
                        "uri": {"Fn::Sub": f"{INVOKE}${{Handler.Arn}}/invocations"},
                    },
                },
                "get": {"$ref": {"Ref": "Unknown"}, "security": [{"nobody": []}]},
            },
            "/broken": "text",
        },
        "securityDefinitions": {
            "users": {
                "type": "apiKey",
                "x-amazon-apigateway-authorizer": {
                    "type": "request",
                    "authorizerUri": {"Fn::Sub": f"{INVOKE}${{Check.Arn}}/invocations"},
                },
            }
        },
    }

    found = graph(
        {
            "Api": made("AWS::ApiGateway::RestApi", Body=body),
            "Handler": FUNCTION,
            "Check": FUNCTION,
        }
    )

    assert said(between(found, INTERNET, "Api POST /orders")) == (
        "POST /orders", Guard.AUTHORIZER, Answer.MAYBE,
    )  # fmt: skip
    assert leads(found, "Api POST /orders", "Handler")
    assert leads(found, "Api authorizer users", "Check")
    assert not between(found, INTERNET, "Api GET /orders").certain


def test_comes_to_an_end_where_resources_are_their_own_parents() -> None:
    resources = api()
    resources["Orders"] = made(
        "AWS::ApiGateway::Resource", ParentId={"Ref": "Order"}, PathPart="orders"
    )

    assert leads(graph(resources), INTERNET, "Api POST /…/orders/{id}")


def test_shows_a_method_of_an_api_elsewhere_as_itself() -> None:
    resources = api(method={"RestApiId": "abc123", "ResourceId": "def456"})

    assert between(graph(resources), INTERNET, "Method POST /…").waf is Answer.MAYBE
