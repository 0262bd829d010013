"""Methods of REST APIs that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import purpose_of_method
from secure_constructs.rules.aws_apigateway._open import open_method, open_operations
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.openapi import listed
from secure_constructs.template import Resource, Template


class MethodWithoutAuthorizer(Rule):
    """
    The method answers callers that no one has identified.

    Nothing but the URL is needed to call it, and URLs are in every browser, app and log:
    whoever has one reads and changes what the integration behind it can reach.

    Preflight requests carry no credentials by design, so ``OPTIONS`` is left alone,
    and so are mocks that answer reads.
    An API whose resource policy names its callers or their networks,
    or that asks every caller for a certificate, has a fence of another kind.
    Documentation and health checks, by their paths, are open by nature; sign-in and webhooks are
    too, and have a rule of their own.
    """

    id = "apigateway-method-without-authorizer"
    control = "apigw.authorization"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::ApiGateway::Method", REST_API)
    fix = (
        "pass authorizer=CognitoUserPoolsAuthorizer(...) to add_method,"
        " or authorization_type=AuthorizationType.IAM, or use SecureApi"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html",
    )

    passes = (
        Example("callers sign with IAM", {"HttpMethod": "POST", "AuthorizationType": "AWS_IAM"}),
        Example("a preflight request", {"HttpMethod": "OPTIONS", "AuthorizationType": "NONE"}),
        Example(
            "a mock that answers reads",
            {"HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {"Type": "MOCK"}},
        ),
        Example(
            "the resource policy lets in one network",
            {"HttpMethod": "GET", "AuthorizationType": "NONE", "RestApiId": {"Ref": "Api"}},
            beside={
                "Api": {
                    "Type": REST_API,
                    "Properties": {
                        "Policy": {
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": "*",
                                "Action": "execute-api:Invoke",
                                "Resource": "*",
                                "Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
                            }
                        }
                    },
                }
            },
        ),
        Example(
            "every operation of the document has an authorizer, or is a preflight",
            {
                "Body": {
                    "swagger": "2.0",
                    "paths": {
                        "/orders": {
                            "post": {"security": [{"users": []}]},
                            "options": {"security": []},
                        }
                    },
                    "securityDefinitions": {
                        "users": {
                            "type": "apiKey",
                            "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools"},
                        }
                    },
                }
            },
            type=REST_API,
        ),
        Example(
            "documentation, some way down the path",
            {"HttpMethod": "GET", "ResourceId": {"Ref": "Page"}},
            beside={
                "Docs": {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {"PathPart": "swagger"},
                },
                "Page": {
                    "Type": "AWS::ApiGateway::Resource",
                    "Properties": {"PathPart": "{page}", "ParentId": {"Ref": "Docs"}},
                },
            },
        ),
        Example(
            "a health check",
            {"Body": {"openapi": "3.0.1", "paths": {"/health": {"get": {"responses": {}}}}}},
            type=REST_API,
        ),
    )
    fails = (
        Example(
            "orders beside a health check",
            {"Body": {"paths": {"/health": {"get": {}}, "/orders": {"get": {}}}}},
            type=REST_API,
        ),
        Example(
            "something to change, where documentation is",
            {"HttpMethod": "PUT", "ResourceId": {"Ref": "Docs"}},
            beside={
                "Docs": {"Type": "AWS::ApiGateway::Resource", "Properties": {"PathPart": "swagger"}}
            },
        ),
        Example("anyone may call", {"HttpMethod": "POST", "AuthorizationType": "NONE"}),
        Example(
            "the default of a parameter lets anyone call",
            {"HttpMethod": "ANY", "AuthorizationType": {"Ref": "Auth"}},
            sections={"Parameters": {"Auth": {"Type": "String", "Default": "NONE"}}},
        ),
        Example(
            "an operation of the document has no security",
            {
                "Body": {
                    "openapi": "3.0.1",
                    "paths": {"/orders": {"post": {"responses": {}}}},
                }
            },
            type=REST_API,
        ),
        Example(
            "the security scheme is documentation only: it has no authorizer",
            {
                "Body": {
                    "openapi": "3.0.1",
                    "paths": {
                        "/orders": {
                            "x-amazon-apigateway-any-method": {"security": [{"oauth": ["read"]}]}
                        }
                    },
                    "components": {"securitySchemes": {"oauth": {"type": "oauth2"}}},
                }
            },
            type=REST_API,
        ),
        Example(
            "the resource policy lets anyone in",
            {"HttpMethod": "GET", "RestApiId": {"Ref": "Api"}},
            beside={
                "Api": {
                    "Type": REST_API,
                    "Properties": {
                        "Policy": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"AWS": "*"},
                                    "Action": "execute-api:Invoke",
                                    "Resource": "*",
                                }
                            ]
                        }
                    },
                }
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"HttpMethod": "POST", "AuthorizationType": {"Ref": "Auth"}},
            sections={"Parameters": {"Auth": {"Type": "String"}}},
        ),
        Example(
            "the document lies in a bucket", {"BodyS3Location": {"Bucket": "b"}}, type=REST_API
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        if resource.type == REST_API:
            opened = open_operations(resource, template, for_whom=lambda purpose: not purpose)
            if opened:
                message = f"nobody is asked who calls {listed(opened.elements)}"
                yield self.finding(opened.elements[0].block, "security", message)
        elif not purpose_of_method(resource, template) and (
            method := open_method(resource, template)
        ):
            message = f"authorization is NONE, so anyone may call {method}"
            yield self.finding(resource, "AuthorizationType", message)
