"""Packs select by what the rules say of themselves, and promise no more than is checked."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pytest

from secure_constructs.cli import main
from secure_constructs.config import Config, read_config
from secure_constructs.errors import ConfigError
from secure_constructs.findings import Risk
from secure_constructs.packs import PACKS, STANDARDS, pack, requirements
from secure_constructs.rules import catalogue


def ids(name: str) -> set[str]:
    return {rule.id for rule in catalogue() if pack(name)(rule)}


def test_the_strict_pack_has_every_rule_and_the_recommended_one_those_for_everyone() -> None:
    assert ids("strict") == {rule.id for rule in catalogue()}
    assert ids("recommended") == {rule.id for rule in catalogue() if rule.recommended}
    assert ids("recommended") < ids("strict")


@pytest.mark.parametrize("risk", Risk)
def test_each_risk_has_a_pack_of_its_rules(risk: Risk) -> None:
    found = {rule.id for rule in catalogue() if rule.risk is risk}

    assert ids(risk.lower()) == found
    assert found, f"no rule is about {risk}"


@pytest.mark.parametrize("standard", STANDARDS)
def test_each_standard_has_a_pack_of_the_rules_that_check_it(standard: str) -> None:
    assert ids(standard)
    assert all(standard in requirements(rule_id) for rule_id in ids(standard))


def test_names_the_requirements_that_a_rule_checks() -> None:
    assert requirements("s3-plain-http-accepted")["pci-dss-4.0.1"] == ("4.2.1",)
    assert requirements("s3-open-cors") == {}


def test_the_standards_are_sorted_and_name_rules_that_exist() -> None:
    text = resources.files("secure_constructs").joinpath("data/standards.csv").read_text("utf-8")
    head, *rows = csv.reader(text.splitlines())

    assert head == ["standard", "requirement", "rule"]
    assert rows == sorted(rows)
    assert len({tuple(row) for row in rows}) == len(rows)
    assert {standard for standard, _, _ in rows} == set(STANDARDS)
    assert {rule for _, _, rule in rows} <= {rule.id for rule in catalogue()}


def test_there_is_no_other_pack() -> None:
    with pytest.raises(KeyError):
        pack("everything")


def test_a_configuration_selects_by_its_packs() -> None:
    chosen = Config(packs=("sas-7", "pci-dss-4.0.1"), disabled={"rds-literal-password": "old"})

    selected = {rule.id for rule in catalogue() if chosen.selects(rule)}

    assert selected == (ids("sas-7") | ids("pci-dss-4.0.1")) - {"rds-literal-password"}


def test_strict_is_more_than_any_pack() -> None:
    chosen = Config(packs=("sas-7",), strict=True)

    assert all(chosen.selects(rule) for rule in catalogue())


def test_reads_the_packs_of_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "secure-constructs.toml"
    file.write_text('packs = ["recommended", "sas-12"]\n', encoding="utf-8")

    assert read_config(file).packs == ("recommended", "sas-12")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('packs = ["recomended"]', "did you mean recommended"),
        ('packs = ["everything-else"]', "there is no pack everything-else"),
        ('packs = "strict"', "this is no list"),
    ],
)
def test_refuses_packs_that_do_not_exist(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "secure-constructs.toml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=problem):
        read_config(file)


def test_the_command_line_judges_by_a_pack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "template.json"
    file.write_text(
        '{"Resources": {"Uploads": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain"}}}',
        encoding="utf-8",
    )

    main(["check", str(file), "--pack", "sas-5"])

    shown = capsys.readouterr().out
    assert "s3-without-access-log" in shown
    assert "s3-plain-http-accepted" not in shown


@pytest.mark.parametrize("name", PACKS)
def test_the_command_line_lists_a_pack(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--pack", name]) == 0

    shown = capsys.readouterr().out
    assert all(rule_id in shown for rule_id in ids(name))
