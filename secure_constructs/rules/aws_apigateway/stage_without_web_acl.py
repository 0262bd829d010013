"""Stages with no web ACL before them."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._strangers import lets_strangers_in
from secure_constructs.services.exposure import is_private
from secure_constructs.services.stages import DEPLOYMENT, STAGE, api_of, stage_of
from secure_constructs.services.web_acls import has_web_acl
from secure_constructs.template import Resource, Template

_ACL = {"WebACLArn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/a/b"}


class StageWithoutWebAcl(Rule):
    """
    No web ACL looks at requests before the stage does.

    Scanners, floods from one address and the payloads of last week's exploit all reach your code.
    An association in any of the templates counts. Private APIs are left alone, and those that
    refuse strangers before any code runs: by IAM, a user pool or a token issuer on every method.
    """

    id = "apigateway-stage-without-web-acl"
    control = "apigw.waf-associated"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (STAGE, DEPLOYMENT)
    fix = "call SecureWebAcl(...).associate(api.deployment_stage), or use SecureApi"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-aws-waf.html",
    )

    passes = (
        Example(
            "the association names the stage by reference",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {
                        **_ACL,
                        "ResourceArn": {
                            "Fn::Sub": "arn:aws:apigateway:x::/restapis/${Api}/stages/${Subject}"
                        },
                    },
                },
            },
        ),
        Example(
            "the association names the stage by its name",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {
                        **_ACL,
                        "ResourceArn": {
                            "Fn::Join": [
                                "",
                                [
                                    "arn:",
                                    {"Ref": "AWS::Partition"},
                                    ":apigateway:",
                                    {"Ref": "AWS::Region"},
                                    "::/restapis/",
                                    {"Ref": "Api"},
                                    "/stages/prod",
                                ],
                            ]
                        },
                    },
                },
            },
        ),
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
        Example("no association", {"StageName": "prod"}),
        Example(
            "an association with another stage",
            {"RestApiId": {"Ref": "Api"}, "StageName": "prod"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {
                        **_ACL,
                        "ResourceArn": {
                            "Fn::Sub": "arn:aws:apigateway:x::/restapis/${Api}/stages/test"
                        },
                    },
                },
            },
        ),
        Example("the stage that a deployment makes", {"StageName": "v1"}, type=DEPLOYMENT),
    )
    uncertain = (
        Example(
            "an association with something that is not known",
            {"StageName": "prod"},
            beside={
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {**_ACL, "ResourceArn": {"Ref": "Protected"}},
                }
            },
            sections={"Parameters": {"Protected": {"Type": "String"}}},
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None:
            return
        api = api_of(resource, template)
        if (api is not None and is_private(api)) or not lets_strangers_in(api, template):
            return
        if not has_web_acl(resource, api, template):
            yield self.finding(stage, "", "no web ACL is associated with the stage")
