from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam._caller import is_administrator
from secure_constructs.iam.roles import identities
from tests.iam.templates import ADMINISTRATOR, allow, deny, role, template

ALL_BUT_NOTHING = {"Effect": "Allow", "NotAction": [], "Resource": "*"}


def administers(subject: dict[str, Any]) -> bool:
    """Say whether a role is taken for an administrator."""
    deployed = template(Subject=subject)
    return is_administrator(identities(deployed).of(deployed.resources["Subject"]))


@pytest.mark.parametrize(
    "subject",
    [
        role(allow("*")),
        role(ALL_BUT_NOTHING),
        role(ManagedPolicyArns=[ADMINISTRATOR]),
        role(allow("s3:GetObject"), allow("*")),
    ],
)
def test_knows_an_administrator(subject: dict[str, Any]) -> None:
    assert administers(subject)


@pytest.mark.parametrize(
    "subject",
    [
        role(allow("s3:*", "iam:*")),
        role(allow("*", on="arn:aws:s3:::orders")),
        role(allow("*"), deny("s3:DeleteBucket")),
        role(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
        role(),
    ],
)
def test_takes_no_one_for_an_administrator_who_may_not_do_everything(
    subject: dict[str, Any],
) -> None:
    assert not administers(subject)
