"""Function URLs in their main variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureFunctionUrl

if TYPE_CHECKING:
    import aws_cdk as cdk

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"


def function_url(stack: cdk.Stack) -> None:
    """
    Build function URLs, in a stack whose Region is known.
    """
    function = SecureFunction(
        stack,
        "Reports",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        reserved_concurrent_executions=5,
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    SecureFunctionUrl(
        stack,
        "PublicReports",
        cors=lambda_.FunctionUrlCorsOptions(allowed_origins=["https://shop.example.com"]),
        default_domain="Its callers are programs of ours, which speak TLS 1.3.",
        function=function,
        public="The yearly reports are for everyone.",
    )
    SecureFunctionUrl(
        stack,
        "PartnerReports",
        certificate=acm.Certificate.from_certificate_arn(stack, "ReportsCertificate", CERTIFICATE),
        domain_names=["reports.example.com"],
        function=lambda_.Alias(
            stack, "ReportsLive", alias_name="live", version=function.current_version
        ),
        invoke_mode=lambda_.InvokeMode.RESPONSE_STREAM,
        trusted_key_groups=[
            cloudfront.KeyGroup.from_key_group_id(
                stack, "Partners", "11111111-2222-3333-4444-555555555555"
            )
        ],
    )
