"""The command prints the ceiling with its calculation and means what its exit code says."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from secure_constructs.cli import main
from secure_constructs.cost import ceiling_of, savings
from secure_constructs.reports.cost import render, show
from tests.cost.stacks import Resources, function, rest_api, template, throttled, url

STACK = function("F", MemorySize=512, ReservedConcurrentExecutions=10) | rest_api(
    ("POST", "orders", "F"), ("GET", "orders", "F"), settings=[throttled(50, 100)]
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def file(resources: Resources) -> str:
    Path("template.json").write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return "template.json"


def test_prints_the_ceiling_and_how_it_was_worked_out(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cost", file(STACK), "--region", "us-east-1"]) == 0

    printed = capsys.readouterr().out
    assert "spending ceiling: $2.32 an hour, $1,691 a month of 730 hours" in printed
    assert "43.2 hours to spend $100" in printed
    assert "10 instances x 3,600 s x 0.5 GB x $0.0000166667" in printed
    assert "2 x (50 x 3,600 + 100) requests x $0.0000035" in printed
    assert "reserved_concurrent_executions" not in printed  # there are ten already
    assert "memory_size=256  on F" in printed


def test_writes_it_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    main(["cost", file(STACK), "--region", "us-east-1", "--format", "json"])

    written = json.loads(capsys.readouterr().out)
    assert written["perHour"] == pytest.approx(2.316, abs=0.001)
    assert written["perMonth"] == pytest.approx(written["perHour"] * 730)
    assert {entry["name"] for entry in written["entries"]} == {"Api"}
    assert {line["part"] for line in written["lines"]} >= {"compute", "logs", "requests"}
    assert written["limits"]["concurrency"] == 1_000


def test_writes_it_to_a_file() -> None:
    main(["cost", file(STACK), "--output", "cost.txt"])

    assert Path("cost.txt").read_text(encoding="utf-8").startswith("spending ceiling: ")


def test_exits_1_above_the_limit_that_is_set(capsys: pytest.CaptureFixture[str]) -> None:
    Path("secure-constructs.toml").write_text(
        'max-cost-per-hour = 1\nregion = "us-east-1"\n[limits]\nresponse-kb = 1000\n',
        encoding="utf-8",
    )

    assert main(["cost", file(STACK)]) == 1
    assert "a response has 1000 KB" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("max-cost-per-hour = -1", "max-cost-per-hour: -1 is no amount"),
        ('max-cost-per-hour = "much"', "max-cost-per-hour: 'much' is no amount"),
        ("[prices]\nlamda-request = 1", "prices.lamda-request: there is no such setting; did you"),
        ("[prices]\nlambda-request = -1", "prices.lambda-request: -1 is no amount"),
        ("[limits]\nlogkb = 1", "limits.logkb: there is no such setting; did you mean log-kb?"),
        ("[limits]\nconcurrency = 1", "limits.concurrency: there is no such setting"),
        ("limits = 3", "limits: this is no table"),
        ("region = 1", "region: there is no text"),
    ],
)
def test_refuses_settings_it_does_not_understand(
    text: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("secure-constructs.toml").write_text(text, encoding="utf-8")

    assert main(["cost", file(STACK)]) == 2
    assert complaint in capsys.readouterr().err


def test_shows_a_table_on_a_terminal() -> None:
    found = ceiling_of([template(STACK)])
    screen = io.StringIO()

    show(found, savings(found), Console(file=screen, width=100, force_terminal=True))

    shown = screen.getvalue()
    assert "USD/hour" in shown
    assert "10 instances x 3,600 s" in shown


def test_hostile_names_stay_text() -> None:
    nasty = "\x1b]0;title\x07[red]"
    resources = function("F") | url("F")
    resources["F"]["Metadata"] = {"aws:cdk:path": f"Shop/{nasty}/Resource"}
    found = ceiling_of([template(resources)])
    screen = io.StringIO()

    show(found, savings(found), Console(file=screen, width=100))

    for text in (render(found, savings(found)), screen.getvalue()):
        assert "\x1b" not in text
        assert "[red]" in text
