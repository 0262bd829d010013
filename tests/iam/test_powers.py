"""What an identity could give out, open to others, or mint."""

from __future__ import annotations

from typing import Any

from secure_constructs.iam import actions
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.powers import _ACTIONS, Kind, Power, powers_of
from secure_constructs.iam.roles import identities
from secure_constructs.template import Template


def powers(*statements: dict[str, Any], boundary: dict[str, Any] | None = None) -> list[Power]:
    role: dict[str, Any] = {
        "AssumeRolePolicyDocument": {},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": list(statements)}}],
    }
    resources: dict[str, Any] = {"R": {"Type": "AWS::IAM::Role", "Properties": role}}
    if boundary is not None:
        role["PermissionsBoundary"] = {"Ref": "B"}
        resources["B"] = {
            "Type": "AWS::IAM::ManagedPolicy",
            "Properties": {"PolicyDocument": {"Statement": boundary}},
        }
    template = Template({"Resources": resources})
    return list(powers_of(identities(template).of(template.resources["R"])))


def allow(action: str, resource: str = "*") -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def test_opening_a_bucket_to_others_is_exposure() -> None:
    (power,) = powers(allow("s3:PutBucketPolicy"))

    assert (power.kind, power.answer) == (Kind.EXPOSURE, Answer.YES)
    assert [witness.place for witness in power.witnesses] == ["Statement.0"]


def test_making_access_keys_is_minting() -> None:
    (power,) = powers(allow("iam:CreateAccessKey"))

    assert power.kind is Kind.CREDENTIALS


def test_reading_one_bucket_is_possible_and_not_certain() -> None:
    (power,) = powers(allow("s3:GetObject", "arn:aws:s3:::one/*"))

    assert (power.kind, power.answer) == (Kind.EXFILTRATION, Answer.MAYBE)


def test_a_boundary_takes_powers_away() -> None:
    assert powers(allow("iam:*"), boundary=allow("s3:*")) == []


def test_a_denial_takes_powers_away() -> None:
    denial = {"Effect": "Deny", "Action": "sts:*", "Resource": "*"}

    assert powers(allow("sts:AssumeRole"), denial) == []


def test_every_action_is_known() -> None:
    for names in _ACTIONS.values():
        assert [name for name in names if actions.action(name) is None] == []
