"""Workflows whose executions are not traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.template import Resource, Template


class WithoutTracing(Rule):
    """
    Executions of the state machine are not traced.

    Without traces nobody sees which step called what, so an attack that crosses several
    functions has to be pieced together from separate logs. Traces cost money, and the history
    of an execution shows its steps as well, hence the strict pack; where a stack has chosen X-Ray,
    ``stepfunctions-trace-broken-off`` speaks instead, to everyone.
    """

    id = "stepfunctions-without-tracing"
    control = "stepfunctions.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::StepFunctions::StateMachine",)
    recommended = False
    fix = "set tracing_enabled=True"
    references = (
        "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
    )

    passes = (
        Example("executions are traced", {"TracingConfiguration": {"Enabled": True}}),
        Example("a flag written as text", {"TracingConfiguration": {"Enabled": "true"}}),
        Example(
            "other requests of the stack are traced, of which another rule speaks",
            {"RoleArn": "arn:aws:iam::111122223333:role/r"},
            beside={
                "Pay": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"TracingConfig": {"Mode": "Active"}},
                }
            },
        ),
    )
    fails = (
        Example("no tracing", {"RoleArn": "arn:aws:iam::111122223333:role/r"}),
        Example("switched off", {"TracingConfiguration": {"Enabled": "false"}}),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:
        if not machine.flag("TracingConfiguration.Enabled") and traced(template) is None:
            yield self.finding(machine, "TracingConfiguration.Enabled", "tracing is off")
