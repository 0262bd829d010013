"""Workflows that log the data they carry."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class ExecutionDataLogged(Rule):
    """
    The log of the state machine holds the data of every execution.

    Inputs and outputs of every step go to the log: addresses, tokens, payment data, readable by
    everyone who may read logs and kept as long as they are.
    """

    id = "stepfunctions-execution-data-logged"
    control = "stepfunctions.execution-data-logged"
    risk = Risk.VERBOSE_ERRORS
    severity = Severity.MEDIUM
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "set include_execution_data=False in LogOptions"
    references = ("https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",)

    passes = (
        Example(
            "events without data",
            {"LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": False}},
        ),
        Example(
            "nothing is logged",
            {"LoggingConfiguration": {"Level": "OFF", "IncludeExecutionData": True}},
        ),
    )
    fails = (
        Example(
            "events with data",
            {"LoggingConfiguration": {"Level": "ALL", "IncludeExecutionData": "true"}},
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if (
            machine.flag("LoggingConfiguration.IncludeExecutionData")
            and machine.text("LoggingConfiguration.Level") != "OFF"
        ):
            yield self.finding(
                machine,
                "LoggingConfiguration.IncludeExecutionData",
                "inputs and outputs are logged",
            )
