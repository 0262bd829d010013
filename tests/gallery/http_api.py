"""HTTP APIs in their main variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureHttpApi
from secure_constructs.constructs.origin_gate import TokenIssuer

if TYPE_CHECKING:
    import aws_cdk as cdk

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"


def http_api(stack: cdk.Stack) -> None:
    """
    Build HTTP APIs, in a stack whose Region is known.
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
        for name in ("CatalogueHandler", "CatalogueAuthorizer")
    )
    api = SecureHttpApi(
        stack,
        "Catalogue",
        authorizer=TokenIssuer(issuer="https://users.example.com", audience=("shop",)),
        cors_preflight=apigatewayv2.CorsPreflightOptions(
            allow_origins=["https://shop.example.com"]
        ),
        default_domain="Its callers are programs of ours, which speak TLS 1.3.",
    )
    api.route("GET", "/articles", handler)
    api.route("POST", "/articles", handler, authorization_scopes=["articles/write"])
    api.route("GET", "/health", handler, public="It says nothing but yes.")
    certificate = acm.Certificate.from_certificate_arn(stack, "CatalogueCertificate", CERTIFICATE)
    partners = SecureHttpApi(
        stack,
        "PartnerCatalogue",
        authorizer=decides,
        certificate=certificate,
        default_domain_mapping=apigatewayv2.DomainMappingOptions(
            domain_name=apigatewayv2.DomainName(
                stack,
                "CatalogueOrigin",
                certificate=certificate,
                domain_name="origin.example.com",
                security_policy=apigatewayv2.SecurityPolicy.TLS_1_2,
            )
        ),
        domain_names=["partners.example.com"],
        origin_secret_generation=2,
    )
    partners.route("GET", "/articles", handler)
