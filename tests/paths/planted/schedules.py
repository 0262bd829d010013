"""
Schedules, and those who may write them.

A schedule is AWS's own doing; whoever may write schedules with its role chooses the input.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_WITH_OPEN_URL,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_SCHEDULE_TO_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "JobsPolicy": resource(
                "AWS::SQS::QueuePolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sqs:SendMessage",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Worker"),
            ),
            "Hourly": resource(
                "AWS::Scheduler::Schedule",
                FlexibleTimeWindow={"Mode": "OFF"},
                ScheduleExpression="rate(1 hour)",
                ScheduleExpressionTimezone="Etc/UTC",
                State="ENABLED",
                Target={
                    "Arn": arn("Jobs"),
                    "Input": '{"kind":"tick"}',
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
                    "RoleArn": arn("SchedulerRoleForTargetfb7243"),
                    "SqsParameters": {},
                },
            ),
            "SchedulerRoleForTargetfb7243": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Condition": {
                                "StringEquals": {
                                    "aws:SourceAccount": ACCOUNT,
                                    "aws:SourceArn": join(
                                        "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::"
                                        "AccountId}:schedule-group/default"
                                    ),
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "scheduler.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "SchedulerRoleForTargetfb7243DefaultPolicy": policy(
                "SchedulerRoleForTargetfb7243DefaultPolicy",
                "SchedulerRoleForTargetfb7243",
                {"Action": "sqs:SendMessage", "Effect": "Allow", "Resource": arn("Jobs")},
            ),
        }
    }
}
SCHEDULE_TO_QUEUE = Planted(
    name="schedule_to_queue",
    what=("A schedule and the whole internet put messages into the same queue."),
    templates=_SCHEDULE_TO_QUEUE,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(_SCHEDULE_TO_QUEUE, {"Shop": {"JobsPolicy": None}}),
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_SCHEDULE_WRITTEN_BY_FUNCTION: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "ReportServiceRole": FUNCTION_ROLE,
            "Report": function("ReportServiceRole"),
            "ScheduleRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "scheduler.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ScheduleRoleDefaultPolicy": policy(
                "ScheduleRoleDefaultPolicy",
                "ScheduleRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Report"), join("${Report.Arn}:*")],
                },
            ),
            "Nightly": resource(
                "AWS::Scheduler::Schedule",
                FlexibleTimeWindow={"Mode": "OFF"},
                ScheduleExpression="cron(0 3 * * ? *)",
                Target={"Arn": arn("Report"), "RoleArn": arn("ScheduleRole")},
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "scheduler:CreateSchedule",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::"
                        "AccountId}:schedule/default/*"
                    ),
                },
                {
                    "Action": "iam:PassRole",
                    "Condition": {
                        "StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}
                    },
                    "Effect": "Allow",
                    "Resource": arn("ScheduleRole"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
SCHEDULE_WRITTEN_BY_FUNCTION = Planted(
    name="schedule_written_by_function",
    what=(
        "A schedule runs a function, and a function that anyone calls "
        "may write schedules with the same role: it chooses the input."
    ),
    templates=_SCHEDULE_WRITTEN_BY_FUNCTION,
    expected=Expected(verdicts={"Front": "exposed", "Report": "exposed"}),
    safe_templates=changed(
        _SCHEDULE_WRITTEN_BY_FUNCTION,
        {"Shop": {"FrontServiceRoleDefaultPolicy": None, "Front": function("FrontServiceRole")}},
    ),
    safe_expected=Expected(verdicts={"Front": "exposed", "Report": "provenance"}),
)

PLANTED = (
    SCHEDULE_TO_QUEUE,
    SCHEDULE_WRITTEN_BY_FUNCTION,
)
