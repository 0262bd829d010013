"""
Workflows, by what starts them.

What a workflow hands its steps is what started it; a step that is no function, such as a message
to a queue, hands it on.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
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

_REST_STARTS_WORKFLOW: Templates = {
    "Shop": {
        "Resources": {
            "ReserveServiceRole": FUNCTION_ROLE,
            "Reserve": function("ReserveServiceRole"),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
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
                        arn("Reserve"),
                        arn("Ship"),
                        join("${Reserve.Arn}:*"),
                        join("${Ship.Arn}:*"),
                    ],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"ReserveStock","States":{"ReserveStock":{"Next":'
                        '"ShipOrder","Retry":[{"ErrorEquals":'
                        '["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"${Reserve.Arn}"},"ShipOrder":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Ship.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("FlowRole"),
                    "StateMachineType": "EXPRESS",
                },
                "DependsOn": ["FlowRole", "FlowRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
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
            "ApiordersPOSTStartSyncExecutionRole": resource(
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
            "ApiordersPOSTStartSyncExecutionRoleDefaultPolicy": policy(
                "ApiordersPOSTStartSyncExecutionRoleDefaultPolicy",
                "ApiordersPOSTStartSyncExecutionRole",
                {"Action": "states:StartSyncExecution", "Effect": "Allow", "Resource": ref("Flow")},
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "Credentials": arn("ApiordersPOSTStartSyncExecutionRole"),
                    "IntegrationHttpMethod": "POST",
                    "IntegrationResponses": [
                        {
                            "ResponseTemplates": {
                                "application/json": """\
#set($inputRoot = $input.path('$'))
#if($input.path('$.status').toString().equals("FAILED"))
#set($context.responseOverride.status = 500)
{
"error": "$input.path('$.error')",
"cause": "$input.path('$.cause')"
}
#else
$input.path('$.output')
#end"""
                            },
                            "StatusCode": "200",
                        },
                        {
                            "ResponseTemplates": {
                                "application/json": """\
{
            "error": "Bad request!"
          }"""
                            },
                            "SelectionPattern": "4\\d{2}",
                            "StatusCode": "400",
                        },
                        {
                            "ResponseTemplates": {
                                "application/json": """\
{
          "error": "$input.path('$.error')"
        }"""
                            },
                            "SelectionPattern": "5\\d{2}",
                            "StatusCode": "500",
                        },
                    ],
                    "PassthroughBehavior": "NEVER",
                    "RequestTemplates": {
                        "application/json": join(
                            '{"input": "$util.escapeJavaScript($input.body)", '
                            '"stateMachineArn": "${Flow}"}'
                        )
                    },
                    "Type": "AWS",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/"
                        "StartSyncExecution"
                    ),
                },
                MethodResponses=[
                    {"ResponseModels": {"application/json": "Empty"}, "StatusCode": "200"},
                    {"ResponseModels": {"application/json": "Error"}, "StatusCode": "400"},
                    {"ResponseModels": {"application/json": "Error"}, "StatusCode": "500"},
                ],
                ResourceId=ref("Apiorders"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
REST_STARTS_WORKFLOW = Planted(
    name="rest_starts_workflow",
    what=(
        "A REST API starts a workflow by itself, without a web ACL, "
        "and the workflow runs two functions."
    ),
    templates=_REST_STARTS_WORKFLOW,
    expected=Expected(verdicts={"Reserve": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _REST_STARTS_WORKFLOW,
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
    safe_expected=Expected(verdicts={"Reserve": "provenance", "Ship": "provenance"}),
)

_WORKFLOW_OBJECT: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
            "CheckServiceRole": FUNCTION_ROLE,
            "Check": function("CheckServiceRole"),
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
            "Orders": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
                    "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "ShipServiceRole": FUNCTION_ROLE,
            "ShipServiceRoleDefaultPolicy": policy(
                "ShipServiceRoleDefaultPolicy",
                "ShipServiceRole",
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
            ),
            "Ship": function("ShipServiceRole", after=["ShipServiceRoleDefaultPolicy"]),
            "ShipDynamoDBEventSourceShopOrdersA8B1F509": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=attribute("Orders", "StreamArn"),
                FunctionName=ref("Ship"),
                StartingPosition="LATEST",
            ),
            "FlowRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
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
                    "Resource": [arn("Check"), join("${Check.Arn}:*")],
                },
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
                {"Action": "dynamodb:PutItem", "Effect": "Allow", "Resource": arn("Orders")},
            ),
            "Flow": resource(
                "AWS::StepFunctions::StateMachine",
                Definition={
                    "StartAt": "Check",
                    "States": {
                        "Check": {
                            "Type": "Task",
                            "Resource": "arn:aws:states:::lambda:invoke",
                            "Parameters": {"FunctionName": arn("Check"), "Payload.$": "$"},
                            "Next": "Both",
                        },
                        "Both": {
                            "Type": "Parallel",
                            "End": True,
                            "Branches": [
                                {
                                    "StartAt": "Send",
                                    "States": {
                                        "Send": {
                                            "Type": "Task",
                                            "Resource": "arn:aws:states:::sqs:sendMessage",
                                            "Parameters": {
                                                "QueueUrl": ref("Jobs"),
                                                "MessageBody.$": "$",
                                            },
                                            "End": True,
                                        }
                                    },
                                },
                                {
                                    "StartAt": "Store",
                                    "States": {
                                        "Store": {
                                            "Type": "Task",
                                            "Resource": "arn:aws:states:::aws-sdk:dynamodb:putItem",
                                            "Parameters": {
                                                "TableName": ref("Orders"),
                                                "Item": {"id": {"S.$": "$.id"}},
                                            },
                                            "End": True,
                                        }
                                    },
                                },
                            ],
                        },
                    },
                },
                RoleArn=arn("FlowRole"),
            ),
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
WORKFLOW_OBJECT = Planted(
    name="workflow_object",
    what=(
        "A workflow written as an object sends to a queue and writes "
        "into a table, both of which run functions; a function that "
        "anyone calls starts it."
    ),
    templates=_WORKFLOW_OBJECT,
    expected=Expected(
        verdicts={"Front": "exposed", "Worker": "exposed", "Ship": "exposed", "Check": "exposed"}
    ),
    safe_templates=changed(
        _WORKFLOW_OBJECT, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(
        verdicts={
            "Front": "behind-waf",
            "Worker": "provenance",
            "Ship": "provenance",
            "Check": "provenance",
        }
    ),
)

_SCHEDULED_WORKFLOW: Templates = {
    "Shop": {
        "Resources": {
            "CleanServiceRole": FUNCTION_ROLE,
            "Clean": function("CleanServiceRole"),
            "NightlyRole": resource(
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
            "NightlyRoleDefaultPolicy": policy(
                "NightlyRoleDefaultPolicy",
                "NightlyRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Clean"), join("${Clean.Arn}:*")],
                },
            ),
            "Nightly": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"CleanUp","States":{"CleanUp":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
                        '"Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Clean.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("NightlyRole"),
                },
                "DependsOn": ["NightlyRole", "NightlyRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "NightlyEventsRole": resource(
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
            "NightlyEventsRoleDefaultPolicy": policy(
                "NightlyEventsRoleDefaultPolicy",
                "NightlyEventsRole",
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Nightly")},
            ),
            "Rule": resource(
                "AWS::Events::Rule",
                ScheduleExpression="rate(1 day)",
                State="ENABLED",
                Targets=[
                    {"Arn": ref("Nightly"), "Id": "Target0", "RoleArn": arn("NightlyEventsRole")}
                ],
            ),
            "OnDemandRole": resource(
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
            "OnDemandRoleDefaultPolicy": policy(
                "OnDemandRoleDefaultPolicy",
                "OnDemandRole",
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("Clean"), join("${Clean.Arn}:*")],
                },
            ),
            "OnDemand": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"CleanNow","States":{"CleanNow":{"End":true,'
                        '"Retry":[{"ErrorEquals":["Lambda.ClientExecutionTimeoutExcepti'
                        'on","Lambda.ServiceException","Lambda.AWSLambdaException",'
                        '"Lambda.SdkClientException"],"IntervalSeconds":2,'
                        '"MaxAttempts":6,"BackoffRate":2}],"Type":"Task","Resource":'
                        '"arn:${AWS::Partition}:states:::lambda:invoke","Parameters":'
                        '{"FunctionName":"${Clean.Arn}","Payload.$":"$"}}}}'
                    ),
                    "RoleArn": arn("OnDemandRole"),
                    "StateMachineType": "EXPRESS",
                },
                "DependsOn": ["OnDemandRole", "OnDemandRoleDefaultPolicy"],
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiclean", "ApicleanPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiclean": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="clean",
                RestApiId=ref("Api"),
            ),
            "ApicleanPOSTStartSyncExecutionRole": resource(
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
            "ApicleanPOSTStartSyncExecutionRoleDefaultPolicy": policy(
                "ApicleanPOSTStartSyncExecutionRoleDefaultPolicy",
                "ApicleanPOSTStartSyncExecutionRole",
                {
                    "Action": "states:StartSyncExecution",
                    "Effect": "Allow",
                    "Resource": ref("OnDemand"),
                },
            ),
            "ApicleanPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "Credentials": arn("ApicleanPOSTStartSyncExecutionRole"),
                    "IntegrationHttpMethod": "POST",
                    "IntegrationResponses": [
                        {
                            "ResponseTemplates": {
                                "application/json": """\
#set($inputRoot = $input.path('$'))
#if($input.path('$.status').toString().equals("FAILED"))
#set($context.responseOverride.status = 500)
{
"error": "$input.path('$.error')",
"cause": "$input.path('$.cause')"
}
#else
$input.path('$.output')
#end"""
                            },
                            "StatusCode": "200",
                        },
                        {
                            "ResponseTemplates": {
                                "application/json": """\
{
            "error": "Bad request!"
          }"""
                            },
                            "SelectionPattern": "4\\d{2}",
                            "StatusCode": "400",
                        },
                        {
                            "ResponseTemplates": {
                                "application/json": """\
{
          "error": "$input.path('$.error')"
        }"""
                            },
                            "SelectionPattern": "5\\d{2}",
                            "StatusCode": "500",
                        },
                    ],
                    "PassthroughBehavior": "NEVER",
                    "RequestTemplates": {
                        "application/json": join(
                            '{"input": "$util.escapeJavaScript($input.body)", '
                            '"stateMachineArn": "${OnDemand}"}'
                        )
                    },
                    "Type": "AWS",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/"
                        "StartSyncExecution"
                    ),
                },
                MethodResponses=[
                    {"ResponseModels": {"application/json": "Empty"}, "StatusCode": "200"},
                    {"ResponseModels": {"application/json": "Error"}, "StatusCode": "400"},
                    {"ResponseModels": {"application/json": "Error"}, "StatusCode": "500"},
                ],
                ResourceId=ref("Apiclean"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
SCHEDULED_WORKFLOW = Planted(
    name="scheduled_workflow",
    what=(
        "A workflow that runs by schedule only, and one that anyone starts, run the same function."
    ),
    templates=_SCHEDULED_WORKFLOW,
    expected=Expected(verdicts={"Clean": "exposed"}, flow_faults=None),
    safe_templates=changed(
        _SCHEDULED_WORKFLOW,
        {
            "Shop": {
                "OnDemandRole": None,
                "OnDemandRoleDefaultPolicy": None,
                "OnDemand": None,
                "Api": None,
                "ApiDeployment": None,
                "ApiDeploymentStageprod": None,
                "Apiclean": None,
                "ApicleanPOSTStartSyncExecutionRole": None,
                "ApicleanPOSTStartSyncExecutionRoleDefaultPolicy": None,
                "ApicleanPOST": None,
            }
        },
    ),
    safe_expected=Expected(verdicts={"Clean": "provenance"}),
)

PLANTED = (
    REST_STARTS_WORKFLOW,
    WORKFLOW_OBJECT,
    SCHEDULED_WORKFLOW,
)
