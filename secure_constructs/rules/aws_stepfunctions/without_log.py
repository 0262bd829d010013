"""Express workflows that keep no log."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_stepfunctions._logs import keeps_log
from secure_constructs.template import Resource, Template


class WithoutLog(Rule):
    """
    The executions of an express workflow leave no record at all.

    Express executions keep no history: who ran a step out of order, and with what, cannot be
    found out. Those of a standard workflow are kept for 90 days without a log; that its log is
    missing is a fault of its own.
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
        Example("a standard workflow, which keeps its history", {"StateMachineType": "STANDARD"}),
    )
    fails = (
        Example("no log", {"StateMachineType": "EXPRESS"}),
        Example(
            "switched off",
            {"StateMachineType": "EXPRESS", "LoggingConfiguration": {"Level": "OFF"}},
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if machine.text("StateMachineType") == "EXPRESS" and not keeps_log(machine):
            yield self.finding(machine, "LoggingConfiguration", "no log is kept")
