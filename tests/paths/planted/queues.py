"""
Queues that run functions.

A queue is worth what the worst of its writers is worth; dead letters are what was sent before.
A service named in a policy acts for everyone, unless the policy says for whom.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    policy,
    ref,
    resource,
)

_OPEN_QUEUE_POLICY: Templates = {
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
        }
    }
}
OPEN_QUEUE_POLICY = Planted(
    name="open_queue_policy",
    what=(
        "Anyone may send to the queue that a function reads; in the "
        "twin only a function behind a web ACL may."
    ),
    templates=_OPEN_QUEUE_POLICY,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _OPEN_QUEUE_POLICY,
        {
            "Shop": {
                "JobsPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                        "Effect": "Allow",
                        "Resource": arn("Jobs"),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "provenance", "Front": "behind-waf"}),
)

_QUEUE_INHERITS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
                FilterCriteria={"Filters": [{"Pattern": '{"body":{"kind":["order"]}}'}]},
                FunctionName=ref("Worker"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
QUEUE_INHERITS = Planted(
    name="queue_inherits",
    what=(
        "What a function takes from anyone it puts into a queue, so "
        "the reader of the queue takes it from anyone too; a filter on "
        "the content changes nothing."
    ),
    templates=_QUEUE_INHERITS,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _QUEUE_INHERITS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_QUEUE_CONFUSED_DEPUTY: Templates = {
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
                            "Principal": {"Service": "s3.amazonaws.com"},
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
        }
    }
}
QUEUE_CONFUSED_DEPUTY = Planted(
    name="queue_confused_deputy",
    what=(
        "A queue takes messages from the buckets of every account, "
        "since its policy names the service only; the twin names the "
        "bucket and the account of the partner."
    ),
    templates=_QUEUE_CONFUSED_DEPUTY,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _QUEUE_CONFUSED_DEPUTY,
        {
            "Shop": {
                "JobsPolicy": resource(
                    "AWS::SQS::QueuePolicy",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "sqs:SendMessage",
                                "Condition": {
                                    "ArnEquals": {"aws:SourceArn": "arn:aws:s3:::partner-orders"},
                                    "StringEquals": {"aws:SourceAccount": "444455556666"},
                                },
                                "Effect": "Allow",
                                "Principal": {"Service": "s3.amazonaws.com"},
                                "Resource": arn("Jobs"),
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    Queues=[ref("Jobs")],
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "compensated"}),
)

_DEAD_LETTERS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Dead": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "RedrivePolicy": {"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3}
                },
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
            "UndertakerServiceRole": FUNCTION_ROLE,
            "UndertakerServiceRoleDefaultPolicy": policy(
                "UndertakerServiceRoleDefaultPolicy",
                "UndertakerServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Dead"),
                },
            ),
            "Undertaker": function(
                "UndertakerServiceRole", after=["UndertakerServiceRoleDefaultPolicy"]
            ),
            "UndertakerSqsEventSourceShopDeadAC399924": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Dead"),
                FunctionName=ref("Undertaker"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
DEAD_LETTERS = Planted(
    name="dead_letters",
    what=(
        "Messages that fail end in a queue with a reader of its own: "
        "what anyone may send reaches it by that way."
    ),
    templates=_DEAD_LETTERS,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed", "Undertaker": "exposed"}),
    safe_templates=changed(_DEAD_LETTERS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}),
    safe_expected=Expected(
        verdicts={"Front": "behind-waf", "Worker": "provenance", "Undertaker": "provenance"}
    ),
)

PLANTED = (
    OPEN_QUEUE_POLICY,
    QUEUE_INHERITS,
    QUEUE_CONFUSED_DEPUTY,
    DEAD_LETTERS,
)
