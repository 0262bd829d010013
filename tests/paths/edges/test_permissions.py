"""Direct invocations that permissions of functions allow."""

from __future__ import annotations

from typing import Any, Final

import pytest

from secure_constructs.paths.graph import Flow, Guard
from secure_constructs.paths.verdicts import Verdict, Verdicts
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, steps


def permitting(more: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    allowed = {
        "FunctionName": {"Ref": "Handler"},
        "Action": "lambda:InvokeFunction",
        **properties,
    }
    return {
        "Handler": FUNCTION,
        "Allow": {"Type": "AWS::Lambda::Permission", "Properties": allowed},
        **(more or {}),
    }


ALIAS: Final = {"Live": made("AWS::Lambda::Alias", FunctionName={"Ref": "Handler"})}


@pytest.mark.parametrize(
    ("properties", "source", "guard"),
    [
        ({"Principal": "*"}, "the internet", Guard.NONE),
        ({"Principal": "444455556666"}, "other accounts", Guard.IAM),
        ({"Principal": "arn:aws:iam::444455556666:role/r"}, "other accounts", Guard.IAM),
        ({"Principal": {"Ref": "AWS::AccountId"}}, "this account's principals", Guard.IAM),
        ({"Principal": "alexa-appkit.amazon.com"}, "the internet", Guard.NONE),
        ({"Principal": "sns.amazonaws.com"}, "other accounts", Guard.NONE),
        ({"Principal": "secretsmanager.amazonaws.com"}, "AWS", Guard.NONE),
    ],
)
def test_says_who_invokes(properties: dict[str, Any], source: str, guard: Guard) -> None:
    edge = between(graph(permitting(**properties)), source, "Handler")

    assert (edge.guard, edge.certain) == (guard, True)


def test_lets_in_a_role_of_the_templates() -> None:
    role = {"Role": made("AWS::IAM::Role")}
    found = graph(permitting(role, Principal={"Fn::GetAtt": ["Role", "Arn"]}))

    assert between(found, "Role", "Handler").flow is Flow.INVOKE


def test_counts_the_organisation_as_a_limit() -> None:
    found = graph(permitting(Principal="*", PrincipalOrgID="o-a1b2c3d4e5"))

    assert between(found, "other accounts", "Handler").limited


@pytest.mark.parametrize("name", [{"Ref": "Live"}, {"Fn::GetAtt": ["Handler", "Arn"]}])
def test_follows_the_name_of_the_function(name: Any) -> None:
    found = graph(permitting(ALIAS, FunctionName=name, Principal="*"))

    assert leads(found, "the internet", "Handler")


def test_does_not_know_who_is_behind_a_service_with_a_source_elsewhere() -> None:
    source = "arn:aws:sns:eu-west-1:111122223333:orders"
    found = graph(permitting(Principal="sns.amazonaws.com", SourceArn=source))

    edge = between(found, "Allow", "Handler")
    assert not edge.certain
    assert Verdicts(found).on(edge.target) is Verdict.UNKNOWN


@pytest.mark.parametrize("source", [{"SourceArn": {"Ref": "Topic"}}, {}])
def test_leaves_a_service_alone_whose_trigger_is_in_the_templates(source: dict[str, Any]) -> None:
    topic = {
        "Topic": made("AWS::SNS::Topic"),
        "Subscription": made(
            "AWS::SNS::Subscription",
            TopicArn={"Ref": "Topic"},
            Endpoint={"Fn::GetAtt": ["Handler", "Arn"]},
        ),
    }
    found = graph(permitting(topic, Principal="sns.amazonaws.com", **source))

    assert steps(found) == {"Topic -> Handler"}


def test_leaves_permissions_for_urls_to_the_urls() -> None:
    assert steps(graph(permitting(Principal="*", Action="lambda:InvokeFunctionUrl"))) == set()
    assert steps(graph(permitting(Principal="*", InvokedViaFunctionUrl=True))) == set()


@pytest.mark.parametrize("bad", [{"Ref": "Unknown"}, {"a": "map"}, ["a", "list"]])
def test_notes_what_is_not_known(bad: Any) -> None:
    assert [unread.place for unread in graph(permitting(Principal=bad)).unread] == ["Principal"]


@pytest.mark.parametrize("name", [{"Ref": "Unknown"}, "elsewhere", {"a": "map"}, 7])
def test_a_permission_for_a_function_elsewhere_says_nothing(name: Any) -> None:
    assert steps(graph(permitting(FunctionName=name, Principal="*"))) == set()
