"""What anyone sends by mail to an endpoint of Mail Manager."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.paths.graph import SENDERS, Flow, Guard
from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made

RUN = {"InvokeLambda": {"FunctionArn": {"Fn::GetAtt": ["Target", "Arn"]}}}
CLEAN = {
    "VerdictExpression": {
        "Evaluate": {"Analysis": {"Analyzer": "a", "ResultField": "r"}},
        "Operator": "EQUALS",
        "Values": ["PASS"],
    }
}
SPF = {
    "VerdictExpression": {
        "Evaluate": {"Attribute": "SPF"},
        "Operator": "EQUALS",
        "Values": ["PASS"],
    }
}
BAD = {"VerdictExpression": {**CLEAN["VerdictExpression"], "Values": ["FAIL", "GRAY"]}}


def app(
    *rules: dict[str, Any], target: dict[str, Any] = FUNCTION, **point: Any
) -> dict[str, dict[str, Any]]:
    point = {"Type": "OPEN", "RuleSetId": {"Ref": "Rules"}, **point}
    return {
        "Door": made("AWS::SES::MailManagerIngressPoint", **point),
        "Rules": made("AWS::SES::MailManagerRuleSet", Rules=list(rules)),
        "Target": target,
    }


def verdict(*rules: dict[str, Any], **point: Any) -> Verdict | None:
    found = graph(app(*rules, **point))
    return Verdicts(found).on(between(found, "Rules", "Target").target)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"Actions": [RUN]}, Verdict.EXPOSED),
        ({"Actions": [RUN], "Conditions": [CLEAN]}, Verdict.COMPENSATED),
        ({"Actions": [RUN], "Unless": [BAD]}, Verdict.COMPENSATED),
        ({"Actions": [RUN], "Conditions": [SPF]}, Verdict.EXPOSED),
        ({"Actions": [RUN], "Conditions": [BAD]}, Verdict.EXPOSED),
    ],
)
def test_is_limited_by_what_a_scanner_says(rule: dict[str, Any], expected: Verdict) -> None:
    assert verdict(rule, TlsPolicy="REQUIRED") is expected


def test_is_limited_only_where_tls_is_required() -> None:
    assert verdict({"Actions": [RUN], "Conditions": [CLEAN]}) is Verdict.EXPOSED
    assert verdict({"Actions": [RUN], "Conditions": [CLEAN]}, TlsPolicy="OPTIONAL") is (
        Verdict.EXPOSED
    )


def test_one_endpoint_without_tls_is_enough() -> None:
    resources = app({"Actions": [RUN], "Conditions": [CLEAN]}, TlsPolicy="REQUIRED")
    resources["Other"] = made(
        "AWS::SES::MailManagerIngressPoint", Type="OPEN", RuleSetId={"Ref": "Rules"}
    )
    found = graph(resources)

    assert Verdicts(found).on(between(found, "Rules", "Target").target) is Verdict.EXPOSED


@pytest.mark.parametrize("conditions", [[BAD, SPF], [SPF]])
def test_a_drop_of_some_of_what_is_bad_limits_nothing(conditions: list[Any]) -> None:
    drop = {"Actions": [{"Drop": {}}], "Conditions": conditions}

    assert verdict(drop, {"Actions": [RUN]}, TlsPolicy="REQUIRED") is Verdict.EXPOSED


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"PublishToSns": {"TopicArn": {"Ref": "Target"}}}, "AWS::SNS::Topic"),
        ({"WriteToS3": {"S3Bucket": {"Ref": "Target"}}}, "AWS::S3::Bucket"),
    ],
)
def test_follows_its_actions(action: dict[str, Any], kind: str) -> None:
    found = graph(app({"Actions": [action]}, target=made(kind)))

    assert between(found, "Rules", "Target").asynchronous


def test_a_function_that_is_waited_for() -> None:
    action = {"InvokeLambda": {**RUN["InvokeLambda"], "InvocationType": "REQUEST_RESPONSE"}}

    assert not between(graph(app({"Actions": [action]})), "Rules", "Target").asynchronous


@pytest.mark.parametrize(
    ("kind", "guard"),
    [("OPEN", Guard.NONE), ("AUTH", Guard.AUTHORIZER), ("MTLS", Guard.AUTHORIZER)],
)
def test_an_endpoint_may_ask_who_sends(kind: str, guard: Guard) -> None:
    found = graph(app({"Actions": [RUN]}, Type=kind))

    (edge,) = found.leaving(SENDERS)
    assert (edge.flow, edge.guard) == (Flow.REQUEST, guard)


def test_a_closed_endpoint_takes_nothing() -> None:
    found = graph(app({"Actions": [RUN]}, StatusToUpdate="CLOSED"))

    assert not found.leaving(SENDERS)
    assert not leads(found, "Door", "Rules")


@pytest.mark.parametrize("rules", [{"Ref": "Unknown"}, ["text"]])
def test_notes_rules_that_are_not_known(rules: Any) -> None:
    resources = app()
    resources["Rules"] = made("AWS::SES::MailManagerRuleSet", Rules=rules)

    assert [unread.resource.logical_id for unread in graph(resources).unread] == ["Rules"]
