"""Whose tokens of shared identity providers a trust policy takes."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.federation import Admitted, admitted
from secure_constructs.iam.policies import trust_policy
from secure_constructs.template import Template

GITHUB = "token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::111122223333:oidc-provider/{GITHUB}"


def found(provider: Any, condition: dict[str, Any] | None = None) -> list[Admitted]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        **({"Condition": condition} if condition else {}),
    }
    body = {
        "Parameters": {"Provider": {"Type": "String"}},
        "Resources": {
            "GitHub": {
                "Type": "AWS::IAM::OIDCProvider",
                "Properties": {"Url": f"https://{GITHUB}"},
            },
            "Old": {
                "Type": "Custom::AWSCDKOpenIdConnectProvider",
                "Properties": {"Url": "https://gitlab.com"},
            },
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Statement": [statement]}},
            },
        },
    }
    template = Template(body)
    (read,) = trust_policy(template.resources["Role"]).document.allowing
    return list(admitted(read, template))


def anyone(provider: Any, condition: dict[str, Any] | None = None) -> str:
    (one,) = found(provider, condition)
    return one.anyone.name


@pytest.mark.parametrize(
    ("provider", "issuer"),
    [
        (ARN, GITHUB),
        ({"Ref": "GitHub"}, GITHUB),
        ({"Fn::GetAtt": ["GitHub", "Arn"]}, GITHUB),
        ({"Ref": "Old"}, "gitlab.com"),
        ({"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:oidc-provider/gitlab.com"}, "gitlab.com"),
    ],
)
def test_knows_the_provider_however_it_is_named(provider: Any, issuer: str) -> None:
    assert [one.issuer for one in found(provider)] == [issuer]


def test_conditions_tell_a_provider_that_is_a_parameter() -> None:
    audience = {"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}

    assert [one.issuer for one in found({"Ref": "Provider"}, audience)] == [GITHUB]


def test_providers_of_the_company_are_not_shared() -> None:
    assert found("arn:aws:iam::111122223333:oidc-provider/login.shop.example") == []
    assert found("arn:aws:iam::111122223333:saml-provider/Staff") == []
    assert found("cognito-identity.amazonaws.com") == []


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ({"StringEquals": {f"{GITHUB}:aud": "sts.amazonaws.com"}}, "YES"),
        ({"StringLike": {f"{GITHUB}:sub": "repo:*"}}, "YES"),
        ({"StringLike": {f"{GITHUB}:sub": ["repo:shop/orders:*", "*"]}}, "YES"),
        ({"ForAllValues:StringLike": {f"{GITHUB}:sub": "repo:shop/orders:*"}}, "YES"),
        ({"StringNotEquals": {f"{GITHUB}:sub": "repo:shop/old:*"}}, "YES"),
        ({"StringLike": {f"{GITHUB}:sub": {"Ref": "Provider"}}}, "MAYBE"),
        ({"StringLike": {f"{GITHUB}:sub": "repo:shop/orders:*"}}, "NO"),
        ({"StringEquals": {f"{GITHUB}:repository_owner": "shop"}}, "NO"),
        ({"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}, "NO"),
    ],
)
def test_a_subject_has_to_tell_whose_pipeline_it_is(condition: dict[str, Any], answer: str) -> None:
    assert anyone(ARN, condition) == answer


def test_users_of_an_app_are_those_its_audience_names() -> None:
    app = {"StringEquals": {"accounts.google.com:aud": "shop.apps.googleusercontent.com"}}
    person = {"StringEquals": {"accounts.google.com:sub": "113114115116"}}

    assert [(one.anyone.name, one.users.name) for one in found("accounts.google.com")] == [
        ("YES", "NO")
    ]
    assert [(one.anyone.name, one.users.name) for one in found("accounts.google.com", app)] == [
        ("NO", "YES")
    ]
    assert [(one.anyone.name, one.users.name) for one in found("accounts.google.com", person)] == [
        ("NO", "NO")
    ]
