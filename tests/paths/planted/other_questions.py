"""Reach, takeovers, loops and flows of other makes."""

from __future__ import annotations

from tests.paths.planted import Blast, Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_WITH_OPEN_URL,
    FUNCTION_ROLE,
    NOTIFICATIONS_HANDLER,
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

_DISTRIBUTION_TO_BUCKET: Templates = {
    "Shop": {
        "Resources": {
            "Reports": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"Tags": [{"Key": "data-classification", "Value": "confidential"}]},
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ReportsPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Reports"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:GetObject",
                            "Condition": {
                                "StringEquals": {
                                    "AWS:SourceArn": join(
                                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:"
                                        "distribution/${Cdn}"
                                    )
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudfront.amazonaws.com"},
                            "Resource": join("${Reports.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "CdnOrigin1S3OriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": "ShopCdnOrigin1S3OriginAccessControlE770725A",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "DefaultCacheBehavior": {
                        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                        "Compress": True,
                        "TargetOriginId": "ShopCdnOrigin1026DA201",
                        "ViewerProtocolPolicy": "redirect-to-https",
                    },
                    "Enabled": True,
                    "HttpVersion": "http2",
                    "IPV6Enabled": True,
                    "Origins": [
                        {
                            "DomainName": attribute("Reports", "RegionalDomainName"),
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginAccessControlId": attribute(
                                "CdnOrigin1S3OriginAccessControl", "Id"
                            ),
                            "S3OriginConfig": {"OriginAccessIdentity": ""},
                        }
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
        }
    }
}
DISTRIBUTION_TO_BUCKET = Planted(
    name="distribution_to_bucket",
    what=(
        "A distribution hands the objects of a confidential bucket to "
        "anyone; in the twin only to whoever has a signed URL."
    ),
    templates=_DISTRIBUTION_TO_BUCKET,
    expected=Expected(open_paths=frozenset({("internet", "Reports")})),
    safe_templates=changed(
        _DISTRIBUTION_TO_BUCKET,
        {
            "Shop": {
                "Key": resource(
                    "AWS::CloudFront::PublicKey",
                    PublicKeyConfig={
                        "CallerReference": "c8794ee1c0590e322ec134bd9a6751302771189945",
                        "EncodedKey": """\
-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
-----END PUBLIC KEY-----
""",
                        "Name": "ShopKey5164543F",
                    },
                ),
                "Keys": resource(
                    "AWS::CloudFront::KeyGroup",
                    KeyGroupConfig={"Items": [ref("Key")], "Name": "ShopKeys707B3866"},
                ),
                "Cdn": resource(
                    "AWS::CloudFront::Distribution",
                    DistributionConfig={
                        "DefaultCacheBehavior": {
                            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                            "Compress": True,
                            "TargetOriginId": "ShopCdnOrigin1026DA201",
                            "TrustedKeyGroups": [ref("Keys")],
                            "ViewerProtocolPolicy": "redirect-to-https",
                        },
                        "Enabled": True,
                        "HttpVersion": "http2",
                        "IPV6Enabled": True,
                        "Origins": [
                            {
                                "DomainName": attribute("Reports", "RegionalDomainName"),
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginAccessControlId": attribute(
                                    "CdnOrigin1S3OriginAccessControl", "Id"
                                ),
                                "S3OriginConfig": {"OriginAccessIdentity": ""},
                            }
                        ],
                        "WebACLId": (
                            "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"
                        ),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_OPEN_URL_TO_PARAMETER: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Key": resource(
                "AWS::SSM::Parameter",
                Name="/shop/pay/key",
                Tags={"data-classification": "restricted"},
                Type="String",
                Value="x",
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "ssm:GetParametersByPath",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"
                        "parameter/shop/pay/*"
                    ),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
OPEN_URL_TO_PARAMETER = Planted(
    name="open_url_to_parameter",
    what=("Anyone reaches a function that reads a restricted parameter, by a path of names."),
    templates=_OPEN_URL_TO_PARAMETER,
    expected=Expected(open_paths=frozenset({("internet", "Key")})),
    safe_templates=changed(
        _OPEN_URL_TO_PARAMETER,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "ssm:GetParametersByPath",
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"
                            "parameter/shop/web/*"
                        ),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_SECRET_FOR_EVERYONE: Templates = {
    "Shop": {
        "Resources": {
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "PasswordPolicy": resource(
                "AWS::SecretsManager::ResourcePolicy",
                ResourcePolicy={
                    "Statement": [
                        {
                            "Action": "secretsmanager:GetSecretValue",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": "*",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                SecretId=ref("Password"),
            ),
        }
    }
}
SECRET_FOR_EVERYONE = Planted(
    name="secret_for_everyone",
    what="The policy of a secret lets every account read it.",
    templates=_SECRET_FOR_EVERYONE,
    expected=Expected(open_paths=frozenset({("internet", "Password")})),
    safe_templates=changed(
        _SECRET_FOR_EVERYONE,
        {
            "Shop": {
                "PasswordPolicy": resource(
                    "AWS::SecretsManager::ResourcePolicy",
                    ResourcePolicy={
                        "Statement": [
                            {
                                "Action": "secretsmanager:GetSecretValue",
                                "Condition": {
                                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
                                },
                                "Effect": "Allow",
                                "Principal": {"AWS": "*"},
                                "Resource": "*",
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                    SecretId=ref("Password"),
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_TRUST_IN_THE_ACCOUNT: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "sts:AssumeRole", "Effect": "Allow", "Resource": arn("Reader")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Reader": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": join("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")
                            },
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ReaderDefaultPolicy": policy(
                "ReaderDefaultPolicy",
                "Reader",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
TRUST_IN_THE_ACCOUNT = Planted(
    name="trust_in_the_account",
    what=(
        "A role that leaves its trust to the account is assumed by "
        "whoever may; in the twin nobody is allowed to."
    ),
    templates=_TRUST_IN_THE_ACCOUNT,
    expected=Expected(
        blast={"Front": Blast(reads=frozenset({"Password"}), assumes=frozenset({"Reader"}))}
    ),
    safe_templates=changed(
        _TRUST_IN_THE_ACCOUNT,
        {"Shop": {"FrontServiceRoleDefaultPolicy": None, "Front": function("FrontServiceRole")}},
    ),
    safe_expected=Expected(blast={"Front": Blast()}),
)

_CONFIGURATION_UPDATE: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "lambda:UpdateFunctionConfiguration",
                    "Effect": "Allow",
                    "Resource": arn("Vault"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "VaultServiceRole": FUNCTION_ROLE,
            "VaultServiceRoleDefaultPolicy": policy(
                "VaultServiceRoleDefaultPolicy",
                "VaultServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
            ),
            "Vault": function("VaultServiceRole", after=["VaultServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
CONFIGURATION_UPDATE = Planted(
    name="configuration_update",
    what=("A function may set up another: with a layer of its own making it runs there."),
    templates=_CONFIGURATION_UPDATE,
    expected=Expected(
        blast={"Front": Blast(reads=frozenset({"Password"}), controls=frozenset({"Vault"}))}
    ),
    safe_templates=changed(
        _CONFIGURATION_UPDATE,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "lambda:GetFunction", "Effect": "Allow", "Resource": arn("Vault")},
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast()}),
)

_DENIED: Templates = {
    "Shop": {
        "Resources": {
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Effect": "Allow",
                    "Resource": ref("Password"),
                },
                {"Action": "dynamodb:Query", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Password": {
                "Type": "AWS::SecretsManager::Secret",
                "Properties": {"GenerateSecretString": {}},
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
        }
    }
}
DENIED = Planted(
    name="denied",
    what=("A wide grant is taken back by a denial in the twin."),
    templates=_DENIED,
    expected=Expected(blast={"Front": Blast(reads=frozenset({"Orders", "Password"}))}),
    safe_templates=changed(
        _DENIED,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": [
                            "secretsmanager:DescribeSecret",
                            "secretsmanager:GetSecretValue",
                        ],
                        "Effect": "Allow",
                        "Resource": ref("Password"),
                    },
                    {"Action": "dynamodb:Query", "Effect": "Allow", "Resource": arn("Orders")},
                    {"Action": "secretsmanager:*", "Effect": "Deny", "Resource": "*"},
                )
            }
        },
    ),
    safe_expected=Expected(blast={"Front": Blast(reads=frozenset({"Orders"}))}),
)

_PREFIX_WITHIN_PREFIX: Templates = {
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
                        {
                            "Events": ["s3:ObjectCreated:*"],
                            "Filter": {
                                "Key": {"FilterRules": [{"Name": "prefix", "Value": "pictures/"}]}
                            },
                            "LambdaFunctionArn": arn("Thumbnail"),
                        }
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
                    "Resource": join("${Pictures.Arn}/pictures/small/*"),
                },
            ),
            "Thumbnail": function(
                "ThumbnailServiceRole", after=["ThumbnailServiceRoleDefaultPolicy"]
            ),
        }
    }
}
PREFIX_WITHIN_PREFIX = Planted(
    name="prefix_within_prefix",
    what=(
        "The prefix a function writes under lies within the one that "
        "runs it; in the twin beside it."
    ),
    templates=_PREFIX_WITHIN_PREFIX,
    expected=Expected(loops={frozenset({"Pictures", "Thumbnail"}): True}),
    safe_templates=changed(
        _PREFIX_WITHIN_PREFIX,
        {
            "Shop": {
                "ThumbnailServiceRoleDefaultPolicy": policy(
                    "ThumbnailServiceRoleDefaultPolicy",
                    "ThumbnailServiceRole",
                    {
                        "Action": "s3:PutObject",
                        "Effect": "Allow",
                        "Resource": join("${Pictures.Arn}/thumbnails/*"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_UPDATE_INSERTS: Templates = {
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
                {"Action": "dynamodb:UpdateItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FilterCriteria={"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]},
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
        }
    }
}
UPDATE_INSERTS = Planted(
    name="update_inserts",
    what=(
        "An update makes an item that is not there, so a stream of new "
        "items runs the function again; in the twin it listens for "
        "removals."
    ),
    templates=_UPDATE_INSERTS,
    expected=Expected(loops={frozenset({"Orders", "Worker"}): False}),
    safe_templates=changed(
        _UPDATE_INSERTS,
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

_STREAM_LOOP: Templates = {
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
                        "kinesis:PutRecord",
                        "kinesis:PutRecords",
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
STREAM_LOOP = Planted(
    name="stream_loop",
    what=("A function puts records into the stream that runs it, and nothing stops it."),
    templates=_STREAM_LOOP,
    expected=Expected(loops={frozenset({"Clicks", "Worker"}): False}),
    safe_templates=changed(
        _STREAM_LOOP,
        {
            "Shop": {
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
                        "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
                        "Effect": "Allow",
                        "Resource": arn("Done"),
                    },
                ),
                "Done": {
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
            }
        },
    ),
    safe_expected=Expected(),
)

_LOG_LOOP: Templates = {
    "Shop": {
        "Resources": {
            "ShipLog": {
                "Type": "AWS::Logs::LogGroup",
                "Properties": {"RetentionInDays": 731},
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function(
                "ShipServiceRole", more={"LoggingConfig": {"LogGroup": ref("ShipLog")}}
            ),
            "FilterCanInvokeLambda": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="logs.amazonaws.com",
                SourceArn=arn("ShipLog"),
            ),
            "Filter": resource(
                "AWS::Logs::SubscriptionFilter",
                after=["FilterCanInvokeLambda"],
                DestinationArn=arn("Ship"),
                FilterPattern="",
                LogGroupName=ref("ShipLog"),
            ),
        }
    }
}
LOG_LOOP = Planted(
    name="log_loop",
    what=("A function reads its own log, and what it says of it is in its log: nothing stops it."),
    templates=_LOG_LOOP,
    expected=Expected(loops={frozenset({"Ship", "ShipLog"}): False}),
    safe_templates=changed(
        _LOG_LOOP,
        {
            "Shop": {
                "Others": {
                    "Type": "AWS::Logs::LogGroup",
                    "Properties": {"RetentionInDays": 731},
                    "UpdateReplacePolicy": "Retain",
                    "DeletionPolicy": "Retain",
                },
                "FilterCanInvokeLambda": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Ship"),
                    Principal="logs.amazonaws.com",
                    SourceArn=arn("Others"),
                ),
                "Filter": resource(
                    "AWS::Logs::SubscriptionFilter",
                    after=["FilterCanInvokeLambda"],
                    DestinationArn=arn("Ship"),
                    FilterPattern="",
                    LogGroupName=ref("Others"),
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_FAILURE_SKIPS_THE_CHECK: Templates = {
    "Shop": {
        "Resources": {
            "CheckServiceRole": FUNCTION_ROLE,
            "Check": function("CheckServiceRole"),
            "ChargeServiceRole": FUNCTION_ROLE,
            "Charge": function("ChargeServiceRole"),
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
                    "Resource": [
                        arn("Charge"),
                        arn("Check"),
                        join("${Charge.Arn}:*"),
                        join("${Check.Arn}:*"),
                    ],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                        '"ChargeCard","Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Catch":[{"ErrorEquals":'
                        '["States.ALL"],"Next":"ChargeCard"}],"Type":"Task","Resource":'
                        '"${Check.Arn}"},"ChargeCard":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"${Charge.Arn}"}}}'
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
FAILURE_SKIPS_THE_CHECK = Planted(
    name="failure_skips_the_check",
    what=("When the check fails, the workflow goes on to the charge all the same."),
    templates=_FAILURE_SKIPS_THE_CHECK,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(
        _FAILURE_SKIPS_THE_CHECK,
        {
            "Shop": {
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "DefinitionString": join(
                            '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                            '"ChargeCard","Retry":[{"ErrorEquals":'
                            '["Lambda.ClientExecutionTimeoutException",'
                            '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                            '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                            '"MaxAttempts":6,"BackoffRate":2}],"Catch":[{"ErrorEquals":'
                            '["States.ALL"],"Next":"Refused"}],"Type":"Task","Resource":'
                            '"${Check.Arn}"},"ChargeCard":{"End":true,"Retry":'
                            '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                            '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                            '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                            '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                            '"${Charge.Arn}"},"Refused":{"Type":"Fail"}}}'
                        ),
                        "RoleArn": arn("FlowRole"),
                    },
                    "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                }
            }
        },
    ),
    safe_expected=Expected(),
)

_CHARGE_BESIDE_THE_CHECK: Templates = {
    "Shop": {
        "Resources": {
            "CheckServiceRole": FUNCTION_ROLE,
            "Check": function("CheckServiceRole"),
            "ChargeServiceRole": FUNCTION_ROLE,
            "Charge": function("ChargeServiceRole"),
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
                    "Resource": [
                        arn("Charge"),
                        arn("Check"),
                        join("${Charge.Arn}:*"),
                        join("${Check.Arn}:*"),
                    ],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"Both","States":{"Both":{"Type":"Parallel","End":'
                        'true,"Branches":[{"StartAt":"CheckOrder","States":'
                        '{"CheckOrder":{"End":true,"Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Check.Arn}","Payload.$":"$"}}}},{"StartAt":'
                        '"ChargeCard","States":{"ChargeCard":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Charge.Arn}","Payload.$":"$"}}}}]}}}'
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
CHARGE_BESIDE_THE_CHECK = Planted(
    name="charge_beside_the_check",
    what="The charge is made beside the check, not after it.",
    templates=_CHARGE_BESIDE_THE_CHECK,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(
        _CHARGE_BESIDE_THE_CHECK,
        {
            "Shop": {
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "DefinitionString": join(
                            '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                            '"ChargeCard","Retry":[{"ErrorEquals":'
                            '["Lambda.ClientExecutionTimeoutException",'
                            '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                            '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                            '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                            '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                            '{"FunctionName":"${Check.Arn}","Payload.$":"$"}},"ChargeCard":'
                            '{"End":true,"Retry":[{"ErrorEquals":'
                            '["Lambda.ClientExecutionTimeoutException",'
                            '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                            '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                            '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                            '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                            '{"FunctionName":"${Charge.Arn}","Payload.$":"$"}}}}'
                        ),
                        "RoleArn": arn("FlowRole"),
                    },
                    "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                }
            }
        },
    ),
    safe_expected=Expected(),
)

_STEP_OPEN_TO_ANOTHER_ACCOUNT: Templates = {
    "Shop": {
        "Resources": {
            "CheckServiceRole": FUNCTION_ROLE,
            "Check": function("CheckServiceRole"),
            "ChargeServiceRole": FUNCTION_ROLE,
            "Charge": function("ChargeServiceRole"),
            "ChargePartner": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Charge"),
                Principal="444455556666",
            ),
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
                    "Resource": [
                        arn("Charge"),
                        arn("Check"),
                        join("${Charge.Arn}:*"),
                        join("${Check.Arn}:*"),
                    ],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                        '"ChargeCard","Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Check.Arn}","Payload.$":"$"}},"ChargeCard":'
                        '{"End":true,"Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Charge.Arn}","Payload.$":"$"}}}}'
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
STEP_OPEN_TO_ANOTHER_ACCOUNT = Planted(
    name="step_open_to_another_account",
    what="Another account may invoke a step of the workflow.",
    templates=_STEP_OPEN_TO_ANOTHER_ACCOUNT,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(_STEP_OPEN_TO_ANOTHER_ACCOUNT, {"Shop": {"ChargePartner": None}}),
    safe_expected=Expected(),
)

PLANTED = (
    DISTRIBUTION_TO_BUCKET,
    OPEN_URL_TO_PARAMETER,
    SECRET_FOR_EVERYONE,
    TRUST_IN_THE_ACCOUNT,
    CONFIGURATION_UPDATE,
    DENIED,
    PREFIX_WITHIN_PREFIX,
    UPDATE_INSERTS,
    STREAM_LOOP,
    LOG_LOOP,
    FAILURE_SKIPS_THE_CHECK,
    CHARGE_BESIDE_THE_CHECK,
    STEP_OPEN_TO_ANOTHER_ACCOUNT,
)
