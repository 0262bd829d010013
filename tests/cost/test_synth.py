"""A limit in the configuration refuses the synth of an app that can be made to cost more."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from secure_constructs.config import Config
from secure_constructs.findings import Severity

pytestmark = pytest.mark.synth


def report(folder: Path, most: float) -> list[dict[str, Any]]:
    import aws_cdk as cdk
    from aws_cdk import aws_lambda as lambda_

    from secure_constructs import Guardrails

    app = cdk.App(analytics_reporting=False, outdir=str(folder))
    stack = cdk.Stack(app, "Shop")
    function = lambda_.CfnFunction(
        stack,
        "F",
        role="arn:aws:iam::111111111111:role/own",
        code=lambda_.CfnFunction.CodeProperty(zip_file="def handler(event, context): pass"),
        handler="index.handler",
        runtime="python3.13",
    )
    lambda_.CfnUrl(stack, "Url", auth_type="NONE", target_function_arn=function.attr_arn)
    config = Config(max_cost_per_hour=most, gate=Severity.CRITICAL)
    cdk.Validations.of(app).add_plugins(Guardrails(config=config))
    try:
        app.synth()
    except RuntimeError:
        refused = True
    else:
        refused = False
    file = folder / "validation-report.json"
    plugins = json.loads(file.read_text())["pluginReports"] if file.exists() else []
    return [
        {**violation, "refused": refused}
        for plugin in plugins
        for violation in plugin["violations"]
        if violation["ruleName"].endswith("cost-above-limit")
    ]


def test_above_the_limit_the_synth_is_refused_whatever_gates(tmp_path: Path) -> None:
    (violation,) = report(tmp_path / "cdk.out", 5)

    assert violation["refused"]
    assert violation["severity"] == "error"
    assert "max-cost-per-hour is $5.00" in violation["description"]
    assert [c["constructPath"] for c in violation["violatingConstructs"]] == ["Shop"]


def test_below_the_limit_it_is_not(tmp_path: Path) -> None:
    assert report(tmp_path / "cdk.out", 5_000) == []
