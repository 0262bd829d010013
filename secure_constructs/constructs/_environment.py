"""The variables of a function, none of which is a secret or a debug switch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_secretsmanager as secretsmanager

from secure_constructs.constructs._base import is_token, refusal, remembered, stack_of
from secure_constructs.constructs.grants import secret_arn_of
from secure_constructs.vocabulary import (
    issued_token,
    names_a_secret,
    stands_for_no_secret,
    switches_debugging_on,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

_RESOLVED_SECRET: Final = ("{{resolve:secretsmanager", "{{resolve:ssm-secure")

_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")


def variables_of(
    construct: type,
    scope: Construct,
    id: str,
    environment: Mapping[str, str],
    secrets: Mapping[Any, Any],
) -> dict[str, str]:
    """
    The variables of a function: those in plain text, and the ARNs of its secrets.

    Args:
        construct: The class that was called.
        scope: Where the function was to be made.
        id: Its id there.
        environment: Variables in plain text.
        secrets: The secrets it reads, by variable.

    Raises:
        ConstructError: A value looks like a secret or a debug switch, or what was given as a
            secret is none.
    """
    for key, value in environment.items():
        check_variable(construct, scope, id, key, value)
    variables = dict(environment)
    for key, secret in secrets.items():
        if key in variables:
            raise refusal(
                construct,
                scope,
                id,
                f"secrets[{key!r}]",
                because="environment has a variable of that name",
                instead="rename one of the two",
            )
        if not isinstance(key, str) or not _NAME.fullmatch(key):
            raise refusal(
                construct,
                scope,
                id,
                f"secrets[{key!r}]",
                because="a variable's name is letters, digits and underscores, a letter first",
                instead="rename it",
            )
        if not isinstance(secret, secretsmanager.Secret) and not hasattr(secret, "secret_arn"):
            raise refusal(
                construct,
                scope,
                id,
                f"secrets[{key!r}]",
                because="it is not a secret of Secrets Manager",
                instead="pass a SecureSecret, or Secret.from_secret_complete_arn(...)",
            )
        variables[key] = secret_arn_of(secret)
    return variables


def check_variable(construct: type, scope: Construct, id: str, key: str, value: object) -> None:
    """
    Refuse a variable that would show a secret, or more than callers may see.

    Args:
        construct: The class that was called.
        scope: Where the function is, or was to be made.
        id: Its id there; empty when the scope is the function.
        key: The name of the variable.
        value: Its value.

    Raises:
        ConstructError: The value looks like a secret or a debug switch.
    """
    if not isinstance(value, str):
        raise refusal(
            construct,
            scope,
            id,
            f"environment[{key!r}]",
            because=f"a variable is a text, not a {type(value).__name__}",
            instead=f"pass str(...) of the {type(value).__name__}",
        )
    if any(marker in value for marker in _RESOLVED_SECRET) or _unwraps_a_secret(scope, value):
        raise refusal(
            construct,
            scope,
            id,
            f"environment[{key!r}]",
            because="CloudFormation would write the secret into the function's configuration",
            instead=f"pass secrets={{{key!r}: secret}} and read it when the function starts",
        )
    if is_token(value):
        return
    if (names_a_secret(key) and not stands_for_no_secret(value)) or issued_token(value):
        raise refusal(
            construct,
            scope,
            id,
            f"environment[{key!r}]",
            because="it looks like a secret, and whoever may list functions can read it",
            instead=f"pass secrets={{{key!r}: secret}} and read it when the function starts",
        )
    if switches_debugging_on(key, value):
        raise refusal(
            construct,
            scope,
            id,
            f"environment[{key!r}]",
            value,
            because="debug output shows callers, or logs, what they must not see",
            instead="leave it out, and set it by hand while you look for a fault",
        )


def _unwraps_a_secret(scope: Construct, value: str) -> bool:
    # References say what they refer to inside the token; the value of a secret does not.
    if "${Token[TOKEN." not in value:
        return False
    stack = stack_of(scope)
    resolved = remembered(stack, f"resolved {value}", lambda: str(stack.resolve(value)))
    return any(marker in resolved for marker in _RESOLVED_SECRET)
