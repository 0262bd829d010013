"""Standard workflows whose history is gone after 90 days."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_stepfunctions._logs import keeps_log
from secure_constructs.template import Resource, Template


class HistoryWithoutLog(Rule):
    """
    The record of a standard workflow's executions is gone after 90 days.

    Step Functions keeps the history itself for that long, where no alarm and no search across
    executions reaches it; whoever must show later who did what finds nothing.
    """

    id = "stepfunctions-history-without-log"
    control = "stepfunctions.logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::StepFunctions::StateMachine",)
    fix = "pass logs=LogOptions(destination=log_group, level=LogLevel.ERROR)"
    recommended = False
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
        Example("an express workflow, which another rule judges", {"StateMachineType": "EXPRESS"}),
    )
    fails = (
        Example("no log", {"RoleArn": "arn:aws:iam::111122223333:role/r"}),
        Example(
            "switched off",
            {"StateMachineType": "STANDARD", "LoggingConfiguration": {"Level": "OFF"}},
        ),
    )

    def check(self, machine: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if machine.text("StateMachineType") != "EXPRESS" and not keeps_log(machine):
            yield self.finding(machine, "LoggingConfiguration", "no log is kept")
