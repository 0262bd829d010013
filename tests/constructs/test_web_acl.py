from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway

from secure_constructs.constructs import SecureWebAcl
from secure_constructs.constructs.web_acl import LoginPage, SignUpPage
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

ACL = "AWS::WAFv2::WebACL"
EVERYTHING: dict[str, Any] = {
    "anonymous_ip": True,
    "anti_ddos": True,
    "bot_control": True,
    "login": LoginPage(path="/prod/login"),
    "sign_up": SignUpPage(path="/prod/accounts", registration_page_path="/sign-up"),
    "sql_database": True,
}


def rules(acl: dict[str, Any]) -> dict[str, dict[str, Any]]:
    ordered = sorted(acl["Rules"], key=lambda rule: rule["Priority"])
    return {rule["Name"]: rule for rule in ordered}


def test_limits_first_then_inspects(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl")
    assert list(rules(only(stack, ACL))) == [
        "RateLimit",
        "BodySize",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
    ]


def test_blocks_an_address_beyond_a_thousand_requests_in_five_minutes(
    stack: cdk.Stack, only: Only
) -> None:
    SecureWebAcl(stack, "Acl")
    rule = rules(only(stack, ACL))["RateLimit"]
    assert rule["Statement"]["RateBasedStatement"] == {
        "AggregateKeyType": "IP",
        "EvaluationWindowSec": 300,
        "Limit": 1000,
    }
    assert rule["Action"] == {"Block": {"CustomResponse": {"ResponseCode": 429}}}


def test_inspects_bodies_as_far_as_aws_waf_can(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl")
    bodies = only(stack, ACL)["AssociationConfig"]["RequestBody"]
    assert bodies["API_GATEWAY"] == {"DefaultSizeInspectionLimit": "KB_64"}
    assert bodies["COGNITO_USER_POOL"] == {"DefaultSizeInspectionLimit": "KB_64"}


@pytest.mark.parametrize(
    ("let_through", "inspected"),
    [(1, "KB_16"), (16 * 1024, "KB_16"), (16 * 1024 + 1, "KB_32"), (48 * 1024, "KB_48")],
)
def test_inspects_no_more_of_a_body_than_is_let_through(
    stack: cdk.Stack, only: Only, let_through: int, inspected: str
) -> None:
    SecureWebAcl(stack, "Acl", max_body_size=cdk.Size.bytes(let_through))
    acl = only(stack, ACL)
    assert acl["AssociationConfig"]["RequestBody"]["API_GATEWAY"] == {
        "DefaultSizeInspectionLimit": inspected
    }
    size = rules(acl)["BodySize"]["Statement"]["SizeConstraintStatement"]["Size"]
    assert size == let_through


def test_blocks_what_is_too_large_to_inspect(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl")
    rule = rules(only(stack, ACL))["BodySize"]
    constraint = rule["Statement"]["SizeConstraintStatement"]
    assert constraint["ComparisonOperator"] == "GT"
    assert constraint["Size"] == 65_536
    assert constraint["FieldToMatch"] == {"Body": {"OversizeHandling": "MATCH"}}
    assert rule["Action"] == {"Block": {"CustomResponse": {"ResponseCode": 413}}}


def test_lets_bodies_of_more_than_8_kb_through_to_inspection(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl")
    group = rules(only(stack, ACL))["AWSManagedRulesCommonRuleSet"]
    assert group["OverrideAction"] == {"None": {}}
    assert group["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"] == [
        {"ActionToUse": {"Count": {}}, "Name": "SizeRestrictions_BODY"}
    ]


def test_takes_a_smaller_body_limit(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl", max_body_size=cdk.Size.kibibytes(8))
    constraint = rules(only(stack, ACL))["BodySize"]["Statement"]["SizeConstraintStatement"]
    assert constraint["Size"] == 8192


def test_counts_first_but_limits_all_the_same(plain_stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(plain_stack, "Acl", count_first=True)
    found = rules(only(plain_stack, ACL))
    assert "Block" in found["RateLimit"]["Action"]
    assert found["BodySize"]["Action"] == {"Count": {}}
    assert found["AWSManagedRulesCommonRuleSet"]["OverrideAction"] == {"Count": {}}
    assert found["AWSManagedRulesKnownBadInputsRuleSet"]["OverrideAction"] == {"Count": {}}


def test_turns_on_every_group_within_the_included_capacity(stack: cdk.Stack, only: Only) -> None:
    acl = SecureWebAcl(stack, "Acl", **EVERYTHING)
    assert acl.capacity == 1378
    found = rules(only(stack, ACL))
    assert list(found) == [
        "RateLimit",
        "BodySize",
        "AWSManagedRulesAntiDDoSRuleSet",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesAnonymousIpList",
        "AWSManagedRulesSQLiRuleSet",
        "AWSManagedRulesATPRuleSet",
        "AWSManagedRulesACFPRuleSet",
        "AWSManagedRulesBotControlRuleSet",
    ]

    def configuration(name: str) -> Any:
        statement = found[name]["Statement"]["ManagedRuleGroupStatement"]
        return statement["ManagedRuleGroupConfigs"]

    assert configuration("AWSManagedRulesBotControlRuleSet") == [
        {"AWSManagedRulesBotControlRuleSet": {"InspectionLevel": "COMMON"}}
    ]
    assert configuration("AWSManagedRulesATPRuleSet") == [
        {
            "AWSManagedRulesATPRuleSet": {
                "LoginPath": "/prod/login",
                "RequestInspection": {
                    "PasswordField": {"Identifier": "/password"},
                    "PayloadType": "JSON",
                    "UsernameField": {"Identifier": "/username"},
                },
            }
        }
    ]
    assert configuration("AWSManagedRulesAntiDDoSRuleSet") == [
        {
            "AWSManagedRulesAntiDDoSRuleSet": {
                "ClientSideActionConfig": {"Challenge": {"UsageOfAction": "DISABLED"}},
                "SensitivityToBlock": "LOW",
            }
        }
    ]
    (sign_up,) = configuration("AWSManagedRulesACFPRuleSet")
    assert sign_up["AWSManagedRulesACFPRuleSet"]["CreationPath"] == "/prod/accounts"


def test_computes_its_capacity(stack: cdk.Stack) -> None:
    assert SecureWebAcl(stack, "Acl").capacity == 2 + 1 + 700 + 200 + 25


def test_logs_every_request_without_credentials(
    stack: cdk.Stack, only: Only, synthesized: Synthesized
) -> None:
    acl = SecureWebAcl(stack, "Acl")
    group = stack.resolve(acl.log_group.log_group_name)
    found = synthesized(stack)["Resources"][group["Ref"]]
    assert found["Properties"]["LogGroupName"]["Fn::Join"][1][0].startswith("aws-waf-logs-")
    assert found["Properties"]["RetentionInDays"] == 90
    assert found["DeletionPolicy"] == "Retain"
    logging = only(stack, "AWS::WAFv2::LoggingConfiguration")
    assert logging["ResourceArn"] == stack.resolve(acl.web_acl_arn)
    assert logging["LogDestinationConfigs"][0]["Fn::Join"][1][-2:] == [":log-group:", group]
    assert {"SingleHeader": {"Name": "authorization"}} in logging["RedactedFields"]
    assert {"SingleHeader": {"Name": "cookie"}} in logging["RedactedFields"]


def test_keeps_credentials_out_of_samples_too(stack: cdk.Stack, only: Only) -> None:
    SecureWebAcl(stack, "Acl")
    protections = only(stack, ACL)["DataProtectionConfig"]["DataProtections"]
    assert {
        "Action": "SUBSTITUTION",
        "Field": {"FieldKeys": ["authorization"], "FieldType": "SINGLE_HEADER"},
    } in protections


def test_lets_log_delivery_write_for_this_account_only(
    stack: cdk.Stack, only: Only, synthesized: Synthesized
) -> None:
    SecureWebAcl(stack, "Acl")
    pieces = only(stack, "AWS::Logs::ResourcePolicy")["PolicyDocument"]["Fn::Join"][1]
    text = "".join(piece if isinstance(piece, str) else f"<{piece}>" for piece in pieces)
    (statement,) = json.loads(text.replace("'", ""))["Statement"]
    assert statement["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert "AWS::AccountId" in statement["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert "AWS::AccountId" in statement["Condition"]["ArnLike"]["aws:SourceArn"]
    (logging,) = (
        resource
        for resource in synthesized(stack)["Resources"].values()
        if resource["Type"] == "AWS::WAFv2::LoggingConfiguration"
    )
    assert any("Policy" in name for name in logging["DependsOn"])


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("rate_limit", 9),
        ("rate_limit", "many"),
        ("max_body_size", cdk.Size.kibibytes(65)),
        ("rules", []),
        ("default_action", None),
        ("association_config", None),
        ("web_acl_scope", "GLOBAL"),
    ],
)
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Acl' does not take {prop}.* because"):
        SecureWebAcl(plain_stack, "Acl", **{prop: value})  # type: ignore[arg-type]


def test_refuses_cloudfront_outside_us_east_1(plain_stack: cdk.Stack) -> None:
    env = cdk.Environment(region="eu-west-1")
    stack = cdk.Stack(plain_stack.node.scope, "Europe", env=env)  # type: ignore[arg-type]
    with pytest.raises(ConstructError, match="us-east-1"):
        SecureWebAcl(stack, "Acl", web_acl_scope="CLOUDFRONT")


def test_protects_distributions(stack: cdk.Stack, only: Only) -> None:
    acl = SecureWebAcl(stack, "Acl", web_acl_scope="CLOUDFRONT")
    found = only(stack, ACL)
    assert found["Scope"] == "CLOUDFRONT"
    assert set(found["AssociationConfig"]["RequestBody"]) == {"CLOUDFRONT"}
    api = apigateway.RestApi(cdk.Stack(), "Api")
    with pytest.raises(ConstructError, match="web_acl_id="):
        acl.associate(api.deployment_stage)


def test_stands_in_front_of_a_stage(plain_stack: cdk.Stack, only: Only) -> None:
    acl = SecureWebAcl(plain_stack, "Acl")
    api = apigateway.RestApi(plain_stack, "Api")
    api.root.add_method("GET")
    acl.associate(api.deployment_stage)
    association = only(plain_stack, "AWS::WAFv2::WebACLAssociation")
    assert association["WebACLArn"] == plain_stack.resolve(acl.web_acl_arn)
    assert association["ResourceArn"] == plain_stack.resolve(api.deployment_stage.stage_arn)


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    SecureWebAcl(stack, "Acl")
    assert set(synthesized(stack)["Resources"]) == {
        "AclD68BE482",
        "AclLogBDE863EB",
        "AclLogPolicyResourcePolicy6E58D225",
        "AclLoggingA8414703",
    }
