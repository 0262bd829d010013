"""A user pool whose accounts are hard to take over, and its clients."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from urllib.parse import urlsplit

import aws_cdk as cdk
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_number,
    check_reason,
    is_token,
    known_seconds,
    refusal,
    refuse_decided,
    region_of,
    resource_of,
    seconds,
    stack_of,
)
from secure_constructs.constructs._names import unique_name
from secure_constructs.constructs._vended_logs import place_of, service_log_group
from secure_constructs.vocabulary import names_a_privilege

if TYPE_CHECKING:
    from typing import Never

    from aws_cdk import aws_kms as kms
    from constructs import Construct

    from secure_constructs.constructs.web_acl import SecureWebAcl

Struct = TypeVar("Struct")

_SHORTEST_PASSWORD: Final = 12
# From here on length alone is enough: NIST SP 800-63B, and the rule of ours that judges it.
_LONG_PASSWORD: Final = 15
_CHARACTERS: Final = ("require_digits", "require_lowercase", "require_symbols", "require_uppercase")

_ONE_MINUTE: Final = 60
_ONE_HOUR: Final = 60 * _ONE_MINUTE
_ONE_DAY: Final = 24 * _ONE_HOUR
_LONGEST_SESSION: Final = 30 * _ONE_DAY
_LONGEST_TEMPORARY_PASSWORD: Final = 7

_LONGEST_NAME: Final = 58

_OPEN_SIGN_UP: Final = "Secure-Constructs::cognito-open-sign-up"
_NO_THREAT_PROTECTION: Final = "Secure-Constructs::cognito-without-threat-protection"
_INSECURE_CALLBACK: Final = "Secure-Constructs::cognito-insecure-callback"

_RECOVERIES: Final = (cognito.AccountRecovery.EMAIL_ONLY, cognito.AccountRecovery.NONE)

# https://docs.aws.amazon.com/waf/latest/developerguide/waf-atp.html and waf-acfp.html: these
# groups cannot stand before a user pool.
_NOT_FOR_POOLS: Final = ("AWSManagedRulesATPRuleSet", "AWSManagedRulesACFPRuleSet")

_UNOWNED_HOST: Final = re.compile(r"(?:www\.)?example\.(?:com|net|org)", re.IGNORECASE)
_THIS_DEVICE: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_RUN_BY_BROWSERS: Final = frozenset({"about", "blob", "data", "file", "javascript", "vbscript"})

_NO_TEXT_MESSAGES: Final = Decision(
    because="who takes over a phone number takes over the account, and robots make you pay for "
    "messages they order",
)
_SECOND_FACTOR: Final = Decision(
    because="everyone signs in with a second factor: a code of an app, or a passkey",
    instead="leave it out, or set passkeys=True",
)
_THREATS: Final = Decision(
    because="sign-ins that look stolen are stopped",
    instead="leave it out, or say in no_threat_protection why the Plus plan is not worth it here",
)

_DECIDED: Final[Mapping[str, Decision]] = {
    "advanced_security_mode": _THREATS,
    "custom_threat_protection_mode": _THREATS,
    "deletion_protection": Decision(
        because="passwords and second factors of deleted users cannot be restored",
    ),
    "enable_sms_role": _NO_TEXT_MESSAGES,
    "feature_plan": _THREATS,
    "keep_original": Decision(
        because="a new mail address is proven before it takes the place of the old one",
    ),
    "mfa": _SECOND_FACTOR,
    "mfa_message": _NO_TEXT_MESSAGES,
    "mfa_second_factor": _SECOND_FACTOR,
    "passkey_user_verification": Decision(
        because="a passkey counts as two factors only if its owner unlocks it",
    ),
    "removal_policy": Decision(
        because="passwords and second factors of deleted users cannot be restored",
        instead="call apply_removal_policy in a stack that holds no real users",
    ),
    "self_sign_up_enabled": Decision(
        because="every route behind the pool is then open to whoever has a mail address",
        instead="say in self_sign_up why anyone may join",
    ),
    "sign_in_case_sensitive": Decision(
        because="Ann@example.com and ann@example.com would be two accounts of one mailbox",
    ),
    "sign_in_policy": Decision(
        because="a code by mail or text message is one factor, and two are required",
        instead="set passkeys=True",
    ),
    "sms_role": _NO_TEXT_MESSAGES,
    "sms_role_external_id": _NO_TEXT_MESSAGES,
    "sns_region": _NO_TEXT_MESSAGES,
    "standard_threat_protection_mode": _THREATS,
}

_CLIENT_DECIDED: Final[Mapping[str, Decision]] = {
    "analytics": Decision(because="Amazon Pinpoint, which takes them, has ended"),
    "disable_o_auth": Decision(
        because="users sign in on the pages of Cognito, so the app never sees a password",
    ),
    "enable_token_revocation": Decision(because="a stolen session must be possible to end"),
    "o_auth": Decision(
        because="tokens are handed out for an authorization code, and never in a URL",
        instead="pass callback_urls, logout_urls, default_redirect_uri and scopes",
    ),
    "prevent_user_existence_errors": Decision(
        because="an attacker with a list of addresses must not learn who has an account",
    ),
}


class SecureUserPool(cognito.UserPool):
    """
    A user pool with a second factor for everyone, threat protection and a log of sign-ins.

    - Everyone signs in with a second factor: a code of an authenticator app or, with
      ``passkeys``, a passkey that its owner unlocks. No text messages, and no remembered devices
      that take its place.
      https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
    - Passwords have 12 characters at least, of all four kinds below 15. Temporary ones are good
      for a day.
    - Passwords known from leaks are refused, risky sign-ins are stopped, and all are logged for
      ``log_retention`` in a group that outlives the stack. The log has the names and addresses
      of users; Cognito writes to no group with a key of yours.
      https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html
    - Administrators open accounts, unless ``self_sign_up`` says why anyone may.
    - The pool cannot be deleted before its protection is taken off, and outlives the stack.

    Clients that are added to it, ``pool.add_client(...)``, are `SecureUserPoolClient`.

    Cost (us-east-1 list price, 2026-11): 0.02 USD a month for each user who is active in the month
    (the Plus plan, which threat protection takes), from the first one on. With
    ``no_threat_protection``, 0.015 USD from the 10,001st on (the Essentials plan).
    https://aws.amazon.com/cognito/pricing/

    Attributes:
        sign_in_log: Where sign-ins and their risks are logged; None with no_threat_protection.

    Args:
        scope: Where the pool is defined.
        id: Its id there; part of the logical id.
        account_recovery: How a forgotten password is replaced: ``EMAIL_ONLY``, or ``NONE`` for
            administrators only.
        auto_verify: What users prove to own when they join.
            Default: their mail address, if they sign in with it.
        custom_attributes: What else is known of users. What says what they may do belongs in
            groups, which no user can change. Default: nothing.
        custom_sender_kms_key: The key for codes that a trigger sends. Default: Cognito sends.
        device_tracking: Whether devices are remembered, without taking the place of the second
            factor. Default: they are not.
        email: How mail is sent. Default: by Cognito, at most 50 a day.
        lambda_triggers: Functions that have a say. Default: none.
        log_retention: How long sign-ins are kept.
        no_threat_protection: Why sign-ins are neither rated nor logged, as a sentence for a
            reviewer. Default: they are, in the Plus plan.
        passkey_relying_party_id: The domain that passkeys are for, if the pool has a domain of
            your own. Default: its domain at Amazon.
        passkeys: Whether users may sign in with a passkey, in place of password and code.
        password_policy: What passwords look like. Default: 12 characters of all four kinds.
        self_sign_up: Why anyone may open an account, as a sentence for a reviewer.
            Default: administrators open accounts.
        sign_in_aliases: What users sign in with. Default: their mail address.
        standard_attributes: What must be known of users. Default: nothing.
        user_invitation: The mail that invites a user. Default: as Cognito words it.
        user_pool_name: Its name. Default: CloudFormation makes one up.
        user_verification: The mail that asks for a proof. Default: as Cognito words it.
        web_acl: A web ACL before its pages and API, without `login` and `sign_up`.
            Default: none; Cognito slows down whoever guesses passwords.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        account_recovery: cognito.AccountRecovery = cognito.AccountRecovery.EMAIL_ONLY,
        auto_verify: cognito.AutoVerifiedAttrs | None = None,
        custom_attributes: Mapping[str, cognito.ICustomAttribute] | None = None,
        custom_sender_kms_key: kms.IKey | None = None,
        device_tracking: cognito.DeviceTracking | None = None,
        email: cognito.UserPoolEmail | None = None,
        lambda_triggers: cognito.UserPoolTriggers | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        no_threat_protection: str | None = None,
        passkey_relying_party_id: str | None = None,
        passkeys: bool = False,
        password_policy: cognito.PasswordPolicy | None = None,
        self_sign_up: str | None = None,
        sign_in_aliases: cognito.SignInAliases | None = None,
        standard_attributes: cognito.StandardAttributes | None = None,
        user_invitation: cognito.UserInvitationConfig | None = None,
        user_pool_name: str | None = None,
        user_verification: cognito.UserVerificationConfig | None = None,
        web_acl: SecureWebAcl | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureUserPool, scope, id, decided, _DECIDED)
        _check_region(scope, id)
        _check_reasons(
            scope, id, self_sign_up=self_sign_up, no_threat_protection=no_threat_protection
        )
        aliases = _struct(cognito.SignInAliases, sign_in_aliases) or cognito.SignInAliases(
            email=True
        )
        verified = _struct(cognito.AutoVerifiedAttrs, auto_verify)
        _check_contacts(scope, id, aliases, verified, account_recovery)
        _check_devices(scope, id, _struct(cognito.DeviceTracking, device_tracking))
        _check_passkeys(scope, id, passkeys=passkeys, relying_party=passkey_relying_party_id)
        policy = _checked_password(scope, id, password_policy)
        _check_web_acl(scope, id, web_acl)
        proves_mail = verified.email if verified else aliases.email
        super().__init__(
            scope,
            id,
            account_recovery=account_recovery,
            auto_verify=verified,
            custom_attributes=custom_attributes,
            custom_sender_kms_key=custom_sender_kms_key,
            custom_threat_protection_mode=None
            if no_threat_protection
            else cognito.CustomThreatProtectionMode.FULL_FUNCTION,
            deletion_protection=True,
            device_tracking=device_tracking,
            email=email,
            enable_sms_role=False,
            feature_plan=cognito.FeaturePlan.ESSENTIALS
            if no_threat_protection
            else cognito.FeaturePlan.PLUS,
            keep_original=cognito.KeepOriginalAttrs(email=True) if proves_mail else None,
            lambda_triggers=lambda_triggers,
            mfa=cognito.Mfa.REQUIRED,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            passkey_relying_party_id=passkey_relying_party_id,
            passkey_user_verification=cognito.PasskeyUserVerification.REQUIRED
            if passkeys
            else None,
            password_policy=policy,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            self_sign_up_enabled=self_sign_up is not None,
            sign_in_aliases=aliases,
            sign_in_case_sensitive=False,
            sign_in_policy=cognito.SignInPolicy(
                allowed_first_auth_factors=cognito.AllowedFirstAuthFactors(
                    passkey=True, password=True
                )
            )
            if passkeys
            else None,
            standard_attributes=standard_attributes,
            standard_threat_protection_mode=None
            if no_threat_protection
            else cognito.StandardThreatProtectionMode.FULL_FUNCTION,
            user_invitation=user_invitation,
            user_pool_name=user_pool_name,
            user_verification=user_verification,
        )
        self._passkeys = passkeys
        self._asked_of_users = _required(_struct(cognito.StandardAttributes, standard_attributes))
        if self_sign_up is not None:
            if aliases.email:
                self._asked_of_users |= {"email"}
            acknowledge(self, _OPEN_SIGN_UP, reason=self_sign_up, scope=scope)
        if passkeys:
            # Else a passkey would be one factor, and a user with one could not sign in.
            resource: cognito.CfnUserPool = resource_of(self)
            resource.web_authn_factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"
        if any(getattr(policy, kind) is False for kind in _CHARACTERS):
            acknowledge(
                self,
                "AwsSolutions-COG1",
                reason="From 15 characters on, length alone is enough (NIST SP 800-63B).",
                scope=scope,
            )
        self.sign_in_log: Final = (
            self._log_sign_ins(scope, id, log_retention) if no_threat_protection is None else None
        )
        if no_threat_protection is not None:
            acknowledge(
                self,
                _NO_THREAT_PROTECTION,
                "AwsSolutions-COG3",
                "AwsSolutions-COG8",
                reason=no_threat_protection,
                scope=scope,
            )
        if web_acl is not None:
            wafv2.CfnWebACLAssociation(
                self,
                "WebAclAssociation",
                resource_arn=self.user_pool_arn,
                web_acl_arn=web_acl.web_acl_arn,
            )

    @PythonOnly
    def add_client(self, /, id: str, **props: Any) -> SecureUserPoolClient:
        """
        Add an app that signs users in.

        Args:
            id: Its id below the pool.
            props: What `SecureUserPoolClient` takes beside the pool: its ``callback_urls``.

        Returns:
            The client.

        Raises:
            ConstructError: A prop would undo what the client guarantees.
        """
        return SecureUserPoolClient(self, id, user_pool=self, **props)

    def _log_sign_ins(
        self, scope: Construct, id: str, retention: logs.RetentionDays
    ) -> logs.LogGroup:
        # https://docs.aws.amazon.com/cognito/latest/developerguide/exporting-quotas-and-usage.html
        group = service_log_group(
            self,
            "SignInLog",
            key=None,
            name=unique_name(scope, id, longest=_LONGEST_NAME),
            retention=retention,
            service="cognito",
        )
        cognito.CfnLogDeliveryConfiguration(
            self,
            "SignInLogDelivery",
            log_configurations=[
                {
                    "eventSource": "userAuthEvents",
                    "logLevel": "INFO",
                    "cloudWatchLogsConfiguration": {
                        # Cognito wants it without the ":*" for streams.
                        "logGroupArn": f"{place_of('logs')}:log-group:{group.log_group_name}"
                    },
                }
            ],
            user_pool_id=self.user_pool_id,
        )
        return group


class SecureUserPoolClient(cognito.UserPoolClient):
    """
    An app that signs users in on Cognito's pages, for short sessions that can be ended.

    - Tokens are handed out for an authorization code. An app without a secret sends it with
      PKCE: Cognito checks the verifier of whoever sent a challenge, and has no setting that
      demands one, so use a certified OpenID Connect library.
      https://docs.aws.amazon.com/cognito/latest/developerguide/using-pkce-in-authorization-code.html
    - Codes are sent to HTTPS addresses of yours, or to an app by its own scheme.
    - Access and identity tokens are good for half an hour. A refresh token is good for a day,
      works once, and can be revoked.
      https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
    - Errors do not tell whether a user exists.
    - Tokens cannot change the account they belong to, as they lack the scope
      ``aws.cognito.signin.user.admin``. A user who signs in to the API of Cognito, past your
      app, has it all the same: so `write_attributes` is what users may change of themselves.

    Cost: nothing. https://aws.amazon.com/cognito/pricing/

    Args:
        scope: Where the client is defined.
        id: Its id there; part of the logical id.
        user_pool: Whose users sign in.
        callback_urls: Where Cognito sends users who have signed in.
        access_token_validity: How long access tokens are good, at most an hour.
            Default: half an hour.
        auth_flows: How the app may sign users in without Cognito's pages; not with the password
            in the clear. Default: by SRP, where the password never leaves the device, and by
            choice of the user if the pool has passkeys.
        auth_session_validity: How long a user has for the second factor. Default: 3 minutes.
        default_redirect_uri: Which of the addresses is meant when an app names none.
            Default: the app must name one.
        enable_propagate_additional_user_context_data: Let a server say from which address its
            user came, for threat protection. It takes a secret. Default: Cognito sees for itself.
        generate_secret: Whether the app proves who it is. Only a server can keep a secret.
        id_token_validity: How long identity tokens are good, at most an hour.
            Default: half an hour.
        localhost: Why sign-ins may end at an ``http://localhost`` address, where any program of
            the device may be listening. Default: they may not.
        logout_urls: Where Cognito sends users who have signed out. Default: nowhere.
        read_attributes: What the app learns of users. Default: the mail address.
        refresh_token_rotation_grace_period: How long a refresh token that was used still works,
            for a try again, at most a minute. Default: 10 seconds.
        refresh_token_validity: How long a session lasts, from an hour to 30 days.
            Default: a day.
        scopes: What access tokens are good for. Default: ``openid``.
        supported_identity_providers: Who knows the users. Default: the pool itself.
        user_pool_client_name: Its name. Default: CloudFormation makes one up.
        write_attributes: What users may change of themselves. Default: what the pool asks of
            them, and their locale: a client with no list may write all.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        user_pool: cognito.IUserPool,
        callback_urls: Sequence[str],
        access_token_validity: cdk.Duration | None = None,
        auth_flows: cognito.AuthFlow | None = None,
        auth_session_validity: cdk.Duration | None = None,
        default_redirect_uri: str | None = None,
        enable_propagate_additional_user_context_data: bool | None = None,
        generate_secret: bool = False,
        id_token_validity: cdk.Duration | None = None,
        localhost: str | None = None,
        logout_urls: Sequence[str] | None = None,
        read_attributes: cognito.ClientAttributes | None = None,
        refresh_token_rotation_grace_period: cdk.Duration | None = None,
        refresh_token_validity: cdk.Duration | None = None,
        scopes: Sequence[cognito.OAuthScope] | None = None,
        supported_identity_providers: Sequence[cognito.UserPoolClientIdentityProvider]
        | None = None,
        user_pool_client_name: str | None = None,
        write_attributes: cognito.ClientAttributes | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureUserPoolClient, scope, id, decided, _CLIENT_DECIDED)
        _check_addresses(
            scope,
            id,
            {"callback_urls": callback_urls, "logout_urls": logout_urls or ()},
            localhost=localhost,
        )
        for prop, validity, least, most in (
            ("access_token_validity", access_token_validity, 5 * _ONE_MINUTE, _ONE_HOUR),
            ("id_token_validity", id_token_validity, 5 * _ONE_MINUTE, _ONE_HOUR),
            ("refresh_token_validity", refresh_token_validity, _ONE_HOUR, _LONGEST_SESSION),
            (
                "refresh_token_rotation_grace_period",
                refresh_token_rotation_grace_period,
                0,
                _ONE_MINUTE,
            ),
        ):
            _check_validity(scope, id, prop, validity, least=least, most=most)
        flows = _struct(cognito.AuthFlow, auth_flows)
        if flows is not None and flows.user_password:
            raise refusal(
                SecureUserPoolClient, scope, id, "auth_flows.user_password", flows.user_password,
                because="the app, its scripts and its logs would see passwords",
                instead="set user_srp=True",
            )  # fmt: skip
        _check_scopes(scope, id, scopes)
        _check_written(scope, id, write_attributes)
        pool = user_pool if isinstance(user_pool, SecureUserPool) else None
        super().__init__(
            scope,
            id,
            user_pool=user_pool,
            access_token_validity=access_token_validity or seconds(30 * _ONE_MINUTE),
            # Cognito rotates no tokens of a client that has not said how users sign in.
            auth_flows=flows
            or cognito.AuthFlow(user=True if pool and pool._passkeys else None, user_srp=True),  # noqa: SLF001 - one module
            auth_session_validity=auth_session_validity,
            enable_propagate_additional_user_context_data=(
                enable_propagate_additional_user_context_data
            ),
            enable_token_revocation=True,
            generate_secret=generate_secret,
            id_token_validity=id_token_validity or seconds(30 * _ONE_MINUTE),
            o_auth=cognito.OAuthSettings(
                callback_urls=callback_urls,
                default_redirect_uri=default_redirect_uri,
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                logout_urls=logout_urls,
                scopes=[_openid()] if scopes is None else scopes,
            ),
            prevent_user_existence_errors=True,
            read_attributes=read_attributes or _attributes(frozenset({"email", "email_verified"})),
            refresh_token_rotation_grace_period=refresh_token_rotation_grace_period or seconds(10),
            refresh_token_validity=refresh_token_validity or seconds(_ONE_DAY),
            supported_identity_providers=[_cognito()]
            if supported_identity_providers is None
            else supported_identity_providers,
            user_pool_client_name=user_pool_client_name,
            write_attributes=write_attributes
            or _attributes(frozenset({"locale"}) | (pool._asked_of_users if pool else set())),  # noqa: SLF001
        )
        if localhost is not None:
            acknowledge(self, _INSECURE_CALLBACK, reason=localhost, scope=scope)


def _struct(kind: type[Struct], value: Struct | Mapping[str, Any] | None) -> Struct | None:
    return kind(**value) if isinstance(value, Mapping) else value


def _required(attributes: cognito.StandardAttributes | None) -> frozenset[str]:
    if attributes is None:
        return frozenset()
    # A struct of the CDK keeps what it was given by name.
    given: Mapping[str, Any] = attributes._values  # noqa: SLF001
    return frozenset(
        name
        for name, attribute in given.items()
        if attribute is not None
        and cast(
            "cognito.StandardAttribute", _struct(cognito.StandardAttribute, attribute)
        ).required
    )


def _check_region(scope: Construct, construct_id: str) -> None:
    stack = stack_of(scope)
    region = region_of(stack)
    if region.startswith("cn-"):
        raise refusal(
            SecureUserPool, scope, construct_id, "region", region,
            because="Amazon Cognito has no user pools in China",
            instead="build it in a stack elsewhere, or sign users in by an issuer of your own",
        )  # fmt: skip


def _check_reasons(
    scope: Construct, construct_id: str, *, self_sign_up: object, no_threat_protection: object
) -> None:
    if self_sign_up is not None:
        check_reason(
            SecureUserPool, scope, construct_id, "self_sign_up", self_sign_up,
            gives_up="every route behind the pool is open to whoever has a mail address",
        )  # fmt: skip
    if no_threat_protection is not None:
        check_reason(
            SecureUserPool, scope, construct_id, "no_threat_protection", no_threat_protection,
            gives_up="nobody notices that leaked passwords are tried",
        )  # fmt: skip


def _check_contacts(
    scope: Construct,
    construct_id: str,
    aliases: cognito.SignInAliases,
    verified: cognito.AutoVerifiedAttrs | None,
    recovery: cognito.AccountRecovery,
) -> None:
    for prop, by_phone in (
        ("sign_in_aliases.phone", aliases.phone),
        ("auto_verify.phone", verified is not None and verified.phone),
    ):
        if by_phone:
            raise refusal(
                SecureUserPool, scope, construct_id, prop, by_phone,
                because=_NO_TEXT_MESSAGES.because,
                instead="use the mail address",
            )  # fmt: skip
    if recovery not in _RECOVERIES:
        raise refusal(
            SecureUserPool, scope, construct_id, "account_recovery",
            getattr(recovery, "name", recovery),
            because=_NO_TEXT_MESSAGES.because,
            instead="pass EMAIL_ONLY, or NONE for administrators only",
        )  # fmt: skip


def _check_devices(
    scope: Construct, construct_id: str, devices: cognito.DeviceTracking | None
) -> None:
    # https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
    if devices is not None and devices.challenge_required_on_new_device:
        raise refusal(
            SecureUserPool, scope, construct_id,
            "device_tracking.challenge_required_on_new_device",
            devices.challenge_required_on_new_device,
            because="known devices would be asked for no second factor",
            instead="pass False: devices are remembered, and everyone is asked",
        )  # fmt: skip


def _check_passkeys(
    scope: Construct, construct_id: str, *, passkeys: bool, relying_party: str | None
) -> None:
    if relying_party is not None and not passkeys:
        raise refusal(
            SecureUserPool, scope, construct_id, "passkey_relying_party_id", relying_party,
            because="the pool has no passkeys",
            instead="set passkeys=True as well",
        )  # fmt: skip


def _checked_password(
    scope: Construct, construct_id: str, policy: cognito.PasswordPolicy | None
) -> cognito.PasswordPolicy:
    policy = _struct(cognito.PasswordPolicy, policy) or cognito.PasswordPolicy()
    length = _SHORTEST_PASSWORD if policy.min_length is None else policy.min_length
    check_number(
        SecureUserPool, scope, construct_id, "password_policy.min_length", length,
        least=_SHORTEST_PASSWORD, most=99, unit="characters",
    )  # fmt: skip
    if is_token(length):
        raise refusal(
            SecureUserPool, scope, construct_id, "password_policy.min_length", length,
            because="the CDK compares it when the template is made, and it is not known by then",
            instead="pass a number",
        )  # fmt: skip
    kinds = {
        kind: True if getattr(policy, kind) is None else getattr(policy, kind)
        for kind in _CHARACTERS
    }
    for kind, required in kinds.items():
        if not required and length < _LONG_PASSWORD:
            raise refusal(
                SecureUserPool, scope, construct_id, f"password_policy.{kind}", required,
                because="short passwords of few kinds of characters are in every word list",
                instead=f"leave it out, or set min_length to {_LONG_PASSWORD} or more",
            )  # fmt: skip
    temporary = policy.temp_password_validity
    if temporary is not None and (known_seconds(temporary) or 0) > (
        _LONGEST_TEMPORARY_PASSWORD * _ONE_DAY
    ):
        raise refusal(
            SecureUserPool, scope, construct_id, "password_policy.temp_password_validity",
            because="invitations lie in mailboxes, each with a password that opens an account",
            instead=f"pass {_LONGEST_TEMPORARY_PASSWORD} days at most",
        )  # fmt: skip
    return cognito.PasswordPolicy(
        min_length=length,
        password_history_size=policy.password_history_size,
        temp_password_validity=temporary or seconds(_ONE_DAY),
        **kinds,
    )


def _check_web_acl(scope: Construct, construct_id: str, web_acl: SecureWebAcl | None) -> None:
    if web_acl is None:
        return
    if web_acl.web_acl.scope == "CLOUDFRONT":
        raise refusal(
            SecureUserPool, scope, construct_id, "web_acl",
            because="a web ACL of scope CLOUDFRONT protects distributions only",
            instead="pass one of scope REGIONAL",
        )  # fmt: skip
    for rule in cast("Sequence[wafv2.CfnWebACL.RuleProperty]", web_acl.web_acl.rules):
        name = rule.name
        if name in _NOT_FOR_POOLS:
            raise refusal(
                SecureUserPool, scope, construct_id, "web_acl",
                because=f"AWS WAF associates no web ACL with {name} with a user pool",
                instead="give the pool a web ACL without login and sign_up; threat protection "
                "does for it what they do for other pages",
            )  # fmt: skip


def _check_addresses(
    scope: Construct,
    construct_id: str,
    addresses: Mapping[str, Sequence[str]],
    *,
    localhost: str | None,
) -> None:
    if localhost is not None:
        check_reason(
            SecureUserPoolClient, scope, construct_id, "localhost", localhost,
            gives_up="any program of the device may be listening there",
        )  # fmt: skip
    if isinstance(addresses["callback_urls"], str) or not addresses["callback_urls"]:
        raise refusal(
            SecureUserPoolClient, scope, construct_id, "callback_urls", addresses["callback_urls"],
            because="Cognito sends codes to a list of addresses, and to nobody else",
            instead="list the addresses of your app",
        )  # fmt: skip
    for prop, urls in addresses.items():
        for url in urls:
            if fault := _fault(url, localhost=localhost is not None):
                raise refusal(
                    SecureUserPoolClient, scope, construct_id, prop, url,
                    because=fault,
                    instead="name an https address of your own, or for development say in "
                    "localhost why it may end on the device",
                )  # fmt: skip


def _fault(url: str, *, localhost: bool) -> str | None:
    if is_token(url):
        plain = url.lower().startswith("http://")
        return "whoever sits on the way would take the code" if plain else None
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return "it is no address"
    if not parts.scheme or parts.scheme in _RUN_BY_BROWSERS or "*" in url or parts.fragment:
        return "Cognito sends codes to a whole address, with neither wildcard nor fragment"
    if parts.scheme == "http" and host not in _THIS_DEVICE:
        return "whoever sits on the way would take the code"
    if parts.scheme == "http" and not localhost:
        return "any program of the device may be listening there"
    if _UNOWNED_HOST.fullmatch(host):
        return "it is an address of the documentation, and not yours"
    return None


def _check_validity(
    scope: Construct,
    construct_id: str,
    prop: str,
    validity: cdk.Duration | None,
    *,
    least: int,
    most: int,
) -> None:
    length = None if validity is None else known_seconds(validity)
    if length is not None and not least <= length <= most:
        raise refusal(
            SecureUserPoolClient, scope, construct_id, prop, f"{length} seconds",
            because="a stolen token is good for that long"
            if length > most
            else "Cognito knows no shorter one",
            instead=f"pass {least} to {most} seconds",
        )  # fmt: skip


def _check_scopes(
    scope: Construct, construct_id: str, scopes: Sequence[cognito.OAuthScope] | None
) -> None:
    for given in scopes or ():
        if given.scope_name == "aws.cognito.signin.user.admin":
            raise refusal(
                SecureUserPoolClient, scope, construct_id, "scopes", given.scope_name,
                because="a stolen token could change the mail address and password of its user",
                instead="name OAuthScope.OPENID, EMAIL, PROFILE or those of a resource server",
            )  # fmt: skip


def _check_written(
    scope: Construct, construct_id: str, written: cognito.ClientAttributes | None
) -> None:
    names = [] if written is None else written.attributes()
    if written is not None and not names:
        raise refusal(
            SecureUserPoolClient, scope, construct_id, "write_attributes", written,
            because="a client with no list may write all",
            instead="name one that grants nothing, such as locale",
        )  # fmt: skip
    for name in names:
        if name.endswith("_verified"):
            fault = "users would prove their address to themselves"
        elif names_a_privilege(name):
            fault = "its name says what users may do, and they would say it themselves"
        else:
            continue
        raise refusal(
            SecureUserPoolClient, scope, construct_id, "write_attributes", name,
            because=fault,
            instead="leave it out and let a server write it, or put users in groups",
        )  # fmt: skip


@cache
def _attributes(names: frozenset[str]) -> cognito.ClientAttributes:
    return cognito.ClientAttributes().with_standard_attributes(**dict.fromkeys(names, True))


@cache
def _openid() -> cognito.OAuthScope:
    return cognito.OAuthScope.OPENID


@cache
def _cognito() -> cognito.UserPoolClientIdentityProvider:
    return cognito.UserPoolClientIdentityProvider.COGNITO
