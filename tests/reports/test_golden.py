"""
Every report says what it said before.

``pytest tests/reports --update-golden`` rewrites the files; read the difference before committing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import reports
from secure_constructs.assessment import Assessment
from secure_constructs.config import Config
from secure_constructs.findings import Finding, Risk, Severity, SourceLine
from secure_constructs.rules import Rule
from secure_constructs.template import Template

GOLDEN = Path(__file__).parent / "golden"
SUFFIXES = {"text": "txt", "json": "json", "sarif": "sarif", "junit": "xml", "markdown": "md"}


class UrlWithoutAuth(Rule):
    """
    The function URL accepts requests that no one has signed.

    Whoever learns the URL runs the function.
    """

    id = "lambda-url-without-auth"
    control = "lambda.url-auth"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Url",)
    fix = "set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",)
    passes = ()
    fails = ()

    def check(self, resource: Any, template: Template) -> Iterator[Finding]:
        raise NotImplementedError


def finding(rule_id: str, severity: Severity, where: str, **changes: object) -> Finding:
    facts: dict[str, object] = {
        "control": "lambda.url-auth",
        "risk": Risk.BROKEN_AUTHENTICATION,
        "certain": True,
        "message": "auth is NONE, so anyone may call",
        "fix": "set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front",
        "logical_id": where.rpartition("/")[2],
        "resource_type": "AWS::Lambda::Url",
        "property_path": "AuthType",
        "construct_path": where,
        "stack": where.partition("/")[0],
        "template": f"cdk.out/{where.partition('/')[0]}.template.json",
        "references": ("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
    }
    return Finding(rule_id=rule_id, severity=severity, **{**facts, **changes})  # type: ignore[arg-type]


URL = finding(
    "lambda-url-without-auth",
    Severity.HIGH,
    "Shop/Checkout/Url",
    source=SourceLine(file="app.py", line=41),
)
QUEUES = tuple(
    finding(
        "sqs-without-dead-letter-queue",
        Severity.LOW,
        f"Shop/Queue{n}",
        message="messages that fail are lost",
        fix="pass dead_letter_queue=",
        resource_type="AWS::SQS::Queue",
        property_path="RedrivePolicy",
    )
    for n in range(5)
)
FRAMEWORK = finding(
    "lambda-without-tracing",
    Severity.LOW,
    "Shop/Custom::Handler",
    message="tracing is off",
    fix="set tracing=Tracing.ACTIVE",
    framework=True,
)
ESCALATION = finding(
    "iam-privilege-escalation",
    Severity.CRITICAL,
    "Data/Role",
    message="it can give itself more permissions by iam:PassRole | <b>`x`</b> @all",
    fix="name the roles",
    trace=("Fn", "Role", "Admin"),
    resource_type="AWS::IAM::Role",
    property_path="",
)
UNKNOWN = finding(
    "lambda-url-without-auth",
    Severity.HIGH,
    "Shop/Refund/Url",
    certain=False,
    message="AuthType is not known before deployment",
)
ODD = finding(
    "lambda-url-without-auth",
    Severity.HIGH,
    "",
    logical_id="Url\x1b[31m\ud800\nred",
    template="odd \x07.yaml",
    message="auth is \x1b]0;gone\x07, so anyone may call",
)
ACCEPTED = finding("lambda-url-without-auth", Severity.HIGH, "Shop/Partner/Url")

VERDICTS = {
    "findings": Assessment(
        findings=(ESCALATION, URL, ACCEPTED, UNKNOWN, *QUEUES, FRAMEWORK),
        acknowledged={ACCEPTED: "partners sign the body"},
        config=Config(),
        resources=60,
    ),
    "clean": Assessment(findings=(), acknowledged={}, config=Config(), resources=60),
    "odd": Assessment(findings=(ODD,), acknowledged={}, config=Config(), resources=1),
}


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("name", ["findings", "findings-uncertain", "clean", "odd"])
def test_says_what_it_said_before(
    name: str, form: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What real rules say about themselves changes for reasons of its own.
    monkeypatch.setattr("secure_constructs.reports.sarif.catalogue", lambda: (UrlWithoutAuth(),))
    monkeypatch.setattr("secure_constructs.reports.sarif.version", lambda _: "0.0.0")
    verdict, _, uncertain = name.partition("-")
    file = GOLDEN / f"{name}.{SUFFIXES[form]}"

    report = reports.render(VERDICTS[verdict], form, uncertain=bool(uncertain))

    if request.config.getoption("--update-golden"):
        file.write_text(report, encoding="utf-8")
    assert report == file.read_text(encoding="utf-8")
