"""A secret that is generated, rotated, kept, and read by those it was given to."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager

from secure_constructs.constructs._base import (
    Decision,
    acknowledge,
    check_reason,
    everyone,
    refusal,
    refuse_decided,
    remembered,
    settle,
)
from secure_constructs.constructs.grants import SecureSecretGrants, role_arn_of
from secure_constructs.constructs.key import SecureKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    from aws_cdk import aws_kms as kms
    from constructs import Construct

NOT_ROTATED_TO_NAG: Final = (
    "AwsSolutions-SMG4",
    "NIST.800.53.R5-SecretsManagerRotationEnabled",
)
"""
What cdk-nag says of a secret that is not rotated.
"""

NOT_ROTATED: Final = "Secure-Constructs::secretsmanager-without-rotation"
"""
What our own rules say of it.
"""

_LITERAL: Final = Decision(
    because="its value would stand in the template, where every reader of the stack sees it",
    instead="let Secrets Manager generate it, or store it once with "
    "`aws secretsmanager put-secret-value`",
)

_DECIDED: Final = {
    "secret_string_value": _LITERAL,
    "secret_object_value": _LITERAL,
    "secret_string_beta1": _LITERAL,
    "removal_policy": Decision(
        because="deleting the secret with its stack breaks whatever still uses it",
        instead="call apply_removal_policy in a stack that holds no real data",
    ),
}


class SecureSecret(secretsmanager.Secret):
    """
    A secret with a rotation, or with the reason why it has none.

    List price: 0.40 USD a month and secret, 0.05 USD for 10,000 reads, and the key that
    the secrets of a stack share, see `SecureKey` (us-east-1, 2026-11).

    - Secrets Manager generates the value, so it is in no template and no repository.
    - It is encrypted with a key of yours: the account's ``aws/secretsmanager`` serves
      every principal that may read the secret, and its policy cannot be changed
      (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html).
    - It stays when the stack is deleted.
    - Its grants are ``GetSecretValue`` alone, and ``kms:Decrypt`` through Secrets
      Manager only.

    Exactly one of `rotation_lambda`, `hosted_rotation` and `no_rotation` must be given.

    Args:
        scope: Where the secret is defined.
        id: Its id there; part of the logical id.
        rotation_lambda: The function that replaces the value
            (https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html).
        hosted_rotation: A rotation function that AWS provides for a database.
        no_rotation: Why nobody replaces the value, as a sentence for a reviewer.
        rotate_immediately_on_update: Whether the value is replaced when the schedule is made or
            changed. Say no for a key that a provider issues: the rotation function can replace
            it only once someone has stored the first one.
            Default: it is, so that nobody has seen the value in use.
        automatically_after: How often the value is replaced.
            Default: every 30 days.
        description: What the secret opens.
            Default: none.
        encryption_key: The key that encrypts it.
            Default: the key that the stack shares, `SecureKey.of`.
        generate_secret_string: How to generate the value.
            Default: 32 characters with letters, digits and punctuation.
        readers: The only principals that may read the value: everyone else of the
            account is denied, administrators too, whatever IAM policies say.
            Default: IAM policies decide.
        replica_regions: Where else to keep a copy.
            Default: nowhere.
        secret_name: Its name; it stays taken for up to 30 days after a deletion.
            Default: CloudFormation makes one up.

    Raises:
        ConstructError: The value was given as a literal, the rotation is missing or
            said twice, or a prop the construct decides was given.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        rotation_lambda: lambda_.IFunction | None = None,
        hosted_rotation: secretsmanager.HostedRotation | None = None,
        no_rotation: str | None = None,
        rotate_immediately_on_update: bool | None = None,
        automatically_after: cdk.Duration | None = None,
        description: str | None = None,
        encryption_key: kms.IKey | None = None,
        generate_secret_string: secretsmanager.SecretStringGenerator | dict[str, Any] | None = None,
        readers: Sequence[iam.IRole | lambda_.IFunction] | None = None,
        replica_regions: Sequence[secretsmanager.ReplicaRegion] | None = None,
        secret_name: str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureSecret, scope, id, decided, _DECIDED)
        rotations = {
            "rotation_lambda": rotation_lambda,
            "hosted_rotation": hosted_rotation,
            "no_rotation": no_rotation,
        }
        given = [prop for prop, value in rotations.items() if value is not None]
        if len(given) != 1:
            said = " and ".join(given) if given else "no rotation"
            raise refusal(
                SecureSecret,
                scope,
                id,
                said,
                because="a secret is either replaced regularly or kept for a reason",
                instead="give exactly one of rotation_lambda, hosted_rotation and no_rotation",
            )
        if no_rotation is not None:
            check_reason(
                SecureSecret,
                scope,
                id,
                "no_rotation",
                no_rotation,
                gives_up="a secret that never changes stays valid for whoever ever saw it",
            )
            for prop, value in (
                ("automatically_after", automatically_after),
                ("rotate_immediately_on_update", rotate_immediately_on_update),
            ):
                if value is not None:
                    raise refusal(
                        SecureSecret,
                        scope,
                        id,
                        prop,
                        because="no_rotation says that nothing is replaced",
                    )
        key = encryption_key or SecureKey.of(scope)
        super().__init__(
            scope,
            id,
            description=description,
            encryption_key=key,
            generate_secret_string=generate_secret_string,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            replica_regions=replica_regions,
            secret_name=secret_name,
        )
        settle(self, scope)
        remembered(self, "key", lambda: key)
        if no_rotation is not None:
            acknowledge(
                self,
                *NOT_ROTATED_TO_NAG,
                NOT_ROTATED,
                reason=no_rotation,
                scope=scope,
            )
        else:
            self.add_rotation_schedule(
                "Rotation",
                rotation_lambda=rotation_lambda,
                hosted_rotation=hosted_rotation,
                automatically_after=automatically_after,
                rotate_immediately_on_update=rotate_immediately_on_update,
            )
        if readers is not None:
            self._deny_all_but(readers)

    @cached_property
    def grants(self) -> SecureSecretGrants:
        """
        Exact grants on the secret.
        """
        return SecureSecretGrants(self)

    def grant_read(
        self, grantee: iam.IGrantable, version_stages: Sequence[str] | None = None
    ) -> iam.Grant:
        """
        Let a principal read the value, and nothing about it.

        Args:
            grantee: Who may read.
            version_stages: Which versions, by label.
                Default: every version.
        """
        if version_stages is not None:
            return super().grant_read(grantee, version_stages)
        return self.grants.read(grantee)

    def grant_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let a principal store a new version, without changing how the secret is kept.

        Args:
            grantee: Who may write.
        """
        return self.grants.write(grantee)

    def _deny_all_but(self, readers: Sequence[iam.IRole | lambda_.IFunction]) -> None:
        arns = [role_arn_of(reader) for reader in readers]
        if not arns or None in arns:
            raise refusal(
                SecureSecret,
                self,
                "",
                "readers",
                because="each reader is known by its role, and without one everyone is locked out",
                instead="name at least one role, or a function whose role is known",
            )
        self.add_to_resource_policy(
            iam.PolicyStatement(
                sid="OnlyItsReaders",
                effect=iam.Effect.DENY,
                actions=["secretsmanager:GetSecretValue"],
                principals=[everyone()],
                resources=["*"],
                conditions={"ArnNotEquals": {"aws:PrincipalArn": arns}},
            )
        )
