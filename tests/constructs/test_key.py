from __future__ import annotations

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_ssm as ssm

from secure_constructs.constructs import SecureKey
from secure_constructs.errors import ConstructError

Find = Any


def test_rotates(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key")
    assert only(stack, "AWS::KMS::Key")["EnableKeyRotation"] is True


def test_outlives_its_stack(stack: cdk.Stack, found: Find) -> None:
    SecureKey(stack, "Key")
    (key,) = found(stack, "AWS::KMS::Key").values()
    assert key["DeletionPolicy"] == key["UpdateReplacePolicy"] == "Retain"


def test_only_the_account_may_do_everything(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key")
    statement, *others = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert [other["Effect"] for other in others] == ["Deny"]
    assert statement["Action"] == "kms:*"
    assert str(statement["Principal"]["AWS"]).endswith("':root']]}")


def test_grants_are_for_services_of_aws_only(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key")
    _, statement = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert statement == {
        "Action": "kms:CreateGrant",
        "Condition": {
            "BoolIfExists": {
                "aws:PrincipalIsAWSService": "false",
                "kms:GrantIsForAWSResource": "false",
            }
        },
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Resource": "*",
    }


def test_admins_manage_it_without_using_it(stack: cdk.Stack, found: Find) -> None:
    admin = iam.Role(stack, "Admin", assumed_by=iam.AccountRootPrincipal())
    SecureKey(stack, "Key", admins=[admin])
    (policy,) = found(stack, "AWS::IAM::Policy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "kms:ScheduleKeyDeletion" in statement["Action"]
    assert not {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"} & {*statement["Action"]}
    assert not [action for action in statement["Action"] if "*" in action]


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("enable_key_rotation", False, "never rotates"),
        ("enabled", False, "unreadable"),
        ("policy", iam.PolicyDocument, "replaces the statement"),
        ("removal_policy", cdk.RemovalPolicy.DESTROY, "unreadable for good"),
        ("key_spec", kms.KeySpec.RSA_2048, "only symmetric keys rotate"),
        ("key_usage", kms.KeyUsage.SIGN_VERIFY, "rotate by themselves"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason) as refused:
        SecureKey(plain_stack, "Key", **{prop: value})
    assert str(refused.value).startswith("SecureKey at 'Shop/Key' does not take " + prop)


@pytest.mark.parametrize("action", ["kms:*", "*"])
def test_refuses_to_give_itself_away(plain_stack: cdk.Stack, action: str) -> None:
    statement = iam.PolicyStatement(
        actions=[action], principals=[iam.AccountPrincipal("111122223333")], resources=["*"]
    )
    with pytest.raises(ConstructError, match="delete the key and give it away"):
        SecureKey(plain_stack, "Key").add_to_resource_policy(statement)


def test_takes_a_statement_that_names_its_actions(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key").add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:Verify"],
            principals=[iam.ArnPrincipal("arn:aws:iam::111122223333:role/auditor")],
            resources=["*"],
        )
    )
    statements = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert [statement["Action"] for statement in statements] == [
        "kms:*",
        "kms:CreateGrant",
        "kms:Verify",
    ]


def test_a_principal_decrypts_through_a_service_only(stack: cdk.Stack, only: Find) -> None:
    role = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    SecureKey(stack, "Key").grants.decrypt_through(role, "secretsmanager")
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "kms:Decrypt"
    assert "kms:ViaService" in statement["Condition"]["StringEquals"]


@pytest.mark.parametrize(
    ("verb", "actions"),
    [
        ("encrypt", ["kms:Encrypt", "kms:GenerateDataKey"]),
        ("decrypt", "kms:Decrypt"),
        ("encrypt_decrypt", ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"]),
    ],
)
@pytest.mark.parametrize("grant", ["grant_{}", "grants.{}"])
def test_grants_what_the_verb_says(
    stack: cdk.Stack, only: Find, verb: str, actions: object, grant: str
) -> None:
    role = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    allow: Any = SecureKey(stack, "Key")
    for name in grant.format(verb).split("."):
        allow = getattr(allow, name)
    allow(role)
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == actions


def test_an_administrator_neither_uses_it_nor_lets_others(stack: cdk.Stack, only: Find) -> None:
    role = iam.Role(stack, "Admin", assumed_by=iam.AccountRootPrincipal())
    SecureKey(stack, "Key").grant_admin(role)
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert "kms:DisableKey" in statement["Action"]
    assert not {"kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"} & {*statement["Action"]}
    assert not [action for action in statement["Action"] if "*" in action]


def test_one_who_encrypts_may_be_held_to_one_operation(stack: cdk.Stack, only: Find) -> None:
    role = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    SecureKey(stack, "Key").grants.encrypt(role, "GenerateDataKey")
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "kms:GenerateDataKey"


@pytest.mark.parametrize("verb", ["generate_mac", "sign", "sign_verify", "verify", "verify_mac"])
def test_refuses_to_grant_what_it_cannot_do(plain_stack: cdk.Stack, verb: str) -> None:
    key = SecureKey(plain_stack, "Key")
    for grant in (getattr(key, f"grant_{verb}"), getattr(key.grants, verb)):
        with pytest.raises(ConstructError, match="a key that encrypts can do nothing else"):
            grant(iam.AccountRootPrincipal())


def test_the_cdk_s_own_constructs_keep_the_grants_they_need(stack: cdk.Stack, only: Find) -> None:
    role = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    parameter = ssm.StringParameter.from_secure_string_parameter_attributes(
        stack, "P", parameter_name="/shop/key", encryption_key=SecureKey(stack, "Key")
    )
    parameter.grant_read(role)
    statements = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert "kms:Decrypt" in [statement["Action"] for statement in statements]


def test_a_service_uses_it_on_behalf_of_one_resource(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key").grants.service(
        "events.amazonaws.com", source_arn="arn:aws:events:eu-west-1:1:rule/r"
    )
    *_, statement = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {
        "ArnLike": {"aws:SourceArn": "arn:aws:events:eu-west-1:1:rule/r"},
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
    }


def test_cloudwatch_logs_uses_it_for_named_log_groups(stack: cdk.Stack, only: Find) -> None:
    SecureKey(stack, "Key").grants.logs(log_group_name="/shop/*")
    *_, statement = only(stack, "AWS::KMS::Key")["KeyPolicy"]["Statement"]
    context = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert context["Fn::Join"][1][-1] == ":log-group:/shop/*"


def test_keeps_the_grants_of_a_plain_key(stack: cdk.Stack, only: Find) -> None:
    role = iam.Role(stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    key: kms.Key = SecureKey(stack, "Key")
    key.grants.decrypt(role)
    (statement,) = only(stack, "AWS::IAM::Policy")["PolicyDocument"]["Statement"]
    assert statement["Action"] == "kms:Decrypt"


def test_a_stack_shares_one_key(stack: cdk.Stack, found: Find) -> None:
    assert SecureKey.of(stack) is SecureKey.of(stack)
    assert len(found(stack, "AWS::KMS::Key")) == 1
