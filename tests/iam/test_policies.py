from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.policies import beyond_services, loose_grants, trust_policy
from secure_constructs.template import Resource
from tests.iam.templates import allow, role, template, trust


def only(body: dict[str, Any]) -> Resource:
    return template(Role=body).resources["Role"]


@pytest.mark.parametrize(
    ("trusted", "beyond"),
    [
        (trust(), 0),
        (trust("*"), 1),
        (trust(AWS="*"), 1),
        (trust(Service={"Ref": "Given"}), 1),
        ({"Statement": {**trust()["Statement"][0], "Action": "sts:*"}}, 1),
        ({"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": "*"}}, 1),
        ({"Statement": {**trust()["Statement"][0], "Effect": "Deny"}}, 0),
    ],
    ids=["a service", "all", "anyone", "not known", "every action", "all but some", "a denial"],
)
def test_knows_who_trusts_more_than_services(trusted: Any, beyond: int) -> None:
    assert len(beyond_services(trust_policy(only(role(trusts=trusted))))) == beyond


def test_gives_the_statements_that_leave_open_what_they_allow() -> None:
    loose: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": ["s3:GetObject", "s3:Put*"], "Resource": "*"},
        {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": "arn:aws:s3:::b"},
        {"Effect": "Allow", "Action": {"Ref": "Given"}, "Resource": "*"},
    ]
    found = loose_grants(only(role(allow("s3:GetObject"), *loose)))
    assert [statement.place for _, statement in found] == [f"Statement.{n}" for n in (1, 2, 3, 4)]
