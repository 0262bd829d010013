"""Constructs that messages are delivered to, given as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_lambda as lambda_
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_stepfunctions as sfn

    Target: TypeAlias = lambda_.IFunction | sfn.IStateMachine | sqs.IQueue | sns.ITopic

T = TypeVar("T")


def for_kind_of(target: object, choices: Mapping[str, T]) -> T | None:
    """
    What is chosen for the kind of a construct.

    Args:
        target: The construct, which may be imported.
        choices: What there is to choose, by the attribute that holds the ARN of the kind.

    Returns:
        The choice, or None where the target is of none of these kinds.
    """
    # The class is asked, since each attribute of a construct is a message to the kernel.
    kind = type(target)
    return next((choice for arn, choice in choices.items() if hasattr(kind, arn)), None)
