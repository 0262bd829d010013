"""What AWS hands on: queues, streams, topics, buckets, rules, pipes, schedules, logs, results."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.edges import readers
from secure_constructs.template import Template, Undecided
from tests.paths.apps import arn, draw, edge, edges, function, poll, resource, verdicts

QUEUE = resource("Queue", "AWS::SQS::Queue")
TOPIC = resource("Topic", "AWS::SNS::Topic")
BUCKET = resource("Bucket", "AWS::S3::Bucket")
PREFIX = {"Name": "prefix", "Value": "in/"}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (QUEUE, arn("Queue")),
        (resource("Queue", "AWS::Kinesis::Stream"), arn("Queue")),
        (resource("Queue", "AWS::DynamoDB::Table"), arn("Queue", "StreamArn")),
        (resource("Queue", "AWS::MSK::Cluster"), {"Ref": "Queue"}),
    ],
)
def test_a_function_takes_from_what_it_polls(source: Any, value: Any) -> None:
    found = draw({**source, **function("Worker"), **poll("Worker", value)})

    assert "handover: Queue -> Worker" in edges(found)


def test_a_function_is_found_behind_its_alias() -> None:
    alias = resource(
        "Live", "AWS::Lambda::Alias", FunctionName={"Ref": "Worker"}, FunctionVersion="1"
    )
    mapping = resource(
        "Mapping",
        "AWS::Lambda::EventSourceMapping",
        FunctionName={"Ref": "Live"},
        EventSourceArn=arn("Queue"),
    )

    assert "handover: Queue -> Worker" in edges(
        draw({**QUEUE, **function("Worker"), **alias, **mapping})
    )


def test_a_queue_of_elsewhere_is_shown_as_what_polls_it() -> None:
    found = draw({**function("Worker"), **poll("Worker", "arn:aws:sqs:eu-west-1:1:far")})

    assert "handover: WorkerSource -> Worker" in edges(found)
    assert verdicts(found) == {"Worker": "unknown"}


def test_a_failed_batch_goes_on_as_such() -> None:
    dead = resource("Dead", "AWS::SQS::Queue")
    mapping = poll(
        "Worker",
        arn("Queue"),
        DestinationConfig={"OnFailure": {"Destination": arn("Dead")}},
    )
    found = draw({**QUEUE, **dead, **function("Worker"), **mapping})

    assert edge(found, "Worker", "Dead").filtered == "only what failed"


def test_a_subscription_within_the_topic_counts() -> None:
    topic = resource(
        "Topic", "AWS::SNS::Topic", Subscription=[{"Protocol": "sqs", "Endpoint": arn("Queue")}]
    )

    assert "handover: Topic -> Queue" in edges(draw({**topic, **QUEUE}))


def test_a_filter_policy_is_a_filter() -> None:
    subscription = resource(
        "Subscription",
        "AWS::SNS::Subscription",
        TopicArn={"Ref": "Topic"},
        Protocol="lambda",
        Endpoint=arn("Worker"),
        FilterPolicy={"kind": ["order"]},
    )
    found = draw({**TOPIC, **function("Worker"), **subscription})

    assert edge(found, "Topic", "Worker").filtered == "a filter of messages"


@pytest.mark.parametrize(
    "notified",
    [
        resource(
            "Bucket",
            "AWS::S3::Bucket",
            NotificationConfiguration={
                "LambdaConfigurations": [
                    {
                        "Event": "s3:ObjectCreated:*",
                        "Function": arn("Worker"),
                        "Filter": {"S3Key": {"Rules": [PREFIX]}},
                    }
                ]
            },
        ),
        {
            **BUCKET,
            **resource(
                "Notifications",
                "Custom::S3BucketNotifications",
                BucketName={"Ref": "Bucket"},
                NotificationConfiguration={
                    "LambdaFunctionConfigurations": [
                        {
                            "Events": ["s3:ObjectCreated:*"],
                            "LambdaFunctionArn": arn("Worker"),
                            "Filter": {
                                "Key": {"FilterRules": [{"Name": "prefix", "Value": "in/"}]}
                            },
                        }
                    ]
                },
            ),
        },
    ],
)
def test_a_bucket_notifies_however_it_was_told_to(notified: Any) -> None:
    found = draw({**notified, **function("Worker")})

    handover = edge(found, "Bucket", "Worker")
    assert handover.label == "s3:ObjectCreated:*"
    assert handover.filtered == "prefix in/"


def test_a_browser_that_may_put_objects_is_an_outsider() -> None:
    bucket = resource(
        "Bucket",
        "AWS::S3::Bucket",
        CorsConfiguration={
            "CorsRules": [
                {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://a.example"]}
            ]
        },
    )

    assert "request: the internet -> Bucket" in edges(draw(bucket))


def test_a_rule_passes_on_what_is_put_on_its_bus() -> None:
    bus = resource("Bus", "AWS::Events::EventBus", Name="orders")
    rule = resource(
        "Rule",
        "AWS::Events::Rule",
        EventBusName={"Ref": "Bus"},
        EventPattern={"source": ["shop"]},
        Targets=[{"Id": "0", "Arn": arn("Worker")}],
    )
    found = edges(draw({**bus, **rule, **function("Worker")}))

    assert {"handover: Bus -> Rule", "handover: Rule -> Worker"} <= set(found)


def test_a_rule_that_pins_source_and_account_limits_what_comes() -> None:
    bus = resource("Bus", "AWS::Events::EventBus", Name="partners")
    rule = resource(
        "Rule",
        "AWS::Events::Rule",
        EventBusName={"Ref": "Bus"},
        EventPattern={"source": ["partner"], "account": ["111122223333"]},
        Targets=[{"Id": "0", "Arn": arn("Worker")}],
    )
    found = draw({**bus, **rule, **function("Worker")})

    assert edge(found, "Bus", "Rule").limited == (
        "the rule names the source and the account of events"
    )


def test_an_input_of_the_template_replaces_the_event() -> None:
    rule = resource(
        "Rule",
        "AWS::Events::Rule",
        EventPattern={"source": ["shop"]},
        Targets=[{"Id": "0", "Arn": arn("Worker"), "Input": '{"fixed": true}'}],
    )
    found = draw({**rule, **function("Worker")})

    assert edge(found, "Rule", "Worker").limited == (
        "an input the template sets replaces the event"
    )


def test_what_services_of_aws_report_comes_from_aws() -> None:
    rule = resource(
        "Rule",
        "AWS::Events::Rule",
        EventPattern={"source": ["aws.ec2"]},
        Targets=[{"Id": "0", "Arn": arn("Worker")}],
    )

    assert verdicts(draw({**rule, **function("Worker")})) == {"Worker": "provenance"}


def test_a_pipe_takes_enriches_and_hands_on() -> None:
    pipe = resource(
        "Pipe",
        "AWS::Pipes::Pipe",
        Source=arn("Queue"),
        Enrichment=arn("Enrich"),
        Target={"Ref": "Topic"},
    )
    found = edges(draw({**QUEUE, **TOPIC, **function("Enrich"), **pipe}))

    assert {
        "handover: Queue -> Pipe",
        "handover: Pipe -> Enrich",
        "handover: Pipe -> Topic",
    } <= set(found)


def test_a_log_holds_what_its_writer_was_sent() -> None:
    group = resource("Group", "AWS::Logs::LogGroup")
    writer = function("Writer", LoggingConfig={"LogGroup": {"Ref": "Group"}})
    subscription = resource(
        "Subscription",
        "AWS::Logs::SubscriptionFilter",
        LogGroupName={"Ref": "Group"},
        DestinationArn=arn("Reader"),
        FilterPattern="",
    )
    found = edges(draw({**group, **writer, **function("Reader"), **subscription}))

    assert {"write: Writer -> Group", "handover: Group -> Reader"} <= set(found)


def test_results_and_failures_of_a_function_go_on() -> None:
    config = resource(
        "Config",
        "AWS::Lambda::EventInvokeConfig",
        FunctionName={"Ref": "Worker"},
        Qualifier="$LATEST",
        DestinationConfig={
            "OnSuccess": {"Destination": arn("Queue")},
            "OnFailure": {"Destination": {"Ref": "Topic"}},
        },
    )
    found = draw({**QUEUE, **TOPIC, **function("Worker"), **config})

    assert edge(found, "Worker", "Queue").filtered == ""
    assert edge(found, "Worker", "Topic").filtered == "only what failed"


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Custom::Setup", {"ServiceToken": arn("Worker")}),
        ("AWS::CloudFormation::CustomResource", {"ServiceToken": arn("Worker")}),
        ("AWS::SecretsManager::RotationSchedule", {"RotationLambdaARN": arn("Worker")}),
        ("AWS::Config::ConfigRule", {"Source": {"SourceIdentifier": arn("Worker")}}),
        ("AWS::CloudWatch::Alarm", {"AlarmActions": [arn("Worker")]}),
    ],
)
def test_aws_itself_is_no_stranger(kind: str, properties: Any) -> None:
    found = draw({**function("Worker"), **resource("Caller", kind, **properties)})

    assert verdicts(found) == {"Worker": "provenance"}


JUNK: tuple[Any, ...] = (
    None,
    1,
    "x",
    [],
    {},
    [[]],
    [None],
    {"Ref": "Nowhere"},
    {"Fn::GetAtt": ["Nowhere", "Arn"]},
    {"Fn::If": ["Nowhere", 1, 2]},
    {"Ref": "Subject"},
)
KINDS: dict[str, tuple[str, ...]] = {
    "AWS::ApiGateway::Method": ("RestApiId", "Integration", "AuthorizerId", "ResourceId"),
    "AWS::ApiGateway::RestApi": ("Body", "Policy", "EndpointConfiguration"),
    "AWS::CloudFront::Distribution": ("DistributionConfig",),
    "AWS::CloudWatch::Alarm": ("AlarmActions",),
    "AWS::Cognito::UserPool": ("LambdaConfig",),
    "AWS::Events::Rule": ("EventPattern", "Targets", "EventBusName", "ScheduleExpression"),
    "AWS::IAM::Role": ("AssumeRolePolicyDocument", "Policies", "PermissionsBoundary"),
    "AWS::IoT::TopicRule": ("TopicRulePayload",),
    "AWS::Lambda::EventInvokeConfig": ("FunctionName", "DestinationConfig"),
    "AWS::Lambda::EventSourceMapping": ("FunctionName", "EventSourceArn", "DestinationConfig"),
    "AWS::Lambda::Function": ("Role", "Environment", "DeadLetterConfig", "LoggingConfig"),
    "AWS::Lambda::Permission": ("FunctionName", "Principal", "SourceArn"),
    "AWS::Lambda::Url": ("TargetFunctionArn", "AuthType"),
    "AWS::Logs::SubscriptionFilter": ("LogGroupName", "DestinationArn", "FilterPattern"),
    "AWS::Pipes::Pipe": ("Source", "Target", "Enrichment", "SourceParameters"),
    "AWS::S3::Bucket": ("NotificationConfiguration", "CorsConfiguration"),
    "AWS::SES::ReceiptRule": ("Rule",),
    "AWS::SNS::Subscription": ("TopicArn", "Endpoint", "Protocol", "FilterPolicy"),
    "AWS::SNS::Topic": ("Subscription",),
    "AWS::SQS::Queue": ("RedrivePolicy",),
    "AWS::SQS::QueuePolicy": ("PolicyDocument", "Queues"),
    "AWS::Scheduler::Schedule": ("Target", "ScheduleExpression"),
    "AWS::StepFunctions::StateMachine": (
        "Definition",
        "DefinitionString",
        "DefinitionSubstitutions",
    ),
    "Custom::S3BucketNotifications": ("BucketName", "NotificationConfiguration"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_value_of_any_shape_is_read_or_said_not_to_be(kind: str) -> None:
    for name in KINDS[kind]:
        for junk in JUNK:
            body = {"Subject": {"Type": kind, "Properties": {name: junk}}, **function("Other")}
            template = Template({"Resources": body})
            subject = template.resources["Subject"]
            for read in readers(kind):
                try:
                    list(read(subject, template))
                except Undecided:
                    continue
