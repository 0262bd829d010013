"""Sign-in and sign-up at user pools."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Guard
from tests.paths.edges.reading import FUNCTION, between, graph, made

INTERNET = "the internet"
ARN = {"Fn::GetAtt": ["Handler", "Arn"]}
CLOSED = {"AllowAdminCreateUserOnly": True}


def pool(triggers: Any, more: dict[str, Any] | None = None, **properties: Any) -> dict[str, Any]:
    return {
        "Pool": made("AWS::Cognito::UserPool", LambdaConfig=triggers, **properties),
        "Handler": FUNCTION,
        **(more or {}),
    }


@pytest.mark.parametrize(
    ("triggers", "label"),
    [
        ({"PreSignUp": ARN}, "PreSignUp"),
        ({"CustomEmailSender": {"LambdaArn": ARN, "LambdaVersion": "V1_0"}}, "CustomEmailSender"),
        (
            {"PreTokenGeneration": ARN, "PreTokenGenerationConfig": {"LambdaArn": ARN}},
            "PreTokenGeneration",
        ),
    ],
)
def test_shows_triggers_what_is_sent(triggers: dict[str, Any], label: str) -> None:
    assert between(graph(pool(triggers)), "Pool", "Handler").label == label


@pytest.mark.parametrize(
    ("trigger", "settings", "guard"),
    [
        ("PostConfirmation", {}, Guard.NONE),
        ("PostConfirmation", {"AdminCreateUserConfig": CLOSED}, Guard.AUTHORIZER),
        ("PreAuthentication", {"AdminCreateUserConfig": CLOSED}, Guard.NONE),
        (
            "PostConfirmation",
            {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": {"Ref": "Unknown"}}},
            Guard.NONE,
        ),
    ],
)
def test_keeps_strangers_out_only_where_none_can_set_a_trigger_off(
    trigger: str, settings: dict[str, Any], guard: Guard
) -> None:
    found = graph(pool({trigger: ARN}, **settings))

    assert between(found, INTERNET, "Pool").guard is guard


def test_knows_its_web_acl() -> None:
    acl = made("AWS::WAFv2::WebACLAssociation", ResourceArn={"Fn::GetAtt": ["Pool", "Arn"]})
    triggers = {"PreSignUp": ARN}

    assert between(graph(pool(triggers)), INTERNET, "Pool").waf is Answer.NO
    assert between(graph(pool(triggers, {"Acl": acl})), INTERNET, "Pool").waf is Answer.YES


def test_a_pool_without_triggers_is_no_way_into_a_function() -> None:
    assert graph(pool({})).edges == ()


@pytest.mark.parametrize("triggers", ["text", ["a"], {"Ref": "Unknown"}])
def test_notes_triggers_that_cannot_be_read(triggers: Any) -> None:
    assert [unread.place for unread in graph(pool(triggers)).unread] == ["LambdaConfig"]
