"""A KMS key that rotates, outlives its stack and is used through named services only."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    check_duration,
    everyone,
    refusal,
    refuse_decided,
    shared,
)
from secure_constructs.constructs.grants import (
    ADMIN_ACTIONS,
    ROTATION_ACTIONS,
    SecureKeyGrants,
)

if TYPE_CHECKING:
    from typing import Never

    from constructs import Construct

_ONE_DAY: Final = 24 * 60 * 60

_DECIDED: Final = {
    "enable_key_rotation": Decision(
        because="a key that never rotates puts all data ever written behind one secret",
    ),
    "enabled": Decision(
        because="a disabled key makes everything it encrypts unreadable",
        instead="disable it by hand when you must",
    ),
    "policy": Decision(
        because="a policy of your own replaces the statement that keeps the key manageable",
        instead="call add_to_resource_policy or use its grants",
    ),
    "removal_policy": Decision(
        because="deleting the key makes everything it ever encrypted unreadable for good",
        instead="call apply_removal_policy in a stack that holds no real data",
    ),
    "key_spec": Decision(because="only symmetric keys rotate by themselves"),
    "key_usage": Decision(because="only keys for encryption rotate by themselves"),
}


class SecureKey(kms.Key):
    """
    A customer managed key with rotation.

    List price: 1 USD a month and key, 1 USD more for each of the first two rotations,
    0.03 USD for 10,000 requests (us-east-1, 2026-11). Constructs of this package can
    share one: see `SecureKey.of`.

    - The key material rotates every year
      (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html).
    - Only the account itself has ``kms:*``, so that IAM policies decide and the key
      cannot be locked out
      (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
    - Nobody creates a grant, which would let another use the key unseen by any policy, but
      services of AWS for the resources they encrypt
      (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html).
    - It stays when the stack is deleted.

    Args:
        scope: Where the key is defined.
        id: Its id there; part of the logical id.
        alias: A name for people and other stacks.
            Default: no alias.
        admins: Who may turn the key off, delete it and rotate it at any time, and can neither
            use it nor let themselves.
            Default: whoever IAM policies of the account allow to.
        description: What the key protects.
            Default: none.
        multi_region: Whether it can be replicated to other Regions; it cannot change later.
            Default: it stays in its Region.
        pending_window: How long a scheduled deletion can be taken back, 7 to 30 days.
            Default: 30 days.
        rotation_period: How often the key material changes, 90 to 2,560 days.
            Default: every year.

    Raises:
        ConstructError: A prop the construct decides was given.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        alias: str | None = None,
        admins: list[iam.IPrincipal] | None = None,
        description: str | None = None,
        multi_region: bool | None = None,
        pending_window: cdk.Duration | None = None,
        rotation_period: cdk.Duration | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureKey, scope, id, decided, _DECIDED)
        for prop, duration, least, most in (
            ("pending_window", pending_window, 7, 30),
            ("rotation_period", rotation_period, 90, 2560),
        ):
            check_duration(
                SecureKey, scope, id, prop, duration, least=least * _ONE_DAY, most=most * _ONE_DAY
            )
        super().__init__(
            scope,
            id,
            alias=alias,
            description=description,
            enable_key_rotation=True,
            multi_region=multi_region,
            pending_window=pending_window,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            rotation_period=rotation_period,
        )
        kms.Key.add_to_resource_policy(
            self,
            iam.PolicyStatement(
                actions=["kms:CreateGrant"],
                conditions={
                    "BoolIfExists": {
                        "aws:PrincipalIsAWSService": "false",
                        "kms:GrantIsForAWSResource": "false",
                    }
                },
                effect=iam.Effect.DENY,
                principals=[everyone()],
                resources=["*"],
            ),
        )
        for admin in admins or ():
            self.grants.actions(admin, *ADMIN_ACTIONS, *ROTATION_ACTIONS)

    @staticmethod
    def of(scope: Construct) -> SecureKey:
        """
        The key that the constructs of a stack share, made on first use.

        Args:
            scope: Any construct in the stack.
        """
        return shared(scope, "Key", SecureKey)

    @cached_property
    def grants(self) -> SecureKeyGrants:
        """
        Exact grants on the key, also by the service through which it is used.
        """
        return SecureKeyGrants(self)

    @PythonOnly
    def grant_admin(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal turn the key off and on, delete it, and revoke grants: ``grants.admin``.

        Args:
            grantee: Who may.
        """
        return self.grants.admin(grantee)

    @PythonOnly
    def grant_decrypt(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal decrypt: ``grants.decrypt``.

        Args:
            grantee: Who may decrypt.
        """
        return self.grants.decrypt(grantee)

    @PythonOnly
    def grant_encrypt(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal encrypt, itself or with a data key: ``grants.encrypt``.

        Args:
            grantee: Who may encrypt.
        """
        return self.grants.encrypt(grantee)

    @PythonOnly
    def grant_encrypt_decrypt(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal encrypt and decrypt: ``grants.encrypt_decrypt``.

        Args:
            grantee: Who may.
        """
        return self.grants.encrypt_decrypt(grantee)

    @PythonOnly
    def grant_generate_mac(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and does nothing else.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.generate_mac(grantee)

    @PythonOnly
    def grant_sign(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and does nothing else.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.sign(grantee)

    @PythonOnly
    def grant_sign_verify(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and does nothing else.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.sign_verify(grantee)

    @PythonOnly
    def grant_verify(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and does nothing else.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.verify(grantee)

    @PythonOnly
    def grant_verify_mac(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: the key encrypts, and does nothing else.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        return self.grants.verify_mac(grantee)

    @PythonOnly
    def add_to_resource_policy(
        self,
        statement: iam.PolicyStatement,
        allow_no_op: bool | None = None,  # noqa: FBT001 - the CDK's signature
    ) -> iam.AddToResourcePolicyResult:
        """
        Add a statement to the key policy.

        Args:
            statement: What it allows or denies.
            allow_no_op: Whether to do nothing, rather than fail, where the policy cannot
                be changed.

        Raises:
            ConstructError: It would allow everything to someone beside the account.
        """
        if statement.effect == iam.Effect.ALLOW and {"*", "kms:*"} & set(statement.actions):
            raise refusal(
                SecureKey,
                self,
                "",
                "actions",
                "kms:*",
                because="whoever has it can delete the key and give it away",
                instead="name the actions, or use its grants",
            )
        return kms.Key.add_to_resource_policy(self, statement, allow_no_op)
