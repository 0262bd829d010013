"""What stands in for an authorizer, and what only looks like it."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.assessment import check_template
from secure_constructs.findings import Finding

METHOD = {
    "Type": "AWS::ApiGateway::Method",
    "Properties": {
        "RestApiId": {"Ref": "Api"},
        "HttpMethod": "POST",
        "AuthorizationType": "NONE",
    },
}


def judged(api: dict[str, Any], **beside: Any) -> list[Finding]:
    resources = {
        "Api": {"Type": "AWS::ApiGateway::RestApi", "Properties": api},
        "Post": METHOD,
        **beside,
    }
    return [
        finding
        for finding in check_template({"Resources": resources})
        if finding.control == "apigw.authorization" and finding.certain
    ]


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Policy": {"Version": "2012-10-17", "Statement": list(statements)}}


ALLOW: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}
DENY: dict[str, Any] = {**ALLOW, "Effect": "Deny"}


@pytest.mark.parametrize(
    "statements",
    [
        [{**ALLOW, "Condition": {"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}}}],
        [ALLOW, {**DENY, "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}],
        [{**ALLOW, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}],
    ],
)
def test_accepts_a_policy_that_keeps_strangers_out(statements: list[dict[str, Any]]) -> None:
    assert judged(policy(*statements)) == []


@pytest.mark.parametrize(
    "statements",
    [
        [ALLOW],
        [{**ALLOW, "Principal": {"AWS": ["*"]}}],
        [ALLOW, {**DENY, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}],
    ],
)
def test_sees_through_a_policy_that_lets_strangers_in(statements: list[dict[str, Any]]) -> None:
    (finding,) = judged(policy(*statements))

    assert finding.logical_id == "Post"
    assert finding.property_path == "AuthorizationType"


MUTUAL_TLS = {
    "Domain": {
        "Type": "AWS::ApiGateway::DomainName",
        "Properties": {
            "DomainName": "api.example.com",
            "SecurityPolicy": "TLS_1_2",
            "MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"},
        },
    },
    "Mapping": {
        "Type": "AWS::ApiGateway::BasePathMapping",
        "Properties": {"DomainName": {"Ref": "Domain"}, "RestApiId": {"Ref": "Api"}},
    },
}


def test_accepts_certificates_where_every_caller_shows_one() -> None:
    assert judged({"DisableExecuteApiEndpoint": True}, **MUTUAL_TLS) == []


def test_does_not_accept_certificates_that_callers_can_go_without() -> None:
    assert [finding.logical_id for finding in judged({}, **MUTUAL_TLS)] == ["Post"]


def test_takes_an_empty_policy_for_none() -> None:
    assert [finding.logical_id for finding in judged({"Policy": ""})] == ["Post"]


def test_calls_a_key_without_an_authorizer_by_its_own_name() -> None:
    method = {**METHOD, "Properties": {**METHOD["Properties"], "ApiKeyRequired": True}}  # type: ignore[dict-item]

    (finding,) = judged({}, Post=method)

    assert finding.rule_id == "apigateway-api-key-as-authentication"
