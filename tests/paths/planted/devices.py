"""
Rules of IoT.

MQTT takes no web ACL. A rule that names the columns it hands on, and one kind of topic, is
*compensated*; one that hands on everything is not.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    ACCOUNT,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    policy,
    ref,
    resource,
)

_IOT_RULE: Templates = {
    "Shop": {
        "Resources": {
            "TelemetryServiceRole": FUNCTION_ROLE,
            "Telemetry": function("TelemetryServiceRole"),
            "TelemetryIot": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Telemetry"),
                Principal="iot.amazonaws.com",
                SourceAccount=ACCOUNT,
                SourceArn=arn("Rule"),
            ),
            "Rule": resource(
                "AWS::IoT::TopicRule",
                TopicRulePayload={
                    "Actions": [{"Lambda": {"FunctionArn": arn("Telemetry")}}],
                    "AwsIotSqlVersion": "2016-03-23",
                    "Sql": "SELECT * FROM '#'",
                },
            ),
        }
    }
}
IOT_RULE = Planted(
    name="iot_rule",
    what=(
        "An IoT rule hands everything that a device says to a function; the twin picks its columns."
    ),
    templates=_IOT_RULE,
    expected=Expected(verdicts={"Telemetry": "exposed"}),
    safe_templates=changed(
        _IOT_RULE,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::IoT::TopicRule",
                    TopicRulePayload={
                        "Actions": [{"Lambda": {"FunctionArn": arn("Telemetry")}}],
                        "AwsIotSqlVersion": "2016-03-23",
                        "Sql": (
                            "SELECT temperature, humidity, topic(2) AS thing FROM 'sensors/"
                            "+/climate'"
                        ),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Telemetry": "compensated"}),
)

_IOT_RULE_TO_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            "Readings": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "TelemetryServiceRole": FUNCTION_ROLE,
            "TelemetryServiceRoleDefaultPolicy": policy(
                "TelemetryServiceRoleDefaultPolicy",
                "TelemetryServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Readings"),
                },
            ),
            "Telemetry": function(
                "TelemetryServiceRole", after=["TelemetryServiceRoleDefaultPolicy"]
            ),
            "TelemetrySqsEventSourceShopReadings05DE96F2": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Readings"),
                FunctionName=ref("Telemetry"),
            ),
            "RuleRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "iot.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "RuleRoleDefaultPolicy": policy(
                "RuleRoleDefaultPolicy",
                "RuleRole",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Readings"),
                },
            ),
            "Rule": resource(
                "AWS::IoT::TopicRule",
                TopicRulePayload={
                    "Actions": [
                        {
                            "Sqs": {
                                "QueueUrl": ref("Readings"),
                                "RoleArn": arn("RuleRole"),
                                "UseBase64": False,
                            }
                        }
                    ],
                    "Sql": "SELECT * FROM 'sensors/+/climate'",
                },
            ),
        }
    }
}
IOT_RULE_TO_QUEUE = Planted(
    name="iot_rule_to_queue",
    what=("An IoT rule hands everything to a queue, and a function takes it out."),
    templates=_IOT_RULE_TO_QUEUE,
    expected=Expected(verdicts={"Telemetry": "exposed"}),
    safe_templates=changed(
        _IOT_RULE_TO_QUEUE,
        {
            "Shop": {
                "Rule": resource(
                    "AWS::IoT::TopicRule",
                    TopicRulePayload={
                        "Actions": [
                            {
                                "Sqs": {
                                    "QueueUrl": ref("Readings"),
                                    "RoleArn": arn("RuleRole"),
                                    "UseBase64": False,
                                }
                            }
                        ],
                        "Sql": ("SELECT temperature, humidity FROM 'sensors/+/climate'"),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Telemetry": "compensated"}),
)

PLANTED = (
    IOT_RULE,
    IOT_RULE_TO_QUEUE,
)
