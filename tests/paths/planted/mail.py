"""
Mail that SES receives.

No web ACL sees mail. Scanned, and by TLS only, it is *compensated*.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FUNCTION_ROLE,
    NOTIFICATIONS_HANDLER,
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_MAIL_TO_FUNCTION: Templates = {
    "Shop": {
        "Resources": {
            "MailServiceRole": FUNCTION_ROLE,
            "Mail": function("MailServiceRole"),
            "MailAllowSes": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Mail"),
                Principal="ses.amazonaws.com",
                SourceAccount=ACCOUNT,
            ),
            "Rules": resource("AWS::SES::ReceiptRuleSet"),
            "RulesOrders": resource(
                "AWS::SES::ReceiptRule",
                after=["MailAllowSes"],
                Rule={
                    "Actions": [{"LambdaAction": {"FunctionArn": arn("Mail")}}],
                    "Enabled": True,
                    "Recipients": ["orders@shop.example"],
                },
                RuleSetName=ref("Rules"),
            ),
        }
    }
}
MAIL_TO_FUNCTION = Planted(
    name="mail_to_function",
    what=("Whoever knows the address sends mail that runs a function, neither scanned nor by TLS."),
    templates=_MAIL_TO_FUNCTION,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _MAIL_TO_FUNCTION,
        {
            "Shop": {
                "RulesOrders": resource(
                    "AWS::SES::ReceiptRule",
                    after=["MailAllowSes"],
                    Rule={
                        "Actions": [{"LambdaAction": {"FunctionArn": arn("Mail")}}],
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

_MAIL_TO_BUCKET: Templates = {
    "Shop": {
        "Resources": {
            **NOTIFICATIONS_HANDLER,
            "MailServiceRole": FUNCTION_ROLE,
            "Mail": function("MailServiceRole"),
            "Inbox": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "InboxNotificationsHandlerPolicy": policy(
                "InboxNotificationsHandlerPolicy",
                "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                {"Action": "s3:PutBucketNotification", "Effect": "Allow", "Resource": arn("Inbox")},
            ),
            "InboxNotifications": resource(
                "Custom::S3BucketNotifications",
                after=[
                    "InboxAllowBucketNotificationsToShopMailFFFD920E",
                    "InboxNotificationsHandlerPolicy",
                    "InboxPolicy",
                ],
                ServiceToken=arn("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"),
                BucketName=ref("Inbox"),
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {"Events": ["s3:ObjectCreated:*"], "LambdaFunctionArn": arn("Mail")}
                    ]
                },
                Managed=True,
                SkipDestinationValidation=False,
            ),
            "InboxAllowBucketNotificationsToShopMailFFFD920E": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Mail"),
                Principal="s3.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Inbox"),
            ),
            "InboxPolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Inbox"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:PutObject",
                            "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
                            "Effect": "Allow",
                            "Principal": {"Service": "ses.amazonaws.com"},
                            "Resource": join("${Inbox.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "Rules": resource("AWS::SES::ReceiptRuleSet"),
            "RulesOrders": resource(
                "AWS::SES::ReceiptRule",
                after=["InboxPolicy"],
                Rule={
                    "Actions": [{"S3Action": {"BucketName": ref("Inbox")}}],
                    "Enabled": True,
                    "Recipients": ["orders@shop.example"],
                },
                RuleSetName=ref("Rules"),
            ),
        }
    }
}
MAIL_TO_BUCKET = Planted(
    name="mail_to_bucket",
    what=("Mail is put into a bucket, and what arrives there runs a function."),
    templates=_MAIL_TO_BUCKET,
    expected=Expected(verdicts={"Mail": "exposed"}),
    safe_templates=changed(
        _MAIL_TO_BUCKET,
        {
            "Shop": {
                "RulesOrders": resource(
                    "AWS::SES::ReceiptRule",
                    after=["InboxPolicy"],
                    Rule={
                        "Actions": [{"S3Action": {"BucketName": ref("Inbox")}}],
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

PLANTED = (
    MAIL_TO_FUNCTION,
    MAIL_TO_BUCKET,
)
