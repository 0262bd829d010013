"""Stages whose backends cannot tell API Gateway from a stranger."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.exposure import REST_API
from secure_constructs.services.stages import DEPLOYMENT, STAGE, api_of, stage_of
from secure_constructs.template import Block, Resource, Template


def _remote(**integration: object) -> dict[str, object]:
    return {
        "Api": {"Type": REST_API},
        "Get": {
            "Type": "AWS::ApiGateway::Method",
            "Properties": {"RestApiId": {"Ref": "Api"}, "Integration": integration},
        },
    }


_REMOTE = _remote(Type="HTTP_PROXY", Uri="https://example.com/")


class StageWithoutClientCertificate(Rule):
    """
    API Gateway shows its HTTP backends no certificate.

    A backend on the internet then has to believe whoever calls it,
    past authorizers, validators and limits. Only APIs with such a backend are judged;
    there are other ways to tell callers apart, so this rule belongs to the strict pack.
    """

    id = "apigateway-stage-without-client-certificate"
    control = "apigw.client-certificate"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    recommended = False
    fix = "set client_certificate_id in deploy_options, and check the certificate in the backend"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/getting-started-client-side-ssl-authentication.html",
    )

    passes = (
        Example(
            "functions only", {"RestApiId": {"Ref": "Api"}}, beside={"Api": {"Type": REST_API}}
        ),
        Example(
            "a certificate",
            {"RestApiId": {"Ref": "Api"}, "ClientCertificateId": "abc123"},
            beside=_REMOTE,
        ),
        Example(
            "a backend in a VPC",
            {"RestApiId": {"Ref": "Api"}},
            beside=_remote(Type="HTTP", ConnectionType="VPC_LINK"),
        ),
        Example("a function", {"RestApiId": {"Ref": "Api"}}, beside=_remote(Type="AWS_PROXY")),
    )
    fails = (
        Example(
            "a backend on the internet",
            {"RestApiId": {"Ref": "Api"}},
            beside=_REMOTE,
        ),
        Example(
            "a backend whose answers are mapped",
            {"RestApiId": {"Ref": "Api"}},
            beside=_remote(Type="HTTP", Uri="https://example.com/"),
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        stage = stage_of(resource)
        if stage is None or stage.has("ClientCertificateId"):
            return
        api = api_of(resource, template)
        if api is None:
            return
        methods = template.referrers(api, "AWS::ApiGateway::Method", at="RestApiId")
        if any(_is_remote(method.block("Integration")) for method in methods):
            message = "HTTP backends get no certificate to know API Gateway by"
            yield self.finding(stage, "ClientCertificateId", message)


def _is_remote(integration: Block) -> bool:
    kind = (integration.text("Type") or "").upper()
    return kind in ("HTTP", "HTTP_PROXY") and integration.text("ConnectionType") != "VPC_LINK"
