"""The commands that show the attack map and what a change does to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from secure_constructs.cli import main
from tests.paths.apps import Body, allow, function, resource, url

SECRET = resource("Secret", "AWS::SecretsManager::Secret")
READ = allow("secretsmanager:GetSecretValue", on={"Ref": "Secret"})
OPEN = {**SECRET, **function("Open", READ), **url("Open")}
CLOSED = {**SECRET, **function("Open", READ), **url("Open", auth="AWS_IAM")}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path / "open.json", OPEN)


def written(path: Path, resources: Body) -> Path:
    path.write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return path


def test_says_the_verdict_the_way_and_where_to_cut(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["paths", str(file)]) == 0

    told = capsys.readouterr().out
    assert "exposed      Open  OpenUrl" in told
    assert "path: the internet -> OpenUrl -> Open" in told
    assert "cut: let only a CloudFront distribution with a web ACL call OpenUrl" in told
    assert "a stranger's request leads to it: the internet -> OpenUrl -> Open -> Secret" in told
    assert "1 input of 1 function: 1 exposed" in told


@pytest.mark.parametrize(("worst", "code"), [("unknown", 1), ("provenance", 1)])
def test_fails_where_an_input_is_worse_than_allowed(file: Path, worst: str, code: int) -> None:
    assert main(["paths", str(file), "--worst", worst]) == code


def test_passes_where_no_input_is_worse_than_allowed(tmp_path: Path) -> None:
    closed = written(tmp_path / "closed.json", CLOSED)

    assert main(["paths", str(closed), "--worst", "unknown"]) == 0
    assert main(["paths", str(closed), "--worst", "compensated"]) == 1


def test_tells_about_one_function(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paths", str(file), "--function", "open"]) == 0
    assert "sensitive" not in capsys.readouterr().out


def test_names_the_functions_there_are(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paths", str(file), "--function", "Opne"]) == 2
    assert "there is no function Opne; there are Open" in capsys.readouterr().err


def test_writes_the_answers_for_programs(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["paths", str(file), "--format", "json"]) == 0

    (way,) = json.loads(capsys.readouterr().out)["inputs"]
    assert way["verdict"] == "exposed"
    assert way["path"] == ["the internet", f"{file}/OpenUrl", f"{file}/Open"]
    assert way["cut"]["closes"] is True


@pytest.mark.parametrize("form", ["html", "svg", "mermaid", "assurance"])
def test_draws_it(file: Path, tmp_path: Path, form: str) -> None:
    drawn = tmp_path / "map"

    assert main(["paths", str(file), "--format", form, "--output", str(drawn)]) == 0
    assert "Open" in drawn.read_text(encoding="utf-8")


def test_a_change_that_opens_a_door_fails(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = written(tmp_path / "closed.json", CLOSED)

    assert main(["diff", str(closed), str(file)]) == 1
    told = capsys.readouterr().out
    assert "worse    sensitive data  Secret" in told
    assert "new      high  lambda-url-without-auth" in told


def test_a_change_that_closes_a_door_passes(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = written(tmp_path / "closed.json", CLOSED)

    assert main(["diff", str(file), str(closed)]) == 0
    assert "gone     high  lambda-url-without-auth" in capsys.readouterr().out


def test_no_change_is_said_in_one_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", str(file), str(file)]) == 0
    assert capsys.readouterr().out == "nothing changed that an attacker would notice\n"


def test_a_change_is_told_in_a_pull_request(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = written(tmp_path / "closed.json", CLOSED)

    main(["diff", str(closed), str(file), "--format", "markdown"])
    told = capsys.readouterr().out
    assert told.startswith("## secure-constructs: ")
    assert "| worse | sensitive data | Secret |" in told
