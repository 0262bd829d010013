"""Every stack of the gallery reaches CREATE_COMPLETE."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from tests.deployment import models
from tests.deployment.account import deploy
from tests.deployment.conftest import REGION

pytestmark = pytest.mark.judges


@pytest.fixture(scope="module")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import aws_cdk as cdk

    from tests.gallery.app import gallery

    folder = tmp_path_factory.mktemp("deployment") / "cdk.out"
    gallery(cdk.App(outdir=str(folder))).synth()
    return folder


def _stacks(assembly: Path) -> Iterator[tuple[str, str]]:
    """Give the stacks, each after those it depends on, and their Regions."""
    artifacts = json.loads((assembly / "manifest.json").read_text("utf-8"))["artifacts"]
    given: set[str] = set()

    def visit(name: str) -> Iterator[tuple[str, str]]:
        artifact = artifacts[name]
        if name in given or artifact["type"] != "aws:cloudformation:stack":
            return
        given.add(name)
        for other in artifact.get("dependencies", ()):
            yield from visit(other)
        region = artifact["environment"].rpartition("/")[2]
        yield name, REGION if region == "unknown-region" else region

    for name in artifacts:
        yield from visit(name)


def test_every_stack_is_created(account: None, assembly: Path) -> None:  # noqa: ARG001
    # The role that an exhibit imports by name.
    boto3.client("iam").create_role(RoleName="key-officers", AssumeRolePolicyDocument="{}")
    failed = {}
    for name, region in _stacks(assembly):
        try:
            deploy(assembly, name, region=region)
        except Exception as error:  # noqa: BLE001 - all of them at once
            failed[name] = f"{type(error).__name__}: {error}"
    assert not failed, json.dumps(failed, indent=2)


def test_no_stand_in_is_listed_for_nothing(assembly: Path) -> None:
    needed = {
        resource["Type"]
        for template in assembly.glob("*.template.json")
        for resource in json.loads(template.read_text("utf-8"))["Resources"].values()
    }
    assert not models.STAND_INS.keys() - needed
