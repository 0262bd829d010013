"""Default endpoints of REST APIs, which accept TLS 1.0 unless told otherwise."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API, is_private
from secure_constructs.template import Resource, Template


class DefaultEndpointTls(Rule):
    """
    The default endpoint accepts TLS 1.0, as it does unless a security policy is set.

    Whoever sits between a caller and AWS can force an old client down to ciphers
    that can be broken. Browsers and current SDKs refuse TLS 1.0 themselves,
    so this rule belongs to the strict pack.
    Private endpoints start at TLS 1.2.
    """

    id = "apigateway-default-endpoint-tls"
    control = "apigw.tls-policy"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (REST_API,)
    recommended = False
    fix = (
        "set security_policy and endpoint_access_mode on the CfnRestApi, or use SecureApi;"
        " behind a domain name, set disable_execute_api_endpoint=True"
    )
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html",
    )

    passes = (
        Example("TLS 1.3", {"SecurityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}),
        Example("no default endpoint", {"DisableExecuteApiEndpoint": "true"}),
        Example("a private endpoint", {"EndpointConfiguration": {"Types": ["PRIVATE"]}}),
    )
    fails = (Example("no policy", {"Name": "orders"}),)

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if api.flag("DisableExecuteApiEndpoint") or is_private(api):
            return
        if api.text("SecurityPolicy") is None:
            yield self.finding(api, "SecurityPolicy", "the default endpoint accepts TLS 1.0")
