"""Workflows whose order can be got around."""

from __future__ import annotations

from typing import Any

from tests.paths.apps import Body, arn, draw, function, resource, url


def workflow(*, start: str = "Check", **states: Any) -> dict[str, Body]:
    return resource(
        "Flow",
        "AWS::StepFunctions::StateMachine",
        Definition={"StartAt": start, "States": states},
    )


def task(name: str, following: str = "", **more: Any) -> Body:
    after = {"Next": following} if following else {"End": True}
    return {"Type": "Task", "Resource": arn(name), **after, **more}


TWO = {**function("Check"), **function("Charge")}
ORDERED = workflow(Check=task("Check", "Charge"), Charge=task("Charge"))


def test_a_url_leads_past_the_workflow() -> None:
    (door,) = draw({**TWO, **ORDERED, **url("Charge")}).side_doors

    assert door.workflow.name == "Flow"
    assert door.step.label == "Charge"
    assert [hop.name for hop in door.way.hops] == ["the internet", "ChargeUrl", "Charge"]


def test_a_clock_is_no_side_door() -> None:
    clock = resource(
        "Nightly",
        "AWS::Events::Rule",
        ScheduleExpression="rate(1 day)",
        Targets=[{"Id": "0", "Arn": arn("Charge")}],
    )

    assert draw({**TWO, **ORDERED, **clock}).side_doors == ()


def test_the_door_to_the_workflow_itself_is_none() -> None:
    flow = workflow(Check=task("Check", "Charge"), Charge=task("Charge"))
    start = {
        "Effect": "Allow",
        "Action": "states:StartExecution",
        "Resource": {"Ref": "Flow"},
    }

    assert draw({**TWO, **flow, **function("Front", start), **url("Front")}).side_doors == ()


def test_a_workflow_that_waits_for_an_answer_has_a_door_on_purpose() -> None:
    waits = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {"FunctionName": arn("Check")},
        "Next": "Charge",
    }
    flow = workflow(Check=waits, Charge=task("Charge"))

    assert draw({**TWO, **flow, **url("Charge")}).side_doors == ()


def test_a_charge_before_the_check() -> None:
    flow = workflow(
        start="ChargeCard", ChargeCard=task("Charge", "CheckStock"), CheckStock=task("Check")
    )
    (skipped,) = draw({**TWO, **flow}).skipped_checks

    assert (skipped.step.name, skipped.check.name) == ("ChargeCard", "CheckStock")


def test_a_choice_that_goes_around_the_check() -> None:
    choice = {
        "Type": "Choice",
        "Choices": [{"Variable": "$.fast", "BooleanEquals": True, "Next": "Charge"}],
        "Default": "Check",
    }
    flow = workflow(start="Way", Way=choice, Check=task("Check", "Charge"), Charge=task("Charge"))
    (skipped,) = draw({**TWO, **flow}).skipped_checks

    assert (skipped.step.name, skipped.check.name) == ("Charge", "Check")


def test_a_check_that_cannot_be_skipped() -> None:
    assert draw({**TWO, **ORDERED}).skipped_checks == ()


def test_words_inside_other_words_are_no_check() -> None:
    flow = workflow(start="Ship", Ship=task("Charge", "Checkout"), Checkout=task("Check"))

    assert draw({**TWO, **flow}).skipped_checks == ()


def test_a_definition_that_cannot_be_read_is_said_to_be_so() -> None:
    flow = resource("Flow", "AWS::StepFunctions::StateMachine", DefinitionString="{not json")
    found = draw({**TWO, **flow, **url("Charge")})

    assert found.side_doors == ()
    (unread,) = found.graph.unread
    assert (unread.resource.logical_id, unread.place) == ("Flow", "DefinitionString")
