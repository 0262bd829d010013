"""The command line says what it found and means what its exit code says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import rules
from secure_constructs.cli import check, main

OPEN = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}}
MILD = {"Type": "AWS::SNS::Topic"}
GATES = "lambda-url-without-auth"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def template(name: str = "template.json", **resources: Any) -> str:
    Path(name).write_text(json.dumps({"Resources": resources}), encoding="utf-8")
    return name


def assembly(name: str = "cdk.out", *, acknowledged: str = "", **resources: Any) -> str:
    folder = Path(name)
    folder.mkdir()
    stack = {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": "Shop.template.json"},
        "additionalMetadataFile": "Shop.metadata.json",
    }
    metadata: dict[str, Any] = {
        f"/Shop/{logical_id}/Resource": [{"type": "aws:cdk:logicalId", "data": logical_id}]
        for logical_id in resources
    }
    if acknowledged:
        accepted = {"type": "aws:cdk:acknowledged-rules", "data": {acknowledged: "it is signed"}}
        metadata["/Shop/U"] = [accepted]
    for file, content in {
        "manifest.json": {"version": "48.0.0", "artifacts": {"Shop": stack}},
        "Shop.template.json": {"Resources": resources},
        "Shop.metadata.json": metadata,
    }.items():
        (folder / file).write_text(json.dumps(content), encoding="utf-8")
    return name


def test_exits_1_on_what_gates(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", template(U=OPEN)]) == 1
    assert capsys.readouterr().out.startswith(f"high  {GATES}  U  (template.json:1)\n")


def test_exits_0_on_what_does_not(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", template(T=MILD)]) == 0
    assert re.fullmatch(r"\d findings?: \d low", capsys.readouterr().out.splitlines()[-1])


def test_the_gate_can_be_moved() -> None:
    assert main(["check", template(U=OPEN), "--gate", "critical"]) == 0
    assert main(["check", template(T=MILD), "--gate", "low"]) == 1


def test_judges_several_files_and_folders_together(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [template("a.json", U=OPEN), template("b.json", T=MILD), assembly(V=OPEN)]

    assert main(["check", *paths]) == 1
    told = capsys.readouterr().out
    assert all(place in told for place in ("a.json\n", "b.json\n", "Shop\n"))


def test_an_acknowledged_finding_does_not_gate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", assembly(acknowledged=f"Secure-Constructs::{GATES}", U=OPEN)]) == 0
    assert "1 acknowledged" in capsys.readouterr().out


def test_an_acknowledgment_must_match_to_the_letter() -> None:
    assert main(["check", assembly(acknowledged="Secure-Constructs::lambda-url", U=OPEN)]) == 1


def test_reads_the_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.secure-constructs]\ngate = "critical"\n', encoding="utf-8"
    )
    other = folder / "other.toml"
    other.write_text('gates = "low"\n', encoding="utf-8")

    assert main(["check", template(U=OPEN)]) == 0
    assert main(["check", template(U=OPEN), "--gate", "high"]) == 1
    assert main(["check", template(U=OPEN), "--config", str(other)]) == 2
    assert "gates: there is no such setting; did you mean gate?" in capsys.readouterr().err


def test_a_misspelt_rule_in_the_configuration_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'[disabled]\n{GATES}s = "x"\n'
    (folder / "secure-constructs.toml").write_text(text, encoding="utf-8")

    assert main(["check", template(U=OPEN)]) == 2
    assert f"did you mean {GATES}?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("broken.json", b'{"Resources": ', "broken.json: line 1, column 15: broken JSON"),
        ("broken.yaml", b"Resources: [", "broken.yaml: line 2, column 1: broken YAML"),
        ("list.yaml", b"- a", "list.yaml: this is a list, not a CloudFormation template"),
        ("empty.yaml", b"", "empty.yaml: the file is empty"),
        ("binary.yaml", b"\x7fELF\x00", "binary.yaml: byte 4: this is a binary file"),
        ("wide.json", '{"a": 1}'.encode("utf-16"), "wide.json: the file is UTF-16"),
        ("large.json", b"{" + b" " * 5_000_000, "large.json: the file has 4.8 MB"),
        ("type.json", b'{"Resources": {"A": {}}}', "type.json: line 1, Resources.A: the resource"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(
    name: str, content: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(content)

    assert main(["check", name]) == 2
    told = capsys.readouterr()
    (line,) = told.err.splitlines()
    assert line.startswith(said)
    assert told.out == ""


@pytest.mark.parametrize("arguments", [["x\ny.json"], ["--config", "x\ny.toml", "x.json"]])
def test_a_line_break_in_a_name_does_not_begin_a_line(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *arguments]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("x\\ny.")


def test_names_everything_that_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("folder").mkdir()

    assert main(["check", "missing.yaml", template(U=OPEN), "folder"]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("missing.yaml: there is no such file")
    assert second.startswith(f"folder{os.sep}manifest.json: there is no such file")


def test_an_assembly_with_a_broken_template_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", assembly(U={"Properties": {}})]) == 2
    assert "Shop.template.json: Resources.U: the resource has no Type" in capsys.readouterr().err


def test_an_assembly_without_stacks_is_no_clean_one(capsys: pytest.CaptureFixture[str]) -> None:
    Path("cdk.out").mkdir()
    Path("cdk.out/manifest.json").write_text('{"artifacts": {}}', encoding="utf-8")

    assert main(["check", "cdk.out"]) == 2
    assert "there is no stack in it" in capsys.readouterr().err


def test_of_many_problems_the_first_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    broken: dict[str, Any] = {f"R{n}": {} for n in range(30)}
    many = template("template.json", **broken)

    assert main(["check", many]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 6
    assert told[-1] == "template.json: and 25 more"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["check", "x", "--format", "pdf"],
        ["check", "x", "--gate", "all"],
        ["rules", "--risk", "SAS-99"],
        ["chekc", "x"],
    ],
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)

    assert caught.value.code == 2


def test_a_failing_rule_is_exit_3_with_its_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = next(rule for rule in rules.catalogue() if rule.id == GATES)

    def fail(*_: object) -> None:
        raise ValueError("broken inside")

    monkeypatch.setattr(type(rule), "check", fail)

    assert main(["check", template(U=OPEN)]) == 3
    told = capsys.readouterr().err
    assert "ValueError: broken inside" in told
    assert f"the rule {GATES} failed at U" in told


def test_any_other_defect_is_exit_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(check, "read", fail)

    assert main(["check", "x"]) == 3
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_writes_a_report_for_programs(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", template(U=OPEN), "--format", form]) == 1
    json.loads(capsys.readouterr().out)


def test_writes_a_report_to_a_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["check", template(U=OPEN), "--format", "sarif", "--output", "out.sarif"]

    assert main(arguments) == 1
    assert json.loads((folder / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert capsys.readouterr().out == "1 finding: 1 high; see out.sarif\n"


def test_a_report_that_cannot_be_written_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", template(U=OPEN), "--output", "nowhere/out.txt"]) == 2
    assert "nowhere/out.txt: the report cannot be written" in capsys.readouterr().err


def test_uncertain_findings_are_shown_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    unknown = template(U={"Type": "AWS::Lambda::Url", "Properties": {"AuthType": {"Ref": "Auth"}}})

    assert main(["check", unknown]) == 0
    assert "(1 uncertain; --uncertain shows it)" in capsys.readouterr().out
    assert main(["check", unknown, "--uncertain"]) == 0
    assert f"uncertain  {GATES}  U" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", [GATES, GATES.upper(), f"Secure-Constructs::{GATES}", "CKV_AWS_258", "lambda.url-auth"]
)
def test_explains_a_rule_by_any_of_its_names(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", name]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{GATES}  (high, SAS-2 broken authentication)")
    assert "AuthType: NONE" in told


def test_explains_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    for rule in rules.catalogue():
        assert main(["explain", rule.id]) == 0
        assert rule.fix.split()[0] in capsys.readouterr().out


def test_offers_the_nearest_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "lambda-url-without-auht"]) == 2
    assert f"did you mean {GATES}?" in capsys.readouterr().err


def test_lists_the_rules_of_a_risk(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--risk", "SAS-2", "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert GATES in {rule["id"] for rule in listed}
    assert {rule["risk"] for rule in listed} == {"SAS-2"}


def test_lists_the_rules_as_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--format", "markdown"]) == 0
    assert f"| `{GATES}` | high | SAS-2 |" in capsys.readouterr().out
    assert main(["rules"]) == 0
    assert GATES in capsys.readouterr().out


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "secure_constructs", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_shows_its_version() -> None:
    shown = run("--version")

    assert shown.returncode == 0
    assert shown.stdout.startswith("secure-constructs 0.")


def test_output_without_a_terminal_is_plain_and_survives_any_encoding() -> None:
    odd = template(Ü={"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "\ud800"}})

    shown = run("check", odd, PYTHONIOENCODING="ascii", FORCE_COLOR="1")

    assert shown.returncode == 1
    assert shown.stdout.isascii()
    assert "\x1b" not in shown.stdout
    assert shown.stderr == ""


def test_a_reader_that_stops_early_is_no_defect() -> None:
    many = template("many.json", **{f"U{n}": OPEN for n in range(500)})
    command = [sys.executable, "-m", "secure_constructs", "check", many, "--format", "json"]

    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()

    assert process.returncode == 128 + 13
    assert told == b""


def test_the_sam_translator_says_nothing_by_itself() -> None:
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "AutoPublishAlias": "live",
            "DeploymentPreference": {"Type": "AllAtOnce", "Enabled": {"Ref": "Stage"}},
        },
    }
    body = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {"Orders": function},
    }
    Path("sam.json").write_text(json.dumps(body), encoding="utf-8")

    shown = run("check", "sam.json")

    assert shown.returncode == 0
    assert shown.stderr == ""


def test_starts_without_what_it_does_not_need() -> None:
    heavy = ("aws_cdk", "jsii", "rich", "yaml", "samtranslator", "boto3", "importlib.metadata")
    code = (
        "import sys\nfrom secure_constructs.cli import main\n"
        f"main(['check', {template(U=OPEN)!r}])\n"
        f"sys.exit(str([name for name in {heavy} if name in sys.modules]))"
    )

    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    assert shown.stderr.strip() == "[]"
