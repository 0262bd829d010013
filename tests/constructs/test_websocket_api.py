from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureWebSocketApi
from secure_constructs.constructs.origin_gate import TokenIssuer
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

HEADER = "x-origin-verify"
ROUTE = "AWS::ApiGatewayV2::Route"
SITE = "https://shop.example.com"
WHY = "Its callers are programs of ours, which speak TLS 1.3."
USERS = TokenIssuer(issuer="https://users.example.com", audience=("shop",))


@pytest.fixture
def plain_stack(app: cdk.App) -> cdk.Stack:
    return cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))


def function(stack: cdk.Stack, name: str = "Chat") -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
    )


def api(stack: cdk.Stack, **props: Any) -> SecureWebSocketApi:
    return SecureWebSocketApi(
        stack,
        "Api",
        **{"allow_origins": [SITE], "authorizer": USERS, "default_domain": WHY, **props},
    )


def routes(stack: cdk.Stack, found: Found) -> dict[str, dict[str, Any]]:
    return {
        resource["Properties"]["RouteKey"]: resource["Properties"]
        for resource in found(stack, ROUTE).values()
    }


def variables(stack: cdk.Stack, found: Found) -> dict[str, Any]:
    (known,) = (
        resource["Properties"]["Environment"]["Variables"]
        for resource in found(stack, "AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"] == "origin_gate.handler"
    )
    return dict(known)


def test_connections_are_opened_with_the_header_only(
    stack: cdk.Stack, only: Only, found: Found
) -> None:
    made = api(stack)
    made.route("say", function(stack))
    connect = routes(stack, found)["$connect"]
    assert connect["AuthorizationType"] == "CUSTOM"
    authorizer = only(stack, "AWS::ApiGatewayV2::Authorizer")
    assert authorizer["IdentitySource"] == [f"route.request.header.{HEADER}"]
    uri = authorizer["AuthorizerUri"]["Fn::Join"][1]
    assert stack.resolve(made.gate.function.function_arn) in uri


def test_the_distribution_shows_the_secret_and_has_a_web_acl(stack: cdk.Stack, only: Only) -> None:
    made = api(stack)
    config = only(stack, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]
    (origin,) = config["Origins"]
    assert origin["OriginPath"] == "/live"
    (header,) = origin["OriginCustomHeaders"]
    assert header["HeaderName"] == HEADER
    assert header["HeaderValue"]["Fn::Join"][1][1] == stack.resolve(made.gate.secret.secret_arn)
    behavior = config["DefaultCacheBehavior"]
    assert behavior["AllowedMethods"] == ["GET", "HEAD"]
    # What a WebSocket is opened with has to reach the API.
    assert behavior["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_the_authorizer_knows_the_sites_and_the_issuer(stack: cdk.Stack, found: Found) -> None:
    api(stack)
    known = variables(stack, found)
    assert json.loads(known["ALLOWED_ORIGINS"]) == [SITE]
    assert known["TOKEN_ISSUER"] == "https://users.example.com"


def test_no_browser_may_connect_where_no_site_is_named(stack: cdk.Stack, found: Found) -> None:
    api(stack, allow_origins=[])
    assert json.loads(variables(stack, found)["ALLOWED_ORIGINS"]) == []


def test_connects_without_code_where_none_is_given(stack: cdk.Stack, only: Only) -> None:
    api(stack)
    integration = only(stack, "AWS::ApiGatewayV2::Integration")
    assert integration["IntegrationType"] == "MOCK"


def test_runs_what_is_given_for_each_event(stack: cdk.Stack, found: Found) -> None:
    handler = function(stack)
    made = api(stack, connect_handler=handler, disconnect_handler=handler)
    made.route("say", handler, return_response=True)
    assert set(routes(stack, found)) == {"$connect", "$disconnect", "say"}
    assert routes(stack, found)["say"]["RouteResponseSelectionExpression"] == "$default"
    for resource in found(stack, "AWS::Lambda::Permission").values():
        assert resource["Properties"]["SourceArn"]


def test_nobody_adds_another_way_to_connect(plain_stack: cdk.Stack) -> None:
    made = api(plain_stack)
    handler = function(plain_stack)
    with pytest.raises(ConstructError, match="pass connect_handler"):
        made.route("$connect", handler)
    with pytest.raises(ConstructError, match="pass connect_handler"):
        made.add_route(
            "$connect", integration=integrations.WebSocketLambdaIntegration("Open", handler)
        )


def test_asks_a_function_of_the_app(stack: cdk.Stack, found: Found) -> None:
    decides = function(stack, "Decides")
    api(stack, authorizer=decides)
    assert variables(stack, found)["AUTHORIZER_FUNCTION"] == stack.resolve(decides.function_arn)


def test_the_stage_throttles_measures_and_logs_json(stack: cdk.Stack, only: Only) -> None:
    api(stack)
    stage = only(stack, "AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": True,
        "ThrottlingBurstLimit": 100,
        "ThrottlingRateLimit": 50,
    }
    fields = json.loads(stage["AccessLogSettings"]["Format"])
    assert fields["connectionId"] == "$context.connectionId"


@pytest.mark.parametrize(
    ("grant", "methods"),
    [
        ("grants.send", ["POST"]),
        ("grants.read_status", ["GET"]),
        ("grants.disconnect", ["DELETE"]),
        ("grant_manage_connections", ["POST", "GET", "DELETE"]),
    ],
)
def test_a_grant_is_for_this_stage_and_what_it_says(
    stack: cdk.Stack, synthesized: Synthesized, grant: str, methods: list[str]
) -> None:
    allow: Any = api(stack)
    handler = function(stack)
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(handler)
    policy = next(
        resource["Properties"]["PolicyDocument"]["Statement"]
        for name, resource in synthesized(stack)["Resources"].items()
        if name.startswith("ChatRoleDefaultPolicy")
    )
    (statement,) = (
        statement for statement in policy if statement["Action"] == "execute-api:ManageConnections"
    )
    resources = statement["Resource"]
    if not isinstance(resources, list):
        resources = [resources]
    assert [resource["Fn::Join"][1][-1] for resource in resources] == [
        f"/live/{method}/@connections/*" for method in methods
    ]


def test_with_a_name_of_its_own_the_default_endpoint_is_off(stack: cdk.Stack, only: Only) -> None:
    name = apigatewayv2.DomainName(
        stack,
        "Name",
        certificate=acm.Certificate.from_certificate_arn(
            stack, "Certificate", "arn:aws:acm:us-east-1:111122223333:certificate/a"
        ),
        domain_name="origin.example.com",
        security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
    )
    api(stack, domain_mapping=apigatewayv2.DomainMappingOptions(domain_name=name))
    assert only(stack, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True
    config = only(stack, "AWS::CloudFront::Distribution")["DistributionConfig"]
    (origin,) = config["Origins"]
    assert origin["DomainName"] == {"Ref": "Name17099BFF"}
    assert "OriginPath" not in origin


def test_works_in_other_regions(app: cdk.App, stack: cdk.Stack, only: Only) -> None:
    assert stack.region == "us-east-1"
    europe = cdk.Stack(app, "Europe", env=cdk.Environment(region="eu-west-1"))
    api(europe)
    config = only(europe, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]["Fn::GetStackOutput"]["Region"] == "us-east-1"


@pytest.mark.parametrize(
    ("props", "match"),
    [
        ({"authorizer": None}, r"authorizer=.*pass TokenIssuer"),
        ({"allow_origins": ["*"]}, r"allow_origins='\*'"),
        ({"allow_origins": SITE}, r"allow_origins=.*it is a list"),
        ({"connect_route_options": None}, r"connect_route_options"),
        ({"default_route_options": None}, r"default_route_options"),
        ({"disconnect_route_options": None}, r"disconnect_route_options"),
        ({"disable_execute_api_endpoint": False}, r"disable_execute_api_endpoint"),
        ({"throttling_burst_limit": 0}, r"throttling_burst_limit=0"),
    ],
)
def test_refuses_what_would_open_it(
    plain_stack: cdk.Stack, props: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Api' does not take {match}"):
        api(plain_stack, **props)


def test_passes_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    handler = function(plain_stack)
    made = api(plain_stack, connect_handler=handler)
    made.route("say", handler)
    made.grants.send(handler)
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(), cdk_nag.ServerlessChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    api(stack)
    assert {name for name in synthesized(stack)["Resources"] if name.startswith("Api")} == {
        "ApiAccessLog713001CC",
        "ApiDistribution2AD4699A",
        "ApiF70053CD",
        "ApiGateFunction1FFE2625",
        "ApiGateFunctionEventInvokeConfig903FE67F",
        "ApiGateFunctionLogGroup631B7D3D",
        "ApiGateFunctionRole07664946",
        "ApiGateFunctionRoleDefaultPolicy68575E4D",
        "ApiGateSecret51EF57E6",
        "ApiKnownCallersF4817E3C",
        "ApiShopApiKnownCallers3C440EFEPermission4F6300E1",
        "ApiStage4697DF29",
        "ApiconnectRoute2B5B23F2",
        "ApiconnectRouteConnectIntegration7BCE6281",
    }
