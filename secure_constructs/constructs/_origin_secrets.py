"""Secrets that a distribution shows its origin, so that nobody goes round it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_secretsmanager as secretsmanager

from secure_constructs.constructs._base import acknowledge, check_number, remembered, settle
from secure_constructs.constructs.secret import NOT_ROTATED, NOT_ROTATED_TO_NAG

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct


def origin_secrets(
    scope: Construct,
    id: str,
    *,
    description: str,
    generation: int,
    key: kms.IKey,
    length: int,
    reason: str,
) -> tuple[secretsmanager.Secret, ...]:
    """
    The secret that the distribution shows, and the one before, if there was one.

    The edge shows the one before until the new distribution is everywhere, so the origin takes
    both. Nothing else knows them: they go with the stack.

    Args:
        scope: Where they are defined.
        id: The id of the first there; the number of a later one is added.
        description: What they open.
        generation: How many there have been.
        key: What encrypts them.
        length: How many letters and digits they have.
        reason: Why no function rotates them.
    """
    secrets = []
    for number in range(int(generation), max(int(generation) - 2, 0), -1):
        secret = secretsmanager.Secret(
            scope,
            id if number == 1 else f"{id}{number}",
            description=description,
            encryption_key=key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=length
            ),
        )
        settle(secret, scope)
        remembered(secret, "key", lambda: key)
        # Of one that a distribution shows, our own rule knows that only a deployment changes it.
        said = NOT_ROTATED_TO_NAG if number == generation else (*NOT_ROTATED_TO_NAG, NOT_ROTATED)
        acknowledge(secret, *said, reason=reason, scope=scope)
        secrets.append(secret)
    return tuple(secrets)


def check_generation(
    construct: type, scope: Construct, id: str, prop: str, generation: object
) -> None:
    """
    Refuse what is no number of secrets.

    Args:
        construct: The class that was called.
        scope: Where the construct was to be made.
        id: Its id there.
        prop: The prop as the caller wrote it.
        generation: What the caller passed.

    Raises:
        ConstructError: It is none.
    """
    check_number(
        construct, scope, id, prop, generation, least=1, most=1_000_000, unit="generations"
    )
