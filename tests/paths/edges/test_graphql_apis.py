"""Calls to AppSync, and what its fields and channels reach."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Flow, Guard
from tests.paths.edges.reading import FUNCTION, between, graph, made, steps

INTERNET = "the internet"
LAMBDA = {"LambdaConfig": {"LambdaFunctionArn": {"Fn::GetAtt": ["Target", "Arn"]}}}
BY_ID = {"ApiId": {"Fn::GetAtt": ["Api", "ApiId"]}}
ADDITIONAL = {"AdditionalAuthenticationProviders": [{"AuthenticationType": "API_KEY"}]}


def api(mode: Any = "API_KEY", **properties: Any) -> dict[str, Any]:
    return {"Api": made("AWS::AppSync::GraphQLApi", AuthenticationType=mode, **properties)}


def field(
    source: dict[str, Any], target: dict[str, Any] = FUNCTION, **resolver: Any
) -> dict[str, Any]:
    return {
        **api(),
        "Source": made("AWS::AppSync::DataSource", **BY_ID, Name="source", **source),
        "Resolver": made(
            "AWS::AppSync::Resolver",
            **{
                **BY_ID,
                "TypeName": "Mutation",
                "FieldName": "create",
                "DataSourceName": {"Fn::GetAtt": ["Source", "Name"]},
                **resolver,
            },
        ),
        "Target": target,
    }


@pytest.mark.parametrize(
    ("mode", "guard"),
    [
        ("API_KEY", Guard.API_KEY),
        ("AMAZON_COGNITO_USER_POOLS", Guard.AUTHORIZER),
        ("OPENID_CONNECT", Guard.AUTHORIZER),
    ],
)
def test_says_who_is_asked(mode: str, guard: Guard) -> None:
    edge = between(graph(api(mode)), INTERNET, "Api")

    assert (edge.guard, edge.waf, edge.certain) == (guard, Answer.NO, True)


def test_lets_nobody_from_outside_in_where_callers_sign_or_come_by_the_network() -> None:
    assert steps(graph(api("AWS_IAM"))) == set()
    assert steps(graph(api("API_KEY", Visibility="PRIVATE"))) == set()


def test_is_not_sure_that_a_field_takes_another_mode() -> None:
    edge = between(graph(api("AWS_IAM", **ADDITIONAL)), INTERNET, "Api")

    assert (edge.guard, edge.certain) == (Guard.API_KEY, False)


@pytest.mark.parametrize(
    ("definition", "sure"),
    [("type Query { a: ID @aws_api_key }", [True]), ("type Query { a: ID }", [])],
)
def test_reads_in_the_schema_which_mode_fields_take(definition: str, sure: list[bool]) -> None:
    schema = made("AWS::AppSync::GraphQLSchema", **BY_ID, Definition=definition)
    found = graph({**api("AWS_IAM", **ADDITIONAL), "Schema": schema})

    assert [edge.certain for edge in found.edges if str(edge.source) == INTERNET] == sure


def test_knows_its_web_acl() -> None:
    acl = made("AWS::WAFv2::WebACLAssociation", ResourceArn={"Fn::GetAtt": ["Api", "Arn"]})

    assert between(graph({**api(), "Acl": acl}), INTERNET, "Api").waf is Answer.YES


@pytest.mark.parametrize("name", [{"Fn::GetAtt": ["Source", "Name"]}, "source"])
def test_follows_a_field_to_its_function(name: Any) -> None:
    edge = between(graph(field(LAMBDA, DataSourceName=name)), "Api", "Target")

    assert (edge.flow, edge.label) == (Flow.HANDOVER, "Mutation.create")


@pytest.mark.parametrize(
    ("resolver", "flow"),
    [
        ({"TypeName": "Mutation"}, Flow.WRITE),
        ({"TypeName": "Query"}, Flow.READ),
        ({"TypeName": "Query", "RequestMappingTemplate": '{"operation":"PutItem"}'}, Flow.WRITE),
        ({"TypeName": "Mutation", "RequestMappingTemplate": '{"operation":"Query"}'}, Flow.READ),
    ],
)
def test_says_what_a_field_does_to_a_table(resolver: dict[str, Any], flow: Flow) -> None:
    source = {"DynamoDBConfig": {"TableName": {"Ref": "Target"}}}
    found = graph(field(source, made("AWS::DynamoDB::Table"), **resolver))

    assert between(found, "Api", "Target").flow is flow


def test_follows_the_steps_of_a_pipeline() -> None:
    resources = field(LAMBDA, DataSourceName=None, PipelineConfig={"Functions": [{"Ref": "Step"}]})
    resources["Step"] = made(
        "AWS::AppSync::FunctionConfiguration", **BY_ID, DataSourceName="source"
    )

    assert between(graph(resources), "Api", "Target").via.logical_id == "Step"


def test_shows_an_authorizer_calls_before_anyone_is_asked() -> None:
    config = {"AuthorizerUri": {"Fn::GetAtt": ["Check", "Arn"]}}
    found = graph({**api("AWS_LAMBDA", LambdaAuthorizerConfig=config), "Check": FUNCTION})

    assert between(found, INTERNET, "Api authorizer").guard is Guard.NONE
    assert between(found, "Api authorizer", "Check").label == "authorizer"


def test_follows_what_is_published_to_a_channel() -> None:
    config = {"DefaultPublishAuthModes": [{"AuthType": "API_KEY"}]}
    found = graph(
        {
            "Api": made("AWS::AppSync::Api", EventConfig=config),
            "Source": made("AWS::AppSync::DataSource", **BY_ID, Name="source", **LAMBDA),
            "Channels": made(
                "AWS::AppSync::ChannelNamespace",
                **BY_ID,
                Name="orders",
                HandlerConfigs={"OnPublish": {"Integration": {"DataSourceName": "source"}}},
            ),
            "Target": FUNCTION,
        }
    )

    assert between(found, INTERNET, "Api").guard is Guard.API_KEY
    assert between(found, "Api", "Target").label == "OnPublish orders"


@pytest.mark.parametrize("bad", [{"Ref": "Unknown"}, {"a": "map"}, ["a"]])
def test_notes_what_is_not_known(bad: Any) -> None:
    assert graph(api(bad)).unread
    assert steps(graph(field(LAMBDA, DataSourceName=bad))) == {f"{INTERNET} -> Api"}
