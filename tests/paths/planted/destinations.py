"""Where Lambda sends what a function returns, and what it could not do."""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_BEHIND_WEB_ACL,
    FUNCTION_ROLE,
    arn,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_LAMBDA_DESTINATIONS: Templates = {
    "Shop": {
        "Resources": {
            "Orders": resource("AWS::SNS::Topic"),
            "OrdersPolicy": resource(
                "AWS::SNS::TopicPolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sns:Publish",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": ref("Orders"),
                            "Sid": "All",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Topics=[ref("Orders")],
            ),
            "AfterServiceRole": FUNCTION_ROLE,
            "After": function("AfterServiceRole"),
            "Lost": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "FailedServiceRole": FUNCTION_ROLE,
            "FailedServiceRoleDefaultPolicy": policy(
                "FailedServiceRoleDefaultPolicy",
                "FailedServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Lost"),
                },
            ),
            "Failed": function("FailedServiceRole", after=["FailedServiceRoleDefaultPolicy"]),
            "FailedSqsEventSourceShopLost68E5C75B": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Lost"),
                FunctionName=ref("Failed"),
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "ImportServiceRoleDefaultPolicy": policy(
                "ImportServiceRoleDefaultPolicy",
                "ImportServiceRole",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Lost"),
                },
                {
                    "Action": "lambda:InvokeFunction",
                    "Effect": "Allow",
                    "Resource": [arn("After"), join("${After.Arn}:*")],
                },
            ),
            "Import": function("ImportServiceRole", after=["ImportServiceRoleDefaultPolicy"]),
            "ImportEventInvokeConfig": resource(
                "AWS::Lambda::EventInvokeConfig",
                DestinationConfig={
                    "OnFailure": {"Destination": arn("Lost")},
                    "OnSuccess": {"Destination": arn("After")},
                },
                FunctionName=ref("Import"),
                Qualifier="$LATEST",
            ),
            "ImportAllowInvokeShopOrdersA8B1F509": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Orders"),
            ),
            "ImportOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Import"),
                Protocol="lambda",
                TopicArn=ref("Orders"),
            ),
        }
    }
}
LAMBDA_DESTINATIONS = Planted(
    name="lambda_destinations",
    what=(
        "What a function returns goes to another by a destination, and "
        "what fails goes by a queue to a third; anyone may publish to "
        "the topic that runs the first."
    ),
    templates=_LAMBDA_DESTINATIONS,
    expected=Expected(verdicts={"Import": "exposed", "After": "exposed", "Failed": "exposed"}),
    safe_templates=changed(
        _LAMBDA_DESTINATIONS,
        {
            "Shop": {
                "OrdersPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(
        verdicts={"Import": "provenance", "After": "provenance", "Failed": "provenance"}
    ),
)

_DESTINATION_BUS: Templates = {
    "Shop": {
        "Resources": {
            "Bus": resource("AWS::Events::EventBus", Name="ShopBus7A6DB0DE"),
            "Orders": resource("AWS::SNS::Topic"),
            "OrdersPolicy": resource(
                "AWS::SNS::TopicPolicy",
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "sns:Publish",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": ref("Orders"),
                            "Sid": "All",
                        }
                    ],
                    "Version": "2012-10-17",
                },
                Topics=[ref("Orders")],
            ),
            "ImportServiceRole": FUNCTION_ROLE,
            "ImportServiceRoleDefaultPolicy": policy(
                "ImportServiceRoleDefaultPolicy",
                "ImportServiceRole",
                {"Action": "events:PutEvents", "Effect": "Allow", "Resource": arn("Bus")},
            ),
            "Import": function("ImportServiceRole", after=["ImportServiceRoleDefaultPolicy"]),
            "ImportEventInvokeConfig": resource(
                "AWS::Lambda::EventInvokeConfig",
                DestinationConfig={"OnSuccess": {"Destination": arn("Bus")}},
                FunctionName=ref("Import"),
                Qualifier="$LATEST",
            ),
            "ImportAllowInvokeShopOrdersA8B1F509": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Import"),
                Principal="sns.amazonaws.com",
                SourceArn=ref("Orders"),
            ),
            "ImportOrders": resource(
                "AWS::SNS::Subscription",
                Endpoint=arn("Import"),
                Protocol="lambda",
                TopicArn=ref("Orders"),
            ),
            "ShipServiceRole": FUNCTION_ROLE,
            "Ship": function("ShipServiceRole"),
            "Rule": resource(
                "AWS::Events::Rule",
                EventBusName=ref("Bus"),
                EventPattern={
                    "detail-type": ["Lambda Function Invocation Result - Success"],
                    "source": ["lambda"],
                },
                State="ENABLED",
                Targets=[{"Arn": arn("Ship"), "Id": "Target0"}],
            ),
            "RuleAllowEventRuleShopShipAF077F15": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ship"),
                Principal="events.amazonaws.com",
                SourceArn=arn("Rule"),
            ),
        }
    }
}
DESTINATION_BUS = Planted(
    name="destination_bus",
    what=("What a function returns goes onto a bus, and a rule there runs another."),
    templates=_DESTINATION_BUS,
    expected=Expected(verdicts={"Import": "exposed", "Ship": "exposed"}),
    safe_templates=changed(
        _DESTINATION_BUS,
        {
            "Shop": {
                "OrdersPolicy": None,
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {"Action": "sns:Publish", "Effect": "Allow", "Resource": ref("Orders")},
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Import": "provenance", "Ship": "provenance"}),
)

PLANTED = (
    LAMBDA_DESTINATIONS,
    DESTINATION_BUS,
)
