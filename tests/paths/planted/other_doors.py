"""
Doors of other makes: aliases, plain resources, SAM, quick ways.

These and the other two of the kind were written when the map could read all that was planted
before, to see what it makes of stacks that nobody had in mind when it was built.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FUNCTION_ROLE,
    REGION,
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

_PROXY_TO_ALIAS: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersCurrentVersion": resource("AWS::Lambda::Version", FunctionName=ref("Orders")),
            "OrdersAliaslive": resource(
                "AWS::Lambda::Alias",
                FunctionName=ref("Orders"),
                FunctionVersion=attribute("OrdersCurrentVersion", "Version"),
                Name="live",
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["ApiANY", "Apiproxy", "ApiproxyANY"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiproxy": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="{proxy+}",
                RestApiId=ref("Api"),
            ),
            "ApiproxyANYApiPermissionShopApi4E8988D1ANYproxy": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("OrdersAliaslive"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/*/*"
                ),
            ),
            ("ApiproxyANYApiPermissionTestShopApi4E8988D1ANYproxy"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("OrdersAliaslive"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/test-invoke-stage/*/*"
                ),
            ),
            "ApiproxyANY": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${OrdersAliaslive}/invocations"
                    ),
                },
                ResourceId=ref("Apiproxy"),
                RestApiId=ref("Api"),
            ),
            "ApiANYApiPermissionShopApi4E8988D1ANY": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("OrdersAliaslive"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/*/"
                ),
            ),
            "ApiANYApiPermissionTestShopApi4E8988D1ANY": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("OrdersAliaslive"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/test-invoke-stage/*/"
                ),
            ),
            "ApiANY": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${OrdersAliaslive}/invocations"
                    ),
                },
                ResourceId=attribute("Api", "RootResourceId"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
PROXY_TO_ALIAS = Planted(
    name="proxy_to_alias",
    what=("Every path and method of an API leads to the alias of a function."),
    templates=_PROXY_TO_ALIAS,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PROXY_TO_ALIAS,
        {
            "Shop": {
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
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_REST_WITH_USER_POOL: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiorders", "ApiordersPOST", "Users"],
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
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                ),
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="COGNITO_USER_POOLS",
                AuthorizerId=ref("Users"),
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Orders.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apiorders"),
                RestApiId=ref("Api"),
            ),
            "Pool": {
                "Type": "AWS::Cognito::UserPool",
                "Properties": {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [
                            {"Name": "verified_phone_number", "Priority": 1},
                            {"Name": "verified_email", "Priority": 2},
                        ]
                    },
                    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
                    "EmailVerificationSubject": "Verify your new account",
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Users": resource(
                "AWS::ApiGateway::Authorizer",
                IdentitySource="method.request.header.Authorization",
                Name="ShopUsersAC548F85",
                ProviderARNs=[arn("Pool")],
                RestApiId=ref("Api"),
                Type="COGNITO_USER_POOLS",
            ),
        }
    }
}
REST_WITH_USER_POOL = Planted(
    name="rest_with_user_pool",
    what=("A user pool decides who calls, and no web ACL sees what they send."),
    templates=_REST_WITH_USER_POOL,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _REST_WITH_USER_POOL,
        {
            "Shop": {
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
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_WEB_ACL_BY_ARN: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Shop": resource("AWS::ApiGateway::RestApi", Name="Shop"),
            "ShopAny": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": {
                        "Fn::Sub": [
                            (
                                "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                "2015-03-31/functions/${F}/invocations"
                            ),
                            {"F": arn("Orders")},
                        ]
                    },
                },
                ResourceId=attribute("Shop", "RootResourceId"),
                RestApiId=ref("Shop"),
            ),
            "ShopDeployment": resource(
                "AWS::ApiGateway::Deployment", after=["ShopAny"], RestApiId=ref("Shop")
            ),
            "ShopStage": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ShopDeployment"),
                RestApiId=ref("Shop"),
                StageName="live",
            ),
            "Status": resource("AWS::ApiGateway::RestApi", Name="Status"),
            "StatusAny": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={"Type": "MOCK"},
                ResourceId=attribute("Status", "RootResourceId"),
                RestApiId=ref("Status"),
            ),
            "StatusDeployment": resource(
                "AWS::ApiGateway::Deployment", after=["StatusAny"], RestApiId=ref("Status")
            ),
            "StatusStage": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("StatusDeployment"),
                RestApiId=ref("Status"),
                StageName="live",
            ),
            "FromApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn={
                    "Fn::Sub": (
                        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                        "AccountId}:${Shop}/*"
                    )
                },
            ),
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn={
                    "Fn::Sub": (
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                        "${Status}/stages/live"
                    )
                },
                WebACLArn=("arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/team/0a1b"),
            ),
        }
    }
}
WEB_ACL_BY_ARN = Planted(
    name="web_acl_by_arn",
    what=(
        "An API of plain resources; its web ACL, which another team "
        "keeps, is given to the stage of another API."
    ),
    templates=_WEB_ACL_BY_ARN,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _WEB_ACL_BY_ARN,
        {
            "Shop": {
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn={
                        "Fn::Sub": (
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                            "${Shop}/stages/live"
                        )
                    },
                    WebACLArn=("arn:aws:wafv2:eu-central-1:111122223333:regional/webacl/team/0a1b"),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_HTTP_QUICK_CREATE: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource(
                "AWS::ApiGatewayV2::Api", Name="orders", ProtocolType="HTTP", Target=arn("Orders")
            ),
            "FromApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
                ),
            ),
        }
    }
}
HTTP_QUICK_CREATE = Planted(
    name="http_quick_create",
    what=(
        "An HTTP API made in one go answers under its own name; in the "
        "twin that name is off, and it has no other."
    ),
    templates=_HTTP_QUICK_CREATE,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _HTTP_QUICK_CREATE,
        {
            "Shop": {
                "Api": resource(
                    "AWS::ApiGatewayV2::Api",
                    DisableExecuteApiEndpoint=True,
                    Name="orders",
                    ProtocolType="HTTP",
                    Target=arn("Orders"),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)

_HTTP_WITH_TOKENS: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource("AWS::ApiGatewayV2::Api", Name="Api", ProtocolType="HTTP"),
            "ApiDefaultStage": resource(
                "AWS::ApiGatewayV2::Stage", ApiId=ref("Api"), AutoDeploy=True, StageName="$default"
            ),
            "ApiPOSTordersOrders": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("Api"),
                IntegrationType="AWS_PROXY",
                IntegrationUri=arn("Orders"),
                PayloadFormatVersion="2.0",
            ),
            "ApiPOSTordersOrdersPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/*/*/orders"
                ),
            ),
            "ApiPOSTorders": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("Api"),
                AuthorizationType="JWT",
                AuthorizerId=ref("ApiTokens"),
                RouteKey="POST /orders",
                Target=join("integrations/${ApiPOSTordersOrders}"),
            ),
            "ApiTokens": resource(
                "AWS::ApiGatewayV2::Authorizer",
                ApiId=ref("Api"),
                AuthorizerType="JWT",
                IdentitySource=["$request.header.Authorization"],
                JwtConfiguration={"Audience": ["shop"], "Issuer": "https://users.example.com"},
                Name="Tokens",
            ),
        }
    }
}
HTTP_WITH_TOKENS = Planted(
    name="http_with_tokens",
    what=("An HTTP API asks for tokens, which keeps strangers out and web ACLs too."),
    templates=_HTTP_WITH_TOKENS,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _HTTP_WITH_TOKENS,
        {
            "Shop": {
                "ApiDefaultStage": None,
                "ApiPOSTordersOrders": None,
                "ApiPOSTordersOrdersPermission": None,
                "ApiPOSTorders": None,
                "ApiTokens": None,
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
                    FunctionName=arn("Orders"),
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
                            "2015-03-31/functions/${Orders.Arn}/invocations"
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
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_HTTP_TO_QUEUE: Templates = {
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
            "Sender": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "SenderDefaultPolicy": policy(
                "SenderDefaultPolicy",
                "Sender",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "HttpApi": resource("AWS::ApiGatewayV2::Api", Name="jobs", ProtocolType="HTTP"),
            "Send": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("HttpApi"),
                CredentialsArn=arn("Sender"),
                IntegrationSubtype="SQS-SendMessage",
                IntegrationType="AWS_PROXY",
                PayloadFormatVersion="1.0",
                RequestParameters={"QueueUrl": ref("Jobs"), "MessageBody": "$request.body"},
            ),
            "Route": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("HttpApi"),
                RouteKey="POST /jobs",
                Target=join("integrations/${Send}"),
            ),
            "Stage": resource(
                "AWS::ApiGatewayV2::Stage",
                ApiId=ref("HttpApi"),
                AutoDeploy=True,
                StageName="$default",
            ),
        }
    }
}
HTTP_TO_QUEUE = Planted(
    name="http_to_queue",
    what=("An HTTP API sends to a queue by itself, and a function reads the queue."),
    templates=_HTTP_TO_QUEUE,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _HTTP_TO_QUEUE,
        {
            "Shop": {
                "HttpApi": None,
                "Send": None,
                "Route": None,
                "Stage": None,
                "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
                "ApiDeployment": resource(
                    "AWS::ApiGateway::Deployment", after=["ApiPOST"], RestApiId=ref("Api")
                ),
                "ApiDeploymentStageprod": resource(
                    "AWS::ApiGateway::Stage",
                    DeploymentId=ref("ApiDeployment"),
                    RestApiId=ref("Api"),
                    StageName="prod",
                ),
                "ApiPOST": resource(
                    "AWS::ApiGateway::Method",
                    AuthorizationType="NONE",
                    HttpMethod="POST",
                    Integration={
                        "Credentials": arn("Sender"),
                        "IntegrationHttpMethod": "POST",
                        "RequestTemplates": {
                            "application/json": (
                                "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
                            )
                        },
                        "Type": "AWS",
                        "Uri": join(
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:sqs:path/"
                            "${AWS::AccountId}/${Jobs.QueueName}"
                        ),
                    },
                    ResourceId=attribute("Api", "RootResourceId"),
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
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_HTTP_TO_WORKFLOW: Templates = {
    "Shop": {
        "Resources": {
            "ReserveServiceRole": FUNCTION_ROLE,
            "Reserve": function("ReserveServiceRole"),
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
                    "Resource": [arn("Reserve"), join("${Reserve.Arn}:*")],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"ReserveStock","States":{"ReserveStock":{"End":'
                        'true,"Retry":[{"ErrorEquals":["Lambda.ClientExecutionTimeoutEx'
                        'ception","Lambda.ServiceException",'
                        '"Lambda.AWSLambdaException","Lambda.SdkClientException"],'
                        '"IntervalSeconds":2,"MaxAttempts":6,"BackoffRate":2}],"Type":'
                        '"Task","Resource":"arn:${AWS::Partition}:states:::lambda:'
                        'invoke","Parameters":{"FunctionName":"${Reserve.Arn}",'
                        '"Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("FlowRole"),
                    "StateMachineType": "EXPRESS",
                },
                "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Starter": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "StarterDefaultPolicy": policy(
                "StarterDefaultPolicy",
                "Starter",
                {"Action": "states:StartSyncExecution", "Effect": "Allow", "Resource": ref("Flow")},
            ),
            "HttpApi": resource("AWS::ApiGatewayV2::Api", Name="orders", ProtocolType="HTTP"),
            "Start": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("HttpApi"),
                CredentialsArn=arn("Starter"),
                IntegrationSubtype="StepFunctions-StartSyncExecution",
                IntegrationType="AWS_PROXY",
                PayloadFormatVersion="1.0",
                RequestParameters={"StateMachineArn": ref("Flow"), "Input": "$request.body"},
            ),
            "Route": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("HttpApi"),
                RouteKey="POST /orders",
                Target=join("integrations/${Start}"),
            ),
            "Stage": resource(
                "AWS::ApiGatewayV2::Stage",
                ApiId=ref("HttpApi"),
                AutoDeploy=True,
                StageName="$default",
            ),
        }
    }
}
HTTP_TO_WORKFLOW = Planted(
    name="http_to_workflow",
    what=(
        "An HTTP API starts a workflow by itself and waits for it; in "
        "the twin the workflow runs by schedule."
    ),
    templates=_HTTP_TO_WORKFLOW,
    expected=Expected(verdicts={"Reserve": "exposed"}),
    safe_templates=changed(
        _HTTP_TO_WORKFLOW,
        {
            "Shop": {
                "Starter": None,
                "StarterDefaultPolicy": None,
                "HttpApi": None,
                "Start": None,
                "Route": None,
                "Stage": None,
                "FlowEventsRole": resource(
                    "AWS::IAM::Role",
                    AssumeRolePolicyDocument={
                        "Statement": [
                            {
                                "Action": "sts:AssumeRole",
                                "Effect": "Allow",
                                "Principal": {"Service": "events.amazonaws.com"},
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                ),
                "FlowEventsRoleDefaultPolicy": policy(
                    "FlowEventsRoleDefaultPolicy",
                    "FlowEventsRole",
                    {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
                ),
                "Rule": resource(
                    "AWS::Events::Rule",
                    ScheduleExpression="rate(1 day)",
                    State="ENABLED",
                    Targets=[
                        {"Arn": ref("Flow"), "Id": "Target0", "RoleArn": arn("FlowEventsRole")}
                    ],
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Reserve": "provenance"}),
)

_URL_OF_ALIAS: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersCurrentVersion": resource("AWS::Lambda::Version", FunctionName=ref("Orders")),
            "OrdersAliaslive": resource(
                "AWS::Lambda::Alias",
                FunctionName=ref("Orders"),
                FunctionVersion=attribute("OrdersCurrentVersion", "Version"),
                Name="live",
            ),
            "OrdersAliasliveFunctionUrl": resource(
                "AWS::Lambda::Url",
                after=["OrdersAliaslive"],
                AuthType="NONE",
                Qualifier="live",
                TargetFunctionArn=arn("Orders"),
            ),
            "OrdersAliasliveinvokefunctionurl": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=ref("OrdersAliaslive"),
                FunctionUrlAuthType="NONE",
                Principal="*",
            ),
            "OrdersAliasliveinvokefunction": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=ref("OrdersAliaslive"),
                InvokedViaFunctionUrl=True,
                Principal="*",
            ),
        }
    }
}
URL_OF_ALIAS = Planted(
    name="url_of_alias",
    what="The URL belongs to an alias of the function.",
    templates=_URL_OF_ALIAS,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _URL_OF_ALIAS,
        {
            "Shop": {
                "OrdersAliasliveinvokefunctionurl": None,
                "OrdersAliasliveinvokefunction": None,
                "OrdersAliasliveFunctionUrl": resource(
                    "AWS::Lambda::Url",
                    after=["OrdersAliaslive"],
                    AuthType="AWS_IAM",
                    Qualifier="live",
                    TargetFunctionArn=arn("Orders"),
                ),
                "CdnOrigin1FunctionUrlOriginAccessControl": resource(
                    "AWS::CloudFront::OriginAccessControl",
                    OriginAccessControlConfig={
                        "Name": ("ShopCdnOrigin1FunctionUrlOriginAccessControlF137FB5E"),
                        "OriginAccessControlOriginType": "lambda",
                        "SigningBehavior": "always",
                        "SigningProtocol": "sigv4",
                    },
                ),
                "CdnOrigin1InvokeFromApiForShopCdnOrigin1026DA201": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunctionUrl",
                    FunctionName=attribute("OrdersAliasliveFunctionUrl", "FunctionArn"),
                    Principal="cloudfront.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                    ),
                ),
                ("CdnOrigin1InvokeFunctionFromCloudFrontForShopCdnOrigin1026DA201"): resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=attribute("OrdersAliasliveFunctionUrl", "FunctionArn"),
                    InvokedViaFunctionUrl=True,
                    Principal="cloudfront.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                    ),
                ),
                "Cdn": resource(
                    "AWS::CloudFront::Distribution",
                    DistributionConfig={
                        "DefaultCacheBehavior": {
                            "AllowedMethods": [
                                "GET",
                                "HEAD",
                                "OPTIONS",
                                "PUT",
                                "PATCH",
                                "POST",
                                "DELETE",
                            ],
                            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                            "Compress": True,
                            "TargetOriginId": "ShopCdnOrigin1026DA201",
                            "ViewerProtocolPolicy": "https-only",
                        },
                        "Enabled": True,
                        "HttpVersion": "http2",
                        "IPV6Enabled": True,
                        "Origins": [
                            {
                                "CustomOriginConfig": {
                                    "OriginProtocolPolicy": "https-only",
                                    "OriginSSLProtocols": ["TLSv1.2"],
                                },
                                "DomainName": {
                                    "Fn::Select": [
                                        2,
                                        {
                                            "Fn::Split": [
                                                "/",
                                                attribute(
                                                    "OrdersAliasliveFunctionUrl", "FunctionUrl"
                                                ),
                                            ]
                                        },
                                    ]
                                },
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginAccessControlId": attribute(
                                    "CdnOrigin1FunctionUrlOriginAccessControl", "Id"
                                ),
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
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_URL_OPEN_TO_DISTRIBUTIONS: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Orders")
            ),
            "CdnOrigin1FunctionUrlOriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": ("ShopCdnOrigin1FunctionUrlOriginAccessControlF137FB5E"),
                    "OriginAccessControlOriginType": "lambda",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "CdnOrigin1InvokeFromApiForShopCdnOrigin1026DA201": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=attribute("OrdersFunctionUrl", "FunctionArn"),
                Principal="cloudfront.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                ),
            ),
            ("CdnOrigin1InvokeFunctionFromCloudFrontForShopCdnOrigin1026DA201"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=attribute("OrdersFunctionUrl", "FunctionArn"),
                InvokedViaFunctionUrl=True,
                Principal="cloudfront.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                ),
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "DefaultCacheBehavior": {
                        "AllowedMethods": [
                            "GET",
                            "HEAD",
                            "OPTIONS",
                            "PUT",
                            "PATCH",
                            "POST",
                            "DELETE",
                        ],
                        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                        "Compress": True,
                        "TargetOriginId": "ShopCdnOrigin1026DA201",
                        "ViewerProtocolPolicy": "https-only",
                    },
                    "Enabled": True,
                    "HttpVersion": "http2",
                    "IPV6Enabled": True,
                    "Origins": [
                        {
                            "CustomOriginConfig": {
                                "OriginProtocolPolicy": "https-only",
                                "OriginSSLProtocols": ["TLSv1.2"],
                            },
                            "DomainName": {
                                "Fn::Select": [
                                    2,
                                    {
                                        "Fn::Split": [
                                            "/",
                                            attribute("OrdersFunctionUrl", "FunctionUrl"),
                                        ]
                                    },
                                ]
                            },
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginAccessControlId": attribute(
                                "CdnOrigin1FunctionUrlOriginAccessControl", "Id"
                            ),
                        }
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
            "Edges": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=attribute("OrdersFunctionUrl", "FunctionArn"),
                FunctionUrlAuthType="AWS_IAM",
                Principal="cloudfront.amazonaws.com",
            ),
        }
    }
}
URL_OPEN_TO_DISTRIBUTIONS = Planted(
    name="url_open_to_distributions",
    what=(
        "A distribution signs its requests to a URL, and so may every "
        "distribution of every account: the permission names the "
        "service only."
    ),
    templates=_URL_OPEN_TO_DISTRIBUTIONS,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(_URL_OPEN_TO_DISTRIBUTIONS, {"Shop": {"Edges": None}}),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_GRAPHQL_PIPELINE: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Users": {
                "Type": "AWS::Cognito::UserPool",
                "Properties": {
                    "AccountRecoverySetting": {
                        "RecoveryMechanisms": [
                            {"Name": "verified_phone_number", "Priority": 1},
                            {"Name": "verified_email", "Priority": 2},
                        ]
                    },
                    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
                    "EmailVerificationSubject": "Verify your new account",
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "Api": resource(
                "AWS::AppSync::GraphQLApi",
                AuthenticationType="AMAZON_COGNITO_USER_POOLS",
                Name="orders",
                UserPoolConfig={
                    "AwsRegion": REGION,
                    "DefaultAction": "ALLOW",
                    "UserPoolId": ref("Users"),
                },
            ),
            "ApiSchema": resource(
                "AWS::AppSync::GraphQLSchema",
                ApiId=attribute("Api", "ApiId"),
                Definition="""\
type Order { id: ID! item: String }
type Query { order(id: ID!): Order }
type Mutation { place(id: ID!, item: String): Order }
schema { query: Query mutation: Mutation }
""",
            ),
            "ApiOrdersServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "appsync.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "ApiOrdersServiceRoleDefaultPolicy": policy(
                "ApiOrdersServiceRoleDefaultPolicy",
                "ApiOrdersServiceRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Orders"), join("${Orders.Arn}:*")],
                },
            ),
            "ApiOrders": resource(
                "AWS::AppSync::DataSource",
                ApiId=attribute("Api", "ApiId"),
                LambdaConfig={"LambdaFunctionArn": arn("Orders")},
                Name="Orders",
                ServiceRoleArn=arn("ApiOrdersServiceRole"),
                Type="AWS_LAMBDA",
            ),
            "ApiPlace": resource(
                "AWS::AppSync::Resolver",
                after=["ApiSchema"],
                ApiId=attribute("Api", "ApiId"),
                Code="""\
export function request(ctx) { return { operation: 'Invoke', payload: ctx.args } }
export function response(ctx) { return ctx.result }
""",
                FieldName="place",
                Kind="PIPELINE",
                PipelineConfig={"Functions": [attribute("Step", "FunctionId")]},
                Runtime={"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"},
                TypeName="Mutation",
            ),
            "Step": resource(
                "AWS::AppSync::FunctionConfiguration",
                after=["ApiOrders", "ApiSchema"],
                ApiId=attribute("Api", "ApiId"),
                Code="""\
export function request(ctx) { return { operation: 'Invoke', payload: ctx.args } }
export function response(ctx) { return ctx.result }
""",
                DataSourceName="Orders",
                FunctionVersion="2018-05-29",
                Name="place",
                Runtime={"Name": "APPSYNC_JS", "RuntimeVersion": "1.0.0"},
            ),
        }
    }
}
GRAPHQL_PIPELINE = Planted(
    name="graphql_pipeline",
    what=("A GraphQL API takes a function as a step of a pipeline."),
    templates=_GRAPHQL_PIPELINE,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _GRAPHQL_PIPELINE,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation", ResourceArn=arn("Api"), WebACLArn=arn("WebAcl")
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_GUESTS_OF_PLAIN_POOL: Templates = {
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
                "AWS::Cognito::IdentityPool", AllowUnauthenticatedIdentities=True
            ),
            "Guests": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "cognito-identity.amazonaws.com:aud": ref("Identities")
                                },
                                "ForAnyValue:StringLike": {
                                    "cognito-identity.amazonaws.com:amr": "unauthenticated"
                                },
                            },
                        }
                    ],
                },
                Policies=[
                    {
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "sqs:SendMessage",
                                    "Resource": arn("Jobs"),
                                }
                            ],
                        },
                        "PolicyName": "send",
                    }
                ],
            ),
            "Attached": resource(
                "AWS::Cognito::IdentityPoolRoleAttachment",
                IdentityPoolId=ref("Identities"),
                Roles={"unauthenticated": arn("Guests")},
            ),
        }
    }
}
GUESTS_OF_PLAIN_POOL = Planted(
    name="guests_of_plain_pool",
    what=(
        "An identity pool of plain resources has a role for guests "
        "that sends to a queue; the twin has the role, and no guests."
    ),
    templates=_GUESTS_OF_PLAIN_POOL,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _GUESTS_OF_PLAIN_POOL,
        {
            "Shop": {
                "Identities": resource(
                    "AWS::Cognito::IdentityPool", AllowUnauthenticatedIdentities=False
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Worker": "unknown"}),
)

_LOAD_BALANCER_RULE: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            ("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="elasticloadbalancing.amazonaws.com",
            ),
            "Balancer": resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
                Scheme="internet-facing",
                SecurityGroups=[attribute("BalancerSecurityGroup", "GroupId")],
                Subnets=["subnet-0a1b2c31", "subnet-0a1b2c32"],
                Type="application",
            ),
            "BalancerSecurityGroup": resource(
                "AWS::EC2::SecurityGroup",
                GroupDescription=(
                    "Automatically created Security Group for ELB ShopBalancerB7604E3E"
                ),
                SecurityGroupEgress=[
                    {
                        "CidrIp": "255.255.255.255/32",
                        "Description": "Disallow all traffic",
                        "FromPort": 252,
                        "IpProtocol": "icmp",
                        "ToPort": 86,
                    }
                ],
                SecurityGroupIngress=[
                    {
                        "CidrIp": "0.0.0.0/0",
                        "Description": "Allow from anyone on port 443",
                        "FromPort": 443,
                        "IpProtocol": "tcp",
                        "ToPort": 443,
                    }
                ],
                VpcId="vpc-0a1b2c3d",
            ),
            "BalancerHttps": resource(
                "AWS::ElasticLoadBalancingV2::Listener",
                Certificates=[
                    {
                        "CertificateArn": (
                            "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d"
                        )
                    }
                ],
                DefaultActions=[
                    {"FixedResponseConfig": {"StatusCode": "404"}, "Type": "fixed-response"}
                ],
                LoadBalancerArn=ref("Balancer"),
                Port=443,
                Protocol="HTTPS",
                SslPolicy="ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
            ),
            "BalancerHttpsOrdersGroup": resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                after=[("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY")],
                TargetType="lambda",
                Targets=[{"Id": arn("Orders")}],
            ),
            "BalancerHttpsOrdersRule": resource(
                "AWS::ElasticLoadBalancingV2::ListenerRule",
                Actions=[{"TargetGroupArn": ref("BalancerHttpsOrdersGroup"), "Type": "forward"}],
                Conditions=[
                    {"Field": "path-pattern", "PathPatternConfig": {"Values": ["/orders"]}}
                ],
                ListenerArn=ref("BalancerHttps"),
                Priority=1,
            ),
        }
    }
}
LOAD_BALANCER_RULE = Planted(
    name="load_balancer_rule",
    what=("A load balancer sends one path to a function by a rule."),
    templates=_LOAD_BALANCER_RULE,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _LOAD_BALANCER_RULE,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=ref("Balancer"),
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_SAM_URL: Templates = {
    "Shop": {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Orders": resource(
                "AWS::Serverless::Function",
                Runtime="python3.13",
                Handler="index.handler",
                InlineCode="def handler(event, context): ...",
                AutoPublishAlias="live",
                Events={"Nightly": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}},
                FunctionUrlConfig={"AuthType": "NONE"},
            )
        },
    }
}
SAM_URL = Planted(
    name="sam_url",
    what=("A SAM function has a URL, and events of a topic and of the clock."),
    templates=_SAM_URL,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _SAM_URL,
        {
            "Shop": {
                "Orders": resource(
                    "AWS::Serverless::Function",
                    Runtime="python3.13",
                    Handler="index.handler",
                    InlineCode="def handler(event, context): ...",
                    AutoPublishAlias="live",
                    Events={
                        "Nightly": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "provenance"}),
)

PLANTED = (
    PROXY_TO_ALIAS,
    REST_WITH_USER_POOL,
    WEB_ACL_BY_ARN,
    HTTP_QUICK_CREATE,
    HTTP_WITH_TOKENS,
    HTTP_TO_QUEUE,
    HTTP_TO_WORKFLOW,
    URL_OF_ALIAS,
    URL_OPEN_TO_DISTRIBUTIONS,
    GRAPHQL_PIPELINE,
    GUESTS_OF_PLAIN_POOL,
    LOAD_BALANCER_RULE,
    SAM_URL,
)
