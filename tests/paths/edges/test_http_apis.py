"""Requests into HTTP and WebSocket APIs."""

from __future__ import annotations

from typing import Any, Final

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Flow, Guard
from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, said, steps

INTERNET: Final = "the internet"
ROUTE: Final = "Api GET /orders"
SECRET: Final = {"Fn::Sub": "{{resolve:secretsmanager:${Secret}:SecretString}}"}


def api(route: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """
    An HTTP API with one function behind ``GET /orders``.
    """
    properties = {
        "ApiId": {"Ref": "Api"},
        "RouteKey": "GET /orders",
        "Target": {"Fn::Sub": "integrations/${Integration}"},
        **(route or {}),
    }
    return {
        "Api": made("AWS::ApiGatewayV2::Api", ProtocolType="HTTP"),
        "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": properties},
        "Integration": made(
            "AWS::ApiGatewayV2::Integration",
            ApiId={"Ref": "Api"},
            IntegrationType="AWS_PROXY",
            IntegrationUri={"Fn::GetAtt": ["Handler", "Arn"]},
        ),
        "Handler": FUNCTION,
        **more,
    }


def gated(known: Any, header: str = "x-origin", acl: Any = "arn:acl") -> dict[str, Any]:
    """
    The same API behind a distribution that adds a header, and an authorizer that asks for it.
    """
    return api(
        {"AuthorizationType": "CUSTOM", "AuthorizerId": {"Ref": "Gate"}},
        Gate=made(
            "AWS::ApiGatewayV2::Authorizer",
            ApiId={"Ref": "Api"},
            AuthorizerUri={
                "Fn::Sub": "arn:x:apigateway:r:lambda:path/2015-03-31/functions/"
                "${Check.Arn}/invocations"
            },
            IdentitySource=[f"$request.header.{header}"],
        ),
        Check=made("AWS::Lambda::Function", Environment={"Variables": {"SECRET": known}}),
        Secret=made("AWS::SecretsManager::Secret"),
        Front=made(
            "AWS::CloudFront::Distribution",
            DistributionConfig={
                "WebACLId": acl,
                "DefaultCacheBehavior": {"TargetOriginId": "api"},
                "Origins": [
                    {
                        "Id": "api",
                        "DomainName": {"Fn::Sub": "${Api}.execute-api.x.amazonaws.com"},
                        "OriginCustomHeaders": [{"HeaderName": "X-Origin", "HeaderValue": SECRET}],
                    }
                ],
            },
        ),
    )


def test_sees_no_web_acl_before_a_route() -> None:
    found = graph(api())

    assert said(between(found, INTERNET, ROUTE)) == ("GET /orders", Guard.NONE, Answer.NO)
    assert between(found, ROUTE, "Handler").via.logical_id == "Integration"


@pytest.mark.parametrize(
    ("kind", "guard"),
    [("JWT", Guard.AUTHORIZER), ("CUSTOM", Guard.AUTHORIZER), ("NONE", Guard.NONE)],
)
def test_says_who_is_asked(kind: str, guard: Guard) -> None:
    assert between(graph(api({"AuthorizationType": kind})), INTERNET, ROUTE).guard is guard


def test_lets_nobody_from_outside_in_where_callers_sign_with_iam() -> None:
    found = graph(api({"AuthorizationType": "AWS_IAM"}))

    assert between(found, "Api", ROUTE).guard is Guard.IAM
    assert f"{INTERNET} -> {ROUTE}" not in steps(found)


def test_lets_in_the_distribution_only_where_the_authorizer_knows_what_it_adds() -> None:
    found = graph(gated({"Ref": "Secret"}))

    assert between(found, "Front", ROUTE).flow is Flow.HANDOVER
    assert f"{INTERNET} -> {ROUTE}" not in steps(found)
    assert Verdicts(found).on(between(found, ROUTE, "Handler").target) is Verdict.BEHIND_WAF


def test_says_what_limits_the_authorizer_that_anyone_can_ask() -> None:
    found = graph(gated({"Ref": "Secret"}))

    assert between(found, INTERNET, "Api authorizer Gate").limited
    assert not between(found, "Front", "Api authorizer Gate").limited


def test_does_not_know_whether_an_authorizer_compares_what_it_is_not_seen_to_know() -> None:
    assert between(graph(gated("something")), INTERNET, ROUTE).waf is Answer.MAYBE


def test_lets_the_internet_in_where_the_authorizer_asks_for_another_header() -> None:
    found = graph(gated({"Ref": "Secret"}, header="authorization"))

    assert between(found, INTERNET, ROUTE).waf is Answer.NO


def test_is_exposed_behind_a_distribution_without_a_web_acl() -> None:
    found = graph(gated({"Ref": "Secret"}, acl=""))

    assert Verdicts(found).on(between(found, ROUTE, "Handler").target) is Verdict.EXPOSED


def test_a_disabled_default_endpoint_keeps_nobody_out_where_the_api_has_another_name() -> None:
    mapping = made("AWS::ApiGatewayV2::ApiMapping", ApiId={"Ref": "Api"}, DomainName="x.example")
    resources = api(Mapping=mapping)
    resources["Api"]["Properties"]["DisableExecuteApiEndpoint"] = True

    assert between(graph(resources), INTERNET, ROUTE).waf is Answer.NO


def test_nobody_from_outside_reaches_an_api_that_answers_under_no_name() -> None:
    resources = api()
    resources["Api"]["Properties"]["DisableExecuteApiEndpoint"] = True

    assert steps(graph(resources)) == {f"{ROUTE} -> Handler"}


def test_follows_the_integration_with_a_service() -> None:
    integration = made(
        "AWS::ApiGatewayV2::Integration",
        IntegrationType="AWS_PROXY",
        IntegrationSubtype="SQS-SendMessage",
        RequestParameters={"QueueUrl": {"Ref": "Queue"}, "MessageBody": "$request.body"},
    )
    found = graph(api(Integration=integration, Queue=made("AWS::SQS::Queue")))

    edge = between(found, ROUTE, "Queue")
    assert (edge.flow, edge.label) == (Flow.WRITE, "sqs:SendMessage")


@pytest.mark.parametrize("queue", ["$request.body.queue", {"Ref": "Unknown"}])
def test_notes_a_queue_that_is_not_known(queue: Any) -> None:
    integration = made(
        "AWS::ApiGatewayV2::Integration",
        IntegrationSubtype="SQS-SendMessage",
        RequestParameters={"QueueUrl": queue},
    )

    assert [unread.resource.logical_id for unread in graph(api(Integration=integration)).unread]


def test_follows_a_private_integration_to_the_load_balancer() -> None:
    integration = made(
        "AWS::ApiGatewayV2::Integration",
        IntegrationType="HTTP_PROXY",
        IntegrationUri={"Ref": "Listener"},
    )
    found = graph(
        api(
            Integration=integration,
            Listener=made(
                "AWS::ElasticLoadBalancingV2::Listener", LoadBalancerArn={"Ref": "Balancer"}
            ),
            Balancer=made("AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internal"),
        )
    )

    assert between(found, ROUTE, "Balancer").flow is Flow.HANDOVER


def test_messages_come_in_as_the_connection_did() -> None:
    resources = api({"RouteKey": "send"})
    resources["Api"] = made("AWS::ApiGatewayV2::Api", ProtocolType="WEBSOCKET")
    resources["Connect"] = made(
        "AWS::ApiGatewayV2::Route",
        ApiId={"Ref": "Api"},
        RouteKey="$connect",
        AuthorizationType="CUSTOM",
    )

    assert between(graph(resources), INTERNET, "Api send").guard is Guard.AUTHORIZER


def test_reads_an_api_that_is_made_from_its_target() -> None:
    found = graph(
        {
            "Api": made(
                "AWS::ApiGatewayV2::Api",
                ProtocolType="HTTP",
                Target={"Fn::GetAtt": ["Handler", "Arn"]},
            ),
            "Handler": FUNCTION,
        }
    )

    assert said(between(found, INTERNET, "Api $default"))[1] is Guard.NONE
    assert leads(found, "Api $default", "Handler")


@pytest.mark.parametrize("target", ["integrations/elsewhere", {"Ref": "Unknown"}, ["a", "list"]])
def test_notes_an_integration_that_is_not_there(target: Any) -> None:
    found = graph(api({"Target": target}))

    assert leads(found, INTERNET, ROUTE)
    assert [(unread.resource.logical_id, unread.place) for unread in found.unread] == [
        ("Route", "Target")
    ]


def test_takes_a_preflight_for_no_input() -> None:
    assert graph(api({"RouteKey": "OPTIONS /orders"})).edges == ()
