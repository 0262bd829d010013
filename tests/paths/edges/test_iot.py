"""What devices publish."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.graph import Guard
from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, steps

LAMBDA = {"Lambda": {"FunctionArn": {"Fn::GetAtt": ["Target", "Arn"]}}}


def rule(
    sql: Any, actions: Any, target: dict[str, Any] = FUNCTION, **payload: Any
) -> dict[str, Any]:
    content = {"Sql": sql, "Actions": actions, **payload}
    return {"Rule": made("AWS::IoT::TopicRule", TopicRulePayload=content), "Target": target}


@pytest.mark.parametrize(
    ("sql", "verdict"),
    [
        ("SELECT * FROM 'devices/+/state'", Verdict.EXPOSED),
        ("SELECT *, topic(2) AS id FROM 'devices/#'", Verdict.EXPOSED),
        ("select temperature, topic(2) as id from 'devices/#'", Verdict.COMPENSATED),
        ("SELECT temperature * 2 AS t FROM 'devices/#'", Verdict.COMPENSATED),
        ("SELECT * FROM '$aws/events/presence/connected/+'", Verdict.COMPENSATED),
        ({"Ref": "Unknown"}, Verdict.EXPOSED),
    ],
)
def test_is_limited_by_the_columns_a_rule_names(sql: Any, verdict: Verdict) -> None:
    found = graph(rule(sql, [LAMBDA]))

    assert between(found, "devices", "Rule").guard is Guard.AUTHORIZER
    assert Verdicts(found).on(between(found, "Rule", "Target").target) is verdict


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"Sqs": {"QueueUrl": {"Ref": "Target"}}}, "AWS::SQS::Queue"),
        ({"Sns": {"TargetArn": {"Ref": "Target"}}}, "AWS::SNS::Topic"),
        ({"Kinesis": {"StreamName": {"Ref": "Target"}}}, "AWS::Kinesis::Stream"),
        ({"S3": {"BucketName": {"Ref": "Target"}}}, "AWS::S3::Bucket"),
        ({"DynamoDBv2": {"PutItem": {"TableName": {"Ref": "Target"}}}}, "AWS::DynamoDB::Table"),
        (
            {"StepFunctions": {"StateMachineName": {"Fn::GetAtt": ["Target", "Name"]}}},
            "AWS::StepFunctions::StateMachine",
        ),
    ],
)
def test_follows_its_actions(action: dict[str, Any], kind: str) -> None:
    found = graph(rule("SELECT * FROM 'a'", [action], made(kind)))

    assert between(found, "Rule", "Target").asynchronous


def test_follows_the_action_for_failures() -> None:
    assert leads(graph(rule("SELECT 1", [], ErrorAction=LAMBDA)), "Rule", "Target")


def test_a_rule_that_is_off_takes_nothing() -> None:
    assert graph(rule("SELECT * FROM 'a'", [LAMBDA], RuleDisabled=True)).edges == ()


@pytest.mark.parametrize("actions", [{"Ref": "Unknown"}, ["text"], [{"Ref": "Unknown"}]])
def test_notes_actions_that_are_not_known(actions: Any) -> None:
    found = graph(rule("SELECT * FROM 'a'", actions))

    assert steps(found) == {"devices -> Rule"}
    assert [unread.resource.logical_id for unread in found.unread] == ["Rule"]
