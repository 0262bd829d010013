"""Stages that pass on as many calls as the account allows."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._strangers import lets_strangers_in
from secure_constructs.services.exposure import REST_API, is_private
from secure_constructs.services.openapi import Guard, document_of
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    api_of,
    settings_for_all,
    stage_of,
)
from secure_constructs.template import Block, Resource, Template


class StageWithoutThrottling(Rule):
    """
    The stage sets no limit to the rate of calls.

    The quota of the account, 10,000 calls a second for all its APIs together, is all that bounds a
    flood: the functions behind it run at your cost, and the other APIs of the account starve.

    A usage plan bounds only callers that show an API key, so it counts where every method asks for
    one. Private APIs are left alone, and those that refuse strangers before any code runs.
    """

    id = "apigateway-stage-without-throttling"
    control = "apigw.throttling"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.MEDIUM
    resource_types = (STAGE, DEPLOYMENT, HTTP_STAGE)
    fix = "set throttling_rate_limit and throttling_burst_limit in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html",
    )

    passes = (
        Example(
            "a private API",
            {"RestApiId": {"Ref": "Api"}},
            beside={
                "Api": {
                    "Type": "AWS::ApiGateway::RestApi",
                    "Properties": {"EndpointConfiguration": {"Types": ["PRIVATE"]}},
                }
            },
        ),
        Example(
            "a limit for all methods",
            {
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "ThrottlingRateLimit": "50",
                        "ThrottlingBurstLimit": 100,
                    }
                ]
            },
        ),
        Example(
            "a limit for all routes",
            {"DefaultRouteSettings": {"ThrottlingRateLimit": 50, "ThrottlingBurstLimit": 100}},
            type=HTTP_STAGE,
        ),
        Example(
            "the stage that a deployment makes",
            {"StageName": "v1", "StageDescription": {"ThrottlingRateLimit": 50}},
            type=DEPLOYMENT,
        ),
        Example(
            "every caller has a key, and the plan of the keys has a limit",
            {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
            beside={
                "Api": {"Type": REST_API},
                "Get": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {"RestApiId": {"Ref": "Api"}, "ApiKeyRequired": True},
                },
                "Plan": {
                    "Type": "AWS::ApiGateway::UsagePlan",
                    "Properties": {
                        "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": "v1"}],
                        "Throttle": {"RateLimit": 10, "BurstLimit": 20},
                    },
                },
            },
        ),
        Example(
            "strangers are refused before any code runs",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Get": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {
                        "RestApiId": {"Ref": "Api"},
                        "HttpMethod": "GET",
                        "AuthorizationType": "AWS_IAM",
                    },
                },
                "Preflight": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "OPTIONS"},
                },
            },
        ),
        Example(
            "strangers are refused by a user pool, as the document says",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {
                    "Type": "AWS::ApiGateway::RestApi",
                    "Properties": {
                        "Body": {
                            "paths": {"/orders": {"get": {"security": [{"pool": []}]}}},
                            "securityDefinitions": {
                                "pool": {"type": "apiKey", "x-amazon-apigateway-authorizer": {}}
                            },
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example(
            "a function decides about strangers, and runs for each of them",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Get": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {
                        "RestApiId": {"Ref": "Api"},
                        "HttpMethod": "GET",
                        "AuthorizationType": "CUSTOM",
                    },
                },
            },
        ),
        Example("no setting", {"StageName": "prod"}),
        Example("no setting for an HTTP API", {"StageName": "$default"}, type=HTTP_STAGE),
        Example(
            "a limit for one method only",
            {
                "MethodSettings": [
                    {"ResourcePath": "/orders", "HttpMethod": "GET", "ThrottlingRateLimit": 50}
                ]
            },
        ),
        Example(
            "a limit taken away",
            {
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "ThrottlingRateLimit": -1,
                        "ThrottlingBurstLimit": -1,
                    }
                ]
            },
        ),
        Example("the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT),
        Example(
            "a usage plan that callers without a key pass by",
            {"RestApiId": {"Ref": "Api"}, "StageName": "v1"},
            beside={
                "Api": {"Type": REST_API},
                "Get": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {"RestApiId": {"Ref": "Api"}, "HttpMethod": "GET"},
                },
                "Plan": {
                    "Type": "AWS::ApiGateway::UsagePlan",
                    "Properties": {
                        "ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": "v1"}],
                        "Throttle": {"RateLimit": 10},
                    },
                },
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"DefaultRouteSettings": {"ThrottlingRateLimit": {"Ref": "Rate"}}},
            sections={"Parameters": {"Rate": {"Type": "Number"}}},
            type=HTTP_STAGE,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None or any(_limits(settings) for settings in settings_for_all(stage)):
            return
        api = api_of(resource, template)
        if api is not None and _plan_limits(api, template) and _asks_for_keys(api, template):
            return
        if (api is not None and is_private(api)) or not lets_strangers_in(api, template):
            return
        path = "DefaultRouteSettings" if resource.type == HTTP_STAGE else "MethodSettings"
        yield self.finding(stage, path, "no rate limit holds for all methods")


def _limits(settings: Block) -> bool:
    limits = (
        settings.number("ThrottlingRateLimit"),
        settings.number("ThrottlingBurstLimit"),
    )
    return any(limit is not None and limit >= 0 for limit in limits)


def _plan_limits(api: Resource, template: Template) -> bool:
    plans = template.referrers(api, "AWS::ApiGateway::UsagePlan", at="ApiStages.*.ApiId")
    return any(plan.block("Throttle") for plan in plans)


def _asks_for_keys(api: Resource, template: Template) -> bool:
    methods = [
        method
        for method in template.referrers(api, "AWS::ApiGateway::Method", at="RestApiId")
        if method.text("HttpMethod") != "OPTIONS"
    ]
    document = document_of(api)
    if document is None:
        return bool(methods) and all(method.flag("ApiKeyRequired") for method in methods)
    return not document.matching(
        lambda operation: not operation.harmless and operation.guard is Guard.OPEN
    )
