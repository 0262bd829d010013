"""Kinesis, streams of tables, and Kafka."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    BASIC_EXECUTION,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    LAMBDA_TRUST,
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

_KINESIS_INHERITS: Templates = {
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
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Failed"),
                },
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
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerKinesisEventSourceShopClicks480CC7EC": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                DestinationConfig={"OnFailure": {"Destination": arn("Failed")}},
                EventSourceArn=arn("Clicks"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
            "Failed": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
KINESIS_INHERITS = Planted(
    name="kinesis_inherits",
    what=(
        "A function that anyone calls writes records into a Kinesis stream, which another reads."
    ),
    templates=_KINESIS_INHERITS,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _KINESIS_INHERITS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_KINESIS_OPEN_POLICY: Templates = {
    "Shop": {
        "Resources": {
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
            "ClicksPolicy": resource(
                "AWS::Kinesis::ResourcePolicy",
                ResourceArn=arn("Clicks"),
                ResourcePolicy={
                    "Statement": [
                        {
                            "Action": [
                                "kinesis:DescribeStreamSummary",
                                "kinesis:PutRecord",
                                "kinesis:PutRecords",
                            ],
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": arn("Clicks"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
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
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerKinesisEventSourceShopClicks480CC7EC": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Clicks"),
                FunctionName=ref("Worker"),
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
KINESIS_OPEN_POLICY = Planted(
    name="kinesis_open_policy",
    what=(
        "Any account may put records into a Kinesis stream by its "
        "resource policy; the twin has one writer, behind a web ACL."
    ),
    templates=_KINESIS_OPEN_POLICY,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _KINESIS_OPEN_POLICY,
        {
            "Shop": {
                "ClicksPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
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
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_TABLE_STREAM_INHERITS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Orders": {
                "Type": "AWS::DynamoDB::GlobalTable",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "BillingMode": "PAY_PER_REQUEST",
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "Replicas": [{"Region": REGION}],
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
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
                        "dynamodb:DescribeStream",
                        "dynamodb:GetRecords",
                        "dynamodb:GetShardIterator",
                        "dynamodb:ListStreams",
                    ],
                    "Effect": "Allow",
                    "Resource": attribute("Orders", "StreamArn"),
                },
            ),
            "Ship": function("ShipServiceRole", after=["ShipServiceRoleDefaultPolicy"]),
            "ShipDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FilterCriteria={"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]},
                FunctionName=ref("Ship"),
                StartingPosition="LATEST",
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "dynamodb:PutItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
TABLE_STREAM_INHERITS = Planted(
    name="table_stream_inherits",
    what=(
        "A function that anyone calls writes into a table, and its "
        "stream runs another function for new items."
    ),
    templates=_TABLE_STREAM_INHERITS,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _TABLE_STREAM_INHERITS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

_KAFKA_INHERITS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Cluster": resource(
                "AWS::MSK::ServerlessCluster",
                ClientAuthentication={"Sasl": {"Iam": {"Enabled": True}}},
                ClusterName="orders",
                VpcConfigs=[{"SubnetIds": ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]}],
            ),
            "WorkerServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument=LAMBDA_TRUST,
                ManagedPolicyArns=[
                    BASIC_EXECUTION,
                    join(
                        "arn:${AWS::Partition}:iam::aws:policy/service-role/"
                        "AWSLambdaMSKExecutionRole"
                    ),
                ],
            ),
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "kafka:DescribeCluster",
                        "kafka:GetBootstrapBrokers",
                        "kafka:ListScramSecrets",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Cluster"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerKafkaEventSourceShopWorkerC9593648orders": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Cluster"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
                Topics=["orders"],
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "kafka-cluster:Connect", "Effect": "Allow", "Resource": arn("Cluster")},
                {
                    "Action": ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:kafka:${AWS::Region}:${AWS::AccountId}:"
                        "topic/orders/*/orders"
                    ),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
KAFKA_INHERITS = Planted(
    name="kafka_inherits",
    what=(
        "A function that anyone calls writes to a topic of a Kafka "
        "cluster, which another function reads."
    ),
    templates=_KAFKA_INHERITS,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _KAFKA_INHERITS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

PLANTED = (
    KINESIS_INHERITS,
    KINESIS_OPEN_POLICY,
    TABLE_STREAM_INHERITS,
    KAFKA_INHERITS,
)
