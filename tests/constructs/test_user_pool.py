from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cognito as cognito

from secure_constructs.constructs import SecureUserPool, SecureUserPoolClient, SecureWebAcl
from secure_constructs.constructs.web_acl import LoginPage
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Only = Callable[[cdk.Stack, str], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Synthesized = Callable[[cdk.Stack], dict[str, Any]]

POOL = "AWS::Cognito::UserPool"
CLIENT = "AWS::Cognito::UserPoolClient"
CALLBACK = "https://shop.example.com/signed-in"
WHY = "Anyone may buy tea."


def client(stack: cdk.Stack, **props: Any) -> SecureUserPoolClient:
    props.setdefault("callback_urls", [CALLBACK])
    return SecureUserPool(stack, "Customers").add_client("Shop", **props)


def test_everyone_needs_a_code_of_an_app(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    pool = only(stack, POOL)
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]


def test_sends_no_text_messages(stack: cdk.Stack, only: Only, found: Found) -> None:
    SecureUserPool(stack, "Customers")
    assert "SmsConfiguration" not in only(stack, POOL)
    assert not found(stack, "AWS::IAM::Role")


def test_an_unlocked_passkey_counts_as_two_factors(stack: cdk.Stack, only: Only) -> None:
    pool = SecureUserPool(
        stack, "Customers", passkeys=True, passkey_relying_party_id="login.shop.example.com"
    )
    pool.add_client("Shop", callback_urls=[CALLBACK])
    found = only(stack, POOL)
    assert found["WebAuthnFactorConfiguration"] == "MULTI_FACTOR_WITH_USER_VERIFICATION"
    assert found["WebAuthnUserVerification"] == "required"
    assert found["WebAuthnRelyingPartyID"] == "login.shop.example.com"
    assert found["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == ["PASSWORD", "WEB_AUTHN"]
    assert found["MfaConfiguration"] == "ON"
    flows = only(stack, CLIENT)["ExplicitAuthFlows"]
    assert flows == ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"]


def test_stops_risky_sign_ins(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    pool = only(stack, POOL)
    assert pool["UserPoolTier"] == "PLUS"
    assert pool["UserPoolAddOns"] == {
        "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "ENFORCED"},
        "AdvancedSecurityMode": "ENFORCED",
    }


def test_logs_sign_ins_to_a_group_that_stays(stack: cdk.Stack, found: Found, only: Only) -> None:
    pool = SecureUserPool(stack, "Customers")
    (group,) = found(stack, "AWS::Logs::LogGroup").values()
    assert group["DeletionPolicy"] == "Retain"
    assert group["Properties"]["RetentionInDays"] == 90
    assert "KmsKeyId" not in group["Properties"]
    (delivery,) = only(stack, "AWS::Cognito::LogDeliveryConfiguration")["LogConfigurations"]
    assert (delivery["EventSource"], delivery["LogLevel"]) == ("userAuthEvents", "INFO")
    assert pool.sign_in_log is not None
    arn = delivery["CloudWatchLogsConfiguration"]["LogGroupArn"]["Fn::Join"][1]
    assert arn[-1] == stack.resolve(pool.sign_in_log.log_group_name)


def test_threat_protection_may_be_left_out_for_a_reason(
    stack: cdk.Stack, only: Only, found: Found
) -> None:
    pool = SecureUserPool(stack, "Customers", no_threat_protection="A pool of ten colleagues.")
    assert pool.sign_in_log is None
    assert only(stack, POOL)["UserPoolTier"] == "ESSENTIALS"
    assert "UserPoolAddOns" not in only(stack, POOL)
    assert not found(stack, "AWS::Logs::LogGroup")


def test_passwords_have_twelve_characters_of_all_kinds(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    assert only(stack, POOL)["Policies"]["PasswordPolicy"] == {
        "MinimumLength": 12,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        "RequireUppercase": True,
        "TemporaryPasswordValidityDays": 1,
    }


def test_long_passwords_may_be_of_any_kind(stack: cdk.Stack, only: Only) -> None:
    policy = cognito.PasswordPolicy(min_length=16, require_symbols=False, password_history_size=5)
    SecureUserPool(stack, "Customers", password_policy=policy)
    found = only(stack, POOL)["Policies"]["PasswordPolicy"]
    assert found["RequireSymbols"] is False
    assert found["RequireNumbers"] is True
    assert found["PasswordHistorySize"] == 5


def test_accounts_cannot_be_deleted_by_mistake(stack: cdk.Stack, found: Found) -> None:
    SecureUserPool(stack, "Customers")
    (pool,) = found(stack, POOL).values()
    assert pool["Properties"]["DeletionProtection"] == "ACTIVE"
    assert (pool["DeletionPolicy"], pool["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_administrators_open_accounts(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    assert only(stack, POOL)["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_anyone_may_join_for_a_reason(stack: cdk.Stack, only: Only) -> None:
    pool = SecureUserPool(stack, "Customers", self_sign_up=WHY)
    pool.add_client("Shop", callback_urls=[CALLBACK])
    assert only(stack, POOL)["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": False}
    # Who signs up must be able to say who they are.
    assert only(stack, CLIENT)["WriteAttributes"] == ["email", "locale"]


def test_a_new_mail_address_is_proven_first(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    settings = only(stack, POOL)["UserAttributeUpdateSettings"]
    assert settings == {"AttributesRequireVerificationBeforeUpdate": ["email"]}


def test_users_may_have_names_of_their_own(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers", sign_in_aliases=cognito.SignInAliases(username=True))
    assert "UserAttributeUpdateSettings" not in only(stack, POOL)


def test_letters_of_names_may_be_of_any_case(stack: cdk.Stack, only: Only) -> None:
    SecureUserPool(stack, "Customers")
    assert only(stack, POOL)["UsernameConfiguration"] == {"CaseSensitive": False}


def test_a_web_acl_may_stand_in_front(stack: cdk.Stack, only: Only) -> None:
    acl = SecureWebAcl(stack, "Acl")
    pool = SecureUserPool(stack, "Customers", web_acl=acl)
    assert only(stack, "AWS::WAFv2::WebACLAssociation") == {
        "ResourceArn": stack.resolve(pool.user_pool_arn),
        "WebACLArn": stack.resolve(acl.web_acl_arn),
    }


def test_refuses_a_web_acl_that_aws_does_not_put_before_pools(plain_stack: cdk.Stack) -> None:
    acl = SecureWebAcl(plain_stack, "Acl", login=LoginPage(path="/login"))
    with pytest.raises(ConstructError, match="AWSManagedRulesATPRuleSet"):
        SecureUserPool(plain_stack, "Customers", web_acl=acl)


def test_refuses_a_web_acl_for_distributions(plain_stack: cdk.Stack) -> None:
    acl = SecureWebAcl(plain_stack, "Acl", web_acl_scope="CLOUDFRONT")
    with pytest.raises(ConstructError, match="pass one of scope REGIONAL"):
        SecureUserPool(plain_stack, "Customers", web_acl=acl)


def test_devices_may_be_remembered(stack: cdk.Stack, only: Only) -> None:
    tracking = cognito.DeviceTracking(
        challenge_required_on_new_device=False, device_only_remembered_on_user_prompt=True
    )
    SecureUserPool(stack, "Customers", device_tracking=tracking)
    assert only(stack, POOL)["DeviceConfiguration"]["ChallengeRequiredOnNewDevice"] is False


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("advanced_security_mode", cognito.AdvancedSecurityMode.OFF),
        ("account_recovery", cognito.AccountRecovery.PHONE_AND_EMAIL),
        ("auto_verify", cognito.AutoVerifiedAttrs(phone=True)),
        ("deletion_protection", False),
        (
            "device_tracking",
            cognito.DeviceTracking(
                challenge_required_on_new_device=True, device_only_remembered_on_user_prompt=True
            ),
        ),
        ("enable_sms_role", True),
        ("feature_plan", cognito.FeaturePlan.LITE),
        ("keep_original", cognito.KeepOriginalAttrs(email=False)),
        ("mfa", cognito.Mfa.OPTIONAL),
        ("mfa_second_factor", cognito.MfaSecondFactor(otp=False, sms=True)),
        ("no_threat_protection", " "),
        ("passkey_relying_party_id", "login.shop.example.com"),
        ("passkey_user_verification", cognito.PasskeyUserVerification.PREFERRED),
        ("password_policy.min_length", cognito.PasswordPolicy(min_length=8)),
        ("password_policy.min_length", {"min_length": 8}),
        ("password_policy.require_digits", cognito.PasswordPolicy(require_digits=False)),
        (
            "password_policy.temp_password_validity",
            cognito.PasswordPolicy(temp_password_validity=cdk.Duration.days(90)),
        ),
        ("removal_policy", cdk.RemovalPolicy.DESTROY),
        ("self_sign_up", ""),
        ("self_sign_up_enabled", True),
        ("sign_in_aliases", cognito.SignInAliases(email=True, phone=True)),
        ("sign_in_aliases", {"phone": True}),
        ("sign_in_case_sensitive", True),
        ("sign_in_policy", None),
        ("sms_role", None),
        ("standard_threat_protection_mode", cognito.StandardThreatProtectionMode.NO_ENFORCEMENT),
    ],
)
def test_refuses_what_would_undo_the_pool(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Customers' does not take {prop}.* because"):
        SecureUserPool(plain_stack, "Customers", **{prop.partition(".")[0]: value})  # type: ignore[arg-type]
    assert not plain_stack.node.children


def test_refuses_a_password_length_of_deployment_time(plain_stack: cdk.Stack) -> None:
    length = cdk.CfnParameter(plain_stack, "Length", type="Number", default=14)
    policy = cognito.PasswordPolicy(min_length=length.value_as_number)
    with pytest.raises(ConstructError, match="min_length=a token"):
        SecureUserPool(plain_stack, "Customers", password_policy=policy)


def test_tokens_are_handed_out_for_a_code(stack: cdk.Stack, only: Only) -> None:
    client(stack, logout_urls=["https://shop.example.com/bye"])
    found = only(stack, CLIENT)
    assert found["AllowedOAuthFlows"] == ["code"]
    assert found["AllowedOAuthScopes"] == ["openid"]
    assert found["CallbackURLs"] == [CALLBACK]
    assert found["LogoutURLs"] == ["https://shop.example.com/bye"]
    assert found["GenerateSecret"] is False
    assert found["SupportedIdentityProviders"] == ["COGNITO"]


def test_sessions_are_short_and_can_be_ended(stack: cdk.Stack, only: Only) -> None:
    client(stack)
    found = only(stack, CLIENT)
    minutes = dict.fromkeys(("AccessToken", "IdToken", "RefreshToken"), "minutes")
    assert found["TokenValidityUnits"] == minutes
    assert (found["AccessTokenValidity"], found["IdTokenValidity"]) == (30, 30)
    assert found["RefreshTokenValidity"] == 24 * 60
    assert found["EnableTokenRevocation"] is True
    assert found["RefreshTokenRotation"] == {"Feature": "ENABLED", "RetryGracePeriodSeconds": 10}
    # Cognito rotates no tokens of a client with this flow.
    assert "ALLOW_REFRESH_TOKEN_AUTH" not in found["ExplicitAuthFlows"]


def test_does_not_tell_who_has_an_account(stack: cdk.Stack, only: Only) -> None:
    client(stack)
    assert only(stack, CLIENT)["PreventUserExistenceErrors"] == "ENABLED"


def test_reads_and_writes_named_attributes_only(stack: cdk.Stack, only: Only) -> None:
    client(stack)
    found = only(stack, CLIENT)
    assert found["ReadAttributes"] == ["email", "email_verified"]
    assert found["WriteAttributes"] == ["locale"]


def test_users_may_write_what_the_pool_asks_of_them(stack: cdk.Stack, only: Only) -> None:
    asked = cognito.StandardAttributes(
        address=cognito.StandardAttribute(required=False),
        fullname=cognito.StandardAttribute(required=True),
    )
    pool = SecureUserPool(
        stack,
        "Customers",
        custom_attributes={"role": cognito.StringAttribute()},
        standard_attributes=asked,
    )
    pool.add_client("Shop", callback_urls=[CALLBACK])
    assert only(stack, CLIENT)["WriteAttributes"] == ["locale", "name"]


def test_a_client_of_an_imported_pool_is_as_safe(stack: cdk.Stack, only: Only) -> None:
    pool = cognito.UserPool.from_user_pool_id(stack, "Elsewhere", "eu-west-1_123456789")
    SecureUserPoolClient(stack, "Shop", callback_urls=[CALLBACK], user_pool=pool)
    found = only(stack, CLIENT)
    assert found["UserPoolId"] == "eu-west-1_123456789"
    assert found["WriteAttributes"] == ["locale"]


def test_a_pool_and_its_client_may_stand_in_two_stacks(
    stack: cdk.Stack, app: cdk.App, only: Only
) -> None:
    pool = SecureUserPool(stack, "Customers")
    other = cdk.Stack(app, "Web")
    SecureUserPoolClient(other, "Shop", callback_urls=[CALLBACK], user_pool=pool)
    assert only(other, CLIENT)["UserPoolId"]


def test_stands_in_stages(app: cdk.App) -> None:
    stage = cdk.Stage(app, "Beta")
    pool = SecureUserPool(cdk.Stack(stage, "Shop"), "Customers")
    pool.add_client("Shop", callback_urls=[CALLBACK])
    assert stage.synth().stacks[0].template["Resources"]


@pytest.mark.parametrize(
    "url",
    [
        CALLBACK,
        "com.example.shop:/signed-in",
        "https://www.example.co.uk/",
        "https://${Token[Cdn.12]}/signed-in",
    ],
)
def test_codes_go_to_addresses_of_the_app(stack: cdk.Stack, only: Only, url: str) -> None:
    if "Token" in url:
        url = f"https://{cdk.Fn.import_value('Host')}/signed-in"
    client(stack, callback_urls=[url])
    assert only(stack, CLIENT)["CallbackURLs"] == [stack.resolve(url)]


def test_codes_may_stay_on_the_device_for_a_reason(stack: cdk.Stack, only: Only) -> None:
    client(
        stack,
        callback_urls=["http://localhost:3000", "http://[::1]:3000"],
        localhost="A pool of developers, with no customers in it.",
    )
    assert only(stack, CLIENT)["CallbackURLs"][0] == "http://localhost:3000"


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example.com/",
        "HTTP://shop.example.com/",
        "http://localhost.example.com/",
        "http://localhost:3000",
        "https://example.com",
        "https://www.example.org/callback",
        "https://shop.example.com/*",
        "https://shop.example.com/#/signed-in",
        "javascript:alert(1)",
        "shop.example.com",
        "http://[",
        "",
        pytest.param(f"http://{cdk.Token.as_string({'Ref': 'Host'})}/", id="token"),
    ],
)
@pytest.mark.parametrize("prop", ["callback_urls", "logout_urls"])
def test_refuses_addresses_nobody_guards(plain_stack: cdk.Stack, prop: str, url: str) -> None:
    with pytest.raises(ConstructError, match=rf"does not take {prop}.*, because"):
        client(plain_stack, **{"callback_urls": [CALLBACK], prop: [url]})


@pytest.mark.parametrize(
    "url", ["http://shop.example.com/", "https://example.com/", "http://localhost.example.com/"]
)
def test_a_reason_for_localhost_is_for_localhost(plain_stack: cdk.Stack, url: str) -> None:
    with pytest.raises(ConstructError, match="callback_urls"):
        client(plain_stack, callback_urls=[url], localhost=WHY)


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("access_token_validity", cdk.Duration.hours(2)),
        ("analytics", None),
        ("auth_flows.user_password", cognito.AuthFlow(user_password=True)),
        ("auth_flows.user_password", {"user_password": True}),
        ("callback_urls", []),
        ("callback_urls", CALLBACK),
        ("disable_o_auth", True),
        ("enable_token_revocation", False),
        ("id_token_validity", cdk.Duration.days(1)),
        ("localhost", " "),
        ("o_auth", cognito.OAuthSettings()),
        ("prevent_user_existence_errors", False),
        ("refresh_token_rotation_grace_period", cdk.Duration.minutes(2)),
        ("refresh_token_validity", cdk.Duration.days(365)),
        ("refresh_token_validity", cdk.Duration.minutes(1)),
        ("scopes", [cognito.OAuthScope.COGNITO_ADMIN]),
        ("write_attributes", cognito.ClientAttributes()),
        ("write_attributes", cognito.ClientAttributes().with_custom_attributes("userRole")),
        (
            "write_attributes",
            cognito.ClientAttributes().with_standard_attributes(email_verified=True),
        ),
    ],
)
def test_refuses_what_would_undo_the_client(
    plain_stack: cdk.Stack, prop: str, value: object
) -> None:
    message = rf"'Shop/Customers/Shop' does not take {prop}.* because"
    with pytest.raises(ConstructError, match=message):
        client(plain_stack, **{prop.partition(".")[0]: value})


def test_keeps_what_a_client_says(stack: cdk.Stack, only: Only) -> None:
    client(
        stack,
        access_token_validity=cdk.Duration.minutes(5),
        auth_flows=cognito.AuthFlow(custom=True),
        enable_propagate_additional_user_context_data=True,
        generate_secret=True,
        read_attributes=cognito.ClientAttributes().with_custom_attributes("role"),
        refresh_token_rotation_grace_period=cdk.Duration.seconds(0),
        refresh_token_validity=cdk.Duration.days(30),
        scopes=[cognito.OAuthScope.EMAIL],
        supported_identity_providers=[cognito.UserPoolClientIdentityProvider.custom("Partner")],
        write_attributes=cognito.ClientAttributes().with_custom_attributes("favouriteTea"),
    )
    found = only(stack, CLIENT)
    assert found["AccessTokenValidity"] == 5
    assert found["AllowedOAuthScopes"] == ["email", "openid"]
    assert found["ExplicitAuthFlows"] == ["ALLOW_CUSTOM_AUTH"]
    assert found["GenerateSecret"] is True
    assert found["ReadAttributes"] == ["custom:role"]
    assert found["RefreshTokenRotation"]["RetryGracePeriodSeconds"] == 0
    assert found["SupportedIdentityProviders"] == ["Partner"]
    assert found["WriteAttributes"] == ["custom:favouriteTea"]


def test_refuses_a_region_without_user_pools(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Beijing", env=cdk.Environment(region="cn-north-1"))
    with pytest.raises(ConstructError, match=r"region='cn-north-1'.*no user pools in China"):
        SecureUserPool(stack, "Customers")


def test_tells_a_misspelt_prop(plain_stack: cdk.Stack) -> None:
    with pytest.raises(TypeError, match="did you mean 'passkeys'"):
        SecureUserPool(plain_stack, "Customers", passkey=True)  # type: ignore[arg-type]


def test_passes_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    client(plain_stack)
    SecureUserPool(
        plain_stack,
        "Others",
        no_threat_protection="Ten colleagues.",
        password_policy=cognito.PasswordPolicy(min_length=16, require_symbols=False),
        self_sign_up=WHY,
    )
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    client(stack)
    assert {
        name: resource["Type"] for name, resource in synthesized(stack)["Resources"].items()
    } == {
        "Customers6955EA0A": POOL,
        "CustomersShop58ABC0BA": CLIENT,
        "CustomersSignInLogBF89E31D": "AWS::Logs::LogGroup",
        "CustomersSignInLogDelivery63FD5363": "AWS::Cognito::LogDeliveryConfiguration",
    }
