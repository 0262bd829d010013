"""
Topics that run functions, straight and by queues.

The messages of another account's topic are an outsider's. By a queue whose policy names the topic
they are *compensated*; straight into a function they are not.
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

_OPEN_TOPIC_POLICY: Templates = {
    "Shop": {
        "Resources": {
            "Orders": resource("AWS::SNS::Topic"),
            "OrdersPolicy": resource(
                "AWS::SNS::TopicPolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sns:Publish",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": ref("Orders"),
                            "Sid": "Partners",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Topics=[ref("Orders")],
            ),
            "NotifyServiceRole": FUNCTION_ROLE,
            "Notify": function("NotifyServiceRole"),
            "NotifyAllowInvokeShopOrdersA8B1F509": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Notify"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Orders"),
            ),
            "NotifyOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Notify"),
                Protocol="lambda",
                TopicArn=ref("Orders"),
            ),
        }
    }
}
OPEN_TOPIC_POLICY = Planted(
    name="open_topic_policy",
    what=(
        "Anyone may publish to the topic that runs a function; the "
        "twin asks for the organisation and puts a queue between."
    ),
    templates=_OPEN_TOPIC_POLICY,
    expected=Expected(verdicts={"Notify": "exposed"}),
    safe_templates=changed(
        _OPEN_TOPIC_POLICY,
        {
            "Shop": {
                "NotifyAllowInvokeShopOrdersA8B1F509": None,
                "NotifyOrders": None,
                "OrdersPolicy": resource(
                    "AWS::SNS::TopicPolicy",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "sns:Publish",
                                "Condition": {
                                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
                                },
                                "Effect": "Allow",
                                "Principal": {"AWS": "*"},
                                "Resource": ref("Orders"),
                                "Sid": "Partners",
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    Topics=[ref("Orders")],
                ),
                "NotifyServiceRoleDefaultPolicy": policy(
                    "NotifyServiceRoleDefaultPolicy",
                    "NotifyServiceRole",
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
                "Notify": function("NotifyServiceRole", after=["NotifyServiceRoleDefaultPolicy"]),
                "NotifySqsEventSourceShopJobs0BA8D2FB": resource(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn=arn("Jobs"),
                    FunctionName=ref("Notify"),
                ),
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
                                "Condition": {"ArnEquals": {"aws:SourceArn": ref("Orders")}},
                                "Effect": "Allow",
                                "Principal": {"Service": "sns.amazonaws.com"},
                                "Resource": arn("Jobs"),
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    Queues=[ref("Jobs")],
                ),
                "JobsShopOrdersA8B1F509": resource(
                    "AWS::SNS::Subscription",
                    after=["JobsPolicy"],
                    Endpoint=arn("Jobs"),
                    Protocol="sqs",
                    TopicArn=ref("Orders"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Notify": "compensated"}),
)

_TOPIC_FANS_OUT: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Orders": resource("AWS::SNS::Topic"),
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
                            "Condition": {"ArnEquals": {"aws:SourceArn": ref("Orders")}},
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "JobsShopOrdersA8B1F509": resource(
                "AWS::SNS::Subscription",
                after=["JobsPolicy"],
                Endpoint=arn("Jobs"),
                FilterPolicy={"kind": ["order"]},
                Protocol="sqs",
                RawMessageDelivery=True,
                TopicArn=ref("Orders"),
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
            "NotifyServiceRole": FUNCTION_ROLE,
            "Notify": function("NotifyServiceRole"),
            "NotifyAllowInvokeShopOrdersA8B1F509": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Notify"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Orders"),
            ),
            "NotifyOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Notify"),
                Protocol="lambda",
                TopicArn=ref("Orders"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
TOPIC_FANS_OUT = Planted(
    name="topic_fans_out",
    what=(
        "A function that anyone calls publishes to a topic, and the "
        "message comes by a queue to another function and straight to "
        "a third."
    ),
    templates=_TOPIC_FANS_OUT,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed", "Notify": "exposed"}),
    safe_templates=changed(
        _TOPIC_FANS_OUT, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(
        verdicts={"Front": "behind-waf", "Worker": "provenance", "Notify": "provenance"}
    ),
)

_FOREIGN_TOPIC: Templates = {
    "Shop": {
        "Resources": {
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "ImportAllowInvokeShopPartner8FE242E8": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="sns.amazonaws.com",
                SourceArn=("arn:aws:sns:eu-central-1:444455556666:partner-orders"),
            ),
            "ImportPartner": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Import"),
                Protocol="lambda",
                Region="eu-central-1",
                TopicArn=("arn:aws:sns:eu-central-1:444455556666:partner-orders"),
            ),
        }
    }
}
FOREIGN_TOPIC = Planted(
    name="foreign_topic",
    what=(
        "A topic of another account runs a function directly; in the "
        "twin its messages come by a queue that names the topic."
    ),
    templates=_FOREIGN_TOPIC,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _FOREIGN_TOPIC,
        {
            "Shop": {
                "ImportAllowInvokeShopPartner8FE242E8": None,
                "ImportPartner": None,
                "ImportServiceRoleDefaultPolicy": policy(
                    "ImportServiceRoleDefaultPolicy",
                    "ImportServiceRole",
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
                "Import": function("ImportServiceRole", after=["ImportServiceRoleDefaultPolicy"]),
                "ImportSqsEventSourceShopJobs0BA8D2FB": resource(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn=arn("Jobs"),
                    FunctionName=ref("Import"),
                ),
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
                                "Condition": {
                                    "ArnEquals": {
                                        "aws:SourceArn": (
                                            "arn:aws:sns:eu-central-1:444455556666:partner-orders"
                                        )
                                    }
                                },
                                "Effect": "Allow",
                                "Principal": {"Service": "sns.amazonaws.com"},
                                "Resource": arn("Jobs"),
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    Queues=[ref("Jobs")],
                ),
                "JobsShopPartner8FE242E8": resource(
                    "AWS::SNS::Subscription",
                    after=["JobsPolicy"],
                    Endpoint=arn("Jobs"),
                    Protocol="sqs",
                    Region="eu-central-1",
                    TopicArn=("arn:aws:sns:eu-central-1:444455556666:partner-orders"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "compensated"}),
)

PLANTED = (
    OPEN_TOPIC_POLICY,
    TOPIC_FANS_OUT,
    FOREIGN_TOPIC,
)
