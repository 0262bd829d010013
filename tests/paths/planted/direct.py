"""
Functions that are invoked directly: by permission, and by role.

Another account is an outsider: named alone it is *exposed*, held to an organisation it is
*compensated*. A function that nothing is known to call is *unknown*.
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
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_PUBLIC_PERMISSION: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "LedgerPartners": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ledger"),
                Principal="*",
            ),
        }
    }
}
PUBLIC_PERMISSION = Planted(
    name="public_permission",
    what=(
        "A permission lets everyone with an AWS account invoke a "
        "function; the twin asks for the organisation."
    ),
    templates=_PUBLIC_PERMISSION,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(
        _PUBLIC_PERMISSION,
        {
            "Shop": {
                "LedgerPartners": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Ledger"),
                    Principal="*",
                    PrincipalOrgID="o-a1b2c3d4e5",
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ledger": "compensated"}),
)

_CONFUSED_DEPUTY: Templates = {
    "Shop": {
        "Resources": {
            "ImportServiceRole": FUNCTION_ROLE,
            "Import": function("ImportServiceRole"),
            "Drop": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "FromBuckets": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="s3.amazonaws.com",
            ),
        }
    }
}
CONFUSED_DEPUTY = Planted(
    name="confused_deputy",
    what=(
        "A permission names a service but not for whom it acts, so a "
        "bucket of any account runs the function; the twin names the "
        "bucket and its account."
    ),
    templates=_CONFUSED_DEPUTY,
    expected=Expected(verdicts={"Import": "exposed"}),
    safe_templates=changed(
        _CONFUSED_DEPUTY,
        {
            "Shop": {
                "FromBuckets": None,
                **FRONT_BEHIND_WEB_ACL,
                **NOTIFICATIONS_HANDLER,
                "DropNotificationsHandlerPolicy": policy(
                    "DropNotificationsHandlerPolicy",
                    "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
                    {
                        "Action": "s3:PutBucketNotification",
                        "Effect": "Allow",
                        "Resource": arn("Drop"),
                    },
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

_INVOKE_INHERITS: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Ledger"), join("${Ledger.Arn}:*")],
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
INVOKE_INHERITS = Planted(
    name="invoke_inherits",
    what=("A function that anyone calls invokes another with what it was given."),
    templates=_INVOKE_INHERITS,
    expected=Expected(verdicts={"Front": "exposed", "Ledger": "exposed"}),
    safe_templates=changed(
        _INVOKE_INHERITS, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ledger": "provenance"}),
)

_FOREIGN_PERMISSION: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "LedgerPartner": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ledger"),
                Principal="444455556666",
            ),
        }
    }
}
FOREIGN_PERMISSION = Planted(
    name="foreign_permission",
    what=(
        "Another account may invoke a function, and nothing more is "
        "asked; in the twin nothing outside the template is known to "
        "call it."
    ),
    templates=_FOREIGN_PERMISSION,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(_FOREIGN_PERMISSION, {"Shop": {"LedgerPartner": None}}),
    safe_expected=Expected(verdicts={"Ledger": "unknown"}),
)

PLANTED = (
    PUBLIC_PERMISSION,
    CONFUSED_DEPUTY,
    INVOKE_INHERITS,
    FOREIGN_PERMISSION,
)
