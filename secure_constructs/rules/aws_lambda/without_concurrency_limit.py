"""Functions that may use all concurrency of the account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutConcurrencyLimit(Rule):
    """
    Nothing bounds how many copies of the function run at once.

    Without a limit of its own, one flooded function takes all concurrency of the account
     and region: others stop, and the bill grows with the flood.
    """

    id = "lambda-without-concurrency-limit"
    control = "lambda.concurrency-limit"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set reserved_concurrent_executions, or use SecureFunction, which asks for it"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html",)

    passes = (
        Example("a limit of its own", {"ReservedConcurrentExecutions": 20}),
        Example("stopped altogether", {"ReservedConcurrentExecutions": "0"}),
    )
    fails = (Example("no limit", {"Runtime": "python3.13"}),)

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if function.number("ReservedConcurrentExecutions") is None:
            yield self.finding(
                function,
                "ReservedConcurrentExecutions",
                "the whole concurrency of the account is open to it",
            )
