"""
Every stack that a construct's test builds is judged by all rules when the test is done.

A finding that the construct has not accepted with a reason fails the test, so nobody has
to remember to ask.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import aws_cdk as cdk

Template = dict[str, Any]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.synth)


@pytest.fixture
def app(tmp_path: Path) -> cdk.App:
    """
    The app of the stacks.
    """
    import aws_cdk as cdk

    return cdk.App(analytics_reporting=False, outdir=str(tmp_path / "cdk.out"))


@pytest.fixture
def plain_stack(app: cdk.App) -> cdk.Stack:
    """
    A stack that nobody judges, for what must go wrong and for plain L2s.
    """
    import aws_cdk as cdk

    return cdk.Stack(app, "Shop")


@pytest.fixture
def stack(plain_stack: cdk.Stack) -> Iterator[cdk.Stack]:
    """
    A stack that must have no finding when the test is done.
    """
    yield plain_stack
    judge(plain_stack)


@pytest.fixture
def synthesized() -> Callable[[cdk.Stack], Template]:
    """
    The template of a stack, as a function of the stack.
    """
    return template_of


def template_of(stack: cdk.Stack) -> Template:
    """
    Synthesize a stack, with all others of its app.
    """
    import aws_cdk as cdk

    app = stack.node.root
    assert isinstance(app, cdk.App)
    assembly = app.synth(force=True)
    template: Template = json.loads(
        Path(assembly.get_stack_artifact(stack.artifact_id).template_full_path).read_text()
    )
    return template


# Handlers in these tests do nothing, and so use none of what they are granted.
ABOUT_STUBS = {"lambda-granted-and-never-called"}


def judge(stack: cdk.Stack) -> None:
    """
    Fail on any finding, certain or not, that the app's constructs have not accepted.
    """
    import aws_cdk as cdk

    from secure_constructs.acknowledgments import acknowledge, read_acknowledgments
    from secure_constructs.assessment import assess
    from secure_constructs.template import read_assembly

    app = stack.node.root
    assert isinstance(app, cdk.App)
    folder = app.synth(force=True).directory
    assessment = acknowledge(assess(read_assembly(folder).templates), read_acknowledgments(folder))
    said = [
        f"{finding.rule_id} at {finding.construct_path or finding.logical_id}: {finding.message}"
        for finding in (*assessment.active, *assessment.uncertain)
        if finding.rule_id not in ABOUT_STUBS
    ]
    assert not said, "\n".join(said)


@pytest.fixture
def found(
    synthesized: Callable[[cdk.Stack], Template],
) -> Callable[[cdk.Stack, str], dict[str, Template]]:
    """
    The resources of a type, by logical id, as a function of stack and type.
    """

    def find(stack: cdk.Stack, resource_type: str) -> dict[str, Template]:
        return {
            name: resource
            for name, resource in synthesized(stack)["Resources"].items()
            if resource["Type"] == resource_type
        }

    return find


@pytest.fixture
def only(
    found: Callable[[cdk.Stack, str], dict[str, Template]],
) -> Callable[[cdk.Stack, str], Template]:
    """
    The properties of the one resource of a type, as a function of stack and type.
    """

    def find(stack: cdk.Stack, resource_type: str) -> Template:
        (resource,) = found(stack, resource_type).values()
        properties: Template = resource.get("Properties", {})
        return properties

    return find
