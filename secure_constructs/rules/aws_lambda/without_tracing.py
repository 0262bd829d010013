"""Functions whose calls leave no trace."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutTracing(Rule):
    """
    Calls of the function are not traced.

    Without traces nobody sees which request reached which service, so an attack that crosses
     several functions has to be pieced together from separate logs.
    """

    id = "lambda-without-tracing"
    control = "lambda.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set tracing=Tracing.ACTIVE, as SecureFunction does"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",)

    passes = (Example("every call may be traced", {"TracingConfig": {"Mode": "Active"}}),)
    fails = (
        Example("no tracing", {"Runtime": "python3.13"}),
        Example("only calls that others trace", {"TracingConfig": {"Mode": "PassThrough"}}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"TracingConfig": {"Mode": {"Ref": "M"}}},
            sections={"Parameters": {"M": {"Type": "String"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        mode = function.text("TracingConfig.Mode")
        if mode != "Active":
            yield self.finding(function, "TracingConfig.Mode", f"tracing is {mode or 'off'}")
