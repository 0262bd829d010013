"""Workflows at which the traces of their stack break off."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.template import Resource, Template


class TraceBrokenOff(Rule):
    """
    Requests are traced in this stack, but not in this workflow.

    Someone decided that requests are to be followed, and here they are lost: which step called
    what is missing from every trace that passes it.
    """

    id = "stepfunctions-trace-broken-off"
    control = "stepfunctions.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "set tracing_enabled=True"
    references = (
        "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
    )

    passes = (
        Example("executions are traced", {"TracingConfiguration": {"Enabled": True}}),
        Example("a flag written as text", {"TracingConfiguration": {"Enabled": "true"}}),
        Example("nothing is traced in the stack", {"RoleArn": "arn:aws:iam::111122223333:role/r"}),
    )
    fails = (
        Example(
            "the function beside it is traced",
            {"TracingConfiguration": {"Enabled": "false"}},
            beside={
                "Pay": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"TracingConfig": {"Mode": "Active"}},
                }
            },
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:
        where = traced(template)
        if where is not None and not machine.flag("TracingConfiguration.Enabled"):
            yield self.finding(
                machine,
                "TracingConfiguration.Enabled",
                f"tracing is off here, and on at {where.logical_id}",
            )
