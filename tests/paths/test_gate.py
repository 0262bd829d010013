"""A team that asks every input to pass the web ACL gets its synth refused where one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from secure_constructs.assessment import INPUT_PAST_WEB_ACL, Assessment, assess
from secure_constructs.config import Config, read_config
from secure_constructs.errors import ConfigError
from secure_constructs.findings import Finding
from secure_constructs.paths import gate
from secure_constructs.template import Template
from tests.paths.apps import Body, allow, arn, function, poll, resource, url

OPEN = {**function("Open"), **url("Open")}
UNFED = {
    **resource("Queue", "AWS::SQS::Queue"),
    **function("Worker"),
    **poll("Worker", arn("Queue")),
}


def judged(resources: Body, worst: str = "provenance") -> Assessment:
    template = Template({"Resources": dict(resources)})
    return assess([template], config=Config(worst_input=worst), rules=())


def about_inputs(resources: Body, worst: str = "provenance") -> list[Finding]:
    return [f for f in judged(resources, worst).findings if f.rule_id == INPUT_PAST_WEB_ACL]


def test_refuses_what_no_web_acl_has_seen() -> None:
    (found,) = about_inputs(OPEN)

    assert found.logical_id == "Open"
    assert found.message == (
        "its input from OpenUrl is exposed: "
        "no web ACL sees what comes into OpenUrl from the internet"
    )
    assert found.fix == "let only a CloudFront distribution with a web ACL call OpenUrl"
    assert found.trace == ("the internet", "OpenUrl", "Open")
    assert judged(OPEN).refused


def test_says_nothing_where_nothing_was_asked_for() -> None:
    assert about_inputs(OPEN, "") == []


def test_follows_what_was_put_in_to_the_last_function() -> None:
    send = allow("sqs:SendMessage", on=arn("Queue"))
    found = about_inputs({**UNFED, **function("Open", send), **url("Open")})

    assert {finding.logical_id: finding.trace for finding in found} == {
        "Open": ("the internet", "OpenUrl", "Open"),
        "Worker": ("the internet", "OpenUrl", "Open", "Queue", "Worker"),
    }


def test_what_is_not_known_is_not_refused() -> None:
    (found,) = about_inputs(UNFED)

    assert not found.certain
    assert not judged(UNFED).refused
    assert about_inputs(UNFED, "unknown") == []


def test_a_map_that_fails_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("broken inside")

    monkeypatch.setattr(gate, "map_of", fail)
    assessment = judged(OPEN)

    assert assessment.refused
    assert [defect.rule_id for defect in assessment.defects] == [INPUT_PAST_WEB_ACL]


def test_the_configuration_names_a_verdict(tmp_path: Path) -> None:
    file = tmp_path / "secure-constructs.toml"
    file.write_text('worst-input = "compensated"\n', encoding="utf-8")

    assert read_config(file).worst_input == "compensated"


@pytest.mark.parametrize("value", ['"exposed"', '"behind WAF"', "3", "true"])
def test_the_configuration_takes_no_other_word(tmp_path: Path, value: str) -> None:
    file = tmp_path / "secure-constructs.toml"
    file.write_text(f"worst-input = {value}\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="write provenance, compensated or unknown"):
        read_config(file)
