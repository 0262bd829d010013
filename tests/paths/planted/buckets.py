"""
Objects that run functions: by CDK's custom resource, by the bucket itself, by events.

An upload form that a function signs goes from the browser to the bucket past every web ACL,
though the function itself is behind one. What was scanned, and is handed on by the result of the
scan, is *compensated*, and so is what comes after it.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    NOTIFICATIONS_HANDLER,
    WEB_ACL,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_OPEN_BUCKET_CUSTOM_RESOURCE: Templates = {
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
                after=[
                    "DropAllowBucketNotificationsToShopImport6F35DB2E",
                    "DropNotificationsHandlerPolicy",
                    "DropPolicy",
                ],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Drop"),
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {
                            "Events": ["s3:ObjectCreated:*"],
                            "Filter": {
                                "Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}
                            },
                            "LambdaFunctionArn": arn("Import"),
                        }
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
            "DropPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Drop"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:PutObject",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": join("${Drop.Arn}/in/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
        }
    }
}
OPEN_BUCKET_CUSTOM_RESOURCE = Planted(
    name="open_bucket_custom_resource",
    what=(
        "Anyone may put objects into a bucket whose notifications, "
        "made by CDK's custom resource, run a function."
    ),
    templates=_OPEN_BUCKET_CUSTOM_RESOURCE,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _OPEN_BUCKET_CUSTOM_RESOURCE,
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
                    after=[
                        "DropAllowBucketNotificationsToShopImport6F35DB2E",
                        "DropNotificationsHandlerPolicy",
                    ],
                    ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                    BucketName=ref("Drop"),
                    NotificationConfiguration={
                        "LambdaFunctionConfigurations": [
                            {
                                "Events": ["s3:ObjectCreated:*"],
                                "Filter": {
                                    "Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}
                                },
                                "LambdaFunctionArn": arn("Import"),
                            }
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

_NATIVE_NOTIFICATION: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Drop": resource(
                "AWS::S3::Bucket",
                after=["FromBucket"],
                NotificationConfiguration={
                    "LambdaConfigurations": [
                        {"Event": "s3:ObjectCreated:*", "Function": arn("Import")}
                    ]
                },
            ),
            "FromBucket": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="s3.amazonaws.com",
                SourceAccount=ACCOUNT,
            ),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "s3:PutObject", "Effect": "Allow", "Resource": join("${Drop.Arn}/*")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
NATIVE_NOTIFICATION = Planted(
    name="native_notification",
    what=(
        "The native notifications of a bucket run a function, and a "
        "function that anyone calls writes into the bucket."
    ),
    templates=_NATIVE_NOTIFICATION,
    expected=Expected(verdicts={"Import": "exposed", "Front": "exposed"}),
    safe_templates=changed(
        _NATIVE_NOTIFICATION, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Import": "provenance", "Front": "behind-waf"}),
)

_FOREIGN_ACCOUNT_BUCKET_EVENTS: Templates = {
    "Shop": {
        "Resources": {
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Drop": resource(
                "AWS::S3::Bucket",
                NotificationConfiguration={
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True}
                },
            ),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={
                    "detail": {"bucket": {"name": [ref("Drop")]}},
                    "detail-type": ["Object Created"],
                    "source": ["aws.s3"],
                },
                State="ENABLED",
                Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
            "DropPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Drop"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:PutObject",
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": join("arn:${AWS::Partition}:iam::444455556666:root")
                            },
                            "Resource": join("${Drop.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
        }
    }
}
FOREIGN_ACCOUNT_BUCKET_EVENTS = Planted(
    name="foreign_account_bucket_events",
    what=(
        "Another account, of which nothing more is asked, puts objects "
        "into a bucket whose events run a function; the twin asks for "
        "the organisation."
    ),
    templates=_FOREIGN_ACCOUNT_BUCKET_EVENTS,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _FOREIGN_ACCOUNT_BUCKET_EVENTS,
        {
            "Shop": {
                "DropPolicy": resource(
                    "AWS::S3::BucketPolicy",
                    Bucket=ref("Drop"),
                    PolicyDocument={
                        "Statement": [
                            {
                                "Action": "s3:PutObject",
                                "Condition": {
                                    "StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}
                                },
                                "Effect": "Allow",
                                "Principal": {
                                    "AWS": join("arn:${AWS::Partition}:iam::444455556666:root")
                                },
                                "Resource": join("${Drop.Arn}/*"),
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "compensated"}),
)

_PRESIGNED_UPLOAD: Templates = {
    "Shop": {
        "Resources": {
            "Drop": resource(
                "AWS::S3::Bucket",
                CorsConfiguration={
                    "CorsRules": [
                        {"AllowedMethods": ["POST"], "AllowedOrigins": ["https://shop.example"]}
                    ]
                },
                NotificationConfiguration={
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True}
                },
            ),
            "IssuerServiceRole": FUNCTION_ROLE,
            "IssuerServiceRoleDefaultPolicy": policy(
                "IssuerServiceRoleDefaultPolicy",
                "IssuerServiceRole",
                {"Action": "s3:PutObject", "Effect": "Allow", "Resource": join("${Drop.Arn}/in/*")},
            ),
            "Issuer": function(
                "IssuerServiceRole",
                code="""\
import boto3
import json
import os
import uuid

s3 = boto3.client("s3")


def handler(event, context):
    form = s3.generate_presigned_post(os.environ["BUCKET"], f"in/{uuid.uuid4()}")
    return {"statusCode": 200, "body": json.dumps(form)}
""",
                after=["IssuerServiceRoleDefaultPolicy"],
                more={"Environment": {"Variables": {"BUCKET": ref("Drop")}}},
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiorders", "ApiordersPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiorders": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="orders",
                RestApiId=ref("Api"),
            ),
            ("ApiordersPOSTApiPermissionShopApi4E8988D1POSTorders"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Issuer"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                ),
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Issuer.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apiorders"),
                RestApiId=ref("Api"),
            ),
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                    "${Api}/stages/${ApiDeploymentStageprod}"
                ),
                WebACLArn=arn("WebAcl"),
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Arrived": resource(
                "AWS::Events::Rule",
                EventPattern={
                    "detail": {"bucket": {"name": [ref("Drop")]}},
                    "detail-type": ["Object Created"],
                    "source": ["aws.s3"],
                },
                State="ENABLED",
                Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
            ),
            "ArrivedAllowEventRuleShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Arrived"),
            ),
        }
    }
}
PRESIGNED_UPLOAD = Planted(
    name="presigned_upload",
    what=(
        "A function behind a web ACL hands out upload forms, and what "
        "browsers then upload runs a function directly; in the twin "
        "only scanned objects do."
    ),
    templates=_PRESIGNED_UPLOAD,
    expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "exposed"}),
    safe_templates=changed(
        _PRESIGNED_UPLOAD,
        {
            "Shop": {
                "Arrived": None,
                "ArrivedAllowEventRuleShopImport6F35DB2E": None,
                "ImportServiceRoleDefaultPolicy": policy(
                    "ImportServiceRoleDefaultPolicy",
                    "ImportServiceRole",
                    {
                        "Action": "s3:GetObjectVersion",
                        "Effect": "Allow",
                        "Resource": join("${Drop.Arn}/in/*"),
                    },
                ),
                "Import": function("ImportServiceRole", after=["ImportServiceRoleDefaultPolicy"]),
                "Scanner": resource(
                    "AWS::IAM::Role",
                    AssumeRolePolicyDocument={
                        "Statement": [
                            {
                                "Action": "sts:AssumeRole",
                                "Effect": "Allow",
                                "Principal": {
                                    "Service": "malware-protection-plan.guardduty.amazonaws.com"
                                },
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                ),
                "ScannerDefaultPolicy": policy(
                    "ScannerDefaultPolicy",
                    "Scanner",
                    {
                        "Action": [
                            "s3:GetObject",
                            "s3:GetObjectVersion",
                            "s3:PutObjectTagging",
                            "s3:PutObjectVersionTagging",
                        ],
                        "Effect": "Allow",
                        "Resource": join("${Drop.Arn}/*"),
                    },
                ),
                "Scan": resource(
                    "AWS::GuardDuty::MalwareProtectionPlan",
                    Actions={"Tagging": {"Status": "ENABLED"}},
                    ProtectedResource={
                        "S3Bucket": {"BucketName": ref("Drop"), "ObjectPrefixes": ["in/"]}
                    },
                    Role=arn("Scanner"),
                ),
                "Clean": resource(
                    "AWS::Events::Rule",
                    EventPattern={
                        "detail": {
                            "s3ObjectDetails": {"bucketName": [ref("Drop")]},
                            "scanResultDetails": {"scanResultStatus": ["NO_THREATS_FOUND"]},
                        },
                        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
                        "source": ["aws.guardduty"],
                    },
                    State="ENABLED",
                    Targets=[{"Arn": arn("Import"), "Id": "Target0"}],
                ),
                "CleanAllowEventRuleShopImport6F35DB2E": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Import"),
                    Principal="events.amazonaws.com",
                    SourceArn=arn("Clean"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Issuer": "behind-waf", "Import": "compensated"}),
)

_PROMOTED_UPLOAD: Templates = {
    "Shop": {
        "Resources": {
            **NOTIFICATIONS_HANDLER,
            "Quarantine": resource(
                "AWS::S3::Bucket",
                CorsConfiguration={
                    "CorsRules": [
                        {"AllowedMethods": ["POST"], "AllowedOrigins": ["https://shop.example"]}
                    ]
                },
                NotificationConfiguration={
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True}
                },
            ),
            "Clean": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "CleanNotificationsHandlerPolicy": policy(
                "CleanNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {"Action": "s3:PutBucketNotification", "Effect": "Allow", "Resource": arn("Clean")},
            ),
            "CleanNotifications": resource(
                "Custom::S3BucketNotifications",
                after=[
                    "CleanAllowBucketNotificationsToShopImport6F35DB2E",
                    "CleanNotificationsHandlerPolicy",
                ],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Clean"),
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn("Import")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
            "CleanAllowBucketNotificationsToShopImport6F35DB2E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="s3.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Clean"),
            ),
            "IssuerServiceRole": FUNCTION_ROLE,
            "IssuerServiceRoleDefaultPolicy": policy(
                "IssuerServiceRoleDefaultPolicy",
                "IssuerServiceRole",
                {
                    "Action": "s3:PutObject",
                    "Effect": "Allow",
                    "Resource": join("${Quarantine.Arn}/in/*"),
                },
            ),
            "Issuer": function(
                "IssuerServiceRole",
                code="""\
import boto3
import json
import os
import uuid

s3 = boto3.client("s3")


def handler(event, context):
    form = s3.generate_presigned_post(os.environ["BUCKET"], f"in/{uuid.uuid4()}")
    return {"statusCode": 200, "body": json.dumps(form)}
""",
                after=["IssuerServiceRoleDefaultPolicy"],
                more={"Environment": {"Variables": {"BUCKET": ref("Quarantine")}}},
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiorders", "ApiordersPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiorders": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="orders",
                RestApiId=ref("Api"),
            ),
            ("ApiordersPOSTApiPermissionShopApi4E8988D1POSTorders"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Issuer"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                ),
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Issuer.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apiorders"),
                RestApiId=ref("Api"),
            ),
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                    "${Api}/stages/${ApiDeploymentStageprod}"
                ),
                WebACLArn=arn("WebAcl"),
            ),
            "Scanned": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "ScannedPolicy": resource(
                "AWS::SQS::QueuePolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": [
                                "sqs:GetQueueAttributes",
                                "sqs:GetQueueUrl",
                                "sqs:SendMessage",
                            ],
                            "Condition": {"ArnEquals": {"aws:SourceArn": arn("Rule")}},
                            "Effect": "Allow",
                            "Principal": {"Service": "events.amazonaws.com"},
                            "Resource": arn("Scanned"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Scanned")],
            ),
            "PromoterServiceRole": FUNCTION_ROLE,
            "PromoterServiceRoleDefaultPolicy": policy(
                "PromoterServiceRoleDefaultPolicy",
                "PromoterServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Scanned"),
                },
                {
                    "Action": ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"],
                    "Effect": "Allow",
                    "Resource": join("${Quarantine.Arn}/in/*"),
                },
                {"Action": "s3:PutObject", "Effect": "Allow", "Resource": join("${Clean.Arn}/*")},
            ),
            "Promoter": function("PromoterServiceRole", after=["PromoterServiceRoleDefaultPolicy"]),
            "PromoterSqsEventSourceShopScanned31CF9C9C": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=1,
                EventSourceArn=arn("Scanned"),
                FunctionName=ref("Promoter"),
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Scanner": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {
                                "Service": "malware-protection-plan.guardduty.amazonaws.com"
                            },
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ScannerDefaultPolicy": policy(
                "ScannerDefaultPolicy",
                "Scanner",
                {
                    "Action": [
                        "s3:GetObject",
                        "s3:GetObjectVersion",
                        "s3:PutObjectTagging",
                        "s3:PutObjectVersionTagging",
                    ],
                    "Effect": "Allow",
                    "Resource": join("${Quarantine.Arn}/*"),
                },
            ),
            "Scan": resource(
                "AWS::GuardDuty::MalwareProtectionPlan",
                Actions={"Tagging": {"Status": "ENABLED"}},
                ProtectedResource={
                    "S3Bucket": {"BucketName": ref("Quarantine"), "ObjectPrefixes": ["in/"]}
                },
                Role=arn("Scanner"),
            ),
            "Rule": resource(
                "AWS::Events::Rule",
                EventPattern={
                    "detail": {"bucket": {"name": [ref("Quarantine")]}},
                    "detail-type": ["Object Created"],
                    "source": ["aws.s3"],
                },
                State="ENABLED",
                Targets=[{"Arn": arn("Scanned"), "Id": "Target0"}],
            ),
        }
    }
}
PROMOTED_UPLOAD = Planted(
    name="promoted_upload",
    what=(
        "What was promoted from quarantine runs a function; but the "
        "promoter is run by every arrival instead of by clean scan "
        "results."
    ),
    templates=_PROMOTED_UPLOAD,
    expected=Expected(
        verdicts={"Issuer": "behind-waf", "Promoter": "exposed", "Import": "exposed"}
    ),
    safe_templates=changed(
        _PROMOTED_UPLOAD,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::Events::Rule",
                    EventPattern={
                        "detail": {
                            "s3ObjectDetails": {"bucketName": [ref("Quarantine")]},
                            "scanResultDetails": {"scanResultStatus": ["NO_THREATS_FOUND"]},
                        },
                        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
                        "source": ["aws.guardduty"],
                    },
                    State="ENABLED",
                    Targets=[{"Arn": arn("Scanned"), "Id": "Target0"}],
                )
            }
        },
    ),
    safe_expected=Expected(
        verdicts={"Issuer": "behind-waf", "Promoter": "compensated", "Import": "compensated"}
    ),
)

_BUCKET_NOBODY_WRITES: Templates = {
    "Shop": {
        "Resources": {
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
        }
    }
}
BUCKET_NOBODY_WRITES = Planted(
    name="bucket_nobody_writes",
    what=("Nothing in the template says who writes into the bucket that runs a function."),
    templates=_BUCKET_NOBODY_WRITES,
    expected=Expected(verdicts={"Import": "unknown"}),
    safe_templates=changed(
        _BUCKET_NOBODY_WRITES,
        {
            "Shop": {
                **FRONT_BEHIND_WEB_ACL,
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

PLANTED = (
    OPEN_BUCKET_CUSTOM_RESOURCE,
    NATIVE_NOTIFICATION,
    FOREIGN_ACCOUNT_BUCKET_EVENTS,
    PRESIGNED_UPLOAD,
    PROMOTED_UPLOAD,
    BUCKET_NOBODY_WRITES,
)
