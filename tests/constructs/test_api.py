from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from pydantic import BaseModel, Field

from secure_constructs.constructs import SecureApi, SecureFunction, SecureWebAcl
from secure_constructs.constructs.models import EMPTY_BODY
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

METHOD = "AWS::ApiGateway::Method"
STAGE = "AWS::ApiGateway::Stage"
IAM: Final = apigateway.AuthorizationType.IAM


class PlaceOrder(BaseModel):
    article: str = Field(max_length=20)
    quantity: int = Field(gt=0)


class Unrelated:
    pass


def function(stack: cdk.Stack, name: str = "Handle") -> SecureFunction:
    return SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        timeout=cdk.Duration.seconds(10),
    )


def plain_function(stack: cdk.Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Plain",
        code=lambda_.Code.from_inline("..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def api_of(stack: cdk.Stack, **props: Any) -> SecureApi:
    return SecureApi(stack, "Api", **{"authorizer": IAM, **props})


def cognito_authorizer(stack: cdk.Stack) -> apigateway.CognitoUserPoolsAuthorizer:
    pool = cognito.UserPool.from_user_pool_id(stack, "Customers", "eu-central-1_abc")
    return apigateway.CognitoUserPoolsAuthorizer(stack, "Authorizer", cognito_user_pools=[pool])


def methods(template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        resource["Properties"]["HttpMethod"]: resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == METHOD
    }


def test_asks_the_authorizer_of_the_api(stack: cdk.Stack, only: Only) -> None:
    authorizer = cognito_authorizer(stack)
    api = api_of(stack, authorizer=authorizer)
    api.route("GET", "/orders", function(stack), authorization_scopes=["orders/read"])
    method = only(stack, METHOD)
    assert method["AuthorizationType"] == "COGNITO_USER_POOLS"
    assert method["AuthorizerId"] == stack.resolve(authorizer.authorizer_id)
    assert method["AuthorizationScopes"] == ["orders/read"]


def test_takes_callers_that_sign(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route("GET", "/orders", function(stack))
    method = only(stack, METHOD)
    assert method["AuthorizationType"] == "AWS_IAM"
    assert "AuthorizerId" not in method


@pytest.mark.parametrize("kind", [apigateway.TokenAuthorizer, apigateway.RequestAuthorizer])
def test_takes_a_function_that_decides(stack: cdk.Stack, only: Only, kind: Any) -> None:
    sources = [apigateway.IdentitySource.header("Authorization")]
    extra = {"identity_sources": sources} if kind is apigateway.RequestAuthorizer else {}
    authorizer = kind(stack, "Authorizer", handler=function(stack, "Decide"), **extra)
    api_of(stack, authorizer=authorizer).route("GET", "/orders", function(stack))
    method = only(stack, METHOD)
    assert method["AuthorizationType"] == "CUSTOM"
    assert method["AuthorizerId"] == stack.resolve(authorizer.authorizer_id)


def test_says_what_to_make_of_a_user_pool(plain_stack: cdk.Stack) -> None:
    pool = cognito.UserPool(plain_stack, "Pool")
    with pytest.raises(ConstructError, match="CognitoUserPoolsAuthorizer for a user pool"):
        api_of(plain_stack, authorizer=pool)


def test_lets_one_route_have_an_authorizer_of_its_own(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    api = api_of(stack, authorizer=cognito_authorizer(stack))
    handler = function(stack)
    api.route("GET", "/orders", handler)
    api.route("DELETE", "/orders", handler, authorizer=IAM)
    found = methods(synthesized(stack))
    assert found["GET"]["AuthorizationType"] == "COGNITO_USER_POOLS"
    assert found["DELETE"]["AuthorizationType"] == "AWS_IAM"
    assert "AuthorizerId" not in found["DELETE"]


def test_opens_a_route_for_a_reason(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route("GET", "/health", function(stack), public="probes carry no token")
    assert only(stack, METHOD)["AuthorizationType"] == "NONE"


@pytest.mark.parametrize(
    "authorizer", [None, apigateway.AuthorizationType.NONE, apigateway.AuthorizationType.COGNITO]
)
def test_refuses_to_be_without_an_authorizer(plain_stack: cdk.Stack, authorizer: object) -> None:
    with pytest.raises(ConstructError, match="'Shop/Api' does not take authorizer"):
        api_of(plain_stack, authorizer=authorizer)


@pytest.mark.parametrize("content_type", ["application/json", "$default"])
def test_validates_the_body_whatever_the_content_type(
    stack: cdk.Stack, only: Only, synthesized: Synthesized, content_type: str
) -> None:
    api_of(stack).route("POST", "/orders", function(stack), body=PlaceOrder)
    method = only(stack, METHOD)
    model = synthesized(stack)["Resources"][method["RequestModels"][content_type]["Ref"]]
    assert model["Type"] == "AWS::ApiGateway::Model"
    schema = model["Properties"]["Schema"]
    assert schema["properties"]["quantity"]["minimum"] == 1
    assert schema["required"] == ["article", "quantity"]
    assert schema["additionalProperties"] is False
    validator = synthesized(stack)["Resources"][method["RequestValidatorId"]["Ref"]]["Properties"]
    assert validator["ValidateRequestBody"] is True
    assert validator["ValidateRequestParameters"] is True


def test_makes_one_model_of_one_class(stack: cdk.Stack, only: Only) -> None:
    api = api_of(stack)
    handler = function(stack)
    api.route("POST", "/orders", handler, body=PlaceOrder)
    api.route("PUT", "/orders/{id}", handler, body=PlaceOrder)
    assert only(stack, "AWS::ApiGateway::Model")["Schema"]["title"] == "PlaceOrder"


def test_tells_models_of_one_title_apart(stack: cdk.Stack, synthesized: Synthesized) -> None:
    api = api_of(stack)
    handler = function(stack)
    for path, name in (("/orders", "a"), ("/returns", "b")):
        schema = {"title": "Body", "type": "object", "properties": {name: {"type": "string"}}}
        api.route("POST", path, handler, body=schema)
    models = {
        tuple(resource["Properties"]["Schema"]["properties"])
        for resource in synthesized(stack)["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::Model"
    }
    assert models == {("a",), ("b",)}


def test_deploys_anew_when_a_model_changes(tmp_path: Any, synthesized: Synthesized) -> None:
    def deployment(longest: int) -> str:
        app = cdk.App(analytics_reporting=False, outdir=str(tmp_path / str(longest)))
        stack = cdk.Stack(app, "Shop")
        name = {"type": "string", "maxLength": longest}
        body = {"title": "Body", "type": "object", "properties": {"name": name}}
        api_of(stack).route("POST", "/orders", function(stack), body=body)
        (found,) = (
            name
            for name, resource in synthesized(stack)["Resources"].items()
            if resource["Type"] == "AWS::ApiGateway::Deployment"
        )
        return str(found)

    assert deployment(10) == deployment(10)
    assert deployment(10) != deployment(11)


def test_wants_path_parameters_and_those_it_is_told(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route(
        "GET",
        "/orders/{order_id}/lines/{line}",
        function(stack),
        query_parameters={"expand": False},
        headers={"Idempotency-Key": True},
    )
    assert only(stack, METHOD)["RequestParameters"] == {
        "method.request.path.order_id": True,
        "method.request.path.line": True,
        "method.request.querystring.expand": False,
        "method.request.header.Idempotency-Key": True,
    }


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_refuses_a_body_that_nobody_describes(plain_stack: cdk.Stack, method: Any) -> None:
    api = api_of(plain_stack)
    with pytest.raises(ConstructError, match=rf"'Shop/Api'.*{method} /orders.*EMPTY_BODY"):
        api.route(method, "/orders", plain_function(plain_stack))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"http_method": "ANY"}, "http_method='ANY'"),
        ({"http_method": "OPTIONS"}, "http_method='OPTIONS'"),
        ({"path": "orders"}, "pass '/orders'"),
        ({"public": " "}, "anyone may call"),
        ({"public": "it is", "authorizer": IAM}, "leave out one of them"),
        ({"body": Unrelated}, "does not say what it accepts"),
        ({"body": {"type": "object"}}, "properties that nobody describes"),
    ],
)
def test_refuses_a_route_that_would_be_open(
    plain_stack: cdk.Stack, change: dict[str, Any], message: str
) -> None:
    api = api_of(plain_stack)
    route = {"http_method": "GET", "path": "/orders", "handler": plain_function(plain_stack)}
    with pytest.raises(ConstructError, match=message):
        api.route(**{**route, **change})


def test_takes_an_integration_in_place_of_a_function(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route("POST", "/jobs", apigateway.MockIntegration(), body=EMPTY_BODY)
    method = only(stack, METHOD)
    assert method["Integration"]["Type"] == "MOCK"
    assert method["AuthorizationType"] == "AWS_IAM"


def test_a_stock_method_has_the_authorizer_and_the_validator_too(
    stack: cdk.Stack, only: Only
) -> None:
    api = api_of(stack)
    api.root.add_resource("orders").add_method(
        "GET", apigateway.LambdaIntegration(function(stack), allow_test_invoke=False)
    )
    method = only(stack, METHOD)
    assert method["AuthorizationType"] == "AWS_IAM"
    assert method["RequestValidatorId"] == stack.resolve(api.request_validator.request_validator_id)


def test_a_stock_method_keeps_the_validator_it_names(stack: cdk.Stack, only: Only) -> None:
    api = api_of(stack)
    own = api.add_request_validator("Own", validate_request_body=True)
    api.root.add_method("GET", apigateway.MockIntegration(), request_validator=own)
    assert only(stack, METHOD)["RequestValidatorId"] == stack.resolve(own.request_validator_id)


@pytest.mark.parametrize("plain", [False, True], ids=["secure", "plain"])
def test_lets_only_this_route_of_this_account_invoke_the_function(
    plain_stack: cdk.Stack, only: Only, *, plain: bool
) -> None:
    api = api_of(plain_stack)
    handler = plain_function(plain_stack) if plain else function(plain_stack)
    api.route("POST", "/orders/{id}", handler, body=PlaceOrder)
    permission = only(plain_stack, "AWS::Lambda::Permission")
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}
    assert permission["SourceArn"]["Fn::Join"][1][-1] == "/POST/orders/*"


def test_puts_the_shared_web_acl_in_front_of_each_api(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    for name in ("Api", "Other"):
        api = SecureApi(stack, name, authorizer=IAM)
        api.route("GET", "/", apigateway.MockIntegration())
    template = synthesized(stack)
    associations = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::WAFv2::WebACLAssociation"
    ]
    assert {json.dumps(found["WebACLArn"]) for found in associations} == {
        json.dumps({"Fn::GetAtt": ["SecureConstructsWebAcl7B397817", "Arn"]})
    }
    assert len({json.dumps(found["ResourceArn"]) for found in associations}) == 2


def test_takes_a_web_acl_of_your_own(stack: cdk.Stack, only: Only) -> None:
    acl = SecureWebAcl(stack, "Strict", rate_limit=100)
    api = api_of(stack, web_acl=acl)
    api.route("GET", "/", apigateway.MockIntegration())
    association = only(stack, "AWS::WAFv2::WebACLAssociation")
    assert association["WebACLArn"] == stack.resolve(acl.web_acl_arn)
    assert association["ResourceArn"] == stack.resolve(api.deployment_stage.stage_arn)


def test_traces_measures_throttles_and_logs_errors_without_bodies(
    stack: cdk.Stack, only: Only
) -> None:
    api_of(stack).route("GET", "/", apigateway.MockIntegration())
    stage = only(stack, STAGE)
    assert stage["TracingEnabled"] is True
    assert stage["MethodSettings"] == [
        {
            "DataTraceEnabled": False,
            "HttpMethod": "*",
            "LoggingLevel": "ERROR",
            "MetricsEnabled": True,
            "ResourcePath": "/*",
            "ThrottlingBurstLimit": 100,
            "ThrottlingRateLimit": 50,
        }
    ]


def test_takes_other_limits_and_another_stage(stack: cdk.Stack, only: Only) -> None:
    api = api_of(stack, stage_name="v1", throttling_rate_limit=5, throttling_burst_limit=10)
    api.route("GET", "/", apigateway.MockIntegration())
    stage = only(stack, STAGE)
    assert stage["StageName"] == "v1"
    assert stage["MethodSettings"][0]["ThrottlingRateLimit"] == 5
    assert stage["MethodSettings"][0]["ThrottlingBurstLimit"] == 10


def test_logs_each_request_as_json(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route("GET", "/", apigateway.MockIntegration())
    line = only(stack, STAGE)["AccessLogSetting"]["Format"]
    assert "\n" not in line
    assert len(line) < 3000
    fields = json.loads(line)
    assert fields["requestId"] == "$context.requestId"
    assert fields["principalId"] == "$context.authorizer.principalId"
    assert fields["authorizerError"] == "$context.authorizer.error"
    assert fields["wafResponseCode"] == "$context.wafResponseCode"
    assert fields["errorMessage"] == "$context.error.message"


def test_keeps_both_logs_for_ninety_days_and_beyond_the_stack(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    api = api_of(stack)
    api.route("GET", "/", apigateway.MockIntegration())
    resources = synthesized(stack)["Resources"]
    for group in (api.access_log, api.execution_log):
        found = resources[stack.resolve(group.log_group_name)["Ref"]]
        assert found["Properties"]["RetentionInDays"] == 90
        assert found["DeletionPolicy"] == "Retain"
    execution_log = stack.resolve(api.execution_log.log_group_name)["Ref"]
    assert resources[execution_log]["Properties"]["LogGroupName"] == {
        "Fn::Join": [
            "",
            ["API-Gateway-Execution-Logs_", stack.resolve(api.rest_api_id), "/prod"],
        ]
    }
    (stage,) = (found for found in resources.values() if found["Type"] == STAGE)
    assert execution_log in stage["DependsOn"]


def test_speaks_tls_1_3_only_and_strictly(stack: cdk.Stack, only: Only) -> None:
    api_of(stack).route("GET", "/", apigateway.MockIntegration())
    api = only(stack, "AWS::ApiGateway::RestApi")
    assert api["SecurityPolicy"] == "SecurityPolicy_TLS13_1_3_2025_09"
    assert api["EndpointAccessMode"] == "STRICT"
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    assert api["DisableExecuteApiEndpoint"] is False


def domain(stack: cdk.Stack, **props: Any) -> apigateway.DomainNameOptions:
    arn = "arn:aws:acm:eu-central-1:111122223333:certificate/one"
    certificate = acm.Certificate.from_certificate_arn(stack, "Certificate", arn)
    return apigateway.DomainNameOptions(
        domain_name="api.example.com", certificate=certificate, **props
    )


def test_closes_the_default_endpoint_when_it_has_a_name(stack: cdk.Stack, only: Only) -> None:
    api_of(stack, domain_name=domain(stack)).route("GET", "/", apigateway.MockIntegration())
    assert only(stack, "AWS::ApiGateway::RestApi")["DisableExecuteApiEndpoint"] is True
    name = only(stack, "AWS::ApiGateway::DomainName")
    assert name["SecurityPolicy"] == "SecurityPolicy_TLS13_1_3_2025_09"
    assert name["EndpointAccessMode"] == "STRICT"


def test_asks_callers_for_a_certificate(stack: cdk.Stack, only: Only) -> None:
    trust = s3.Bucket.from_bucket_name(stack, "Trust", "trust")
    mtls = apigateway.MTLSConfig(bucket=trust, key="store.pem", version="1")
    api = api_of(stack, domain_name=domain(stack, mtls=mtls))
    api.route("GET", "/", apigateway.MockIntegration())
    name = only(stack, "AWS::ApiGateway::DomainName")
    assert name["MutualTlsAuthentication"]["TruststoreVersion"] == "1"
    assert name["SecurityPolicy"] == "TLS_1_2"
    assert "EndpointAccessMode" not in name


def test_refuses_a_trust_store_that_may_change(plain_stack: cdk.Stack) -> None:
    trust = s3.Bucket.from_bucket_name(plain_stack, "Trust", "trust")
    mtls = apigateway.MTLSConfig(bucket=trust, key="store.pem")
    with pytest.raises(ConstructError, match="who is trusted"):
        api_of(plain_stack, domain_name=domain(plain_stack, mtls=mtls))


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("security_policy", apigateway.SecurityPolicy.TLS_1_0),
        ("endpoint_type", apigateway.EndpointType.EDGE),
        ("endpoint_access_mode", apigateway.EndpointAccessMode.BASIC),
    ],
)
def test_refuses_a_weaker_name(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"domain_name\.{prop}"):
        api_of(plain_stack, domain_name=domain(plain_stack, **{prop: value}))


@pytest.mark.parametrize("kind", ["DEFAULT_4XX", "DEFAULT_5XX"])
def test_answers_errors_with_a_fixed_sentence_and_the_request_id(
    stack: cdk.Stack, synthesized: Synthesized, kind: str
) -> None:
    api_of(stack).route("GET", "/", apigateway.MockIntegration())
    (response,) = (
        resource["Properties"]
        for resource in synthesized(stack)["Resources"].values()
        if resource["Type"] == "AWS::ApiGateway::GatewayResponse"
        and resource["Properties"]["ResponseType"] == kind
    )
    answer = json.loads(response["ResponseTemplates"]["application/json"])
    assert answer.pop("requestId") == "$context.requestId"
    assert "$" not in json.dumps(answer)
    headers = response["ResponseParameters"]
    assert headers["gatewayresponse.header.X-Content-Type-Options"] == "'nosniff'"
    assert "gatewayresponse.header.Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("origin", ["*", "https://*.example.com", "null"])
def test_refuses_web_sites_that_are_not_named(plain_stack: cdk.Stack, origin: str) -> None:
    cors = apigateway.CorsOptions(allow_origins=["https://shop.example.com", origin])
    with pytest.raises(ConstructError, match="name the sites"):
        api_of(plain_stack, default_cors_preflight_options=cors)


def test_lets_named_web_sites_ask_without_an_authorizer(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    cors = apigateway.CorsOptions(allow_origins=["https://shop.example.com"])
    api_of(stack, default_cors_preflight_options=cors).route("GET", "/orders", function(stack))
    template = synthesized(stack)
    found = methods(template)
    assert found["GET"]["AuthorizationType"] == "AWS_IAM"
    assert found["OPTIONS"]["AuthorizationType"] == "NONE"
    (preflight,) = found["OPTIONS"]["Integration"]["IntegrationResponses"]
    assert preflight["ResponseParameters"][
        "method.response.header.Access-Control-Allow-Origin"
    ] == ("'https://shop.example.com'")
    assert "'https://shop.example.com'" in json.dumps(
        template["Resources"]["ApiDefault4XxE5605114"]
    )


def test_leaves_the_account_alone_unless_asked(stack: cdk.Stack, synthesized: Synthesized) -> None:
    api_of(stack).route("GET", "/", apigateway.MockIntegration())
    kinds = {resource["Type"] for resource in synthesized(stack)["Resources"].values()}
    assert "AWS::ApiGateway::Account" not in kinds
    assert "AWS::IAM::Role" not in kinds


def test_sets_the_account_s_log_role_once(stack: cdk.Stack, synthesized: Synthesized) -> None:
    for name in ("Api", "Other"):
        api = SecureApi(stack, name, authorizer=IAM, cloud_watch_role=True)
        api.route("GET", "/", apigateway.MockIntegration())
    resources = synthesized(stack)["Resources"]
    (account,) = (
        name
        for name, resource in resources.items()
        if resource["Type"] == "AWS::ApiGateway::Account"
    )
    assert resources[account]["DeletionPolicy"] == "Retain"
    stages = [resource for resource in resources.values() if resource["Type"] == STAGE]
    assert all(account in stage["DependsOn"] for stage in stages)


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("clone_from", None),
        ("default_method_options", None),
        ("deploy", False),
        ("deploy_options", None),
        ("disable_execute_api_endpoint", False),
        ("endpoint_types", []),
        ("endpoint_configuration", None),
        ("min_compression_size", None),
        ("minimum_compression_size", 0),
        ("throttling_rate_limit", 0),
        ("throttling_burst_limit", 10_001),
    ],
)
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Api' does not take {prop}.* because"):
        api_of(plain_stack, **{prop: value})


def test_passes_both_packs_of_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    cors = apigateway.CorsOptions(allow_origins=["https://shop.example.com"])
    api = api_of(plain_stack, cloud_watch_role=True, default_cors_preflight_options=cors)
    api.route("POST", "/orders", apigateway.MockIntegration(), body=PlaceOrder)
    api.route("GET", "/health", apigateway.MockIntegration(), public="probes carry no token")
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    packs = cdk.Validations.of(app)
    packs.add_plugins(cdk_nag.AwsSolutionsChecks())
    packs.add_plugins(cdk_nag.ServerlessChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    api_of(stack).route("POST", "/orders", apigateway.MockIntegration(), body=PlaceOrder)
    ids = {name for name in synthesized(stack)["Resources"] if "Deployment" not in name}
    assert ids == {
        "ApiAccessLog713001CC",
        "ApiDefault4XxE5605114",
        "ApiDefault5Xx7B53C5FB",
        "ApiExecutionLog4D3E3207",
        "ApiF70053CD",
        "ApiPlaceOrderModel29E53BA2",
        "ApiValidator3C8892D8",
        "Apiorders33D48F48",
        "ApiordersPOSTC4B92180",
        "SecureConstructsWebAcl7B397817",
        "SecureConstructsWebAclLogE9677568",
        "SecureConstructsWebAclLogPolicyResourcePolicyDF6EA036",
        "SecureConstructsWebAclLogging26C69D0C",
    }
