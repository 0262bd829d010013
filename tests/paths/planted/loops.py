"""
Functions whose work runs them again.

A loop is named by its functions and what is between them: stores, buses, rules, workflows.
Lambda stops loops of functions alone, and of functions with SQS, SNS and S3; anything else in the
circle hides it, and the function may be told to allow it.
https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
"""

from __future__ import annotations

from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FUNCTION_ROLE,
    NOTIFICATIONS_HANDLER,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_QUEUE_LOOP: Templates = {
    "Shop": {
        "Resources": {
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
                        "sqs:SendMessage",
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
QUEUE_LOOP = Planted(
    name="queue_loop",
    what=(
        "A function sends to the queue that runs it; Lambda stops it "
        "after some 16 rounds. The twin sends to another queue."
    ),
    templates=_QUEUE_LOOP,
    expected=Expected(loops={frozenset({"Jobs", "Worker"}): True}),
    safe_templates=changed(
        _QUEUE_LOOP,
        {
            "Shop": {
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
                    {
                        "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                        "Effect": "Allow",
                        "Resource": arn("Done"),
                    },
                ),
                "Done": {
                    "Type": "AWS::SQS::Queue",
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                },
            }
        },
    ),
    safe_expected=Expected(),
)

_QUEUE_LOOP_ALLOWED: Templates = {
    "Shop": {
        "Resources": {
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
                        "sqs:SendMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Worker": function(
                "WorkerServiceRole",
                after=["WorkerServiceRoleDefaultPolicy"],
                more={"RecursiveLoop": "Allow"},
            ),
            "WorkerSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Worker"),
            ),
        }
    }
}
QUEUE_LOOP_ALLOWED = Planted(
    name="queue_loop_allowed",
    what=(
        "As above, with the detection turned off, and on in the twin: the loop is there in both."
    ),
    templates=_QUEUE_LOOP_ALLOWED,
    expected=Expected(loops={frozenset({"Jobs", "Worker"}): False}),
    safe_templates=changed(
        _QUEUE_LOOP_ALLOWED,
        {
            "Shop": {
                "Worker": function(
                    "WorkerServiceRole",
                    after=["WorkerServiceRoleDefaultPolicy"],
                    more={"RecursiveLoop": "Terminate"},
                )
            }
        },
    ),
    safe_expected=Expected(loops={frozenset({"Jobs", "Worker"}): True}),
)

_BUCKET_LOOP: Templates = {
    "Shop": {
        "Resources": {
            **NOTIFICATIONS_HANDLER,
            "Pictures": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "PicturesNotificationsHandlerPolicy": policy(
                "PicturesNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {
                    "Action": "s3:PutBucketNotification",
                    "Effect": "Allow",
                    "Resource": arn("Pictures"),
                },
            ),
            "PicturesNotifications": resource(
                "Custom::S3BucketNotifications",
                after=[
                    ("PicturesAllowBucketNotificationsToShopThumbnailE86D3460"),
                    "PicturesNotificationsHandlerPolicy",
                ],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Pictures"),
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn("Thumbnail")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
            ("PicturesAllowBucketNotificationsToShopThumbnailE86D3460"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Thumbnail"),
                Principal="s3.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Pictures"),
            ),
            "ThumbnailServiceRole": FUNCTION_ROLE,
            "ThumbnailServiceRoleDefaultPolicy": policy(
                "ThumbnailServiceRoleDefaultPolicy",
                "ThumbnailServiceRole",
                {
                    "Action": "s3:PutObject",
                    "Effect": "Allow",
                    "Resource": join("${Pictures.Arn}/*"),
                },
            ),
            "Thumbnail": function(
                "ThumbnailServiceRole", after=["ThumbnailServiceRoleDefaultPolicy"]
            ),
        }
    }
}
BUCKET_LOOP = Planted(
    name="bucket_loop",
    what=(
        "A function writes into the bucket that runs it; the twin "
        "listens on one prefix and writes on another."
    ),
    templates=_BUCKET_LOOP,
    expected=Expected(loops={frozenset({"Pictures", "Thumbnail"}): True}),
    safe_templates=changed(
        _BUCKET_LOOP,
        {
            "Shop": {
                "PicturesNotifications": resource(
                    "Custom::S3BucketNotifications",
                    after=[
                        ("PicturesAllowBucketNotificationsToShopThumbnailE86D3460"),
                        "PicturesNotificationsHandlerPolicy",
                    ],
                    ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                    BucketName=ref("Pictures"),
                    NotificationConfiguration={
                        "LambdaFunctionConfigurations": [
                            {
                                "Events": ["s3:ObjectCreated:*"],
                                "Filter": {
                                    "Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}
                                },
                                "LambdaFunctionArn": arn("Thumbnail"),
                            }
                        ]
                    },
                    Managed=True,
                    SkipDestinationValidation=False,
                ),
                "ThumbnailServiceRoleDefaultPolicy": policy(
                    "ThumbnailServiceRoleDefaultPolicy",
                    "ThumbnailServiceRole",
                    {
                        "Action": "s3:PutObject",
                        "Effect": "Allow",
                        "Resource": join("${Pictures.Arn}/out/*"),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_BUCKET_EVENT_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "ThumbnailServiceRole": FUNCTION_ROLE,
            "ThumbnailServiceRoleDefaultPolicy": policy(
                "ThumbnailServiceRoleDefaultPolicy",
                "ThumbnailServiceRole",
                {
                    "Action": "s3:PutObject",
                    "Effect": "Allow",
                    "Resource": join("${Pictures.Arn}/*"),
                },
            ),
            "Thumbnail": function(
                "ThumbnailServiceRole", after=["ThumbnailServiceRoleDefaultPolicy"]
            ),
            "Pictures": resource(
                "AWS::S3::Bucket",
                NotificationConfiguration={
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True}
                },
            ),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={
                    "detail": {"bucket": {"name": [ref("Pictures")]}},
                    "detail-type": ["Object Created"],
                    "source": ["aws.s3"],
                },
                State="ENABLED",
                Targets=[{"Arn": arn("Thumbnail"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopThumbnailE86D3460": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Thumbnail"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
BUCKET_EVENT_LOOP = Planted(
    name="bucket_event_loop",
    what=(
        "A function writes into the bucket whose events run it by a "
        "rule: EventBridge is between, so nothing stops it; the twin's "
        "rule pins the prefix."
    ),
    templates=_BUCKET_EVENT_LOOP,
    expected=Expected(loops={frozenset({"Pictures", "Rule", "Thumbnail"}): False}),
    safe_templates=changed(
        _BUCKET_EVENT_LOOP,
        {
            "Shop": {
                "ThumbnailServiceRoleDefaultPolicy": policy(
                    "ThumbnailServiceRoleDefaultPolicy",
                    "ThumbnailServiceRole",
                    {
                        "Action": "s3:PutObject",
                        "Effect": "Allow",
                        "Resource": join("${Pictures.Arn}/out/*"),
                    },
                ),
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventPattern={
                        "detail": {
                            "bucket": {"name": [ref("Pictures")]},
                            "object": {"key": [{"prefix": "in/"}]},
                        },
                        "detail-type": ["Object Created"],
                        "source": ["aws.s3"],
                    },
                    State="ENABLED",
                    Targets=[{"Arn": arn("Thumbnail"), "Id": "Target0"}],
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_BUS_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "Bus": resource("AWS::Events::EventBus", Name="ShopBus7A6DB0DE"),
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Bus")},
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={"source": ["shop.orders"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Worker"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopWorkerC9593648": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Worker"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
BUS_LOOP = Planted(
    name="bus_loop",
    what=(
        "A function puts events onto the bus whose rule runs it, and "
        "nothing stops it; in the twin its role may put events of "
        "another source only."
    ),
    templates=_BUS_LOOP,
    expected=Expected(loops={frozenset({"Bus", "Rule", "Worker"}): False}),
    safe_templates=changed(
        _BUS_LOOP,
        {
            "Shop": {
                "WorkerServiceRoleDefaultPolicy": policy(
                    "WorkerServiceRoleDefaultPolicy",
                    "WorkerServiceRole",
                    {
                        "Action": "events:PutEvents",
                        "Condition": {"StringEquals": {"events:source": "shop.shipping"}},
                        "Effect": "Allow",
                        "Resource": arn("Bus"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_TABLE_STREAM_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {"Action": "dynamodb:ListStreams", "Effect": "Allow", "Resource": "*"},
                {
                    "Action": [
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                    ],
                    "Effect": "Allow",
                    "Resource": attribute("Orders", "StreamArn"),
                },
                {"Action": "dynamodb:PutItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
        }
    }
}
TABLE_STREAM_LOOP = Planted(
    name="table_stream_loop",
    what=(
        "A function writes into the table whose stream runs it, and "
        "nothing stops it; the twin listens for removals, which a put "
        "never makes."
    ),
    templates=_TABLE_STREAM_LOOP,
    expected=Expected(loops={frozenset({"Orders", "Worker"}): False}),
    safe_templates=changed(
        _TABLE_STREAM_LOOP,
        {
            "Shop": {
                "WorkerDynamoDBEventSourceShopOrdersA8B1F509": resource(
                    "AWS::Lambda::EventSourceMapping",
                    BatchSize=100,
                    EventSourceArn=attribute("Orders", "StreamArn"),
                    FilterCriteria={"Filters": [{"Pattern": '{"eventName":["REMOVE"]}'}]},
                    FunctionName=ref("Worker"),
                    StartingPosition="LATEST",
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_TOPIC_AND_QUEUE_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "Orders": resource("AWS::SNS::Topic"),
            "FirstServiceRole": FUNCTION_ROLE,
            "FirstServiceRoleDefaultPolicy": policy(
                "FirstServiceRoleDefaultPolicy",
                "FirstServiceRole",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "First": function("FirstServiceRole", after=["FirstServiceRoleDefaultPolicy"]),
            "FirstAllowInvokeShopOrdersA8B1F509": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("First"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Orders"),
            ),
            "FirstOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("First"),
                Protocol="lambda",
                TopicArn=ref("Orders"),
            ),
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "SecondServiceRole": FUNCTION_ROLE,
            "SecondServiceRoleDefaultPolicy": policy(
                "SecondServiceRoleDefaultPolicy",
                "SecondServiceRole",
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
                {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
            ),
            "Second": function("SecondServiceRole", after=["SecondServiceRoleDefaultPolicy"]),
            "SecondSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Second"),
            ),
        }
    }
}
TOPIC_AND_QUEUE_LOOP = Planted(
    name="topic_and_queue_loop",
    what=(
        "Two functions by a topic and a queue: the second publishes "
        "what runs the first. In the twin it publishes elsewhere."
    ),
    templates=_TOPIC_AND_QUEUE_LOOP,
    expected=Expected(loops={frozenset({"First", "Jobs", "Orders", "Second"}): True}),
    safe_templates=changed(
        _TOPIC_AND_QUEUE_LOOP,
        {
            "Shop": {
                "SecondServiceRoleDefaultPolicy": policy(
                    "SecondServiceRoleDefaultPolicy",
                    "SecondServiceRole",
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
                    {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Done")},
                ),
                "Done": resource("AWS::SNS::Topic"),
            }
        },
    ),
    safe_expected=Expected(),
)

_FUNCTIONS_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "PingServiceRole": FUNCTION_ROLE,
            "PingServiceRoleDefaultPolicy": policy(
                "PingServiceRoleDefaultPolicy",
                "PingServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:"
                        "function:shop-pong"
                    ),
                },
            ),
            "Ping": function("PingServiceRole", after=["PingServiceRoleDefaultPolicy"]),
            "PongServiceRole": FUNCTION_ROLE,
            "PongServiceRoleDefaultPolicy": policy(
                "PongServiceRoleDefaultPolicy",
                "PongServiceRole",
                {"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": arn("Ping")},
            ),
            "Pong": function(
                "PongServiceRole",
                after=["PongServiceRoleDefaultPolicy"],
                more={"FunctionName": "shop-pong"},
            ),
        }
    }
}
FUNCTIONS_LOOP = Planted(
    name="functions_loop",
    what=("Two functions invoke each other; Lambda stops loops of functions alone."),
    templates=_FUNCTIONS_LOOP,
    expected=Expected(loops={frozenset({"Ping", "Pong"}): True}),
    safe_templates=changed(
        _FUNCTIONS_LOOP,
        {
            "Shop": {
                "PongServiceRoleDefaultPolicy": None,
                "Pong": function("PongServiceRole", more={"FunctionName": "shop-pong"}),
            }
        },
    ),
    safe_expected=Expected(),
)

_MIXED_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "FirstServiceRole": FUNCTION_ROLE,
            "FirstServiceRoleDefaultPolicy": policy(
                "FirstServiceRoleDefaultPolicy",
                "FirstServiceRole",
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
                {"Action": "dynamodb:UpdateItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "First": function("FirstServiceRole", after=["FirstServiceRoleDefaultPolicy"]),
            "FirstSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("First"),
            ),
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "SecondServiceRole": FUNCTION_ROLE,
            "SecondServiceRoleDefaultPolicy": policy(
                "SecondServiceRoleDefaultPolicy",
                "SecondServiceRole",
                {"Action": "dynamodb:ListStreams", "Effect": "Allow", "Resource": "*"},
                {
                    "Action": [
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                    ],
                    "Effect": "Allow",
                    "Resource": attribute("Orders", "StreamArn"),
                },
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Second": function("SecondServiceRole", after=["SecondServiceRoleDefaultPolicy"]),
            "SecondDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FunctionName=ref("Second"),
                StartingPosition="LATEST",
            ),
        }
    }
}
MIXED_LOOP = Planted(
    name="mixed_loop",
    what=(
        "A queue and a table stream in one circle: the table is what the detection does not see."
    ),
    templates=_MIXED_LOOP,
    expected=Expected(loops={frozenset({"First", "Jobs", "Orders", "Second"}): False}),
    safe_templates=changed(
        _MIXED_LOOP,
        {
            "Shop": {
                "SecondServiceRoleDefaultPolicy": policy(
                    "SecondServiceRoleDefaultPolicy",
                    "SecondServiceRole",
                    {"Action": "dynamodb:ListStreams", "Effect": "Allow", "Resource": "*"},
                    {
                        "Action": [
                            "dynamodb:DescribeStream",
                            "dynamodb:GetRecords",
                            "dynamodb:GetShardIterator",
                        ],
                        "Effect": "Allow",
                        "Resource": attribute("Orders", "StreamArn"),
                    },
                    {
                        "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                        "Effect": "Allow",
                        "Resource": arn("Done"),
                    },
                ),
                "Done": {
                    "Type": "AWS::SQS::Queue",
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                },
            }
        },
    ),
    safe_expected=Expected(),
)

_WORKFLOW_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "AgainServiceRole": FUNCTION_ROLE,
            "AgainServiceRoleDefaultPolicy": policy(
                "AgainServiceRoleDefaultPolicy",
                "AgainServiceRole",
                {
                    "Action": "states:StartExecution",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
                        "stateMachine:*"
                    ),
                },
            ),
            "Again": function("AgainServiceRole", after=["AgainServiceRoleDefaultPolicy"]),
            "FlowRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Condition": {
                                "ArnLike": {
                                    "aws:SourceArn": join(
                                        "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
                                        "stateMachine:*"
                                    )
                                },
                                "StringEquals": {"aws:SourceAccount": ACCOUNT},
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "states.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "FlowRoleDefaultPolicy": policy(
                "FlowRoleDefaultPolicy",
                "FlowRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Again"), join("${Again.Arn}:*")],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"Step","States":{"Step":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Again.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("FlowRole"),
                },
                "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
WORKFLOW_LOOP = Planted(
    name="workflow_loop",
    what=("A step of a workflow may start the workflow again, and nothing stops it."),
    templates=_WORKFLOW_LOOP,
    expected=Expected(loops={frozenset({"Again", "Flow"}): False}),
    safe_templates=changed(
        _WORKFLOW_LOOP,
        {
            "Shop": {
                "AgainServiceRoleDefaultPolicy": policy(
                    "AgainServiceRoleDefaultPolicy",
                    "AgainServiceRole",
                    {
                        "Action": "states:DescribeExecution",
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:"
                            "stateMachine:*"
                        ),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_RECEIVE = (
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
)
_SEND = ("sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage")


def _retrying(*queues: str) -> dict[str, Any]:
    """
    Give the policy of a function that reads refunds and sends to some queues.
    """
    return policy(
        "RefundServiceRoleDefaultPolicy",
        "RefundServiceRole",
        {"Action": [*_RECEIVE], "Effect": "Allow", "Resource": arn("Refunds")},
        *({"Action": [*_SEND], "Effect": "Allow", "Resource": arn(queue)} for queue in queues),
    )


_TWO_LOOPS_IN_ONE_KNOT: Templates = {
    "Shop": {
        "Resources": {
            "Orders": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Refunds": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "OrderServiceRole": FUNCTION_ROLE,
            "OrderServiceRoleDefaultPolicy": policy(
                "OrderServiceRoleDefaultPolicy",
                "OrderServiceRole",
                {"Action": [*_RECEIVE], "Effect": "Allow", "Resource": arn("Orders")},
                {"Action": [*_SEND], "Effect": "Allow", "Resource": arn("Orders")},
                {"Action": [*_SEND], "Effect": "Allow", "Resource": arn("Refunds")},
            ),
            "Order": function("OrderServiceRole", after=["OrderServiceRoleDefaultPolicy"]),
            "OrderSqsEventSourceShopOrders1A2B3C4D": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Orders"),
                FunctionName=ref("Order"),
            ),
            "RefundServiceRole": FUNCTION_ROLE,
            "RefundServiceRoleDefaultPolicy": _retrying("Refunds", "Orders"),
            "Refund": function("RefundServiceRole", after=["RefundServiceRoleDefaultPolicy"]),
            "RefundSqsEventSourceShopRefunds5E6F7A8B": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Refunds"),
                FunctionName=ref("Refund"),
            ),
        }
    }
}
TWO_LOOPS_IN_ONE_KNOT = Planted(
    name="two_loops_in_one_knot",
    what=(
        "Two functions send to each other's queue, and each to its own; in the twin one of them "
        "does not send to its own any more."
    ),
    templates=_TWO_LOOPS_IN_ONE_KNOT,
    expected=Expected(
        loops={frozenset({"Order", "Orders"}): True, frozenset({"Refund", "Refunds"}): True}
    ),
    safe_templates=changed(
        _TWO_LOOPS_IN_ONE_KNOT, {"Shop": {"RefundServiceRoleDefaultPolicy": _retrying("Orders")}}
    ),
    safe_expected=Expected(loops={frozenset({"Order", "Orders"}): True}),
)

PLANTED = (
    QUEUE_LOOP,
    QUEUE_LOOP_ALLOWED,
    BUCKET_LOOP,
    BUCKET_EVENT_LOOP,
    BUS_LOOP,
    TABLE_STREAM_LOOP,
    TOPIC_AND_QUEUE_LOOP,
    FUNCTIONS_LOOP,
    MIXED_LOOP,
    WORKFLOW_LOOP,
    TWO_LOOPS_IN_ONE_KNOT,
)
