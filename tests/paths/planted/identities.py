"""
User pools, and roles that visitors get from identity pools.

Sign-up and sign-in enter at the user pool, which takes a web ACL. Guests and members who act with
a role of their own pass no web ACL on their way to a bucket, a queue or a function.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
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

_USER_POOL_TRIGGER: Templates = {
    "Shop": {
        "Resources": {
            "WelcomeServiceRole": FUNCTION_ROLE,
            "Welcome": function("WelcomeServiceRole"),
            "UsersPreSignUpCognito": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Welcome"),
                Principal="cognito-idp.amazonaws.com",
                SourceArn=arn("Users"),
            ),
            "Users": {
                "Type": "AWS::Cognito::UserPool",
                "Properties": {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [
                            {"Name": "verified_phone_number", "Priority": 1},
                            {"Name": "verified_email", "Priority": 2},
                        ]
                    },
                    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False},
                    "EmailVerificationSubject": "Verify your new account",
                    "LambdaConfig": {"PreSignUp": arn("Welcome")},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "UsersWeb": resource(
                "AWS::Cognito::UserPoolClient",
                AllowedOAuthFlows=["implicit", "code"],
                AllowedOAuthFlowsUserPoolClient=True,
                AllowedOAuthScopes=[
                    "profile",
                    "phone",
                    "email",
                    "openid",
                    "aws.cognito.signin.user.admin",
                ],
                CallbackURLs=["https://example.com"],
                SupportedIdentityProviders=["COGNITO"],
                UserPoolId=ref("Users"),
            ),
        }
    }
}
USER_POOL_TRIGGER = Planted(
    name="user_pool_trigger",
    what=("Whoever signs up at a user pool without a web ACL runs its trigger."),
    templates=_USER_POOL_TRIGGER,
    expected=Expected(verdicts={"Welcome": "exposed"}),
    safe_templates=changed(
        _USER_POOL_TRIGGER,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=arn("Users"),
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Welcome": "behind-waf"}),
)

_GUEST_ROLE_WRITES_BUCKET: Templates = {
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
            "Thumbnail": function("ThumbnailServiceRole"),
            "Identities": resource(
                "AWS::Cognito::IdentityPool",
                AllowUnauthenticatedIdentities=True,
                CognitoIdentityProviders=[],
            ),
            "IdentitiesAuthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "authenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join("Default Authenticated Role for Identity Pool ${Identities.Name}"),
            ),
            "IdentitiesUnauthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "unauthenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join(
                    "Default Unauthenticated Role for Identity Pool ${Identities.Name}"
                ),
            ),
            "IdentitiesUnauthenticatedRoleDefaultPolicy": policy(
                "IdentitiesUnauthenticatedRoleDefaultPolicy",
                "IdentitiesUnauthenticatedRole",
                {
                    "Action": "s3:PutObject",
                    "Effect": "Allow",
                    "Resource": join("${Pictures.Arn}/*"),
                },
            ),
            "IdentitiesDefaultRoleAttachment": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId=ref("Identities"),
                Roles={
                    "authenticated": arn("IdentitiesAuthenticatedRole"),
                    "unauthenticated": arn("IdentitiesUnauthenticatedRole"),
                },
            ),
        }
    }
}
GUEST_ROLE_WRITES_BUCKET = Planted(
    name="guest_role_writes_bucket",
    what=(
        "Guests of an identity pool put objects into a bucket that "
        "runs a function; in the twin only a function behind a web ACL "
        "does."
    ),
    templates=_GUEST_ROLE_WRITES_BUCKET,
    expected=Expected(verdicts={"Thumbnail": "exposed"}),
    safe_templates=changed(
        _GUEST_ROLE_WRITES_BUCKET,
        {
            "Shop": {
                "IdentitiesUnauthenticatedRoleDefaultPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
                "Identities": resource(
                    "AWS::Cognito::IdentityPool",
                    AllowUnauthenticatedIdentities=False,
                    CognitoIdentityProviders=[],
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
                        "Resource": join("${Pictures.Arn}/*"),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Thumbnail": "provenance"}),
)

_MEMBER_ROLE_SENDS: Templates = {
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
            "Identities": resource(
                "AWS::Cognito::IdentityPool",
                AllowUnauthenticatedIdentities=False,
                CognitoIdentityProviders=[],
            ),
            "IdentitiesAuthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "authenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join("Default Authenticated Role for Identity Pool ${Identities.Name}"),
            ),
            "IdentitiesAuthenticatedRoleDefaultPolicy": policy(
                "IdentitiesAuthenticatedRoleDefaultPolicy",
                "IdentitiesAuthenticatedRole",
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                        "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                    ),
                },
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "IdentitiesUnauthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "unauthenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join(
                    "Default Unauthenticated Role for Identity Pool ${Identities.Name}"
                ),
            ),
            "IdentitiesDefaultRoleAttachment": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId=ref("Identities"),
                Roles={
                    "authenticated": arn("IdentitiesAuthenticatedRole"),
                    "unauthenticated": arn("IdentitiesUnauthenticatedRole"),
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
                FunctionName=arn("Front"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                ),
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="AWS_IAM",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Front.Arn}/invocations"
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
        }
    }
}
MEMBER_ROLE_SENDS = Planted(
    name="member_role_sends",
    what=(
        "Signed-in users send to the queue of a function with a role "
        "of their own, past the API; in the twin they may call the API "
        "only."
    ),
    templates=_MEMBER_ROLE_SENDS,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _MEMBER_ROLE_SENDS,
        {
            "Shop": {
                "IdentitiesAuthenticatedRoleDefaultPolicy": policy(
                    "IdentitiesAuthenticatedRoleDefaultPolicy",
                    "IdentitiesAuthenticatedRole",
                    {
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                            "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                        ),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "provenance", "Front": "behind-waf"}),
)

_MEMBER_ROLE_INVOKES: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "Identities": resource(
                "AWS::Cognito::IdentityPool",
                AllowUnauthenticatedIdentities=False,
                CognitoIdentityProviders=[],
            ),
            "IdentitiesAuthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "authenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join("Default Authenticated Role for Identity Pool ${Identities.Name}"),
            ),
            "IdentitiesAuthenticatedRoleDefaultPolicy": policy(
                "IdentitiesAuthenticatedRoleDefaultPolicy",
                "IdentitiesAuthenticatedRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Ledger"), join("${Ledger.Arn}:*")],
                },
            ),
            "IdentitiesUnauthenticatedRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "unauthenticated"
                                },
                            },
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Description=join(
                    "Default Unauthenticated Role for Identity Pool ${Identities.Name}"
                ),
            ),
            "IdentitiesDefaultRoleAttachment": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId=ref("Identities"),
                Roles={
                    "authenticated": arn("IdentitiesAuthenticatedRole"),
                    "unauthenticated": arn("IdentitiesUnauthenticatedRole"),
                },
            ),
        }
    }
}
MEMBER_ROLE_INVOKES = Planted(
    name="member_role_invokes",
    what=("Signed-in users invoke a function directly with a role of their own."),
    templates=_MEMBER_ROLE_INVOKES,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(
        _MEMBER_ROLE_INVOKES,
        {
            "Shop": {
                "IdentitiesAuthenticatedRoleDefaultPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
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
        },
    ),
    safe_expected=Expected(verdicts={"Ledger": "provenance"}),
)

PLANTED = (
    USER_POOL_TRIGGER,
    GUEST_ROLE_WRITES_BUCKET,
    MEMBER_ROLE_SENDS,
    MEMBER_ROLE_INVOKES,
)
