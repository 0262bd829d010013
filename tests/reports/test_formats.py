"""What each format promises to the program, or the person, that reads it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console
from sarif_pydantic import Sarif

from secure_constructs import reports
from secure_constructs.assessment import Assessment, Defect
from secure_constructs.reports import terminal, text

from .test_golden import ODD, QUEUES, UNKNOWN, URL, VERDICTS

FINDINGS = VERDICTS["findings"]


def lines(assessment: Assessment = FINDINGS, *, uncertain: bool = False) -> list[str]:
    return reports.render(assessment, "text", uncertain=uncertain).splitlines()


def only(*findings: object, **changes: object) -> Assessment:
    return replace(FINDINGS, findings=findings, acknowledged={}, **changes)  # type: ignore[arg-type]


def test_text_says_what_where_why_and_how() -> None:
    assert lines(only(URL))[:4] == [
        "high  lambda-url-without-auth  Shop/Checkout/Url  (app.py:41)",
        "      auth is NONE, so anyone may call",
        "      fix: set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front",
        (
            "      accept: Validations.of(url).acknowledge(Acknowledgment("
            'id="Secure-Constructs::lambda-url-without-auth", reason="..."))'
        ),
    ]


@pytest.mark.parametrize(
    ("assessment", "last"),
    [
        (
            FINDINGS,
            (
                "8 findings: 1 critical, 1 high, 6 low "
                "(1 acknowledged, 1 uncertain; --uncertain shows it)"
            ),
        ),
        (only(URL), "1 finding: 1 high"),
        (only(), "no findings in 60 resources"),
        (
            only(UNKNOWN, replace(UNKNOWN, logical_id="b")),
            "no findings in 60 resources (2 uncertain; --uncertain shows them)",
        ),
        (only(resources=1), "no findings in 1 resource"),
    ],
    ids=["all", "one", "none", "uncertain", "resource"],
)
def test_the_last_line_counts_what_is_hidden(assessment: Assessment, last: str) -> None:
    assert lines(assessment)[-1] == last


def test_the_last_line_offers_no_switch_that_is_on() -> None:
    assert lines(uncertain=True)[-1].endswith("(1 acknowledged, 1 uncertain)")


def test_text_says_a_fix_once_for_all_resources_of_a_rule() -> None:
    text = "\n".join(lines(only(*QUEUES)))

    assert text.count("fix: ") == 1
    assert "Shop/Queue0, Shop/Queue1, Shop/Queue2 and 2 more" in text


def test_text_groups_by_stack_when_there_are_several() -> None:
    text = lines()

    assert text.index("Data") < text.index("Shop")
    assert "Shop" not in lines(only(URL))


def test_text_labels_what_cdk_made_for_itself() -> None:
    assert any("Shop/Custom::Handler  (made by CDK)" in line for line in lines())


def test_text_keeps_uncertain_findings_apart() -> None:
    assert not any("Shop/Refund/Url" in line for line in lines())
    assert "uncertain  lambda-url-without-auth  Shop/Refund/Url" in lines(uncertain=True)


@pytest.mark.parametrize("form", ["text", "markdown", "junit"])
def test_nothing_a_template_says_reaches_the_terminal_as_a_command(form: str) -> None:
    report = reports.render(only(ODD), form)

    assert not {"\x1b", "\x07", "\ud800"} & set(report)


def test_a_terminal_shows_the_same_words_in_colour() -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=300, highlight=False)
    plain = Console(file=io.StringIO(), width=300, no_color=True, highlight=False)

    terminal.show(text.lines(FINDINGS), console=screen)
    terminal.show(text.lines(FINDINGS), console=plain)

    assert "\x1b[" in screen.file.getvalue()  # type: ignore[attr-defined]
    shown = [line.rstrip() for line in plain.file.getvalue().splitlines()]  # type: ignore[attr-defined]
    assert shown == lines()


def test_a_narrow_terminal_keeps_the_indentation_and_what_is_copied() -> None:
    narrow = Console(file=io.StringIO(), width=40, no_color=True, highlight=False)

    terminal.show(text.lines(only(URL)), console=narrow)

    shown = narrow.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert any("reason=" in line and "accept: " in line for line in shown)
    assert all(line.startswith("      ") for line in shown[1:5])


def test_json_holds_every_finding_with_its_state() -> None:
    report = json.loads(reports.render(FINDINGS, "json"))

    by_path = {found["construct_path"]: found for found in report["findings"]}
    assert by_path["Shop/Checkout/Url"]["gates"] is True
    assert by_path["Shop/Checkout/Url"]["source"] == {"file": "app.py", "line": 41}
    assert by_path["Shop/Partner/Url"]["acknowledged"] == "partners sign the body"
    assert by_path["Shop/Refund/Url"]["certain"] is False
    assert report["summary"]["gating"] == 2
    assert report["refused"] is True


def test_sarif_is_sarif() -> None:
    for assessment in VERDICTS.values():
        report = Sarif.model_validate_json(reports.render(assessment, "sarif", uncertain=True))
        (run,) = report.runs
        assert run.tool.driver is not None
        rules = [rule.id for rule in run.tool.driver.rules or []]
        for result in run.results or []:
            assert rules[result.rule_index or 0] == result.rule_id


def test_sarif_names_places_as_code_scanning_reads_them() -> None:
    (run,) = json.loads(reports.render(FINDINGS, "sarif"))["runs"]

    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {
        "artifactLocation": {"uri": "app.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 41},
    } in places
    prints = [result["partialFingerprints"]["secureConstructs/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)


def test_sarif_carries_acknowledgments_as_suppressions() -> None:
    (run,) = json.loads(reports.render(FINDINGS, "sarif"))["runs"]

    suppressed = [result for result in run["results"] if "suppressions" in result]
    assert [r["suppressions"][0]["justification"] for r in suppressed] == ["partners sign the body"]


def test_sarif_says_that_a_rule_failed() -> None:
    defect = Defect(rule_id="lambda-broken", logical_id="Url", trace="Traceback ...")

    (run,) = json.loads(reports.render(only(defects=(defect,)), "sarif"))["runs"]

    assert run["invocations"][0]["executionSuccessful"] is False


def test_junit_fails_what_gates_and_nothing_else() -> None:
    root = ET.fromstring(reports.render(FINDINGS, "junit"))  # noqa: S314 - written here

    failed = [
        case.get("classname") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert sorted(map(str, failed)) == ["iam-privilege-escalation", "lambda-url-without-auth"]
    assert [case.get("message") for case in root.iter("skipped")] == [
        "acknowledged: partners sign the body"
    ]


def test_junit_has_a_test_even_when_nothing_was_found() -> None:
    root = ET.fromstring(reports.render(VERDICTS["clean"], "junit"))  # noqa: S314 - written here

    (case,) = root.iter("testcase")
    assert case.get("name") == "no findings in 60 resources"


def test_markdown_takes_no_markup_from_a_template() -> None:
    report = reports.render(FINDINGS, "markdown")

    assert "<b>" not in report
    assert "\\@all" in report


def test_refuses_a_format_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="there are text, json, sarif, junit, markdown"):
        reports.render(FINDINGS, "pdf")
