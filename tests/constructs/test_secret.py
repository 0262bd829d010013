from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from secure_constructs.constructs import SecureFunction, SecureKey, SecureSecret
from secure_constructs.errors import ConstructError

Find = Any
WHY = "the partner replaces it by phone"


def role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def rotator(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Rotator",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
        reserved_concurrent_executions=1,
    )


def test_secrets_manager_makes_the_value(stack: cdk.Stack, only: Find) -> None:
    SecureSecret(stack, "Partner", no_rotation=WHY)
    secret = only(stack, "AWS::SecretsManager::Secret")
    assert "GenerateSecretString" in secret
    assert "SecretString" not in secret


def test_outlives_its_stack(stack: cdk.Stack, found: Find) -> None:
    SecureSecret(stack, "Partner", no_rotation=WHY)
    (secret,) = found(stack, "AWS::SecretsManager::Secret").values()
    assert secret["DeletionPolicy"] == "Retain"


def test_rotates_with_the_callers_function(stack: cdk.Stack, only: Find) -> None:
    SecureSecret(
        stack,
        "Database",
        rotation_lambda=rotator(stack),
        automatically_after=cdk.Duration.days(7),
    )
    schedule = only(stack, "AWS::SecretsManager::RotationSchedule")
    assert schedule["RotationRules"] == {"ScheduleExpression": "rate(7 days)"}


def test_waits_for_the_first_value_where_it_is_told_to(stack: cdk.Stack, only: Find) -> None:
    SecureSecret(
        stack, "Provider", rotate_immediately_on_update=False, rotation_lambda=rotator(stack)
    )
    schedule = only(stack, "AWS::SecretsManager::RotationSchedule")
    assert schedule["RotateImmediatelyOnUpdate"] is False


def test_only_this_account_makes_secrets_manager_rotate(stack: cdk.Stack, only: Find) -> None:
    SecureSecret(stack, "Database", rotation_lambda=rotator(stack))
    permission = only(stack, "AWS::Lambda::Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


@pytest.mark.parametrize("grant", ["grants.read", "grant_read"])
def test_a_reader_gets_the_value_and_nothing_about_it(
    stack: cdk.Stack, only: Find, grant: str
) -> None:
    allow: Any = SecureSecret(stack, "Partner", no_rotation=WHY)
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(role(stack))
    statement, _ = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "secretsmanager:GetSecretValue"


@pytest.mark.parametrize("grant", ["grants.write", "grant_write"])
def test_a_writer_stores_a_version_and_changes_nothing_else(
    stack: cdk.Stack, only: Find, grant: str
) -> None:
    allow: Any = SecureSecret(stack, "Partner", no_rotation=WHY)
    for name in grant.split("."):
        allow = getattr(allow, name)
    allow(role(stack))
    statement, _ = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "secretsmanager:PutSecretValue"


def test_the_secrets_of_a_stack_share_a_key(stack: cdk.Stack, found: Find) -> None:
    SecureSecret(stack, "Partner", no_rotation=WHY)
    SecureSecret(stack, "Bank", no_rotation=WHY)
    (key,) = found(stack, "AWS::KMS::Key")
    keys = [
        secret["Properties"]["KmsKeyId"]
        for secret in found(stack, "AWS::SecretsManager::Secret").values()
    ]
    assert keys == [{"Fn::GetAtt": [key, "Arn"]}] * 2


def test_its_key_is_used_through_secrets_manager_only(stack: cdk.Stack, only: Find) -> None:
    secret = SecureSecret(stack, "Partner", no_rotation=WHY, encryption_key=SecureKey(stack, "Key"))
    secret.grants.read(role(stack))
    _, on_key = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert on_key["Action"] == "kms:Decrypt"
    via = on_key["Condition"]["StringEquals"]["kms:ViaService"]
    assert via == {"Fn::Join": ["", ["secretsmanager.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}


def test_a_secret_in_one_stack_is_read_from_another(app: cdk.App, plain_stack: cdk.Stack) -> None:
    key = SecureKey(plain_stack, "Key")
    secret = SecureSecret(plain_stack, "Partner", no_rotation=WHY, encryption_key=key)
    secret.grants.read(role(cdk.Stack(app, "Other")))
    app.synth()


def test_denies_everyone_but_its_readers(stack: cdk.Stack, found: Find, only: Find) -> None:
    SecureSecret(stack, "Partner", no_rotation=WHY, readers=[role(stack)])
    (denied,) = only(stack, "AWS::SecretsManager::ResourcePolicy")["ResourcePolicy"]["Statement"]
    (reader,) = found(stack, "AWS::IAM::Role")
    assert denied["Effect"] == "Deny"
    assert denied["Action"] == "secretsmanager:GetSecretValue"
    assert denied["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": [{"Fn::GetAtt": [reader, "Arn"]}]}
    }


@pytest.mark.parametrize("prop", ["secret_string_value", "secret_object_value"])
def test_refuses_a_value_in_the_template(plain_stack: cdk.Stack, prop: str) -> None:
    value: Any = cdk.SecretValue.unsafe_plain_text("hunter2")
    if prop == "secret_object_value":
        value = {"password": value}
    with pytest.raises(ConstructError, match="would stand in the template") as refused:
        SecureSecret(plain_stack, "Partner", no_rotation=WHY, **{prop: value})
    assert "hunter2" not in str(refused.value)


def test_refuses_to_go_with_its_stack(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="apply_removal_policy"):
        SecureSecret(
            plain_stack,
            "Partner",
            no_rotation=WHY,
            removal_policy=cdk.RemovalPolicy.DESTROY,  # type: ignore[arg-type]
        )


def test_asks_for_a_rotation_or_a_reason(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="give exactly one of rotation_lambda"):
        SecureSecret(plain_stack, "Partner")


def test_refuses_a_rotation_with_a_reason_why_there_is_none(plain_stack: cdk.Stack) -> None:
    hosted = secretsmanager.HostedRotation.mysql_single_user()
    with pytest.raises(ConstructError, match="hosted_rotation and no_rotation"):
        SecureSecret(plain_stack, "Partner", no_rotation=WHY, hosted_rotation=hosted)


@pytest.mark.parametrize("reason", ["", "  ", True])
def test_refuses_a_reason_without_words(plain_stack: cdk.Stack, reason: Any) -> None:
    with pytest.raises(ConstructError, match="say why in a sentence"):
        SecureSecret(plain_stack, "Partner", no_rotation=reason)


@pytest.mark.parametrize(
    ("prop", "value"),
    [("automatically_after", None), ("rotate_immediately_on_update", False)],
)
def test_refuses_an_interval_for_what_does_not_rotate(
    plain_stack: cdk.Stack, prop: str, value: object
) -> None:
    given: dict[str, Any] = {prop: cdk.Duration.days(7) if value is None else value}
    with pytest.raises(ConstructError, match=prop):
        SecureSecret(plain_stack, "Partner", no_rotation=WHY, **given)


def test_refuses_to_lock_everyone_out(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="everyone is locked out"):
        SecureSecret(plain_stack, "Partner", no_rotation=WHY, readers=[])
