import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from secure_constructs.acknowledgments import (
    HIDDEN_IN_STAGE,
    WITHOUT_MATCH,
    Acknowledgment,
    accept_line,
    accepted_by,
    acknowledge,
    read_acknowledgments,
    unsound_among,
)
from secure_constructs.assessment import WITHOUT_REASON, Assessment
from secure_constructs.config import Config
from secure_constructs.errors import TemplateError
from secure_constructs.findings import CARRIED, Finding, Risk, Severity, SourceLine

RULE = "lambda-url-without-auth"
FINDING = Finding(
    rule_id=RULE,
    control="lambda.url-auth",
    risk=Risk.BROKEN_AUTHENTICATION,
    severity=Severity.HIGH,
    certain=True,
    message="auth is NONE, so anyone may call",
    fix="set auth_type=FunctionUrlAuthType.AWS_IAM",
    logical_id="Url",
    resource_type="AWS::Lambda::Url",
    property_path="AuthType",
    construct_path="Shop/Checkout/Url",
    stack="Shop",
)


def given(at: str, reason: str = "public", rule: str = f"Secure-Constructs::{RULE}") -> Any:
    return Acknowledgment(id=rule, reason=reason, construct_path=at)


@pytest.mark.parametrize(
    "at", ["", "Shop", "Shop/Checkout", "Shop/Checkout/Url", "Shop/Checkout/Url/Resource"]
)
def test_covers_what_lies_at_its_construct_or_below(at: str) -> None:
    assert given(at).covers(FINDING)


@pytest.mark.parametrize(
    "at", ["Sho", "Shop/Check", "Shop/Checkout/Url/Other", "Shop/Checkout/Urls", "Other"]
)
def test_does_not_cover_what_lies_elsewhere(at: str) -> None:
    assert not given(at).covers(FINDING)


@pytest.mark.parametrize(
    "rule", [RULE, f"Annotation::{RULE}", "Secure-Constructs::lambda-*", "Secure-Constructs::"]
)
def test_matches_to_the_letter(rule: str) -> None:
    assert not given("", rule=rule).covers(FINDING)


def test_the_closest_acknowledgment_gives_the_reason() -> None:
    acknowledgments = [given("", "far"), given("Shop/Checkout", "near"), given("Shop", "middle")]
    assert accepted_by([FINDING], acknowledgments)[FINDING].reason == "near"


@pytest.mark.parametrize(
    ("acknowledgment", "message", "fix"),
    [
        (given("Shop/Queue"), f"{RULE} finds nothing at Shop/Queue or below", "remove it"),
        (
            given("Shop", rule="Secure-Constructs::lambda-url-without-aut"),
            "there is no rule lambda-url-without-aut",
            f"write Secure-Constructs::{RULE}",
        ),
        (
            given("Shop", rule="Secure-Constructs::xyz"),
            "there is no rule xyz",
            "remove it",
        ),
        (
            given("Shop", rule=f"Annotation::{RULE}"),
            f"{RULE} names no finding of ours",
            f"write Secure-Constructs::{RULE}",
        ),
        (
            given("Shop", rule=f"secure_constructs::{RULE}"),
            f"secure_constructs::{RULE} names no finding of ours",
            f"write Secure-Constructs::{RULE}",
        ),
    ],
)
def test_one_that_accepts_nothing_is_a_finding(
    acknowledgment: Acknowledgment, message: str, fix: str
) -> None:
    (finding,) = unsound_among([acknowledgment], [FINDING], [])
    assert (finding.rule_id, finding.message, finding.fix) == (WITHOUT_MATCH, message, fix)
    assert finding.construct_path == acknowledgment.construct_path


@pytest.mark.parametrize("reason", ["", " \n"])
def test_one_without_reason_is_a_finding_that_gates(reason: str) -> None:
    (finding,) = unsound_among([given("Shop", reason)], [FINDING], [])
    assert finding.rule_id == WITHOUT_REASON
    config = Config(gate=Severity.CRITICAL)
    assert Assessment(findings=(finding,), acknowledged={}, config=config).gating == (finding,)


def test_a_missing_reason_cannot_be_accepted() -> None:
    accepted = given("Shop", "", rule=f"Secure-Constructs::{WITHOUT_REASON}")
    unsound = unsound_among([given("Shop", ""), accepted], [FINDING], [])
    assert [finding.rule_id for finding in unsound] == [WITHOUT_REASON, WITHOUT_REASON]
    assert accepted_by(unsound, [accepted]) == {}


@pytest.mark.parametrize(
    "acknowledgment",
    [
        given("Shop"),
        given("Shop", rule="AwsSolutions::AwsSolutions-L1"),
        given("Shop", rule="Annotation::@aws-cdk/core:something"),
        given("", rule=f"Secure-Constructs::{HIDDEN_IN_STAGE}"),
    ],
)
def test_sound_ones_and_those_of_other_tools_are_none(acknowledgment: Acknowledgment) -> None:
    assert unsound_among([acknowledgment], [FINDING], []) == ()


def test_accepting_an_uncertain_finding_is_sound() -> None:
    uncertain = replace(FINDING, certain=False)
    assert unsound_among([given("Shop")], [uncertain], []) == ()


def test_an_assessment_names_what_is_accepted_and_what_is_unsound() -> None:
    assessment = Assessment(findings=(FINDING,), acknowledged={}, config=Config())
    settled = acknowledge(
        assessment,
        [
            given("Shop", "a public form"),
            given("Shop", rule="Secure-Constructs::xyz"),
            given("", "we migrate", rule=f"Secure-Constructs::{WITHOUT_MATCH}"),
        ],
    )
    assert settled.acknowledged[FINDING] == "a public form"
    assert settled.active == ()
    assert not settled.refused


def test_the_accept_line_names_the_construct_as_a_variable() -> None:
    assert accept_line(replace(FINDING, construct_path="Shop/CheckoutUrl")).startswith(
        "Validations.of(checkout_url).acknowledge("
    )
    assert accept_line(replace(FINDING, construct_path="Shop/2-Url")).startswith(
        "Validations.of(_2_url).acknowledge("
    )


def _assembly(folder: Path) -> Path:
    """An assembly of one stack at its root and one in a stage, each with an acknowledgment."""
    entry = {
        "type": "aws:cdk:acknowledged-rules",
        "data": {f"Secure-Constructs::{RULE}": "public"},
        "trace": ["<module> (/app/shop.py:7)"],
    }
    stack = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "S.template.json"}}
    stage = {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}}
    for where, path, artifacts in (
        (folder, "/Shop/Url", {"S": stack, "Prod": stage}),
        (folder / "assembly-Prod", "/Prod/Shop/Url", {"S": stack}),
    ):
        where.mkdir(exist_ok=True)
        stack["additionalMetadataFile"] = "S.metadata.json"
        (where / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
        (where / "S.metadata.json").write_text(json.dumps({path: [entry, {"type": "other"}]}))
    return folder


def _report(folder: Path) -> Path:
    suppressed = {
        "acknowledgedId": f"Secure-Constructs::{RULE}",
        "acknowledgedAt": "Prod",
        "reason": "all public",
    }
    file = folder / "validation-report.json"
    file.write_text(json.dumps({"pluginReports": [{"suppressedViolations": [suppressed]}]}))
    return file


def test_reads_those_of_stacks_from_their_metadata(tmp_path: Path) -> None:
    found = read_acknowledgments(_assembly(tmp_path))
    assert [one.construct_path for one in found] == ["Shop/Url", "Prod/Shop/Url"]
    assert found[0].reason == "public"
    assert found[0].source == SourceLine(file="/app/shop.py", line=7)


def test_reads_those_of_stages_and_the_app_from_the_report(tmp_path: Path) -> None:
    _report(_assembly(tmp_path))
    found = {one.construct_path: one.reason for one in read_acknowledgments(tmp_path)}
    assert found["Prod"] == "all public"


def test_does_not_believe_a_report_of_an_earlier_synth(tmp_path: Path) -> None:
    report = _report(_assembly(tmp_path))
    earlier = (tmp_path / "manifest.json").stat().st_mtime - 60
    os.utime(report, (earlier, earlier))
    assert "Prod" not in {one.construct_path for one in read_acknowledgments(tmp_path)}


@pytest.mark.parametrize("name", ["manifest.json", "S.metadata.json", "validation-report.json"])
@pytest.mark.parametrize("text", ["{", "[]", '"aws:cdk:acknowledged-rules"', "[" * 100_000])
def test_names_the_file_that_cannot_be_read(tmp_path: Path, name: str, text: str) -> None:
    _report(_assembly(tmp_path))
    (tmp_path / name).write_text(f"{text}" if name != "S.metadata.json" else text + RULE)
    if name == "S.metadata.json" and "acknowledged" not in text:
        text += "aws:cdk:acknowledged-rules"
        (tmp_path / name).write_text(text)
    with pytest.raises(TemplateError, match=name):
        read_acknowledgments(tmp_path)


def test_names_the_file_that_is_missing(tmp_path: Path) -> None:
    (_assembly(tmp_path) / "S.metadata.json").unlink()
    with pytest.raises(TemplateError, match="there is no such file"):
        read_acknowledgments(tmp_path)


@pytest.mark.parametrize(
    "metadata",
    [
        {"/Shop": "aws:cdk:acknowledged-rules"},
        {"/Shop": [["aws:cdk:acknowledged-rules"]]},
        {"/Shop": [{"type": "aws:cdk:acknowledged-rules"}]},
        {"/Shop": [{"type": "aws:cdk:acknowledged-rules", "data": [RULE]}]},
    ],
)
def test_passes_over_metadata_of_another_shape(tmp_path: Path, metadata: object) -> None:
    (_assembly(tmp_path) / "S.metadata.json").write_text(json.dumps(metadata))
    assert [one.construct_path for one in read_acknowledgments(tmp_path)] == ["Prod/Shop/Url"]


def test_leaves_it_to_the_construct_what_the_construct_accepts_in_advance() -> None:
    carried = given("Shop/Worker", f"it sleeps most of the day {CARRIED}")

    assert unsound_among([carried], [], []) == ()
    assert accepted_by([FINDING], [given("Shop", f"a public form {CARRIED}")])
