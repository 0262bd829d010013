"""A platform team's decisions are read exactly, or refused with the key and what is understood."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from secure_constructs.config import Config, read_config
from secure_constructs.errors import ConfigError
from secure_constructs.findings import Severity
from secure_constructs.rules import catalogue

WAIVER = """
[[waivers]]
rule = "lambda-url-without-auth"
path = "/Shop/Refund/"
reason = "partners sign the body"
owner = "payments"
expires = 2027-01-31
"""


def config(folder: Path, text: str) -> Config:
    file = folder / "secure-constructs.toml"
    file.write_text(text, encoding="utf-8")
    return read_config(file)


def test_the_defaults_gate_on_high_and_critical() -> None:
    gate = Config().gate

    assert [severity for severity in Severity if severity.at_least(gate)] == ["critical", "high"]


def test_reads_every_setting(tmp_path: Path) -> None:
    text = (
        'gate = "medium"\nstrict = true\naccount-concurrency = 10\n'
        '[disabled]\nlambda-without-tracing = "the mesh traces"\n' + WAIVER
    )

    read = config(tmp_path, text)

    assert read.gate is Severity.MEDIUM
    assert read.strict
    assert read.account_concurrency == 10
    assert read.disabled == {"lambda-without-tracing": "the mesh traces"}
    (waiver,) = read.waivers
    assert (waiver.path, waiver.owner) == ("Shop/Refund", "payments")
    assert waiver.expires == dt.date(2027, 1, 31)


def test_reads_a_date_that_is_a_string(tmp_path: Path) -> None:
    (waiver,) = config(tmp_path, WAIVER.replace("2027-01-31", '"2027-01-31"')).waivers

    assert waiver.expires == dt.date(2027, 1, 31)


def test_a_disabled_rule_is_not_applied(tmp_path: Path) -> None:
    read = config(tmp_path, '[disabled]\nlambda-url-without-auth = "the mesh traces"\n')

    left_out = {rule.id for rule in catalogue() if rule.recommended and not read.selects(rule)}

    assert left_out == {"lambda-url-without-auth"}


def test_strict_rules_apply_when_asked_for() -> None:
    strict = [rule for rule in catalogue() if not rule.recommended]

    assert strict
    assert all(Config(strict=True).selects(rule) for rule in strict)
    assert not any(Config().selects(rule) for rule in strict)


def test_takes_the_nearest_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = tmp_path / "services" / "shop"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.secure-constructs]\ngate = "low"\n', encoding="utf-8"
    )
    (inner / "pyproject.toml").write_text("[tool.other]\n", encoding="utf-8")
    monkeypatch.chdir(inner)
    assert read_config().gate is Severity.LOW

    (inner / "secure-constructs.toml").write_text('gate = "critical"\n', encoding="utf-8")
    assert read_config().gate is Severity.CRITICAL
    assert read_config().file == "secure-constructs.toml"


def test_looks_no_further_than_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secure-constructs.toml").write_text('gate = "low"\n', encoding="utf-8")
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    monkeypatch.chdir(repository)

    assert read_config() == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('gate = "hihg"', "gate: 'hihg' is no severity; write critical, high, medium or low"),
        ("gate = [1]", "gate: [1] is no severity"),
        ("gates = 1", "gates: there is no such setting; did you mean gate?"),
        ("zzz = 1", "there is no such setting; there are account-concurrency, disabled, gate"),
        ('strict = "yes"', "strict: 'yes' is neither true nor false"),
        ("account-concurrency = 0", "account-concurrency: 0 is no number of instances"),
        ("account-concurrency = true", "account-concurrency: True is no number of instances"),
        ("disabled = []", "disabled: this is no table"),
        ('[disabled]\nx = ""', "disabled.x: there is no text"),
        ("waivers = 3", "waivers: this is no list"),
        ("waivers = [3]", "waivers[0]: this is no table"),
        (WAIVER.replace("owner", "ownr"), "waivers[0].ownr: there is no such setting; did you"),
        (WAIVER.replace('owner = "payments"', ""), "waivers[0]: owner is missing; give expires,"),
        (WAIVER.replace("payments", " "), "waivers[0].owner: there is no text"),
        (WAIVER.replace("2027-01-31", '"soon"'), "waivers[0].expires: 'soon' is no date; write"),
        (WAIVER.replace("2027-01-31", "3"), "waivers[0].expires: 3 is no date"),
        ("gate = ", "broken TOML: Invalid value (at"),
    ],
)
def test_refuses_what_it_does_not_understand(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, text)

    assert str(caught.value).startswith(f"{tmp_path / 'secure-constructs.toml'}: ")
    assert said in str(caught.value)


def test_refuses_a_file_that_is_missing_or_says_nothing_to_us(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot be read"):
        read_config(tmp_path / "missing.toml")
    project = tmp_path / "pyproject.toml"
    project.write_text("[project]\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"there is no table \[tool\.secure-constructs\]"):
        read_config(project)
    project.write_text("[tool]\nsecure-constructs = 3\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="is no table"):
        read_config(project)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[disabled]\nlambda-url-without-auht = "x"', "disabled.lambda-url-without-auht"),
        (WAIVER.replace("without-auth", "without-auht"), "waivers[0].rule"),
    ],
)
def test_names_the_rule_that_was_meant(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, text).check_rules([rule.id for rule in catalogue()])

    assert f"{place}: there is no rule lambda-url-without-auht" in str(caught.value)
    assert "did you mean lambda-url-without-auth?" in str(caught.value)
