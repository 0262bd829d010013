"""Functions that are told to start no traces."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.callers import untraced_start
from secure_constructs.template import Resource, Template


class TracingDeclined(Rule):
    """
    The function records only the calls that others trace, and nothing in its stack traces any.

    Somebody set how it is traced, to a value that comes to nothing here: an attack that crosses
    several functions has to be pieced together from separate logs.
    """

    id = "lambda-tracing-declined"
    control = "lambda.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set tracing=Tracing.ACTIVE, as SecureFunction does"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",)

    passes = (
        Example("traced", {"TracingConfig": {"Mode": "Active"}}),
        Example("nothing is said", {"Runtime": "python3.13"}),
        Example(
            "requests are traced elsewhere in the stack",
            {"TracingConfig": {"Mode": "PassThrough"}},
            beside={
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {"TracingConfiguration": {"Enabled": True}},
                }
            },
        ),
    )
    fails = (Example("only calls that others trace", {"TracingConfig": {"Mode": "PassThrough"}}),)

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        if function.text("TracingConfig.Mode") != "PassThrough" or traced(template) is not None:
            return
        if untraced_start(function, template) is None:
            yield self.finding(
                function, "TracingConfig.Mode", "only calls that others trace are, and none does"
            )
