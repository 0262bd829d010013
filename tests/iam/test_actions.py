from __future__ import annotations

from importlib import resources

import pytest

from secure_constructs.iam import actions, managed
from secure_constructs.iam.actions import Level, action, matching


@pytest.mark.parametrize(
    ("name", "level", "limitable"),
    [
        ("s3:GetObject", Level.READ, True),
        ("S3:getobject", Level.READ, True),
        ("s3:ListAllMyBuckets", Level.LIST, False),
        ("xray:PutTraceSegments", Level.WRITE, False),
        ("iam:PutRolePolicy", Level.PERMISSIONS_MANAGEMENT, True),
        ("sqs:TagQueue", Level.TAGGING, True),
        ("dynamodb:PutItem", Level.WRITE, True),
    ],
)
def test_knows_level_and_whether_an_action_can_be_limited(
    name: str, level: Level, *, limitable: bool
) -> None:
    found = action(name)
    assert found is not None
    assert found.level is level
    assert found.limitable is limitable


def test_spells_actions_as_aws_does() -> None:
    assert str(action("LAMBDA:invokefunction")) == "lambda:InvokeFunction"


@pytest.mark.parametrize("name", ["s3:Nonsense", "nonsense:Get", "", "s3", ":", "aaa:x", "zzz:x"])
def test_does_not_know_what_aws_does_not_list(name: str) -> None:
    assert action(name) is None


def test_names_the_actions_that_a_pattern_stands_for() -> None:
    names = {found.name for found in matching("sqs:*Message")}
    assert {"sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"} <= names
    assert "sqs:CreateQueue" not in names
    assert [found.name for found in matching("SQS:sendmessage")] == ["sqs:SendMessage"]
    assert matching("*") == matching("s*:Get*") == ()


def test_knows_services() -> None:
    assert actions.known_service("dynamodb")
    assert not actions.known_service("dynamodbs")


def test_says_where_the_data_comes_from() -> None:
    for origin in (actions.origin(), managed.origin()):
        assert origin["source"].startswith("npm ")
        assert origin["date"] >= "2026-01-01"
        assert origin["license"] == "MIT"


def test_ships_little() -> None:
    folder = resources.files("secure_constructs") / "data"
    sizes = {
        file.name: len(file.read_bytes())
        for file in folder.iterdir()
        if file.name.endswith((".pack", "paths.json"))
    }
    assert sizes["iam_actions.pack"] < 500_000
    assert sum(sizes.values()) < 700_000


def test_knows_the_content_of_aws_managed_policies() -> None:
    document = managed.managed_policy("AWSLambdaBasicExecutionRole")
    assert document is not None
    (statement,) = document.statements
    assert statement.actions is not None
    assert "logs:PutLogEvents" in statement.actions
    assert managed.managed_policy("NoSuchPolicy") is None


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::aws:policy/service-role/AWSLambdaRole", "AWSLambdaRole"),
        ("arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess", "ReadOnlyAccess"),
        ("arn:aws:iam::111111111111:policy/ReadOnlyAccess", None),
        ("arn:aws:iam::aws:role/ReadOnlyAccess", None),
        ("ReadOnlyAccess", None),
    ],
)
def test_tells_aws_managed_policies_from_others(arn: str, name: str | None) -> None:
    assert managed.managed_policy_name(arn) == name
