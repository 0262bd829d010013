from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from secure_constructs.acknowledgments import acknowledge, read_acknowledgments
from secure_constructs.assessment import INPUT_PAST_WEB_ACL, assess
from secure_constructs.config import Config
from secure_constructs.constructs import SecureFunction, SecureHttpApi
from secure_constructs.constructs.origin_gate import TokenIssuer
from secure_constructs.errors import ConstructError
from secure_constructs.template import read_assembly

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

HEADER = "x-origin-verify"
ROUTE = "AWS::ApiGatewayV2::Route"
AUTHORIZER = "AWS::ApiGatewayV2::Authorizer"
WHY = "Its callers are programs of ours, which speak TLS 1.3."
USERS = TokenIssuer(issuer="https://users.example.com", audience=("shop",))


@pytest.fixture
def plain_stack(app: cdk.App) -> cdk.Stack:
    return cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))


def function(stack: cdk.Stack, name: str = "Orders") -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
    )


def api(stack: cdk.Stack, **props: Any) -> SecureHttpApi:
    return SecureHttpApi(stack, "Api", **{"authorizer": USERS, "default_domain": WHY, **props})


def routed(stack: cdk.Stack, **props: Any) -> SecureHttpApi:
    made = api(stack, **props)
    made.route("GET", "/orders/{order_id}", function(stack))
    return made


def gate(stack: cdk.Stack, found: Found) -> dict[str, Any]:
    (properties,) = (
        resource["Properties"]
        for resource in found(stack, "AWS::Lambda::Function").values()
        if resource["Properties"]["Handler"] == "origin_gate.handler"
    )
    return dict(properties)


def variables(stack: cdk.Stack, found: Found) -> dict[str, Any]:
    return dict(gate(stack, found)["Environment"]["Variables"])


def origin(stack: cdk.Stack, only: Only) -> dict[str, Any]:
    config = only(stack, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]
    (made,) = config["Origins"]
    return dict(made)


def test_the_distribution_shows_the_api_a_secret_that_is_in_no_template(
    stack: cdk.Stack, only: Only
) -> None:
    made = routed(stack)
    (header,) = origin(stack, only)["OriginCustomHeaders"]
    assert header["HeaderName"] == HEADER
    start, secret, end = header["HeaderValue"]["Fn::Join"][1]
    assert (start, end) == ("{{resolve:secretsmanager:", ":SecretString:::}}")
    assert secret == stack.resolve(made.gate.secret.secret_arn)
    generated = only(stack, "AWS::SecretsManager::Secret")["GenerateSecretString"]
    assert generated == {"ExcludePunctuation": True, "PasswordLength": 64}


def test_every_route_asks_for_the_header_and_for_the_caller(stack: cdk.Stack, only: Only) -> None:
    made = routed(stack)
    route = only(stack, ROUTE)
    assert route["AuthorizationType"] == "CUSTOM"
    authorizer = only(stack, AUTHORIZER)
    assert authorizer["IdentitySource"] == [
        f"$request.header.{HEADER}",
        "$request.header.Authorization",
        "$context.routeKey",
    ]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 60
    assert authorizer["EnableSimpleResponses"] is True
    uri = authorizer["AuthorizerUri"]["Fn::Join"][1]
    assert stack.resolve(made.gate.function.function_arn) in uri


def test_the_authorizer_knows_the_issuer_and_reads_one_secret(
    stack: cdk.Stack, found: Found, synthesized: Synthesized
) -> None:
    made = routed(stack)
    known = variables(stack, found)
    secret = stack.resolve(made.gate.secret.secret_arn)
    assert known["ORIGIN_HEADER"] == HEADER
    assert known["ORIGIN_SECRET"] == secret
    assert known["TOKEN_ISSUER"] == "https://users.example.com"
    assert json.loads(known["TOKEN_AUDIENCE"]) == ["shop"]
    policy = synthesized(stack)["Resources"]["ApiGateFunctionRoleDefaultPolicy68575E4D"]
    allowed = {
        json.dumps(statement["Action"]): statement["Resource"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    }
    assert set(allowed) == {
        '["logs:CreateLogStream", "logs:PutLogEvents"]',
        '"sqs:SendMessage"',
        '["xray:PutTraceSegments", "xray:PutTelemetryRecords"]',
        '"secretsmanager:GetSecretValue"',
        '"kms:Decrypt"',
    }
    assert allowed['"secretsmanager:GetSecretValue"'] == secret


def test_takes_a_user_pool_that_is_known_at_deployment(
    plain_stack: cdk.Stack, found: Found
) -> None:
    stack = plain_stack
    pool = cognito.UserPool(plain_stack, "Users")
    client = cdk.CfnParameter(stack, "Client")
    issuer = TokenIssuer(
        issuer=pool.user_pool_provider_url, audience=(client.value_as_string, "other")
    )
    routed(stack, authorizer=issuer)
    audience = variables(stack, found)["TOKEN_AUDIENCE"]["Fn::Join"][1]
    assert audience == ['["', {"Ref": "Client"}, '","other"]']


def test_asks_a_function_of_the_app_each_time(
    stack: cdk.Stack, only: Only, found: Found, synthesized: Synthesized
) -> None:
    decides = function(stack, "Decides")
    made = routed(stack, authorizer=decides)
    assert variables(stack, found)["AUTHORIZER_FUNCTION"] == stack.resolve(decides.function_arn)
    authorizer = only(stack, AUTHORIZER)
    assert authorizer["IdentitySource"] == [f"$request.header.{HEADER}"]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 0
    assert "lambda:InvokeFunction" in json.dumps(
        synthesized(stack)["Resources"]["ApiGateFunctionRoleDefaultPolicy68575E4D"]
    )
    with pytest.raises(ConstructError, match="let the function check them"):
        made.route("PUT", "/orders", function(stack, "Put"), authorization_scopes=["a"])


def test_the_authorizer_is_one_file_that_only_this_api_may_call(
    stack: cdk.Stack, found: Found, app: cdk.App
) -> None:
    routed(stack)
    permission = next(
        resource["Properties"]
        for name, resource in found(stack, "AWS::Lambda::Permission").items()
        if "KnownCallers" in name
    )
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert permission["SourceArn"]["Fn::Join"][1][-2] == "/authorizers/"
    from pathlib import Path

    (asset,) = Path(app.outdir).glob("asset.*")
    assert [file.name for file in asset.iterdir()] == ["origin_gate.py"]


def test_functions_never_see_the_secret(stack: cdk.Stack, only: Only) -> None:
    routed(stack)
    integration = only(stack, "AWS::ApiGatewayV2::Integration")
    assert f"remove:header.{HEADER}" in integration["RequestParameters"]


def test_a_public_route_is_reached_through_the_distribution_all_the_same(
    stack: cdk.Stack, only: Only, found: Found
) -> None:
    api(stack).route("GET", "/health", function(stack), public="It says nothing but yes.")
    assert only(stack, ROUTE)["AuthorizationType"] == "CUSTOM"
    authorizer = only(stack, AUTHORIZER)
    assert authorizer["IdentitySource"] == [f"$request.header.{HEADER}", "$context.routeKey"]
    assert json.loads(variables(stack, found)["ROUTES"]) == {"GET /health": {"public": True}}


def test_scopes_are_asked_for_by_route(stack: cdk.Stack, found: Found) -> None:
    made = api(stack)
    orders = function(stack)
    made.route("GET", "/orders", orders)
    made.route("POST", "/orders", orders, authorization_scopes=["orders/write"])
    assert json.loads(variables(stack, found)["ROUTES"]) == {
        "POST /orders": {"scopes": ["orders/write"]}
    }


def test_routes_added_the_stock_way_have_the_authorizer(stack: cdk.Stack, only: Only) -> None:
    made = api(stack)
    integration = integrations.HttpLambdaIntegration("Orders", function(stack))
    made.add_routes(path="/orders", methods=[apigatewayv2.HttpMethod.GET], integration=integration)
    assert only(stack, ROUTE)["AuthorizationType"] == "CUSTOM"
    with pytest.raises(ConstructError, match="use route"):
        made.add_routes(
            path="/open", integration=integration, authorizer=authorizers.HttpIamAuthorizer()
        )


def test_a_new_secret_is_let_in_before_the_edge_sends_it(
    stack: cdk.Stack, only: Only, found: Found
) -> None:
    routed(stack, origin_secret_generation=3)
    secrets = found(stack, "AWS::SecretsManager::Secret")
    known = variables(stack, found)
    current, before = known["ORIGIN_SECRET"]["Ref"], known["PREVIOUS_ORIGIN_SECRET"]["Ref"]
    assert set(secrets) == {current, before}
    (header,) = origin(stack, only)["OriginCustomHeaders"]
    assert header["HeaderValue"]["Fn::Join"][1][1] == {"Ref": current}
    (distribution,) = found(stack, "AWS::CloudFront::Distribution").values()
    assert any("GateFunction" in name for name in distribution["DependsOn"])


def test_a_replaced_secret_keeps_its_name_as_the_one_before(app: cdk.App, found: Found) -> None:
    names = []
    for generation in (1, 2):
        stack = cdk.Stack(app, f"Gen{generation}", env=cdk.Environment(region="us-east-1"))
        routed(stack, origin_secret_generation=generation)
        names.append(variables(stack, found))
    assert names[1]["PREVIOUS_ORIGIN_SECRET"] == names[0]["ORIGIN_SECRET"]


def test_the_stage_throttles_measures_and_logs_json(stack: cdk.Stack, only: Only) -> None:
    made = routed(stack)
    stage = only(stack, "AWS::ApiGatewayV2::Stage")
    assert stage["DefaultRouteSettings"] == {
        "DetailedMetricsEnabled": True,
        "ThrottlingBurstLimit": 100,
        "ThrottlingRateLimit": 50,
    }
    settings = stage["AccessLogSettings"]
    fields = json.loads(settings["Format"])
    assert fields["subject"] == "$context.authorizer.subject"
    assert fields["authorizerError"] == "$context.authorizer.error"
    group = stack.resolve(made.access_log.log_group_name)
    assert settings["DestinationArn"]["Fn::Join"][1][-1] == group


def test_names_the_sites_that_may_call(stack: cdk.Stack, only: Only) -> None:
    cors = apigatewayv2.CorsPreflightOptions(allow_origins=["https://shop.example.com"])
    routed(stack, cors_preflight=cors)
    assert only(stack, "AWS::ApiGatewayV2::Api")["CorsConfiguration"] == {
        "AllowOrigins": ["https://shop.example.com"]
    }


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
    mapping = apigatewayv2.DomainMappingOptions(domain_name=name, mapping_key="v1")
    routed(stack, default_domain_mapping=mapping)
    assert only(stack, "AWS::ApiGatewayV2::Api")["DisableExecuteApiEndpoint"] is True
    found = origin(stack, only)
    assert found["DomainName"] == {"Ref": "Name17099BFF"}
    assert found["OriginPath"] == "/v1"


def test_the_default_endpoint_is_what_the_distribution_calls(stack: cdk.Stack, only: Only) -> None:
    made = routed(stack)
    assert origin(stack, only)["DomainName"]["Fn::Join"][1] == [
        stack.resolve(made.api_id),
        ".execute-api.us-east-1.",
        {"Ref": "AWS::URLSuffix"},
    ]


def test_works_in_other_regions(app: cdk.App, stack: cdk.Stack, only: Only) -> None:
    assert stack.region == "us-east-1"
    europe = cdk.Stack(app, "Europe", env=cdk.Environment(region="eu-west-1"))
    routed(europe)
    config = only(europe, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]["Fn::GetStackOutput"]["Region"] == "us-east-1"


def test_two_apis_and_two_stacks_have_a_gate_each(app: cdk.App, stack: cdk.Stack) -> None:
    routed(stack)
    SecureHttpApi(stack, "Other", authorizer=USERS, default_domain=WHY)
    other = cdk.Stack(app, "Second", env=cdk.Environment(region="us-east-1"))
    routed(other)


@pytest.mark.parametrize(
    ("props", "match"),
    [
        ({"authorizer": None}, r"authorizer=.*pass TokenIssuer"),
        ({"authorizer": authorizers.HttpIamAuthorizer()}, r"authorizer=.*pass TokenIssuer"),
        ({"authorizer": TokenIssuer(issuer="http://a", audience=("b",))}, r"authorizer.issuer"),
        ({"authorizer": TokenIssuer(issuer="https://a", audience=())}, r"authorizer.audience"),
        ({"authorizer": TokenIssuer(issuer="https://a", audience="b")}, r"authorizer.audience"),  # type: ignore[arg-type]
        ({"create_default_stage": False}, r"create_default_stage"),
        ({"default_authorizer": None}, r"default_authorizer"),
        ({"default_integration": None}, r"default_integration"),
        ({"disable_execute_api_endpoint": False}, r"disable_execute_api_endpoint"),
        ({"throttling_rate_limit": 0}, r"throttling_rate_limit=0"),
        ({"origin_secret_generation": 0}, r"origin_secret_generation=0"),
        (
            {"cors_preflight": apigatewayv2.CorsPreflightOptions(allow_origins=["*"])},
            r"allow_origins='\*'",
        ),
    ],
)
def test_refuses_what_would_open_it(
    plain_stack: cdk.Stack, props: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConstructError, match=rf"SecureHttpApi at 'Shop/Api' does not take {match}"):
        api(plain_stack, **props)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"public": ""}, "say why in a sentence"),
        ({"public": "All may.", "authorization_scopes": ["a"]}, "leave out one of them"),
    ],
)
def test_refuses_a_route_that_is_open_without_a_reason(
    plain_stack: cdk.Stack, options: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConstructError, match=match):
        api(plain_stack).route("GET", "/", function(plain_stack), **options)


def test_says_when_the_authorizer_has_no_room_for_more_routes(plain_stack: cdk.Stack) -> None:
    made = api(plain_stack)
    scopes = ["x" * 1400]
    made.gate.tell("GET /a", scopes=scopes)
    made.gate.tell("GET /b", scopes=scopes)
    with pytest.raises(ConstructError, match="split the API"):
        made.gate.tell("GET /c", scopes=scopes)


def test_passes_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    made = routed(plain_stack)
    made.route("GET", "/health", function(plain_stack, "Health"), public="It says only yes.")
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(), cdk_nag.ServerlessChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    routed(stack)
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
        "ApiGetOrdersOrderidD51E2982",
        "ApiGetOrdersOrderidGetOrdersOrderidIntegrationA85BBA3D",
        "ApiGetOrdersOrderidGetOrdersOrderidIntegrationPermission2156EBAA",
        "ApiKnownCallersF4817E3C",
        "ApiShopApiKnownCallers3C440EFEPermission4F6300E1",
        "ApiStage4697DF29",
    }


def test_every_input_passes_the_web_acl_or_is_turned_away(stack: cdk.Stack, app: cdk.App) -> None:
    routed(stack)
    folder = app.synth(force=True).directory

    strictest = Config(worst_input="provenance")
    judged = assess(read_assembly(folder).templates, config=strictest)

    past = [finding for finding in judged.findings if finding.rule_id == INPUT_PAST_WEB_ACL]
    assert [finding.construct_path for finding in past] == ["Shop/ApiGate/Function"]
    assert not acknowledge(judged, read_acknowledgments(folder)).refused
