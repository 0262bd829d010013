"""Reservations of concurrency that together exceed what an account has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.quotas import KEPT_UNRESERVED, USUAL_CONCURRENCY
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template, Undecided

if TYPE_CHECKING:
    from secure_constructs.config import Config

_FUNCTION: Final = "AWS::Lambda::Function"


class ReservedBeyondAccount(Rule):
    """
    The functions reserve more copies together than an account has to give.

    An account starts with 1,000 in a region, of which 100 stay unreserved, and many a new one with
    fewer: the setting account-concurrency says how many. What is reserved for these is taken from
    all other functions of the account, and the deployment fails where it is not there. It is said
    where most is reserved.
    """

    id = "lambda-reserved-beyond-account"
    control = "lambda.account-concurrency"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = (_FUNCTION,)
    fix = (
        "lower reserved_concurrent_executions to what each function needs, or have the quota raised"
        " and set account-concurrency to it"
    )
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html",)

    passes = (
        Example("within the quota", {"ReservedConcurrentExecutions": 900}),
        Example(
            "another one reserves more",
            {"ReservedConcurrentExecutions": 400},
            beside={
                "Other": {"Type": _FUNCTION, "Properties": {"ReservedConcurrentExecutions": 501}}
            },
        ),
    )
    fails = (
        Example("too many", {"ReservedConcurrentExecutions": 901}),
        Example(
            "too many together",
            {"ReservedConcurrentExecutions": "500"},
            beside={
                "Other": {"Type": _FUNCTION, "Properties": {"ReservedConcurrentExecutions": 401}},
                "Unbounded": {"Type": _FUNCTION},
            },
        ),
    )

    quota = USUAL_CONCURRENCY

    def under(self, config: Config) -> Rule:
        rule = ReservedBeyondAccount()
        rule.quota = config.account_concurrency
        return rule

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        total, largest = template.once_for_all(
            "reserved concurrency", lambda _: _reserved(template.everywhere(_FUNCTION))
        )
        reservable = max(0, self.quota - KEPT_UNRESERVED)
        if total > reservable and function == largest:
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                f"{total:,} copies are reserved together, and the quota leaves"
                f" {reservable:,} to reserve",
            )


def _reserved(functions: tuple[Resource, ...]) -> tuple[float, Resource | None]:
    known = {function: _reservation(function) for function in functions}
    return sum(known.values()), max(known, key=lambda function: known[function], default=None)


def _reservation(function: Resource) -> float:
    try:
        return function.number("ReservedConcurrentExecutions") or 0
    except Undecided:
        return 0
