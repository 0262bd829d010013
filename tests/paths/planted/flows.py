"""
Steps of workflows that can be had without what comes before them.

At fault is a step's function with a caller beside its workflow, and a step that some way through
the workflow reaches round the check that another way passes.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
    FUNCTION_ROLE,
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

_STEP_WITH_A_ROUTE: Templates = {
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
                        '{"StartAt":"CheckStock","States":{"CheckStock":{"Next":'
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
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apicharges", "ApichargesPOST", "Apiorders", "ApiordersPOST"],
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
            "Apicharges": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="charges",
                RestApiId=ref("Api"),
            ),
            ("ApichargesPOSTApiPermissionShopApi4E8988D1POSTcharges"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Charge"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/charges"
                ),
            ),
            "ApichargesPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Charge.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apicharges"),
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
STEP_WITH_A_ROUTE = Planted(
    name="step_with_a_route",
    what=(
        "The step of a workflow that charges the card has a route of "
        "its own, so whoever calls it skips the check."
    ),
    templates=_STEP_WITH_A_ROUTE,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(
        _STEP_WITH_A_ROUTE,
        {
            "Shop": {
                "Apicharges": None,
                ("ApichargesPOSTApiPermissionShopApi4E8988D1POSTcharges"): None,
                "ApichargesPOST": None,
                "ApiDeployment": resource(
                    "AWS::ApiGateway::Deployment",
                    after=["Apiorders", "ApiordersPOST"],
                    RestApiId=ref("Api"),
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

_STEP_INVOKED_BY_ANOTHER: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_BEHIND_WEB_ACL,
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
                        '{"StartAt":"CheckStock","States":{"CheckStock":{"Next":'
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
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Charge"), join("${Charge.Arn}:*")],
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
STEP_INVOKED_BY_ANOTHER = Planted(
    name="step_invoked_by_another",
    what=("Another function may invoke a step of the workflow, past what comes before it."),
    templates=_STEP_INVOKED_BY_ANOTHER,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(
        _STEP_INVOKED_BY_ANOTHER,
        {
            "Shop": {
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
                )
            }
        },
    ),
    safe_expected=Expected(),
)

_WAY_ROUND_THE_CHECK: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_BEHIND_WEB_ACL,
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
                        '{"StartAt":"Fast","States":{"Fast":{"Type":"Choice","Choices":'
                        '[{"Variable":"$.fast","BooleanEquals":true,"Next":'
                        '"ChargeCard"}],"Default":"CheckOrder"},"CheckOrder":{"Next":'
                        '"Sound","Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","ResultPath":'
                        '"$.check","Resource":"${Check.Arn}"},"Sound":{"Type":"Choice",'
                        '"Choices":[{"Variable":"$.check.sound","BooleanEquals":true,'
                        '"Next":"ChargeCard"}],"Default":"Refused"},"Refused":{"Type":'
                        '"Fail"},"ChargeCard":{"End":true,"Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
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
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
        }
    }
}
WAY_ROUND_THE_CHECK = Planted(
    name="way_round_the_check",
    what=(
        "The caller may ask the workflow for the fast way, which goes "
        "round the check to the charge."
    ),
    templates=_WAY_ROUND_THE_CHECK,
    expected=Expected(flow_faults=frozenset({("Flow", "Charge")})),
    safe_templates=changed(
        _WAY_ROUND_THE_CHECK,
        {
            "Shop": {
                "Flow": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "DefinitionString": join(
                            '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                            '"Sound","Retry":[{"ErrorEquals":'
                            '["Lambda.ClientExecutionTimeoutException",'
                            '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                            '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                            '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","ResultPath":'
                            '"$.check","Resource":"${Check.Arn}"},"Sound":{"Type":"Choice",'
                            '"Choices":[{"Variable":"$.check.sound","BooleanEquals":true,'
                            '"Next":"ChargeCard"}],"Default":"Refused"},"Refused":{"Type":'
                            '"Fail"},"ChargeCard":{"End":true,"Retry":[{"ErrorEquals":'
                            '["Lambda.ClientExecutionTimeoutException",'
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
                }
            }
        },
    ),
    safe_expected=Expected(),
)

_STEP_WITH_A_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_BEHIND_WEB_ACL,
            "CheckServiceRole": FUNCTION_ROLE,
            "Check": function("CheckServiceRole"),
            "ShipServiceRole": FUNCTION_ROLE,
            "ShipServiceRoleDefaultPolicy": policy(
                "ShipServiceRoleDefaultPolicy",
                "ShipServiceRole",
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
            "Ship": function("ShipServiceRole", after=["ShipServiceRoleDefaultPolicy"]),
            "ShipSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Ship"),
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
                        arn("Check"),
                        arn("Ship"),
                        join("${Check.Arn}:*"),
                        join("${Ship.Arn}:*"),
                    ],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"CheckOrder","States":{"CheckOrder":{"Next":'
                        '"ShipOrder","Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Check.Arn}","Payload.$":"$"}},"ShipOrder":'
                        '{"End":true,"Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Ship.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("FlowRole"),
                },
                "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "FrontServiceRole": FUNCTION_ROLE,
            "FrontServiceRoleDefaultPolicy": policy(
                "FrontServiceRoleDefaultPolicy",
                "FrontServiceRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
        }
    }
}
STEP_WITH_A_QUEUE = Planted(
    name="step_with_a_queue",
    what=(
        "A queue that others write too runs the step of a workflow "
        "past the workflow; in the twin the step takes from the "
        "workflow only."
    ),
    templates=_STEP_WITH_A_QUEUE,
    expected=Expected(flow_faults=frozenset({("Flow", "Ship")})),
    safe_templates=changed(
        _STEP_WITH_A_QUEUE,
        {
            "Shop": {
                "ShipServiceRoleDefaultPolicy": None,
                "ShipSqsEventSourceShopJobs0BA8D2FB": None,
                "Ship": function("ShipServiceRole"),
                "OtherServiceRole": FUNCTION_ROLE,
                "OtherServiceRoleDefaultPolicy": policy(
                    "OtherServiceRoleDefaultPolicy",
                    "OtherServiceRole",
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
                "Other": function("OtherServiceRole", after=["OtherServiceRoleDefaultPolicy"]),
                "OtherSqsEventSourceShopJobs0BA8D2FB": resource(
                    "AWS::Lambda::EventSourceMapping",
                    EventSourceArn=arn("Jobs"),
                    FunctionName=ref("Other"),
                ),
            }
        },
    ),
    safe_expected=Expected(),
)

PLANTED = (
    STEP_WITH_A_ROUTE,
    STEP_INVOKED_BY_ANOTHER,
    WAY_ROUND_THE_CHECK,
    STEP_WITH_A_QUEUE,
)
