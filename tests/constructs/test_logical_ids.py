"""
The logical ids of every construct, as the gallery builds it.

A changed id replaces the resource in every app that has it. To change or add one on purpose, run
``pytest tests/constructs/test_logical_ids.py --update-golden`` and read the difference.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import aws_cdk as cdk
import pytest

from secure_constructs import constructs
from tests.gallery.app import gallery

GOLDEN = Path(__file__).with_name("logical_ids.json")

# The end of a deployment's id says what is deployed: it is to change with it.
DEPLOYMENT = re.compile(r"[0-9a-f]{32}$")


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    app = cdk.App(
        analytics_reporting=False,
        builtin_cloud_formation_validation=False,
        outdir=str(tmp_path_factory.mktemp("gallery")),
    )
    return {
        stack.stack_name: {
            DEPLOYMENT.sub("", name): resource["Type"]
            for name, resource in stack.template["Resources"].items()
        }
        for stack in gallery(app).synth().stacks
    }


def test_no_construct_changes_its_logical_ids(
    ids: dict[str, dict[str, str]], request: pytest.FixtureRequest
) -> None:
    if request.config.getoption("--update-golden"):
        text = json.dumps(ids, indent=1, sort_keys=True)
        GOLDEN.write_text(f"{text}\n", encoding="utf-8")
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    for stack in golden.keys() | ids.keys():
        assert ids.get(stack) == golden.get(stack), stack


def test_every_construct_is_in_the_snapshot() -> None:
    shown = "".join(file.read_text("utf-8") for file in Path("tests/gallery").glob("*.py"))
    of_pools = {"SecureUserPoolClient"}
    assert not [name for name in {*constructs.__all__} - of_pools if f"{name}(" not in shown]
