"""Functions that may call themselves without end."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RecursionAllowed(Rule):
    """
    Lambda's own stop for recursive loops is switched off.

    Lambda stops a function that triggers itself through a queue, topic or bucket after some
    sixteen rounds. Switched off, one bad message runs, and is billed, until somebody notices.
    """

    id = "lambda-recursion-allowed"
    control = "lambda.recursive-loop"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "leave recursive_loop at RecursiveLoop.TERMINATE"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",)

    passes = (
        Example("loops are stopped", {"RecursiveLoop": "Terminate"}),
        Example("the default stops loops", {"Runtime": "python3.13"}),
    )
    fails = (Example("loops may run", {"RecursiveLoop": "Allow"}),)

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if function.text("RecursiveLoop") == "Allow":
            yield self.finding(function, "RecursiveLoop", "recursive calls are not stopped")
