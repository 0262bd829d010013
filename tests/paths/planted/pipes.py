"""Pipes of EventBridge, with what they ask on the way."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FRONT_BEHIND_WEB_ACL,
    FRONT_WITH_OPEN_URL,
    FRONT_WITHOUT_URL,
    FUNCTION_ROLE,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_PIPE_FROM_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "JobsPolicy": resource(
                "AWS::SQS::QueuePolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sqs:SendMessage",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": arn("Jobs"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Queues=[ref("Jobs")],
            ),
            "EnrichServiceRole": FUNCTION_ROLE,
            "Enrich": function("EnrichServiceRole"),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "PipeRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "pipes.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "PipeRoleDefaultPolicy": policy(
                "PipeRoleDefaultPolicy",
                "PipeRole",
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
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [
                        arn("Enrich"),
                        arn("Ship"),
                        join("${Enrich.Arn}:*"),
                        join("${Ship.Arn}:*"),
                    ],
                },
            ),
            "Pipe": resource(
                "AWS::Pipes::Pipe",
                Enrichment=arn("Enrich"),
                RoleArn=arn("PipeRole"),
                Source=arn("Jobs"),
                SourceParameters={"SqsQueueParameters": {"BatchSize": 1}},
                Target=arn("Ship"),
                TargetParameters={
                    "LambdaFunctionParameters": {"InvocationType": "FIRE_AND_FORGET"}
                },
            ),
        }
    }
}
PIPE_FROM_QUEUE = Planted(
    name="pipe_from_queue",
    what=(
        "A pipe takes from a queue that anyone may send to, asks one "
        "function, and hands on to another."
    ),
    templates=_PIPE_FROM_QUEUE,
    expected=Expected(verdicts={"Enrich": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _PIPE_FROM_QUEUE,
        {
            "Shop": {
                "JobsPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
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
            }
        },
    ),
    safe_expected=Expected(
        verdicts={"Enrich": "provenance", "Ship": "provenance", "Front": "behind-waf"}
    ),
)

_PIPE_FROM_TABLE_TO_WORKFLOW: Templates = {
    "Shop": {
        "Resources": {
            **FRONT_WITH_OPEN_URL,
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
                    "Resource": [arn("Ship"), join("${Ship.Arn}:*")],
                },
            ),
            "Flow": {
                "Type": "AWS::StepFunctions::StateMachine",
                "Properties": {
                    "DefinitionString": join(
                        '{"StartAt":"Send","States":{"Send":{"End":true,"Retry":'
                        '[{"ErrorEquals":["Lambda.ClientExecutionTimeoutException",'
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
            "PipeRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "pipes.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "PipeRoleDefaultPolicy": policy(
                "PipeRoleDefaultPolicy",
                "PipeRole",
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
                {"Action": "states:StartExecution", "Effect": "Allow", "Resource": ref("Flow")},
            ),
            "Pipe": resource(
                "AWS::Pipes::Pipe",
                RoleArn=arn("PipeRole"),
                Source=attribute("Orders", "StreamArn"),
                SourceParameters={
                    "DynamoDBStreamParameters": {"StartingPosition": "LATEST"},
                    "FilterCriteria": {"Filters": [{"Pattern": '{"eventName":["INSERT"]}'}]},
                },
                Target=ref("Flow"),
                TargetParameters={
                    "StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}
                },
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
PIPE_FROM_TABLE_TO_WORKFLOW = Planted(
    name="pipe_from_table_to_workflow",
    what=(
        "A pipe carries the changes of a table, which a function that "
        "anyone calls writes, to a workflow and its function."
    ),
    templates=_PIPE_FROM_TABLE_TO_WORKFLOW,
    expected=Expected(verdicts={"Front": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _PIPE_FROM_TABLE_TO_WORKFLOW, {"Shop": {**FRONT_WITHOUT_URL, **FRONT_BEHIND_WEB_ACL}}
    ),
    safe_expected=Expected(verdicts={"Front": "behind-waf", "Ship": "provenance"}),
)

PLANTED = (
    PIPE_FROM_QUEUE,
    PIPE_FROM_TABLE_TO_WORKFLOW,
)
