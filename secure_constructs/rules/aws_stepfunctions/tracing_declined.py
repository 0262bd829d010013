"""Workflows that are told not to be traced."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.template import Resource, Template


class TracingDeclined(Rule):
    """
    The template switches the tracing of the workflow off.

    It is off by default, so someone decided about it: an attack that crosses several functions has
    to be pieced together from separate logs.
    """

    id = "stepfunctions-tracing-declined"
    control = "stepfunctions.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "set tracing_enabled=True, as SecureStateMachine does"
    references = (
        "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
    )

    passes = (
        Example("traced", {"TracingConfiguration": {"Enabled": True}}),
        Example("nothing is said", {"RoleArn": "arn:aws:iam::111122223333:role/r"}),
        Example(
            "the stack traces elsewhere, so that a trace breaks off here: a fault of its own",
            {"TracingConfiguration": {"Enabled": False}},
            beside={
                "Orders": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"TracingConfig": {"Mode": "Active"}},
                }
            },
        ),
    )
    fails = (
        Example("switched off", {"TracingConfiguration": {"Enabled": False}}),
        Example("switched off in text", {"TracingConfiguration": {"Enabled": "false"}}),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:
        enabled = machine.flag("TracingConfiguration.Enabled")
        if enabled is False and traced(template) is None:
            yield self.finding(machine, "TracingConfiguration.Enabled", "tracing is switched off")
