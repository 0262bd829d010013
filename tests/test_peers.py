import csv
from importlib import resources

import pytest

from secure_constructs.cli import main
from secure_constructs.peers import control_of, coverage, peer_rules
from secure_constructs.rules import catalogue


def test_knows_the_control_of_a_peer_rule() -> None:
    assert control_of("AwsSolutions-SQS3", tool="cdk-nag") == "sqs.dlq"
    assert control_of("CKV_AWS_258") == "lambda.url-auth"


def test_reads_the_id_of_a_rule_that_names_its_finding() -> None:
    assert control_of("AwsSolutions-IAM5[Resource::*]") == "iam.wildcard-action-or-resource"


@pytest.mark.parametrize("rule", ["", "AwsSolutions-XYZ1", "sqs.dlq"])
def test_does_not_guess_the_control_of_an_unknown_rule(rule: str) -> None:
    assert control_of(rule) == ""


def test_the_table_is_sorted_and_names_every_rule_of_a_tool_once_per_control() -> None:
    text = resources.files("secure_constructs").joinpath("data/peer_rules.csv").read_text("utf-8")
    _, *rows = csv.reader(text.splitlines())
    assert rows == sorted(rows)
    assert len({tuple(row) for row in rows}) == len(rows)
    assert all(len(row) == 3 and all(row) for row in rows)


def test_shares_its_controls_with_the_rules() -> None:
    assert {rule.control for rule in catalogue()} & {peer.control for peer in peer_rules()}


@pytest.mark.parametrize("control", sorted({peer.control for peer in peer_rules()}))
def test_every_control_of_others_is_checked(control: str) -> None:
    answer = coverage(control)

    if control in {rule.control for rule in catalogue()}:
        assert answer.rules == ()
    else:
        assert answer.rules
        assert set(answer.rules) <= {rule.id for rule in catalogue()}


def test_explains_a_rule_of_others_by_those_that_look_at_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["explain", "CKV_AWS_53"]) == 0

    said = capsys.readouterr().out
    assert "s3-public-access-unblocked" in said
    assert "s3.bpa-block-acls, cut differently here: the four settings are one decision" in said
