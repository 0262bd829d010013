"""Trails that nobody is alerted by."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._values import filled
from secure_constructs.template import Resource, Template


class Unwatched(Rule):
    """
    Nothing can raise an alarm on what the trail records.

    Files in a bucket are read after the fact. Alarms and searches need the events in CloudWatch
    Logs.
    """

    id = "cloudtrail-unwatched"
    control = "cloudtrail.cloudwatch-logs"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::CloudTrail::Trail",)
    fix = "set send_to_cloud_watch_logs=True"
    references = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/monitor-cloudtrail-log-files-with-cloudwatch-logs.html",
    )

    passes = (
        Example(
            "sent to a log group",
            {
                "IsLogging": True,
                "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:111122223333:log-group:t:*",
            },
        ),
    )
    fails = (
        Example("kept in a bucket only", {"IsLogging": True}),
        Example("a log group without a name", {"CloudWatchLogsLogGroupArn": ""}),
    )

    def check(self, trail: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not filled(trail, "CloudWatchLogsLogGroupArn"):
            yield self.finding(trail, "CloudWatchLogsLogGroupArn", "events go to a bucket only")
