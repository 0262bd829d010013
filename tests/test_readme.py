"""What the README shows is what happens."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from secure_constructs.acknowledgments import acknowledge, read_acknowledgments
from secure_constructs.assessment import assess
from secure_constructs.config import read_config
from secure_constructs.template import read_assembly

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def assembly_of(source: str) -> Any:
    namespace: dict[str, Any] = {}
    exec(compile(source, "README.md", "exec"), namespace)  # noqa: S102 - it is ours
    return namespace["app"].synth()


@pytest.mark.synth
def test_the_first_app_is_secure() -> None:
    first, *_ = blocks("python")

    folder = Path(assembly_of(first).directory)

    judged = assess(read_assembly(folder).templates)
    assert judged.resources
    assert acknowledge(judged, read_acknowledgments(folder)).active == ()


@pytest.mark.synth
@pytest.mark.parametrize("source", blocks("python")[1:])
def test_every_other_snippet_runs(source: str) -> None:
    assert assembly_of(source).stacks


def test_the_configuration_is_understood(tmp_path: Path) -> None:
    (shown,) = blocks("toml")
    file = tmp_path / "pyproject.toml"
    file.write_text(shown)

    config = read_config(file)

    assert tomllib.loads(shown)["tool"]["secure-constructs"]["gate"] == config.gate
    assert config.strict
    assert (config.worst_input, config.max_cost_per_hour) == ("compensated", 50)
    assert [waiver.owner for waiver in config.waivers] == ["shop@example.com"]


def test_every_file_it_names_exists() -> None:
    root = Path(__file__).parent.parent
    named = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)

    assert named
    assert [name for name in named if not (root / name).exists()] == []
