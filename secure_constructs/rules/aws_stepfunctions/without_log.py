"""Workflows that keep no log."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutLog(Rule):
    """
    The state machine keeps no log of its executions.

    Express executions leave no history at all, and the history of standard ones is gone after
    90 days: who ran a step out of order cannot be found out.
    """

    id = "stepfunctions-without-log"
    control = "stepfunctions.logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "pass logs=LogOptions(destination=log_group, level=LogLevel.ERROR)"
    references = ("https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",)

    passes = (
        Example(
            "errors are logged",
            {
                "LoggingConfiguration": {
                    "Level": "ERROR",
                    "Destinations": [
                        {
                            "CloudWatchLogsLogGroup": {
                                "LogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:l:*"
                            }
                        }
                    ],
                }
            },
        ),
    )
    fails = (
        Example("no log", {"RoleArn": "arn:aws:iam::111122223333:role/r"}),
        Example("switched off", {"LoggingConfiguration": {"Level": "OFF"}}),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        level = machine.text("LoggingConfiguration.Level") or "OFF"
        if level == "OFF":
            yield self.finding(machine, "LoggingConfiguration.Level", "logging is off")
