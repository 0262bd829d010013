import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda, aws_sqs
from cdk_nag import AwsSolutionsChecks, NagPack, ServerlessChecks
from constructs import Construct

from secure_constructs import Severity, guard
from secure_constructs.errors import ConfigError

pytestmark = pytest.mark.synth


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    return cdk.App(outdir=str(tmp_path / "cdk.out"))


def report(app: cdk.App, plugin: str) -> dict[str, dict[str, Any]]:
    with contextlib.suppress(RuntimeError):
        app.synth()
    plugins = json.loads(Path(app.outdir, "validation-report.json").read_text())["pluginReports"]
    return {
        violation["ruleName"]: violation
        for each in plugins
        if each["pluginName"] == plugin
        for violation in [*each["violations"], *each.get("suppressedViolations", ())]
    }


def queue(scope: Construct) -> aws_sqs.CfnQueue:
    return aws_sqs.CfnQueue(scope, "Queue")


def test_runs_its_packs_beside_ours_and_says_what_ours_cover(app: cdk.App) -> None:
    queue(cdk.Stack(app, "Shop"))
    guard(app, gate=Severity.CRITICAL, nag_packs=[AwsSolutionsChecks(), ServerlessChecks()])
    violations = report(app, "AwsSolutions")
    queue_rule = violations["AwsSolutions-SQS3"]
    assert queue_rule["severity"] == "error"
    assert queue_rule["violatingConstructs"][0]["constructPath"] == "Shop/Queue"
    assert queue_rule["description"].endswith("(covered by sqs-without-dead-letter-queue)")
    assert report(app, "Serverless")


def test_says_nothing_about_what_ours_do_not_find(app: cdk.App) -> None:
    function = aws_lambda.CfnFunction(
        cdk.Stack(app, "Shop"), "Work", code={"ZipFile": ""}, role="role", runtime="python3.8"
    )
    guard(app, nag_packs=[ServerlessChecks()])
    violations = report(app, "Serverless")
    assert "ruleMetadata" not in violations["Serverless-LambdaDefaultMemorySize"]
    assert function.node.path == "Shop/Work"


def test_findings_of_a_pack_are_accepted_as_they_always_were(app: cdk.App) -> None:
    stack = cdk.Stack(app, "Shop")
    cdk.Validations.of(queue(stack)).acknowledge(
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-SQS3", reason="a dead-letter queue"),
        cdk.Acknowledgment(id="AwsSolutions::AwsSolutions-SQS4", reason="its policy is elsewhere"),
    )
    guard(app, gate=Severity.CRITICAL, nag_packs=[AwsSolutionsChecks()])
    violations = report(app, "AwsSolutions")
    assert violations["AwsSolutions-SQS3"]["reason"] == "a dead-letter queue"


def test_a_pack_that_fails_is_fatal(app: cdk.App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SystemExit(0)

    monkeypatch.setattr(NagPack, "validate_scope", fail)
    queue(cdk.Stack(app, "Shop"))
    guard(app, gate=Severity.CRITICAL, nag_packs=[AwsSolutionsChecks()])
    violation = report(app, "AwsSolutions")["AwsSolutions-failed"]
    assert violation["severity"] == "fatal"
    assert "SystemExit" in violation["description"]


def test_refuses_what_is_no_pack(app: cdk.App) -> None:
    packs: Any = [AwsSolutionsChecks]
    with pytest.raises(ConfigError, match=r"not AwsSolutionsChecks; give instances"):
        guard(app, nag_packs=packs)


def test_says_what_to_install(app: cdk.App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cdk_nag", None)
    with pytest.raises(ConfigError, match=r"install secure-constructs\[nag\]"):
        guard(app, nag_packs=[AwsSolutionsChecks()])
