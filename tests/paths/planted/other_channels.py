"""Ways through the app of other makes: chains, ACLs, denials, consumers, managed policies."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    BASIC_EXECUTION,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    LAMBDA_TRUST,
    NOTIFICATIONS_HANDLER,
    PARTITION,
    REGION,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_BUCKET_BY_TOPIC_AND_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            **NOTIFICATIONS_HANDLER,
            "Drop": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "PublicAccessBlockConfiguration": {
                        "BlockPublicAcls": True,
                        "BlockPublicPolicy": False,
                        "IgnorePublicAcls": True,
                        "RestrictPublicBuckets": False,
                    }
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "DropNotificationsHandlerPolicy": policy(
                "DropNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {"Action": "s3:PutBucketNotification", "Effect": "Allow", "Resource": arn("Drop")},
            ),
            "DropNotifications": resource(
                "Custom::S3BucketNotifications",
                after=["Arrived", "ArrivedPolicy", "DropNotificationsHandlerPolicy", "DropPolicy"],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Drop"),
                NotificationConfiguration={
                    "TopicConfigurations": [
                        {"Events": ["s3:ObjectCreated:Put"], "TopicArn": ref("Arrived")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
            "DropPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Drop"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:PutObject",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": join("${Drop.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "Arrived": resource("AWS::SNS::Topic"),
            "ArrivedPolicy": resource(
                "AWS::SNS::TopicPolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sns:Publish",
                            "Condition": {"ArnLike": {"aws:SourceArn": arn("Drop")}},
                            "Effect": "Allow",
                            "Principal": {"Service": "s3.amazonaws.com"},
                            "Resource": ref("Arrived"),
                            "Sid": "0",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Topics=[ref("Arrived")],
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
                            "Condition": {"ArnEquals": {"aws:SourceArn": ref("Arrived")}},
                            "Effect": "Allow",
                            "Principal": {"Service": "sns.amazonaws.com"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "JobsShopArrived2C17E651": resource(
                "AWS::SNS::Subscription",
                after=["JobsPolicy"],
                Endpoint=arn("Jobs"),
                Protocol="sqs",
                TopicArn=ref("Arrived"),
            ),
            "ImportServiceRole": FUNCTION_ROLE,
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
        }
    }
}
BUCKET_BY_TOPIC_AND_QUEUE = Planted(
    name="bucket_by_topic_and_queue",
    what=("What anyone puts into a bucket goes by a topic and a queue to a function."),
    templates=_BUCKET_BY_TOPIC_AND_QUEUE,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _BUCKET_BY_TOPIC_AND_QUEUE,
        {
            "Shop": {
                "DropPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
                "Drop": {
                    "Type": "AWS::S3::Bucket",
                    "Properties": {
                        "PublicAccessBlockConfiguration": {
                            "BlockPublicAcls": True,
                            "BlockPublicPolicy": True,
                            "IgnorePublicAcls": True,
                            "RestrictPublicBuckets": True,
                        }
                    },
                    "UpdateReplacePolicy": "Retain",
                    "DeletionPolicy": "Retain",
                },
                "DropNotifications": resource(
                    "Custom::S3BucketNotifications",
                    after=["Arrived", "ArrivedPolicy", "DropNotificationsHandlerPolicy"],
                    ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                    BucketName=ref("Drop"),
                    NotificationConfiguration={
                        "TopicConfigurations": [
                            {"Events": ["s3:ObjectCreated:Put"], "TopicArn": ref("Arrived")}
                        ]
                    },
                    Managed=True,
                    SkipDestinationValidation=False,
                ),
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": [
                            "s3:Abort*",
                            "s3:PutObject",
                            "s3:PutObjectLegalHold",
                            "s3:PutObjectRetention",
                            "s3:PutObjectTagging",
                            "s3:PutObjectVersionTagging",
                        ],
                        "Effect": "Allow",
                        "Resource": join("${Drop.Arn}/*"),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "provenance"}),
)

_BUCKET_ACL: Templates = {
    "Shop": {
        "Resources": {
            **NOTIFICATIONS_HANDLER,
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
                            "Action": [
                                "sqs:GetQueueAttributes",
                                "sqs:GetQueueUrl",
                                "sqs:SendMessage",
                            ],
                            "Condition": {"ArnLike": {"aws:SourceArn": arn("Drop")}},
                            "Effect": "Allow",
                            "Principal": {"Service": "s3.amazonaws.com"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "ImportServiceRole": FUNCTION_ROLE,
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
            "Drop": {
                "Type": "AWS::S3::Bucket",
                "Properties": {
                    "AccessControl": "PublicReadWrite",
                    "OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]},
                    "PublicAccessBlockConfiguration": {
                        "BlockPublicAcls": False,
                        "BlockPublicPolicy": True,
                        "IgnorePublicAcls": False,
                        "RestrictPublicBuckets": False,
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "DropNotificationsHandlerPolicy": policy(
                "DropNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {"Action": "s3:PutBucketNotification", "Effect": "Allow", "Resource": arn("Drop")},
            ),
            "DropNotifications": resource(
                "Custom::S3BucketNotifications",
                after=["DropNotificationsHandlerPolicy", "Jobs", "JobsPolicy"],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Drop"),
                NotificationConfiguration={
                    "QueueConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "QueueArn": arn("Jobs")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
        }
    }
}
BUCKET_ACL = Planted(
    name="bucket_acl",
    what=("An ACL lets everyone write into the bucket that fills a queue."),
    templates=_BUCKET_ACL,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _BUCKET_ACL,
        {
            "Shop": {
                **FRONT_BEHIND_WEB_ACL,
                "Drop": {
                    "Type": "AWS::S3::Bucket",
                    "UpdateReplacePolicy": "Retain",
                    "DeletionPolicy": "Retain",
                },
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": [
                            "s3:Abort*",
                            "s3:PutObject",
                            "s3:PutObjectLegalHold",
                            "s3:PutObjectRetention",
                            "s3:PutObjectTagging",
                            "s3:PutObjectVersionTagging",
                        ],
                        "Effect": "Allow",
                        "Resource": join("${Drop.Arn}/*"),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "provenance"}),
)

_ALLOW_AND_DENY: Templates = {
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
ALLOW_AND_DENY = Planted(
    name="allow_and_deny",
    what=(
        "A queue's policy allows everyone, and in the twin denies those of another organisation."
    ),
    templates=_ALLOW_AND_DENY,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _ALLOW_AND_DENY,
        {
            "Shop": {
                "JobsPolicy": resource(
                    "AWS::SQS::QueuePolicy",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "sqs:SendMessage",
                                "Effect": "Allow",
                                "Principal": {"AWS": "*"},
                                "Resource": arn("Jobs"),
                            },
                            {
                                "Action": "sqs:SendMessage",
                                "Condition": {
                                    "StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
                                },
                                "Effect": "Deny",
                                "Principal": {"AWS": "*"},
                                "Resource": arn("Jobs"),
                            },
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

_ACCOUNT_IN_POLICY: Templates = {
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
                            "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
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
ACCOUNT_IN_POLICY = Planted(
    name="account_in_policy",
    what=(
        "A queue's policy names another account; in the twin its own, "
        "which leaves it to the roles there."
    ),
    templates=_ACCOUNT_IN_POLICY,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _ACCOUNT_IN_POLICY,
        {
            "Shop": {
                "JobsPolicy": resource(
                    "AWS::SQS::QueuePolicy",
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "sqs:SendMessage",
                                "Effect": "Allow",
                                "Principal": {
                                    "AWS": join("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
                                },
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
    safe_expected=Expected(verdicts={"Worker": "unknown"}),
)

_MANAGED_POLICY: Templates = {
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
                FunctionName=ref("Worker"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "Front": function("FrontServiceRole"),
            "Send": resource(
                "AWS::IAM::ManagedPolicy",
                Description="",
                Path="/",
                PolicyDocument={
                    "Statement": [
                        {"Action": "sqs:Send*", "Effect": "Allow", "Resource": arn("Jobs")}
                    ],
                    "Version": "2012-10-17",
                },
                Roles=[ref("FrontServiceRole")],
            ),
        }
    }
}
MANAGED_POLICY = Planted(
    name="managed_policy",
    what=("The right to send comes by a managed policy of the app's own."),
    templates=_MANAGED_POLICY,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _MANAGED_POLICY, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_QUEUE_NAMED_IN_ENVIRONMENT: Templates = {
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
                FunctionName=ref("Worker"),
            ),
            "FrontServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument=LAMBDA_TRUST,
                ManagedPolicyArns=[
                    BASIC_EXECUTION,
                    join("arn:${AWS::Partition}:iam::aws:policy/AmazonSQSFullAccess"),
                ],
            ),
            "Front": function(
                "FrontServiceRole", more={"Environment": {"Variables": {"QUEUE": ref("Jobs")}}}
            ),
        }
    }
}
QUEUE_NAMED_IN_ENVIRONMENT = Planted(
    name="queue_named_in_environment",
    what=("A function may do everything with queues, and its environment says with which it does."),
    templates=_QUEUE_NAMED_IN_ENVIRONMENT,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _QUEUE_NAMED_IN_ENVIRONMENT, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_FIREHOSE_TRANSFORM: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "TransformServiceRole": FUNCTION_ROLE,
            "Transform": function("TransformServiceRole"),
            "Lake": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Delivery": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "firehose.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "DeliveryDefaultPolicy": policy(
                "DeliveryDefaultPolicy",
                "Delivery",
                {
                    "Action": [
                        "s3:Abort*",
                        "s3:DeleteObject*",
                        "s3:PutObject",
                        "s3:PutObjectLegalHold",
                        "s3:PutObjectRetention",
                        "s3:PutObjectTagging",
                        "s3:PutObjectVersionTagging",
                    ],
                    "Effect": "Allow",
                    "Resource": [arn("Lake"), join("${Lake.Arn}/*")],
                },
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Transform"), join("${Transform.Arn}:*")],
                },
            ),
            "Clicks": resource(
                "AWS::KinesisFirehose::DeliveryStream",
                DeliveryStreamType="DirectPut",
                ExtendedS3DestinationConfiguration={
                    "BucketARN": arn("Lake"),
                    "ProcessingConfiguration": {
                        "Enabled": True,
                        "Processors": [
                            {
                                "Parameters": [
                                    {
                                        "ParameterName": "LambdaArn",
                                        "ParameterValue": arn("Transform"),
                                    }
                                ],
                                "Type": "Lambda",
                            }
                        ],
                    },
                    "RoleARN": arn("Delivery"),
                },
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "firehose:PutRecord", "Effect": "Allow", "Resource": arn("Clicks")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
FIREHOSE_TRANSFORM = Planted(
    name="firehose_transform",
    what=(
        "A delivery stream asks a function about every record that a "
        "function called by anyone puts in."
    ),
    templates=_FIREHOSE_TRANSFORM,
    expected=Expected(verdicts={"Front": "exposed", "Transform": "exposed"}),
    safe_templates=changed(
        _FIREHOSE_TRANSFORM, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Transform": "provenance"}),
)

_STREAM_CONSUMER: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Clicks": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {
                    "RetentionPeriodHours": 24,
                    "ShardCount": 1,
                    "StreamEncryption": {
                        "Fn::If": [
                            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions",
                            ref("AWS::NoValue"),
                            {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                        ]
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                        "kinesis:ListStreams",
                        "kinesis:SubscribeToShard",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Clicks"),
                },
                {
                    "Action": "kinesis:SubscribeToShard",
                    "Effect": "Allow",
                    "Resource": attribute("Consumer", "ConsumerARN"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "Consumer": resource(
                "AWS::Kinesis::StreamConsumer", ConsumerName="worker", StreamARN=arn("Clicks")
            ),
            "Mapping": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=attribute("Consumer", "ConsumerARN"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
                    "Effect": "Allow",
                    "Resource": arn("Clicks"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        },
        "Conditions": {
            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {
                "Fn::Or": [
                    {"Fn::Equals": [REGION, "cn-north-1"]},
                    {"Fn::Equals": [REGION, "cn-northwest-1"]},
                ]
            }
        },
    }
}
STREAM_CONSUMER = Planted(
    name="stream_consumer",
    what=("A function reads a Kinesis stream by a consumer of its own."),
    templates=_STREAM_CONSUMER,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _STREAM_CONSUMER, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_TABLE_INTO_KINESIS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Changes": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {
                    "RetentionPeriodHours": 24,
                    "ShardCount": 1,
                    "StreamEncryption": {
                        "Fn::If": [
                            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions",
                            ref("AWS::NoValue"),
                            {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                        ]
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "KinesisStreamSpecification": {"StreamArn": arn("Changes")},
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                        "kinesis:ListStreams",
                        "kinesis:SubscribeToShard",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Changes"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerKinesisEventSourceShopChanges4914115C": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Changes"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "dynamodb:PutItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        },
        "Conditions": {
            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {
                "Fn::Or": [
                    {"Fn::Equals": [REGION, "cn-north-1"]},
                    {"Fn::Equals": [REGION, "cn-northwest-1"]},
                ]
            }
        },
    }
}
TABLE_INTO_KINESIS = Planted(
    name="table_into_kinesis",
    what=("The changes of a table go into a Kinesis stream, and from there into a function."),
    templates=_TABLE_INTO_KINESIS,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _TABLE_INTO_KINESIS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_SOURCE_BY_PREFIX: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "InventoryServiceRole": FUNCTION_ROLE,
            "Inventory": function("InventoryServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={"source": [{"prefix": "a"}]},
                State="ENABLED",
                Targets=[{"Arn": arn("Inventory"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopInventory8330993A": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Inventory"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "events:PutEvents",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:"
                        "event-bus/default"
                    ),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
SOURCE_BY_PREFIX = Planted(
    name="source_by_prefix",
    what=(
        "A rule takes sources by a prefix that a caller may choose; in "
        "the twin by the prefix that is AWS's own."
    ),
    templates=_SOURCE_BY_PREFIX,
    expected=Expected(verdicts={"Front": "exposed", "Inventory": "exposed"}),
    safe_templates=changed(
        _SOURCE_BY_PREFIX,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventPattern={"source": [{"prefix": "aws."}]},
                    State="ENABLED",
                    Targets=[{"Arn": arn("Inventory"), "Id": "Target0"}],
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Front": "exposed", "Inventory": "provenance"}),
)

_PIPE_TO_BUS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Bus": resource("AWS::Events::EventBus", Name="ShopBus7A6DB0DE"),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={"source": ["shop.jobs"]},
                State="ENABLED",
                Targets=[{"Arn": arn("Ship"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopShipAF077F15": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "PipeRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "pipes.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "PipeRoleDefaultPolicy": policy(
                "PipeRoleDefaultPolicy",
                "PipeRole",
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
                {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Bus")},
            ),
            "Pipe": resource(
                "AWS::Pipes::Pipe",
                RoleArn=arn("PipeRole"),
                Source=arn("Jobs"),
                Target=arn("Bus"),
                TargetParameters={
                    "EventBridgeEventBusParameters": {"DetailType": "job", "Source": "shop.jobs"}
                },
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
PIPE_TO_BUS = Planted(
    name="pipe_to_bus",
    what=("A pipe carries records to a bus, and a rule there runs a function."),
    templates=_PIPE_TO_BUS,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(_PIPE_TO_BUS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

_UNIVERSAL_TARGET: Templates = {
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
                            "Principal": "*",
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
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Hourly": resource(
                "AWS::Scheduler::Schedule",
                FlexibleTimeWindow={"Mode": "OFF"},
                ScheduleExpression="rate(1 hour)",
                Target={
                    "Arn": "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
                    "Input": join('{"QueueUrl":"${Jobs}","MessageBody":"tick"}'),
                    "RoleArn": arn("ScheduleRole"),
                },
            ),
        }
    }
}
UNIVERSAL_TARGET = Planted(
    name="universal_target",
    what=("A schedule sends by a universal target to a queue that everyone may send to."),
    templates=_UNIVERSAL_TARGET,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(_UNIVERSAL_TARGET, {"Shop": {"JobsPolicy": None}}),
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_NESTED_WORKFLOW: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "ChildRole": resource(
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
            "ChildRoleDefaultPolicy": policy(
                "ChildRoleDefaultPolicy",
                "ChildRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Ship"), join("${Ship.Arn}:*")],
                },
            ),
            "Child": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"ShipItem","States":{"ShipItem":{"End":true,'
                        '"Retry":[{"ErrorEquals":["Lambda.ClientExecutionTimeoutExcepti'
                        'on","Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Ship.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("ChildRole"),
                },
                "DependsOn": ["ChildRole", "ChildRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "ParentRole": resource(
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
            "ParentRoleDefaultPolicy": policy(
                "ParentRoleDefaultPolicy",
                "ParentRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Child")},
                {
                    "Action": ["states:DescribeExecution", "states:StopExecution"],
                    "Effect": "Allow",
                    "Resource": {
                        "Fn::Join": [
                            "",
                            [
                                "arn:",
                                PARTITION,
                                ":states:",
                                REGION,
                                ":",
                                ACCOUNT,
                                ":execution:",
                                {"Fn::Select": [6, {"Fn::Split": [":", ref("Child")]}]},
                                "*",
                            ],
                        ]
                    },
                },
                {
                    "Action": ["events:DescribeRule", "events:PutRule", "events:PutTargets"],
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:"
                        "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
                    ),
                },
            ),
            "Parent": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"Items","States":{"Items":{"Type":"Map","End":true,'
                        '"ItemsPath":"$.items","ItemProcessor":{"ProcessorConfig":'
                        '{"Mode":"INLINE"},"StartAt":"Start","States":{"Start":{"End":'
                        'true,"Type":"Task","Resource":"arn:${AWS::Partition}:states:::'
                        'states:startExecution.sync:2","Parameters":{"Input.$":"$",'
                        '"StateMachineArn":"${Child}"}}}}}}}'
                    ),
                    "RoleArn": arn("ParentRole"),
                },
                "DependsOn": ["ParentRole", "ParentRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Parent")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
NESTED_WORKFLOW = Planted(
    name="nested_workflow",
    what=("A workflow that anyone starts runs another for every item, whose step is a function."),
    templates=_NESTED_WORKFLOW,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _NESTED_WORKFLOW, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

_MAIL_BY_TOPIC: Templates = {
    "Shop": {
        "Resources": {
            "Inbox": resource("AWS::SNS::Topic"),
            "MailServiceRole": FUNCTION_ROLE,
            "Mail": function("MailServiceRole"),
            "MailAllowInvokeShopInbox09CAB006": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Mail"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Inbox"),
            ),
            "MailInbox": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Mail"),
                Protocol="lambda",
                TopicArn=ref("Inbox"),
            ),
            "Rules": resource("AWS::SES::ReceiptRuleSet"),
            "RulesOrders": resource(
                "AWS::SES::ReceiptRule",
                Rule={
                    "Actions": [{"SNSAction": {"TopicArn": ref("Inbox")}}],
                    "Enabled": True,
                    "Recipients": ["orders@shop.example"],
                },
                RuleSetName=ref("Rules"),
            ),
        }
    }
}
MAIL_BY_TOPIC = Planted(
    name="mail_by_topic",
    what="Mail goes by a topic to a function.",
    templates=_MAIL_BY_TOPIC,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _MAIL_BY_TOPIC,
        {
            "Shop": {
                "RulesOrders": resource(
                    "AWS::SES::ReceiptRule",
                    Rule={
                        "Actions": [{"SNSAction": {"TopicArn": ref("Inbox")}}],
                        "Enabled": True,
                        "Recipients": ["orders@shop.example"],
                        "ScanEnabled": True,
                        "TlsPolicy": "Require",
                    },
                    RuleSetName=ref("Rules"),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Mail": "compensated"}),
)

_LOG_BY_STREAM: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "FrontLog": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"RetentionInDays": 731},
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "FrontLogShipCloudWatchLogsCanPutRecords": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "logs.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            ("FrontLogShipCloudWatchLogsCanPutRecordsDefaultPolicy"): policy(
                "FrontLogShipCloudWatchLogsCanPutRecordsDefaultPolicy",
                "FrontLogShipCloudWatchLogsCanPutRecords",
                {
                    "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
                    "Effect": "Allow",
                    "Resource": arn("Lines"),
                },
                {
                    "Action": "iam:PassRole",
                    "Effect": "Allow",
                    "Resource": arn("FrontLogShipCloudWatchLogsCanPutRecords"),
                },
            ),
            "FrontLogShip": resource(
                "AWS::Logs::SubscriptionFilter",
                after=[("FrontLogShipCloudWatchLogsCanPutRecordsDefaultPolicy")],
                DestinationArn=arn("Lines"),
                FilterPattern='"ERROR"',
                LogGroupName=ref("FrontLog"),
                RoleArn=arn("FrontLogShipCloudWatchLogsCanPutRecords"),
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "Front": function(
                "FrontServiceRole", more={"LoggingConfig": {"LogGroup": ref("FrontLog")}}
            ),
            "Lines": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {
                    "RetentionPeriodHours": 24,
                    "ShardCount": 1,
                    "StreamEncryption": {
                        "Fn::If": [
                            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions",
                            ref("AWS::NoValue"),
                            {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                        ]
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ShipServiceRole": FUNCTION_ROLE,
            "ShipServiceRoleDefaultPolicy": policy(
                "ShipServiceRoleDefaultPolicy",
                "ShipServiceRole",
                {
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                        "kinesis:ListStreams",
                        "kinesis:SubscribeToShard",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Lines"),
                },
            ),
            "Ship": function("ShipServiceRole", after=["ShipServiceRoleDefaultPolicy"]),
            "ShipKinesisEventSourceShopLinesB08A1E9A": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Lines"),
                FunctionName=ref("Ship"),
                StartingPosition="LATEST",
            ),
        },
        "Conditions": {
            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {
                "Fn::Or": [
                    {"Fn::Equals": [REGION, "cn-north-1"]},
                    {"Fn::Equals": [REGION, "cn-northwest-1"]},
                ]
            }
        },
    }
}
LOG_BY_STREAM = Planted(
    name="log_by_stream",
    what="Logs go by a stream to a function.",
    templates=_LOG_BY_STREAM,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(_LOG_BY_STREAM, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

_IOT_TO_STREAM: Templates = {
    "Shop": {
        "Resources": {
            "Readings": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {
                    "RetentionPeriodHours": 24,
                    "ShardCount": 1,
                    "StreamEncryption": {
                        "Fn::If": [
                            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions",
                            ref("AWS::NoValue"),
                            {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                        ]
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "TelemetryServiceRole": FUNCTION_ROLE,
            "TelemetryServiceRoleDefaultPolicy": policy(
                "TelemetryServiceRoleDefaultPolicy",
                "TelemetryServiceRole",
                {
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                        "kinesis:ListStreams",
                        "kinesis:SubscribeToShard",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Readings"),
                },
            ),
            "Telemetry": function(
                "TelemetryServiceRole", after=["TelemetryServiceRoleDefaultPolicy"]
            ),
            "TelemetryKinesisEventSourceShopReadings05DE96F2": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Readings"),
                FunctionName=ref("Telemetry"),
                StartingPosition="LATEST",
            ),
            "FailedServiceRole": FUNCTION_ROLE,
            "Failed": function("FailedServiceRole"),
            "FailedIot": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Failed"),
                Principal="iot.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Rule"),
            ),
            "RuleRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "iot.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "RuleRoleDefaultPolicy": policy(
                "RuleRoleDefaultPolicy",
                "RuleRole",
                {
                    "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
                    "Effect": "Allow",
                    "Resource": arn("Readings"),
                },
            ),
            "Rule": resource(
                "AWS::IoT::TopicRule",
                TopicRulePayload={
                    "Actions": [
                        {
                            "Kinesis": {
                                "PartitionKey": "${newuuid()}",
                                "RoleArn": arn("RuleRole"),
                                "StreamName": ref("Readings"),
                            }
                        }
                    ],
                    "ErrorAction": {"Lambda": {"FunctionArn": arn("Failed")}},
                    "Sql": "SELECT *, topic() AS t FROM 'sensors/#'",
                },
            ),
        },
        "Conditions": {
            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {
                "Fn::Or": [
                    {"Fn::Equals": [REGION, "cn-north-1"]},
                    {"Fn::Equals": [REGION, "cn-northwest-1"]},
                ]
            }
        },
    }
}
IOT_TO_STREAM = Planted(
    name="iot_to_stream",
    what=(
        "A device's message goes by a rule into a stream; what fails goes to a function of its own."
    ),
    templates=_IOT_TO_STREAM,
    expected=Expected(verdicts={"Telemetry": "exposed", "Failed": "exposed"}),
    safe_templates=changed(
        _IOT_TO_STREAM,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::IoT::TopicRule",
                    TopicRulePayload={
                        "Actions": [
                            {
                                "Kinesis": {
                                    "PartitionKey": "${newuuid()}",
                                    "RoleArn": arn("RuleRole"),
                                    "StreamName": ref("Readings"),
                                }
                            }
                        ],
                        "ErrorAction": {"Lambda": {"FunctionArn": arn("Failed")}},
                        "Sql": "SELECT temperature FROM 'sensors/+/climate'",
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Telemetry": "compensated", "Failed": "compensated"}),
)

_PRESIGNED_IN_JAVASCRIPT: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_BEHIND_WEB_ACL,
            **NOTIFICATIONS_HANDLER,
            "Drop": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "DropNotificationsHandlerPolicy": policy(
                "DropNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {"Action": "s3:PutBucketNotification", "Effect": "Allow", "Resource": arn("Drop")},
            ),
            "DropNotifications": resource(
                "Custom::S3BucketNotifications",
                after=[
                    "DropAllowBucketNotificationsToShopImport6F35DB2E",
                    "DropNotificationsHandlerPolicy",
                ],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Drop"),
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn("Import")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
            "DropAllowBucketNotificationsToShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="s3.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Drop"),
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": [
                        "s3:Abort*",
                        "s3:PutObject",
                        "s3:PutObjectLegalHold",
                        "s3:PutObjectRetention",
                        "s3:PutObjectTagging",
                        "s3:PutObjectVersionTagging",
                    ],
                    "Effect": "Allow",
                    "Resource": join("${Drop.Arn}/*"),
                },
            ),
            "Front": resource(
                "AWS::Lambda::Function",
                after=["FrontServiceRole", "FrontServiceRoleDefaultPolicy"],
                Code={
                    "ZipFile": """\
const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");
const { getSignedUrl } = require("@aws-sdk/s3-request-presigner");

const client = new S3Client({});

exports.handler = async (event) => {
  const Key = event.requestContext.requestId;
  const command = new PutObjectCommand({ Bucket: process.env.BUCKET, Key });
  const url = await getSignedUrl(client, command, { expiresIn: 300 });
  return { statusCode: 200, body: url };
};
"""
                },
                Environment={"Variables": {"BUCKET": ref("Drop")}},
                Handler="index.handler",
                Role=arn("FrontServiceRole"),
                Runtime="nodejs22.x",
            ),
        }
    }
}
PRESIGNED_IN_JAVASCRIPT = Planted(
    name="presigned_in_javascript",
    what=(
        "A function in JavaScript signs URLs for uploads into a bucket "
        "that runs a function; the twin writes the objects itself."
    ),
    templates=_PRESIGNED_IN_JAVASCRIPT,
    expected=Expected(verdicts={"Front": "behind-waf", "Import": "exposed"}),
    safe_templates=changed(
        _PRESIGNED_IN_JAVASCRIPT,
        {
            "Shop": {
                "Front": resource(
                    "AWS::Lambda::Function",
                    after=["FrontServiceRole", "FrontServiceRoleDefaultPolicy"],
                    Code={
                        "ZipFile": """\
const { S3Client, PutObjectCommand } = require("@aws-sdk/client-s3");

const client = new S3Client({});

exports.handler = async (event) => {
  const Key = event.requestContext.requestId;
  const command = new PutObjectCommand({ Bucket: process.env.BUCKET, Key, Body: event.body });
  await client.send(command);
  return { statusCode: 204 };
};
"""
                    },
                    Environment={"Variables": {"BUCKET": ref("Drop")}},
                    Handler="index.handler",
                    Role=arn("FrontServiceRole"),
                    Runtime="nodejs22.x",
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Import": "provenance"}),
)

PLANTED = (
    BUCKET_BY_TOPIC_AND_QUEUE,
    BUCKET_ACL,
    ALLOW_AND_DENY,
    ACCOUNT_IN_POLICY,
    MANAGED_POLICY,
    QUEUE_NAMED_IN_ENVIRONMENT,
    FIREHOSE_TRANSFORM,
    STREAM_CONSUMER,
    TABLE_INTO_KINESIS,
    SOURCE_BY_PREFIX,
    PIPE_TO_BUS,
    UNIVERSAL_TARGET,
    NESTED_WORKFLOW,
    MAIL_BY_TOPIC,
    LOG_BY_STREAM,
    IOT_TO_STREAM,
    PRESIGNED_IN_JAVASCRIPT,
)
