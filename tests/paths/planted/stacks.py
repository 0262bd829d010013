"""
Paths across stacks and stages.

The templates are deployed together: an export, a weak reference, a name or an ARN leads from one
to the other. A web ACL on another stage of the same API protects nothing.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FUNCTION_ROLE,
    LAMBDA_TRUST,
    PARTITION,
    REGION,
    WEB_ACL,
    arn,
    attribute,
    function,
    join,
    policy,
    ref,
    resource,
)

_ACROSS_STACKS_BY_EXPORT: Templates = {
    "Intake": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
        },
        "Outputs": {
            "ExportsOutputFnGetAttJobsArn85C9CFC3": {
                "Value": arn("Jobs"),
                "Export": {"Name": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"},
            }
        },
    },
    "Work": {
        "Resources": {
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
                    "Resource": {"Fn::ImportValue": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"},
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceIntakeJobs783B342A": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn={"Fn::ImportValue": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"},
                FunctionName=ref("Worker"),
            ),
        }
    },
}
ACROSS_STACKS_BY_EXPORT = Planted(
    name="across_stacks_by_export",
    what=("The queue is in one stack and exported, its reader in another that imports it."),
    templates=_ACROSS_STACKS_BY_EXPORT,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates={
        "Intake": {
            "Resources": {
                "Jobs": {
                    "Type": "AWS::SQS::Queue",
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                },
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
                ("ApiordersPOSTApiPermissionIntakeApiF5F04A45POSTorders"): resource(
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
                    AuthorizationType="NONE",
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
            },
            "Outputs": {
                "ApiEndpoint4F160690": {
                    "Value": join(
                        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                        "${ApiDeploymentStageprod}/"
                    )
                },
                "ExportsOutputFnGetAttJobsArn85C9CFC3": {
                    "Value": arn("Jobs"),
                    "Export": {"Name": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"},
                },
            },
        },
        "Work": {
            "Resources": {
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
                        "Resource": {
                            "Fn::ImportValue": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"
                        },
                    },
                ),
                "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
                "WorkerSqsEventSourceIntakeJobs783B342A": resource(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn={
                        "Fn::ImportValue": "Intake:ExportsOutputFnGetAttJobsArn85C9CFC3"
                    },
                    FunctionName=ref("Worker"),
                ),
            }
        },
    },
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_ACROSS_STACKS_BY_OUTPUT: Templates = {
    "Intake": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
        },
        "Outputs": {"PublishOutputFnGetAttJobsArn42175CD5": {"Value": arn("Jobs")}},
    },
    "Work": {
        "Resources": {
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
                    "Resource": {
                        "Fn::GetStackOutput": {
                            "StackName": "Intake",
                            "Region": REGION,
                            "OutputName": "PublishOutputFnGetAttJobsArn42175CD5",
                        }
                    },
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceIntakeJobs783B342A": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn={
                    "Fn::GetStackOutput": {
                        "StackName": "Intake",
                        "Region": REGION,
                        "OutputName": "PublishOutputFnGetAttJobsArn42175CD5",
                    }
                },
                FunctionName=ref("Worker"),
            ),
        }
    },
}
ACROSS_STACKS_BY_OUTPUT = Planted(
    name="across_stacks_by_output",
    what=("The reader takes the queue of the other stack by a weak reference, without an export."),
    templates=_ACROSS_STACKS_BY_OUTPUT,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates={
        "Intake": {
            "Resources": {
                "Jobs": {
                    "Type": "AWS::SQS::Queue",
                    "UpdateReplacePolicy": "Delete",
                    "DeletionPolicy": "Delete",
                },
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
                ("ApiordersPOSTApiPermissionIntakeApiF5F04A45POSTorders"): resource(
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
                    AuthorizationType="NONE",
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
            },
            "Outputs": {
                "ApiEndpoint4F160690": {
                    "Value": join(
                        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                        "${ApiDeploymentStageprod}/"
                    )
                },
                "PublishOutputFnGetAttJobsArn42175CD5": {"Value": arn("Jobs")},
            },
        },
        "Work": {
            "Resources": {
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
                        "Resource": {
                            "Fn::GetStackOutput": {
                                "StackName": "Intake",
                                "Region": REGION,
                                "OutputName": "PublishOutputFnGetAttJobsArn42175CD5",
                            }
                        },
                    },
                ),
                "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
                "WorkerSqsEventSourceIntakeJobs783B342A": resource(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn={
                        "Fn::GetStackOutput": {
                            "StackName": "Intake",
                            "Region": REGION,
                            "OutputName": "PublishOutputFnGetAttJobsArn42175CD5",
                        }
                    },
                    FunctionName=ref("Worker"),
                ),
            }
        },
    },
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

_ACROSS_STACKS_OF_A_STAGE: Templates = {
    "Prod-Intake": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Orders": resource("AWS::SNS::Topic", TopicName="prod-orders"),
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    },
    "Prod-Work": {
        "Resources": {
            "NotifyServiceRole": FUNCTION_ROLE,
            "Notify": function("NotifyServiceRole"),
            "NotifyAllowInvokeProdWorkOrders02F7DF27": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Notify"),
                Principal="sns.amazonaws.com",
                SourceArn="arn:aws:sns:eu-central-1:111122223333:prod-orders",
            ),
            "NotifyOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Notify"),
                Protocol="lambda",
                Region="eu-central-1",
                TopicArn="arn:aws:sns:eu-central-1:111122223333:prod-orders",
            ),
        }
    },
}
ACROSS_STACKS_OF_A_STAGE = Planted(
    name="across_stacks_of_a_stage",
    what=(
        "A stage of two stacks that know each other by names only: the "
        "topic in one runs a function in the other."
    ),
    templates=_ACROSS_STACKS_OF_A_STAGE,
    expected=Expected(verdicts={"Front": "exposed", "Notify": "exposed"}),
    safe_templates={
        "Prod-Intake": {
            "Resources": {
                "Orders": resource("AWS::SNS::Topic", TopicName="prod-orders"),
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
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
                ("ApiordersPOSTApiPermissionProdIntakeApi06158BE1POSTorders"): resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Front"),
                    Principal="apigateway.amazonaws.com",
                    SourceArn=join(
                        "arn:aws:execute-api:eu-central-1:111122223333:${Api}/"
                        "${ApiDeploymentStageprod}/POST/orders"
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
                            "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/"
                            "functions/${Front.Arn}/invocations"
                        ),
                    },
                    ResourceId=ref("Apiorders"),
                    RestApiId=ref("Api"),
                ),
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=join(
                        "arn:aws:apigateway:eu-central-1::/restapis/${Api}/stages/"
                        "${ApiDeploymentStageprod}"
                    ),
                    WebACLArn=arn("WebAcl"),
                ),
            },
            "Outputs": {
                "ApiEndpoint4F160690": {
                    "Value": join(
                        "https://${Api}.execute-api.eu-central-1.${AWS::URLSuffix}/"
                        "${ApiDeploymentStageprod}/"
                    )
                }
            },
        },
        "Prod-Work": {
            "Resources": {
                "NotifyServiceRole": FUNCTION_ROLE,
                "Notify": function("NotifyServiceRole"),
                "NotifyAllowInvokeProdWorkOrders02F7DF27": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Notify"),
                    Principal="sns.amazonaws.com",
                    SourceArn="arn:aws:sns:eu-central-1:111122223333:prod-orders",
                ),
                "NotifyOrders": resource(
                    "AWS::SNS::Subscription",
                    Endpoint=arn("Notify"),
                    Protocol="lambda",
                    Region="eu-central-1",
                    TopicArn="arn:aws:sns:eu-central-1:111122223333:prod-orders",
                ),
            }
        },
    },
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Notify": "provenance"}),
)

_WEB_ACL_IN_ANOTHER_STACK: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
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
        },
        "Outputs": {
            "ApiEndpoint4F160690": {
                "Value": join(
                    "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                    "${ApiDeploymentStageprod}/"
                )
            },
            "ExportsOutputRefApi5653BA4D": {
                "Value": ref("Api"),
                "Export": {"Name": "Shop:ExportsOutputRefApi5653BA4D"},
            },
        },
    },
    "Firewall": {
        "Resources": {
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn={
                    "Fn::Join": [
                        "",
                        [
                            "arn:",
                            PARTITION,
                            ":apigateway:",
                            REGION,
                            "::/restapis/",
                            {"Fn::ImportValue": "Shop:ExportsOutputRefApi5653BA4D"},
                            "/stages/beta",
                        ],
                    ]
                },
                WebACLArn=arn("WebAcl"),
            ),
        }
    },
}
WEB_ACL_IN_ANOTHER_STACK = Planted(
    name="web_acl_in_another_stack",
    what=(
        "The web ACL is in a stack of its own; it is associated with "
        "another stage than the one that is used."
    ),
    templates=_WEB_ACL_IN_ANOTHER_STACK,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates={
        "Shop": {
            "Resources": {
                "OrdersServiceRole": FUNCTION_ROLE,
                "Orders": function("OrdersServiceRole"),
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
            },
            "Outputs": {
                "ApiEndpoint4F160690": {
                    "Value": join(
                        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                        "${ApiDeploymentStageprod}/"
                    )
                },
                "ExportsOutputRefApi5653BA4D": {
                    "Value": ref("Api"),
                    "Export": {"Name": "Shop:ExportsOutputRefApi5653BA4D"},
                },
                "ExportsOutputRefApiDeploymentStageprod9290AA51": {
                    "Value": ref("ApiDeploymentStageprod"),
                    "Export": {"Name": ("Shop:ExportsOutputRefApiDeploymentStageprod9290AA51")},
                },
            },
        },
        "Firewall": {
            "Resources": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn={
                        "Fn::Join": [
                            "",
                            [
                                "arn:",
                                PARTITION,
                                ":apigateway:",
                                REGION,
                                "::/restapis/",
                                {"Fn::ImportValue": "Shop:ExportsOutputRefApi5653BA4D"},
                                "/stages/",
                                {
                                    "Fn::ImportValue": (
                                        "Shop:ExportsOutputRefApiDeploymentStageprod9290AA51"
                                    )
                                },
                            ],
                        ]
                    },
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    },
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_ROLE_IN_ANOTHER_STACK: Templates = {
    "Roles": {
        "Resources": {
            "FrontRole": resource(
                "AWS::IAM::Role", AssumeRolePolicyDocument=LAMBDA_TRUST, RoleName="shop-front"
            ),
            "FrontRoleDefaultPolicy": policy(
                "FrontRoleDefaultPolicy",
                "FrontRole",
                {
                    "Action": "sqs:SendMessage",
                    "Effect": "Allow",
                    "Resource": join(
                        "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:shop-jobs"
                    ),
                },
            ),
        },
        "Outputs": {
            "ExportsOutputFnGetAttFrontRoleArn8AF4E9B1": {
                "Value": arn("FrontRole"),
                "Export": {"Name": "Roles:ExportsOutputFnGetAttFrontRoleArn8AF4E9B1"},
            }
        },
    },
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "Properties": {"QueueName": "shop-jobs"},
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
            "Front": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context): ..."},
                Handler="index.handler",
                Role={"Fn::ImportValue": "Roles:ExportsOutputFnGetAttFrontRoleArn8AF4E9B1"},
                Runtime="python3.13",
            ),
        }
    },
}
ROLE_IN_ANOTHER_STACK = Planted(
    name="role_in_another_stack",
    what=(
        "A role in another stack may send to the queue: the function "
        "that uses it is called by anyone."
    ),
    templates=_ROLE_IN_ANOTHER_STACK,
    expected=Expected(verdicts={"Front": "exposed", "Worker": "exposed"}),
    safe_templates={
        "Roles": {
            "Resources": {
                "FrontRole": resource(
                    "AWS::IAM::Role", AssumeRolePolicyDocument=LAMBDA_TRUST, RoleName="shop-front"
                ),
                "FrontRoleDefaultPolicy": policy(
                    "FrontRoleDefaultPolicy",
                    "FrontRole",
                    {
                        "Action": "sqs:SendMessage",
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:shop-jobs"
                        ),
                    },
                ),
            },
            "Outputs": {
                "ExportsOutputFnGetAttFrontRoleArn8AF4E9B1": {
                    "Value": arn("FrontRole"),
                    "Export": {"Name": "Roles:ExportsOutputFnGetAttFrontRoleArn8AF4E9B1"},
                }
            },
        },
        "Shop": {
            "Resources": {
                **FRONT_BEHIND_WEB_ACL,
                "Jobs": {
                    "Type": "AWS::SQS::Queue",
                    "Properties": {"QueueName": "shop-jobs"},
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
                "Front": resource(
                    "AWS::Lambda::Function",
                    Code={"ZipFile": "def handler(event, context): ..."},
                    Handler="index.handler",
                    Role={"Fn::ImportValue": "Roles:ExportsOutputFnGetAttFrontRoleArn8AF4E9B1"},
                    Runtime="python3.13",
                ),
            },
            "Outputs": {
                "ApiEndpoint4F160690": {
                    "Value": join(
                        "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                        "${ApiDeploymentStageprod}/"
                    )
                }
            },
        },
    },
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Worker": "provenance"}),
)

PLANTED = (
    ACROSS_STACKS_BY_EXPORT,
    ACROSS_STACKS_BY_OUTPUT,
    ACROSS_STACKS_OF_A_STAGE,
    WEB_ACL_IN_ANOTHER_STACK,
    ROLE_IN_ANOTHER_STACK,
)
