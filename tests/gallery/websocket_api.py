"""WebSocket APIs in their main variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureWebSocketApi
from secure_constructs.constructs.origin_gate import TokenIssuer

if TYPE_CHECKING:
    import aws_cdk as cdk

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"


def websocket_api(stack: cdk.Stack) -> None:
    """
    Build WebSocket APIs, in a stack whose Region is known.
    """
    handler, decides = (
        SecureFunction(
            stack,
            name,
            code=lambda_.Code.from_inline("def handler(event, context): ..."),
            handler="index.handler",
            reserved_concurrent_executions=5,
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        for name in ("ChatHandler", "ChatAuthorizer")
    )
    chat = SecureWebSocketApi(
        stack,
        "Chat",
        allow_origins=["https://shop.example.com"],
        authorizer=TokenIssuer(issuer="https://users.example.com", audience=("shop",)),
        connect_handler=handler,
        default_domain="Its callers are programs of ours, which speak TLS 1.3.",
        disconnect_handler=handler,
    )
    chat.route("say", handler)
    chat.grants.send(
        iam.Role(stack, "ChatSender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    )
    certificate = acm.Certificate.from_certificate_arn(stack, "ChatCertificate", CERTIFICATE)
    devices = SecureWebSocketApi(
        stack,
        "Devices",
        allow_origins=[],
        authorizer=decides,
        certificate=certificate,
        domain_mapping=apigatewayv2.DomainMappingOptions(
            domain_name=apigatewayv2.DomainName(
                stack,
                "ChatOrigin",
                certificate=certificate,
                domain_name="origin.chat.example.com",
                security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
            )
        ),
        domain_names=["devices.example.com"],
    )
    devices.route("report", handler, return_response=True)
