"""How many instances of a function may run at a time, and what the account can give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import aws_cdk as cdk

from secure_constructs.config import config_of
from secure_constructs.constructs._base import (
    check_number,
    check_reason,
    is_token,
    reference_of,
    refusal,
    remembered,
    root_of,
    stack_of,
)
from secure_constructs.quotas import KEPT_UNRESERVED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from constructs import Construct

# What the CDK writes where an account or a Region is known only at deployment.
_UNKNOWN: Final = "unknown-"
_ITS_STACK: Final = "its stack"


def check_concurrency(
    construct: type, scope: Construct, id: str, reserved: Any, unreserved: object
) -> None:
    """
    Refuse a function without a limit, and a limit that the account cannot give.

    Args:
        construct: The class that was called.
        scope: Where the function was to be made.
        id: Its id there.
        reserved: How many instances may run at a time, or None.
        unreserved: Why there is no limit, or None.

    Raises:
        ConstructError: Neither or both were given, or the number cannot be reserved.
        ConfigError: The configuration cannot be read.
    """
    if (reserved is None) == (unreserved is None):
        raise refusal(
            construct,
            scope,
            id,
            "reserved_concurrent_executions" if reserved is None else "unreserved",
            reserved if reserved is None else unreserved,
            because="without a limit one busy or attacked function uses up the account's"
            if reserved is None
            else "it has a limit already",
            instead="give exactly one: reserved_concurrent_executions=10, or "
            'unreserved="why it has no limit"',
        )
    if unreserved is not None:
        check_reason(
            construct,
            scope,
            id,
            "unreserved",
            unreserved,
            gives_up="one busy or attacked function can use up the account's concurrency",
        )
        return
    check_number(
        construct,
        scope,
        id,
        "reserved_concurrent_executions",
        reserved,
        least=0,
        most=1_000_000,
        unit="instances",
    )
    _check_account(construct, scope, id, reserved)


def _check_account(construct: type, scope: Construct, id: str, reserved: int) -> None:
    if is_token(reserved):
        return
    stack = stack_of(scope)
    limit = remembered(stack, "account concurrency", lambda: _limit_of(stack))
    others = remembered(stack, "reserved concurrency", lambda: _reserved_beside(stack))
    total = sum(others) + reserved
    if total > limit - KEPT_UNRESERVED:
        raise refusal(
            construct,
            scope,
            id,
            "reserved_concurrent_executions",
            reserved,
            because=f"the functions of {_place_of(stack)} would reserve {total}, and of the "
            f"account's {limit} Lambda keeps {KEPT_UNRESERVED} unreserved",
            instead="reserve less, or have the account's limit raised and set account-concurrency "
            "in [tool.secure-constructs] to it",
        )
    others.append(reserved)


def _limit_of(stack: cdk.Stack) -> int:
    return config_of(_above(stack)).account_concurrency


def _above(stack: cdk.Stack) -> Iterator[str]:
    # Only read on where something was decided for a part of an app.
    yield reference_of(stack)
    yield reference_of(cdk.Stage.of(stack))
    yield reference_of(root_of(stack))


def _reserved_beside(stack: cdk.Stack) -> list[int]:
    place = _place_of(stack)
    return [] if place == _ITS_STACK else remembered(root_of(stack), place, list[int])


def _place_of(stack: cdk.Stack) -> str:
    # Where that is not known, only what is in the same stack is sure to share an account.
    environment = remembered(stack, "environment", lambda: stack.environment)
    return _ITS_STACK if _UNKNOWN in environment else f"the app in {environment}"
