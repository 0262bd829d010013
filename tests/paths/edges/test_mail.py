"""What anyone sends by mail."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, steps

LAMBDA = {"LambdaAction": {"FunctionArn": {"Fn::GetAtt": ["Target", "Arn"]}}}


def receipt(actions: Any, target: dict[str, Any] = FUNCTION, **rule: Any) -> dict[str, Any]:
    content = {"Actions": actions, **rule}
    return {"Mail": made("AWS::SES::ReceiptRule", Rule=content), "Target": target}


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({}, Verdict.EXPOSED),
        ({"ScanEnabled": True}, Verdict.EXPOSED),
        ({"ScanEnabled": "true", "TlsPolicy": "Require"}, Verdict.COMPENSATED),
    ],
)
def test_is_limited_by_scan_and_tls_together(rule: dict[str, Any], verdict: Verdict) -> None:
    found = graph(receipt([LAMBDA], **rule))

    assert leads(found, "mail senders", "Mail")
    assert Verdicts(found).on(between(found, "Mail", "Target").target) is verdict


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"S3Action": {"BucketName": {"Ref": "Target"}}}, "AWS::S3::Bucket"),
        ({"SNSAction": {"TopicArn": {"Ref": "Target"}}}, "AWS::SNS::Topic"),
        ({"StopAction": {"TopicArn": {"Ref": "Target"}}}, "AWS::SNS::Topic"),
    ],
)
def test_follows_its_actions(action: dict[str, Any], kind: str) -> None:
    assert between(graph(receipt([action], made(kind))), "Mail", "Target").asynchronous


def test_a_function_that_decides_about_mail_is_waited_for() -> None:
    action = {"LambdaAction": {**LAMBDA["LambdaAction"], "InvocationType": "RequestResponse"}}

    assert not between(graph(receipt([action])), "Mail", "Target").asynchronous


def test_a_rule_that_is_off_takes_nothing() -> None:
    assert graph(receipt([LAMBDA], Enabled=False)).edges == ()


@pytest.mark.parametrize("actions", [{"Ref": "Unknown"}, ["text"]])
def test_notes_actions_that_are_not_known(actions: Any) -> None:
    found = graph(receipt(actions))

    assert steps(found) == {"mail senders -> Mail"}
    assert [unread.resource.logical_id for unread in found.unread] == ["Mail"]
