"""
Small stacks, and what each can be made to cost, worked out by hand.

The arithmetic is written out with the prices of us-east-1, and uses nothing of ours.
An hour has 3,600 seconds; KB and GB are of 1,000 bytes, memory is of 1,024.
"""

from __future__ import annotations

import pytest

from secure_constructs.cost import Limits
from tests.cost.stacks import (
    Resources,
    arn,
    ceiling,
    event_source,
    function,
    ref,
    resource,
    rest_api,
    sub,
    throttled,
    url,
    v2_api,
    workflow,
)

# US dollars.
REQUEST = 0.20 / 1_000_000
SECOND_X86 = 0.0000166667  # of one GB
SECOND_ARM = 0.0000133334
TMP_SECOND = 0.0000000309
REST = 3.50 / 1_000_000
HTTP = 1.00 / 1_000_000
MESSAGE = 1.00 / 1_000_000
MINUTE = 0.25 / 1_000_000
LOG_GB = 0.50
TRANSFER_GB = 0.09
TRACE = 5.00 / 1_000_000
SQS = 0.40 / 1_000_000
SNS = 0.50 / 1_000_000

# What an invocation logs, and what a response has, in GB.
LOG = 2 / 1_000_000
RESPONSE = 10 / 1_000_000

EVERY_SECOND = 3_600


def exactly(value: float) -> object:
    return pytest.approx(value, rel=1e-6)


def test_rest_api_with_a_throttle_before_a_function_with_reserved_concurrency() -> None:
    stack = function("F", MemorySize=512, ReservedConcurrentExecutions=10)
    stack |= rest_api(("POST", "orders", "F"), settings=[throttled(50, 100)])

    requests = 50 * EVERY_SECOND + 100  # 180,100
    by_hand = (
        requests * REST
        + requests * RESPONSE * TRANSFER_GB
        + 10 * EVERY_SECOND * 0.5 * SECOND_X86
        + requests * REQUEST
        + requests * LOG * LOG_GB
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
    assert by_hand == pytest.approx(1.3085, abs=0.001)


def test_rest_api_and_function_as_the_cdk_makes_them() -> None:
    stack = function("F")
    stack |= rest_api(("POST", "orders", "F"))

    let_in = 10_000 * EVERY_SECOND + 5_000
    run = 10 * 1_000 * EVERY_SECOND  # ten a second for each of 1,000 instances
    by_hand = (
        let_in * REST
        + let_in * RESPONSE * TRANSFER_GB
        + 1_000 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * REQUEST
        + run * LOG * LOG_GB
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
    assert by_hand == pytest.approx(209.1, abs=0.1)


def test_each_method_has_its_own_throttle() -> None:
    stack = function("F", ReservedConcurrentExecutions=100, Timeout=1)
    stack |= rest_api(
        ("POST", "orders", "F"),
        ("GET", "orders", "F"),
        settings=[throttled(20, 40), throttled(5, 10, path="/orders", verb="POST")],
    )

    requests = (5 * EVERY_SECOND + 10) + (20 * EVERY_SECOND + 40)
    by_hand = (
        requests * (REST + RESPONSE * TRANSFER_GB + REQUEST + LOG * LOG_GB)
        # One second each, which is less than 100 instances have.
        + requests * 1 * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_http_api_with_two_routes_before_a_function_on_graviton() -> None:
    stack = function("F", MemorySize=1_024, Architectures=["arm64"], Timeout=2)
    stack |= v2_api("HTTP", {"GET /a": "F", "POST /b": "F"}, rate=100, burst=200)

    requests = 2 * (100 * EVERY_SECOND + 200)
    by_hand = (
        requests * (HTTP + RESPONSE * TRANSFER_GB + REQUEST + LOG * LOG_GB)
        + requests * 2 * 1 * SECOND_ARM
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_websocket_api_with_connections_that_stay() -> None:
    stack = function("F", ReservedConcurrentExecutions=20)
    stack |= v2_api("WEBSOCKET", {"$connect": "F", "$default": "F"}, rate=30, burst=60)

    each = 30 * EVERY_SECOND + 60
    messages = 2 * each  # connecting and speaking, at 30 a second each
    by_hand = (
        messages * 2 * MESSAGE  # one in, one out
        + messages * RESPONSE * TRANSFER_GB
        + each * 120 * MINUTE  # connections last two hours
        + messages * (REQUEST + LOG * LOG_GB)
        + 20 * EVERY_SECOND * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_function_url_with_temporary_storage() -> None:
    stack = function(
        "F", MemorySize=2_048, ReservedConcurrentExecutions=5, EphemeralStorage={"Size": 2_560}
    )
    stack |= url("F")

    run = 10 * 5 * EVERY_SECOND
    by_hand = (
        5 * EVERY_SECOND * (2 * SECOND_X86 + 2 * TMP_SECOND)  # 512 MB of storage are free
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_queue_with_a_dead_letter_queue_after_three_receives() -> None:
    stack = function("F", {"sqs:SendMessage": "Jobs"}, ReservedConcurrentExecutions=10)
    stack |= rest_api(("POST", "orders", "F"), settings=[throttled(10, 20)])
    stack |= {
        "Jobs": resource(
            "AWS::SQS::Queue",
            RedrivePolicy={"deadLetterTargetArn": arn("Dead"), "maxReceiveCount": 3},
        ),
        "Dead": resource("AWS::SQS::Queue"),
    }
    stack |= function("Worker", ReservedConcurrentExecutions=50, Timeout=1)
    stack |= event_source("Jobs", "Worker")

    sent = 10 * EVERY_SECOND + 20
    received = 3 * sent
    by_hand = (
        sent * (REST + RESPONSE * TRANSFER_GB)
        + 10 * EVERY_SECOND * 0.125 * SECOND_X86
        + sent * (REQUEST + LOG * LOG_GB)
        + sent * SQS  # into the queue
        + received * 2 * SQS  # received and deleted
        + received * (REQUEST + LOG * LOG_GB)
        + received * 1 * 0.125 * SECOND_X86
        + sent * SQS  # into the dead letters
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_queue_that_keeps_few_instances_busy() -> None:
    stack = function("F", {"sqs:SendMessage": "Jobs"}, ReservedConcurrentExecutions=10)
    stack |= url("F")
    stack |= {"Jobs": resource("AWS::SQS::Queue", RedrivePolicy={"maxReceiveCount": 100})}
    stack |= function("Worker", MemorySize=1_024)
    stack |= event_source("Jobs", "Worker", ScalingConfig={"MaximumConcurrency": 2})

    sent = 10 * 10 * EVERY_SECOND
    worked = 10 * 2 * EVERY_SECOND
    by_hand = (
        10 * EVERY_SECOND * 0.125 * SECOND_X86
        + sent * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + sent * SQS
        + 2 * EVERY_SECOND * 1 * SECOND_X86
        + worked * (REQUEST + LOG * LOG_GB)
        + worked * 2 * SQS
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_topic_that_fans_out_to_functions_and_an_endpoint() -> None:
    stack = function("F", {"sns:Publish": "News"}, ReservedConcurrentExecutions=1)
    stack |= url("F")
    stack |= {"News": {"Type": "AWS::SNS::Topic"}}
    for name in ("One", "Two"):
        stack |= function(name, ReservedConcurrentExecutions=100)
        stack[f"To{name}"] = resource(
            "AWS::SNS::Subscription", TopicArn=ref("News"), Protocol="lambda", Endpoint=arn(name)
        )
    stack["ToPartner"] = resource(
        "AWS::SNS::Subscription",
        TopicArn=ref("News"),
        Protocol="https",
        Endpoint="https://partner.example.com/",
    )

    published = 10 * 1 * EVERY_SECOND
    handled = published * 3  # SNS hands over once, and Lambda tries twice more
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + published * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + published * SNS
        + published * 0.60 / 1_000_000
        + 2 * handled * (REQUEST + LOG * LOG_GB)
        # 30 a second for 3 s each are 90 instances, of which there are 100.
        + 2 * handled * 3 * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_event_bus_to_a_function_that_is_not_tried_again() -> None:
    stack = function("F", {"events:PutEvents": "Bus"}, ReservedConcurrentExecutions=2)
    stack |= url("F")
    stack |= {
        "Bus": resource("AWS::Events::EventBus", Name="orders"),
        "Rule": resource(
            "AWS::Events::Rule",
            EventBusName=ref("Bus"),
            EventPattern={"source": ["orders"]},
            Targets=[{"Id": "1", "Arn": arn("Handler")}],
        ),
        "Once": resource(
            "AWS::Lambda::EventInvokeConfig",
            FunctionName=ref("Handler"),
            Qualifier="$LATEST",
            MaximumRetryAttempts=0,
        ),
    }
    stack |= function("Handler", ReservedConcurrentExecutions=4)

    put = 10 * 2 * EVERY_SECOND
    by_hand = (
        2 * EVERY_SECOND * 0.125 * SECOND_X86
        + put * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + put * 1.00 / 1_000_000
        + put * (REQUEST + LOG * LOG_GB)
        + 4 * EVERY_SECOND * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_bucket_that_browsers_fill_and_that_starts_a_function() -> None:
    stack = function("F", ReservedConcurrentExecutions=10, MemorySize=256)
    stack["Uploads"] = resource(
        "AWS::S3::Bucket",
        CorsConfiguration={
            "CorsRules": [{"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://a.example"]}]
        },
        NotificationConfiguration={
            "LambdaConfigurations": [{"Event": "s3:ObjectCreated:*", "Function": arn("F")}]
        },
    )

    objects = 3_500 * EVERY_SECOND  # one prefix
    # Three tries each are more than 10 instances at a millisecond each can do: 36 million.
    run = 10 * 1_000 * EVERY_SECOND
    by_hand = (
        objects * 0.005 / 1_000
        + 10 * EVERY_SECOND * 0.25 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_table_on_demand_with_an_index_and_no_limit() -> None:
    stack = function("F", {"dynamodb:PutItem": "Table"}, ReservedConcurrentExecutions=1, Timeout=1)
    stack |= url("F")
    stack["Table"] = resource(
        "AWS::DynamoDB::Table",
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[{"IndexName": "by_date"}],
    )

    run = 10 * EVERY_SECOND
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + 40_000 * EVERY_SECOND * 2 * 0.625 / 1_000_000  # the table and its index
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
    assert by_hand == pytest.approx(180.1, abs=0.1)


def test_table_with_limits_that_is_read_and_written() -> None:
    stack = function(
        "F",
        {"dynamodb:PutItem": "Table", "dynamodb:GetItem": "Table"},
        ReservedConcurrentExecutions=1,
    )
    stack |= url("F")
    stack["Table"] = resource(
        "AWS::DynamoDB::GlobalTable",
        BillingMode="PAY_PER_REQUEST",
        WriteOnDemandThroughputSettings={"MaxWriteRequestUnits": 500},
        Replicas=[
            {
                "Region": "us-east-1",
                "ReadOnDemandThroughputSettings": {"MaxReadRequestUnits": 2_000},
            }
        ],
    )

    run = 10 * EVERY_SECOND
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + 500 * EVERY_SECOND * 0.625 / 1_000_000
        + 2_000 * EVERY_SECOND * 0.125 / 1_000_000
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_standard_workflow_whose_task_is_tried_again() -> None:
    stack = function("F", {"states:StartExecution": "Machine"}, ReservedConcurrentExecutions=2)
    stack |= url("F")
    stack |= function("Charge", ReservedConcurrentExecutions=500, Timeout=1)
    stack |= workflow(
        {
            "StartAt": "Charge",
            "States": {
                "Charge": {
                    "Type": "Task",
                    "Resource": "${Charge.Arn}",
                    "Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 4}],
                    "Next": "Done",
                },
                "Done": {"Type": "Pass", "End": True},
            },
        }
    )

    started = 10 * 2 * EVERY_SECOND
    transitions = started * (1 + 5 + 1)  # the start, five tries, the pass
    charged = started * 5
    by_hand = (
        2 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + transitions * 0.025 / 1_000
        + charged * (REQUEST + LOG * LOG_GB + 1 * 0.125 * SECOND_X86)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_express_workflow_with_its_log() -> None:
    stack = function("F", {"states:StartSyncExecution": "Machine"}, ReservedConcurrentExecutions=1)
    stack |= url("F")
    stack |= workflow(
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}},
        StateMachineType="EXPRESS",
        LoggingConfiguration={"Level": "ALL", "IncludeExecutionData": False},
    )

    started = 10 * EVERY_SECOND
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + started * 1.00 / 1_000_000
        + started * 300 * 64 / 1_024 * 0.00001667  # five minutes at 64 MB
        + started * 3 * 2 / 1_000_000 * LOG_GB  # three transitions of 2 KB
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_express_workflow_is_bounded_by_no_quota_of_those_who_wait_for_it() -> None:
    stack = workflow(
        {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}, StateMachineType="EXPRESS"
    )
    stack |= function("F", {"states:StartSyncExecution": "Machine"}) | url("F")

    run = 10 * 1_000 * EVERY_SECOND  # more than the 6,000 a second that may be started and left
    by_hand = (
        1_000 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + run * 1.00 / 1_000_000
        + run * 300 * 64 / 1_024 * 0.00001667
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_express_workflow_maps_over_as_many_items_as_a_state_can_be_given() -> None:
    stack = function("F", {"states:StartSyncExecution": "Machine"}, ReservedConcurrentExecutions=1)
    stack |= url("F")
    stack |= workflow(
        {
            "StartAt": "Each",
            "States": {
                "Each": {
                    "Type": "Map",
                    "ItemProcessor": {
                        "StartAt": "One",
                        "States": {"One": {"Type": "Pass", "End": True}},
                    },
                    "End": True,
                }
            },
        },
        StateMachineType="EXPRESS",
        LoggingConfiguration={"Level": "ALL", "IncludeExecutionData": False},
    )

    started = 10 * EVERY_SECOND
    items = 256 * 1_024 / 2  # "0," and so on
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + started * 1.00 / 1_000_000
        + started * 300 * 64 / 1_024 * 0.00001667
        + started * (1 + 1 + items) * 2 / 1_000_000 * LOG_GB  # the start, the map, its items
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_express_workflow_that_comes_back_at_once_is_bounded_by_its_time() -> None:
    stack = function("F", {"states:StartSyncExecution": "Machine"}, ReservedConcurrentExecutions=1)
    stack |= url("F")
    stack |= workflow(
        {
            "StartAt": "Look",
            "TimeoutSeconds": 60,
            "States": {"Look": {"Type": "Pass", "Next": "Look"}},
        },
        StateMachineType="EXPRESS",
        LoggingConfiguration={"Level": "ALL", "IncludeExecutionData": False},
    )

    started = 10 * EVERY_SECOND
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + started * 1.00 / 1_000_000
        + started * 60 * 64 / 1_024 * 0.00001667
        + started * (1 + 60 * 1_000) * 2 / 1_000_000 * LOG_GB  # a state takes a millisecond
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_workflow_that_maps_over_a_list_is_bounded_by_the_transitions_of_the_account() -> None:
    stack = function("F", {"states:StartExecution": "Machine"}, ReservedConcurrentExecutions=2)
    stack |= url("F")
    stack |= workflow(
        {
            "StartAt": "Each",
            "States": {
                "Each": {
                    "Type": "Map",
                    "ItemProcessor": {
                        "StartAt": "One",
                        "States": {"One": {"Type": "Pass", "End": True}},
                    },
                    "End": True,
                }
            },
        }
    )

    started = 10 * 2 * EVERY_SECOND
    by_hand = (
        2 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + 5_000 * EVERY_SECOND * 0.025 / 1_000
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def polling(wait: dict[str, object], **properties: object) -> Resources:
    """
    Give a workflow that looks whether something is there, waits, and looks again.
    """
    stack = function("F", {"states:StartExecution": "Machine"}, ReservedConcurrentExecutions=1)
    return {
        **stack,
        **url("F"),
        **workflow(
            {
                "StartAt": "Look",
                "States": {
                    "Look": {"Type": "Pass", "Next": "There?"},
                    "There?": {
                        "Type": "Choice",
                        "Choices": [{"Variable": "$.there", "BooleanEquals": True, "Next": "Done"}],
                        "Default": "Later",
                    },
                    "Later": {"Type": "Wait", **wait, "Next": "Look"},
                    "Done": {"Type": "Succeed"},
                },
                **properties,
            }
        ),
    }


@pytest.mark.parametrize(
    ("hours", "properties", "rounds"),
    [
        (6, {"TimeoutSeconds": 30 * 24 * 3_600}, 121),  # 30 x 4 waits, and the look before
        (7 * 24, {}, 53),  # an execution lasts a year at the most, 52 waits of a week
    ],
)
def test_workflow_that_waits_before_it_looks_again(
    hours: int, properties: dict[str, object], rounds: int
) -> None:
    started = 10 * EVERY_SECOND
    transitions = started * (1 + 3 * rounds + 1)  # the start, look and choice and wait, the end
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + started * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + transitions * 0.025 / 1_000
    )
    found = ceiling(polling({"Seconds": hours * 3_600}, **properties))

    assert found.per_hour == exactly(by_hand)


@pytest.mark.parametrize("wait", [{"Seconds": 0}, {"SecondsPath": "$.pause"}])
def test_a_wait_of_no_known_length_bounds_nothing(wait: dict[str, object]) -> None:
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + 10 * EVERY_SECOND * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + 5_000 * EVERY_SECOND * 0.025 / 1_000
    )

    assert ceiling(polling(wait)).per_hour == exactly(by_hand)


def test_distribution_with_a_web_acl_before_a_function_url() -> None:
    stack = function("F", ReservedConcurrentExecutions=10)
    stack["Url"] = resource("AWS::Lambda::Url", TargetFunctionArn=arn("F"), AuthType="AWS_IAM")
    stack["Acl"] = resource(
        "AWS::WAFv2::WebACL", Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, Rules=[]
    )
    stack["Front"] = resource(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            "Enabled": True,
            "PriceClass": "PriceClass_100",
            "WebACLId": arn("Acl"),
            "Origins": [
                {
                    "Id": "url",
                    "DomainName": {
                        "Fn::Select": [
                            2,
                            {"Fn::Split": ["/", {"Fn::GetAtt": ["Url", "FunctionUrl"]}]},
                        ]
                    },
                    "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                }
            ],
            "DefaultCacheBehavior": {"TargetOriginId": "url"},
        },
    )

    arriving = 250_000 * EVERY_SECOND
    run = 10 * 10 * EVERY_SECOND
    by_hand = (
        arriving * 0.60 / 1_000_000
        + arriving * 0.012 / 10_000
        + arriving * RESPONSE * 0.085
        + 10 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
    assert by_hand == pytest.approx(2_385, abs=1)


def test_web_acl_and_access_log_are_paid_for_what_is_throttled() -> None:
    stack = function("F", ReservedConcurrentExecutions=10)
    stack |= rest_api(
        ("POST", "orders", "F"),
        settings=[throttled(50, 100)],
        stage={"AccessLogSetting": {"DestinationArn": arn("Log"), "Format": "$context.requestId"}},
    )
    stack["Log"] = resource("AWS::Logs::LogGroup")
    stack["Acl"] = resource(
        "AWS::WAFv2::WebACL",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        AssociationConfig={"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}},
        Rules=[
            {
                "Name": "common",
                "Priority": 1,
                "Statement": {
                    "ManagedRuleGroupStatement": {
                        "VendorName": "AWS",
                        "Name": "AWSManagedRulesCommonRuleSet",
                    }
                },
            }
        ],
    )
    stack["Association"] = resource(
        "AWS::WAFv2::WebACLAssociation",
        WebACLArn=arn("Acl"),
        ResourceArn=sub("arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}"),
    )
    stack["AclLog"] = resource(
        "AWS::WAFv2::LoggingConfiguration",
        ResourceArn=arn("Acl"),
        LogDestinationConfigs=[arn("Log")],
    )

    arriving = 10_000 * EVERY_SECOND
    let_in = 50 * EVERY_SECOND + 100
    at_the_door = (
        arriving * (0.60 + 3 * 0.30) / 1_000_000  # 48 KB beyond the first 16
        + arriving * (4.6 - 0.5) / 1_000_000 * LOG_GB  # 500 MB come with a million requests
        + arriving * 0.5 / 1_000_000 * LOG_GB
    )
    by_hand = (
        at_the_door
        + let_in * (REST + RESPONSE * TRANSFER_GB + REQUEST + LOG * LOG_GB)
        + 10 * EVERY_SECOND * 0.125 * SECOND_X86
    )

    found = ceiling(stack)

    assert found.per_hour == exactly(by_hand)
    assert found.at_the_door == exactly(at_the_door)
    assert at_the_door == pytest.approx(136.8, abs=0.1)


def logged_acl(scope: str, **log_group: object) -> Resources:
    """
    Give a web ACL without rules, and its log.
    """
    return {
        "Acl": resource("AWS::WAFv2::WebACL", Scope=scope, DefaultAction={"Allow": {}}, Rules=[]),
        "AclLog": resource(
            "AWS::WAFv2::LoggingConfiguration",
            ResourceArn=arn("Acl"),
            LogDestinationConfigs=[arn("Log")],
        ),
        "Log": resource("AWS::Logs::LogGroup", **log_group),
    }


def test_web_acl_of_a_user_pool_is_asked_before_anything_is_throttled() -> None:
    stack = logged_acl("REGIONAL", LogGroupClass="INFREQUENT_ACCESS")
    stack["Pool"] = resource("AWS::Cognito::UserPool")
    stack["Association"] = resource(
        "AWS::WAFv2::WebACLAssociation", WebACLArn=arn("Acl"), ResourceArn=arn("Pool")
    )

    arriving = 100_000 * EVERY_SECOND
    by_hand = (
        arriving * 0.60 / 1_000_000
        # 460 MB a second do not go into 35 streams of 5 MB.
        + (35 * 5 * EVERY_SECOND / 1_000 - arriving * 0.5 / 1_000_000) * 0.25
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
    assert by_hand == pytest.approx(328.5, abs=0.1)


def test_web_acl_of_a_distribution_logs_no_more_than_its_log_group_takes() -> None:
    stack = logged_acl("CLOUDFRONT")
    stack["Front"] = resource(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            "Enabled": True,
            "PriceClass": "PriceClass_100",
            "WebACLId": arn("Acl"),
            "Origins": [
                {
                    "Id": "site",
                    "DomainName": "example.org",
                    "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
                }
            ],
            "DefaultCacheBehavior": {"TargetOriginId": "site"},
        },
    )

    arriving = 250_000 * EVERY_SECOND
    by_hand = (
        arriving * (0.60 / 1_000_000 + 0.012 / 10_000 + RESPONSE * 0.085)
        + (35 * 5 * EVERY_SECOND / 1_000 - arriving * 0.5 / 1_000_000) * LOG_GB
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_graphql_api_that_runs_few_resolvers_for_a_request() -> None:
    stack = function("F", ReservedConcurrentExecutions=30, Timeout=1)
    stack["Graph"] = resource(
        "AWS::AppSync::GraphQLApi",
        Name="graph",
        AuthenticationType="API_KEY",
        ResolverCountLimit=20,
    )
    stack["Source"] = resource(
        "AWS::AppSync::DataSource",
        ApiId={"Fn::GetAtt": ["Graph", "ApiId"]},
        Name="source",
        Type="AWS_LAMBDA",
        LambdaConfig={"LambdaFunctionArn": arn("F")},
    )
    stack["Resolver"] = resource(
        "AWS::AppSync::Resolver",
        ApiId={"Fn::GetAtt": ["Graph", "ApiId"]},
        TypeName="Query",
        FieldName="orders",
        DataSourceName={"Fn::GetAtt": ["Source", "Name"]},
    )

    asked = 1 * EVERY_SECOND
    run = 20 * asked
    by_hand = (
        asked * 4.00 / 1_000_000
        + asked * RESPONSE * TRANSFER_GB
        + run * 1 * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB)
    )

    assert ceiling(stack, limits=Limits(graphql_requests_per_second=1)).per_hour == exactly(by_hand)


def test_provisioned_concurrency_is_paid_for_in_any_case() -> None:
    stack = function("F", MemorySize=1_024, ReservedConcurrentExecutions=10)
    stack |= url("F")
    stack["Version"] = resource(
        "AWS::Lambda::Version",
        FunctionName=ref("F"),
        ProvisionedConcurrencyConfig={"ProvisionedConcurrentExecutions": 4},
    )

    run = 10 * 10 * EVERY_SECOND
    by_hand = (
        4 * EVERY_SECOND * 1 * (0.0000041667 + 0.0000097222)  # kept warm, and at work
        + 6 * EVERY_SECOND * 1 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_devices_that_fill_a_stream_of_two_shards() -> None:
    stack: Resources = {
        "Rule": resource(
            "AWS::IoT::TopicRule",
            TopicRulePayload={
                "Sql": "SELECT * FROM 'telemetry'",
                "Actions": [{"Kinesis": {"StreamName": ref("Stream"), "RoleArn": arn("FRole")}}],
            },
        ),
        "Stream": resource("AWS::Kinesis::Stream", ShardCount=2),
    }
    stack |= function("F", ReservedConcurrentExecutions=900, Timeout=1)
    stack |= event_source("Stream", "F", MaximumRetryAttempts=1, BisectBatchOnFunctionError=True)

    sent = 20_000 * EVERY_SECOND
    taken = 2 * 1_000 * EVERY_SECOND
    run = taken * 2 * 2  # tried twice, and halved each time; 900 instances start 9,000 a second
    by_hand = (
        sent * 1.00 / 1_000_000
        + sent * 2 * 0.15 / 1_000_000  # the rule, and its action
        + taken * 0.014 / 1_000_000
        + 900 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_devices_that_fill_a_stream_on_demand() -> None:
    stack: Resources = {
        "Rule": resource(
            "AWS::IoT::TopicRule",
            TopicRulePayload={
                "Sql": "SELECT * FROM 'telemetry'",
                "Actions": [{"Kinesis": {"StreamName": ref("Stream"), "RoleArn": arn("Role")}}],
            },
        ),
        "Stream": resource("AWS::Kinesis::Stream", StreamModeDetails={"StreamMode": "ON_DEMAND"}),
    }

    sent = 20_000 * EVERY_SECOND
    by_hand = (
        sent * 1.00 / 1_000_000
        + sent * 2 * 0.15 / 1_000_000
        + 10 * EVERY_SECOND * 0.08  # 10 GB a second of the 20 that so many records of 1 MB have
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_debug_log_in_a_cheap_log_group_that_masks() -> None:
    stack = function(
        "F",
        ReservedConcurrentExecutions=1,
        LoggingConfig={
            "LogFormat": "JSON",
            "ApplicationLogLevel": "DEBUG",
            "SystemLogLevel": "WARN",
            "LogGroup": ref("Log"),
        },
    )
    stack |= url("F")
    stack["Log"] = resource(
        "AWS::Logs::LogGroup",
        LogGroupClass="INFREQUENT_ACCESS",
        DataProtectionPolicy={"Name": "mask"},
    )

    run = 10 * EVERY_SECOND
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * REQUEST
        + run * 15 / 1_000_000 * (0.25 + 0.12)  # ten times 1.5 KB, and nothing of Lambda's own
        + run * RESPONSE * TRANSFER_GB
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_functions_without_reservation_share_the_instances_of_the_account() -> None:
    stack = function("Small") | function("Large", MemorySize=4_096)
    stack |= function("Own", ReservedConcurrentExecutions=100, MemorySize=1_024)
    stack |= rest_api(("GET", "small", "Small"), ("GET", "large", "Large"), ("GET", "own", "Own"))

    let_in = 10_000 * EVERY_SECOND + 5_000  # of all routes together
    run = 10 * 900 * EVERY_SECOND  # of both that share
    own = 10 * 100 * EVERY_SECOND
    by_hand = (
        let_in * (REST + RESPONSE * TRANSFER_GB)
        + 900 * EVERY_SECOND * 4 * SECOND_X86  # all of them large
        + run * (REQUEST + LOG * LOG_GB)
        + 100 * EVERY_SECOND * 1 * SECOND_X86
        + own * (REQUEST + LOG * LOG_GB)
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_usage_plan_bounds_callers_with_a_key() -> None:
    stack = function("F", ReservedConcurrentExecutions=100, Timeout=1)
    stack |= rest_api(("GET", "orders", "F"), method={"ApiKeyRequired": True})
    stack |= {
        "Plan": resource(
            "AWS::ApiGateway::UsagePlan",
            ApiStages=[{"ApiId": ref("Api"), "Stage": ref("Stage")}],
            Throttle={"RateLimit": 5, "BurstLimit": 10},
        ),
        "Key": resource("AWS::ApiGateway::ApiKey", Enabled=True),
        "PlanKey": resource(
            "AWS::ApiGateway::UsagePlanKey",
            UsagePlanId=ref("Plan"),
            KeyId=ref("Key"),
            KeyType="API_KEY",
        ),
    }

    requests = 5 * EVERY_SECOND + 10
    by_hand = requests * (
        REST + RESPONSE * TRANSFER_GB + REQUEST + LOG * LOG_GB + 1 * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_traces_are_counted_where_they_start() -> None:
    stack = function(
        "F", ReservedConcurrentExecutions=10, TracingConfig={"Mode": "Active"}, Timeout=1
    )
    stack |= rest_api(
        ("GET", "orders", "F"), settings=[throttled(5, 5)], stage={"TracingEnabled": True}
    )

    requests = 5 * EVERY_SECOND + 5
    by_hand = requests * (
        REST
        + RESPONSE * TRANSFER_GB
        + TRACE  # of the API; the function adds to it
        + REQUEST
        + LOG * LOG_GB
        + 1 * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_function_that_feeds_its_own_queue_is_bounded_by_its_concurrency() -> None:
    stack = function("F", {"sqs:SendMessage": "Again"}, ReservedConcurrentExecutions=3)
    stack |= url("F")
    stack["Again"] = resource("AWS::SQS::Queue", RedrivePolicy={"maxReceiveCount": 1})
    stack |= event_source("Again", "F")

    run = 10 * 3 * EVERY_SECOND
    by_hand = (
        3 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + run * SQS
        + run * 2 * SQS
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_function_that_reads_a_secret_and_writes_objects_each_time() -> None:
    stack = function(
        "F",
        {"secretsmanager:GetSecretValue": "Secret", "s3:PutObject": "Bucket"},
        ReservedConcurrentExecutions=2,
    )
    stack["FRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"][0]["Resource"] = ref(
        "Secret"
    )
    stack |= url("F")
    stack |= {
        "Secret": resource("AWS::SecretsManager::Secret"),
        "Bucket": resource("AWS::S3::Bucket"),
    }

    run = 10 * 2 * EVERY_SECOND
    by_hand = (
        2 * EVERY_SECOND * 0.125 * SECOND_X86
        + run * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + run * 0.05 / 10_000
        + run * 0.005 / 1_000
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_pipe_from_a_queue_to_a_workflow() -> None:
    stack = function("F", {"sqs:SendMessage": "Jobs"}, ReservedConcurrentExecutions=1)
    stack |= url("F")
    stack["Jobs"] = resource("AWS::SQS::Queue", RedrivePolicy={"maxReceiveCount": 2})
    stack["Pipe"] = resource(
        "AWS::Pipes::Pipe", Source=arn("Jobs"), Target=ref("Machine"), RoleArn=arn("FRole")
    )
    stack |= workflow({"StartAt": "A", "States": {"A": {"Type": "Succeed"}}})

    sent = 10 * EVERY_SECOND
    piped = 2 * sent
    by_hand = (
        1 * EVERY_SECOND * 0.125 * SECOND_X86
        + sent * (REQUEST + LOG * LOG_GB + RESPONSE * TRANSFER_GB)
        + sent * SQS
        + piped * 2 * SQS
        + piped * 0.40 / 1_000_000
        + piped * 2 * 0.025 / 1_000
    )

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_schedule_runs_as_often_as_it_says() -> None:
    stack = function("F", MemorySize=1_024, Timeout=60)
    stack["Rule"] = resource(
        "AWS::Events::Rule",
        ScheduleExpression="rate(5 minutes)",
        Targets=[{"Id": "1", "Arn": arn("F")}],
    )

    run = 12 * 3  # and two retries each
    by_hand = run * (60 * 1 * SECOND_X86 + REQUEST + LOG * LOG_GB)

    assert ceiling(stack).per_hour == exactly(by_hand)


def test_prices_of_ireland() -> None:
    stack = function("F", ReservedConcurrentExecutions=10)
    stack |= v2_api("HTTP", {"GET /a": "F"}, rate=10, burst=10)

    requests = 10 * EVERY_SECOND + 10
    by_hand = (
        requests * 1.11 / 1_000_000
        + requests * RESPONSE * 0.09
        + requests * REQUEST
        + requests * LOG * 0.57
        + 10 * EVERY_SECOND * 0.125 * SECOND_X86
    )

    assert ceiling(stack, region="eu-west-1").per_hour == exactly(by_hand)


def test_preflights_are_paid_for_as_well() -> None:
    stack = function("F", ReservedConcurrentExecutions=10, Timeout=1)
    stack |= rest_api(("GET", "orders", "F"), settings=[throttled(5, 5)])
    stack["Preflight"] = resource(
        "AWS::ApiGateway::Method",
        RestApiId=ref("Api"),
        ResourceId=ref("Pathorders"),
        HttpMethod="OPTIONS",
        AuthorizationType="NONE",
        Integration={"Type": "MOCK"},
    )

    requests = 5 * EVERY_SECOND + 5
    by_hand = 2 * requests * (REST + RESPONSE * TRANSFER_GB) + requests * (
        REQUEST + LOG * LOG_GB + 1 * 0.125 * SECOND_X86
    )

    assert ceiling(stack).per_hour == exactly(by_hand)
