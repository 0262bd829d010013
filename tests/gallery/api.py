"""REST APIs as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureApi, SecureFunction

if TYPE_CHECKING:
    import aws_cdk as cdk

CERTIFICATE = (
    "arn:aws:acm:eu-central-1:123456789012:certificate/11111111-2222-3333-4444-555555555555"
)
ORDER = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"sku": {"type": "string", "maxLength": 40}},
    "required": ["sku"],
}


def api(stack: cdk.Stack) -> None:
    """
    An API for callers with AWS credentials, one for signed-in users, one with its own name.
    """
    function = SecureFunction(
        stack,
        "Handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    internal = SecureApi(
        stack, "Internal", authorizer=apigateway.AuthorizationType.IAM, cloud_watch_role=True
    )
    internal.route("POST", "/orders", function, body=ORDER, headers={"Idempotency-Key": True})
    internal.route("GET", "/status", function, public="Monitors of the provider call it.")

    shop = SecureApi(
        stack,
        "Shop",
        authorizer=apigateway.CognitoUserPoolsAuthorizer(
            stack,
            "SignedIn",
            cognito_user_pools=[
                cognito.UserPool.from_user_pool_id(stack, "Users", "eu-central-1_a1b2c3d4e")
            ],
        ),
        default_cors_preflight_options=apigateway.CorsOptions(
            allow_methods=["GET"], allow_origins=["https://shop.example.com"]
        ),
        domain_name=apigateway.DomainNameOptions(
            certificate=acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE),
            domain_name="api.example.com",
        ),
    )
    shop.route(
        "GET",
        "/orders",
        function,
        authorization_scopes=["orders/read"],
        query_parameters={"page": False},
    )

    partners = SecureApi(
        stack,
        "Partners",
        authorizer=apigateway.RequestAuthorizer(
            stack,
            "PartnerSigned",
            handler=SecureFunction(
                stack,
                "CheckSignature",
                code=lambda_.Code.from_inline("def handler(event, context): ..."),
                handler="index.handler",
                reserved_concurrent_executions=5,
                runtime=lambda_.Runtime.PYTHON_3_13,
            ),
            identity_sources=[apigateway.IdentitySource.header("Authorization")],
        ),
    )
    partners.route("GET", "/prices", function)
