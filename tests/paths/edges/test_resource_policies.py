"""What policies of resources let others put in or take out."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.graph import Flow
from tests.paths.edges.reading import between, graph, leads, made, steps

INTERNET = "the internet"
ACCOUNTS = "other accounts"
SEND: dict[str, Any] = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def queue(*statements: Any, **more: Any) -> dict[str, Any]:
    return {
        "Queue": made("AWS::SQS::Queue"),
        "Policy": made(
            "AWS::SQS::QueuePolicy",
            Queues=[{"Ref": "Queue"}],
            PolicyDocument={"Version": "2012-10-17", "Statement": list(statements)},
        ),
        **more,
    }


def equals(key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {"StringEquals": {key: value}}}


def test_anyone_sends_where_the_policy_is_open() -> None:
    edge = between(graph(queue({**SEND, "Principal": "*"})), INTERNET, "Queue")

    assert (edge.flow, edge.label, edge.certain) == (Flow.WRITE, "sqs:SendMessage", True)
    assert (edge.via.logical_id, edge.place) == ("Policy", "PolicyDocument.Statement.0.Principal")


def test_tells_taking_out_from_putting_in() -> None:
    every = {**SEND, "Action": "sqs:*", "Principal": {"AWS": "*"}}
    found = graph(queue(every))

    flows = {edge.flow for edge in found.edges if str(edge.source) == INTERNET}
    assert flows == {Flow.READ, Flow.WRITE}


@pytest.mark.parametrize(
    ("statement", "limited"),
    [
        ({"Principal": {"AWS": "444455556666"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::444455556666:root"}}, False),
        (
            {
                "Principal": {"AWS": "444455556666"},
                **equals("aws:PrincipalOrgID", "o-a1b2c3d4e5"),
            },
            True,
        ),
        ({"Principal": "*", **equals("aws:PrincipalOrgID", "o-a1b2c3d4e5")}, True),
        ({"Principal": "*", **equals("aws:SourceAccount", "444455556666")}, True),
        (
            {
                "Principal": {"Service": "sns.amazonaws.com"},
                **equals("aws:SourceArn", "arn:aws:sns:eu-west-1:444455556666:t"),
            },
            True,
        ),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, False),
    ],
)
def test_other_accounts_send_where_the_policy_names_them(
    statement: dict[str, Any],
    limited: bool,  # noqa: FBT001 (a parameter of pytest)
) -> None:
    edge = between(graph(queue({**SEND, **statement})), ACCOUNTS, "Queue")

    assert (bool(edge.limited), edge.certain) == (limited, True)


@pytest.mark.parametrize(
    "statement",
    [
        {"Principal": {"AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}}},
        {"Principal": "*", **equals("aws:SourceAccount", {"Ref": "AWS::AccountId"})},
        {"Principal": "*", **equals("aws:SourceArn", {"Ref": "Topic"})},
        {
            "Principal": {"Service": "sns.amazonaws.com"},
            **equals("aws:SourceArn", {"Ref": "Topic"}),
        },
        {"Principal": {"Service": "delivery.logs.amazonaws.com"}},
        {"Principal": "*", "Effect": "Deny"},
        {"Principal": "*", "Action": "sqs:GetQueueUrl"},
    ],
)
def test_leaves_alone_what_is_known_elsewhere_or_puts_nothing_in(
    statement: dict[str, Any],
) -> None:
    found = graph(queue({**SEND, **statement}, Topic=made("AWS::SNS::Topic")))

    assert steps(found) == set()


def test_leaves_a_service_alone_whose_source_is_in_the_templates() -> None:
    subscription = made(
        "AWS::SNS::Subscription",
        TopicArn={"Ref": "Topic"},
        Endpoint={"Fn::GetAtt": ["Queue", "Arn"]},
    )
    statement = {**SEND, "Principal": {"Service": "sns.amazonaws.com"}}
    resources = queue(statement, Topic=made("AWS::SNS::Topic"), Subscription=subscription)

    assert steps(graph(resources)) == {"Topic -> Queue"}


def test_lets_in_a_role_of_the_templates() -> None:
    statement = {**SEND, "Principal": {"AWS": {"Fn::GetAtt": ["Role", "Arn"]}}}

    assert leads(graph(queue(statement, Role=made("AWS::IAM::Role"))), "Role", "Queue")


def denied_unless(key: str, value: Any) -> dict[str, Any]:
    condition = {"StringNotEquals": {key: value}}
    return {**SEND, "Effect": "Deny", "Principal": "*", "Condition": condition}


def test_a_denial_of_strangers_leaves_those_it_is_not_about() -> None:
    outside = denied_unless("aws:PrincipalOrgID", "o-a1b2c3d4e5")

    assert between(graph(queue({**SEND, "Principal": "*"}, outside)), ACCOUNTS, "Queue").limited


def test_a_denial_of_every_other_account_leaves_nobody_outside() -> None:
    outside = denied_unless("aws:PrincipalAccount", {"Ref": "AWS::AccountId"})

    assert steps(graph(queue({**SEND, "Principal": "*"}, outside))) == set()


def test_a_denial_of_plain_http_takes_back_nothing() -> None:
    plain = {
        **SEND,
        "Effect": "Deny",
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }

    assert between(graph(queue({**SEND, "Principal": "*"}, plain)), INTERNET, "Queue").certain


@pytest.mark.parametrize("principal", [{"Ref": "Unknown"}, {"AWS": {"Ref": "Unknown"}}])
def test_is_not_certain_of_a_principal_that_is_not_known(principal: Any) -> None:
    found = graph(queue({**SEND, "Principal": principal}))

    assert not between(found, INTERNET, "Queue").certain


@pytest.mark.parametrize(
    ("kind", "policy", "place", "names", "action"),
    [
        ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "PolicyDocument", "Topics", "sns:Publish"),
        ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "PolicyDocument", "Bucket", "s3:PutObject"),
        (
            "AWS::Kinesis::Stream",
            "AWS::Kinesis::ResourcePolicy",
            "ResourcePolicy",
            "ResourceArn",
            "kinesis:PutRecord",
        ),
        (
            "AWS::SecretsManager::Secret",
            "AWS::SecretsManager::ResourcePolicy",
            "ResourcePolicy",
            "SecretId",
            "secretsmanager:GetSecretValue",
        ),
    ],
)
def test_reads_the_policies_of_every_kind_of_store(
    kind: str, policy: str, place: str, names: str, action: str
) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
    properties = {place: {"Statement": statement}, names: {"Ref": "Store"}}

    found = graph({"Store": made(kind), "Policy": {"Type": policy, "Properties": properties}})

    assert between(found, INTERNET, "Store").label == action


def test_reads_the_policy_of_a_bus_in_its_older_form() -> None:
    policy = made(
        "AWS::Events::EventBusPolicy",
        EventBusName={"Ref": "Bus"},
        Action="events:PutEvents",
        Principal="444455556666",
        StatementId="partner",
    )

    assert leads(graph({"Bus": made("AWS::Events::EventBus"), "P": policy}), ACCOUNTS, "Bus")


def test_reads_the_policy_of_the_default_bus() -> None:
    policy = made(
        "AWS::Events::EventBusPolicy",
        Statement={"Effect": "Allow", "Action": "events:PutEvents", "Principal": "*"},
        StatementId="open",
    )

    assert leads(graph({"P": policy}), INTERNET, "the default event bus")


def test_a_bucket_that_restricts_public_policies_stays_closed() -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "*"}
    bucket = made(
        "AWS::S3::Bucket", PublicAccessBlockConfiguration={"RestrictPublicBuckets": "true"}
    )
    policy = made(
        "AWS::S3::BucketPolicy",
        Bucket={"Ref": "Bucket"},
        PolicyDocument={"Statement": [statement]},
    )

    assert steps(graph({"Bucket": bucket, "Policy": policy})) == set()


@pytest.mark.parametrize(
    ("acl", "flows"),
    [("PublicRead", {Flow.READ}), ("PublicReadWrite", {Flow.READ, Flow.WRITE}), ("Private", set())],
)
def test_reads_public_acls(acl: str, flows: set[Flow]) -> None:
    found = graph({"Bucket": made("AWS::S3::Bucket", AccessControl=acl)})

    assert {edge.flow for edge in found.edges} == flows


def test_an_acl_that_is_ignored_opens_nothing() -> None:
    bucket = made(
        "AWS::S3::Bucket",
        AccessControl="PublicRead",
        PublicAccessBlockConfiguration={"IgnorePublicAcls": True},
    )

    assert steps(graph({"Bucket": bucket})) == set()


@pytest.mark.parametrize("document", [{"Ref": "Unknown"}, "not json", ["a"]])
def test_notes_a_policy_that_cannot_be_read(document: Any) -> None:
    resources = queue()
    resources["Policy"]["Properties"]["PolicyDocument"] = document

    assert [unread.resource.logical_id for unread in graph(resources).unread] == ["Policy"]
