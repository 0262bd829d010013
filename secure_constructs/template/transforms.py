"""What CloudFormation does to a template before it reads it: loops and SAM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from secure_constructs.errors import Problem
from secure_constructs.template.loops import has_loops, without_loops
from secure_constructs.template.structure import Structure, inspect, unbounded

SERVERLESS: Final = "AWS::Serverless-2016-10-31"
"""
The transform that makes CloudFormation understand SAM.
"""


class Transformed(NamedTuple):
    """
    A template after its transforms.

    Args:
        body: What CloudFormation would deploy.
        structure: What one walk over it found.
        written: The logical ids in the file, from which the others are derived;
            empty when nothing was transformed.
    """

    body: Any
    structure: Structure
    written: tuple[str, ...] = ()

    def author(self, logical_id: str) -> str:
        """
        Name the resource in the file from which another was made: SAM puts its id in front.
        """
        if logical_id in self.written:
            return logical_id
        candidates = [name for name in self.written if logical_id.startswith(name)]
        return max(candidates, key=len, default=logical_id)


def transformed(body: Any, *, lone: bool, region: str = "") -> Transformed:
    """
    Apply the transforms whose result is known, and look at the outcome.

    Macros of the account, and files included at deployment, are not known and left alone.

    Args:
        body: The parsed template; anything at all.
        lone: True when nothing but the body says that this is a template.
        region: Where it is deployed, if that is known.
    """
    looped = isinstance(body, Mapping) and has_loops(body) and not unbounded(body)
    expanded, problems = without_loops(body) if looped else (body, ())
    structure = inspect(expanded, lone=lone)
    structure.problems.extend(problems)
    serverless = isinstance(body, Mapping) and _asks_for(body, SERVERLESS) and _needs_sam(expanded)
    written = _names(expanded) if looped or serverless else ()
    if serverless and not structure.problems:
        expanded, problems = _translated(expanded, region)
        if not problems:
            structure = inspect(expanded, lone=lone)
        structure.problems.extend(problems)
    return Transformed(body=expanded, structure=structure, written=written)


def _asks_for(body: Mapping[str, Any], transform: str) -> bool:
    asked = body.get("Transform")
    return transform in (asked if isinstance(asked, list) else [asked])


def _needs_sam(body: Mapping[str, Any]) -> bool:
    """
    Say whether SAM would make resources of this template that its text does not have.

    Applications of its repository become nested stacks, whose templates are not at hand.
    """
    resources = body.get("Resources")
    return not (isinstance(resources, Mapping) and resources) or any(
        not isinstance(resource, Mapping)
        or not isinstance(kind := resource.get("Type"), str)
        or (kind.startswith("AWS::Serverless::") and kind != "AWS::Serverless::Application")
        for resource in resources.values()
    )


def _names(body: Mapping[str, Any]) -> tuple[str, ...]:
    resources = body.get("Resources")
    return tuple(map(str, resources)) if isinstance(resources, Mapping) else ()


def _translated(
    body: Mapping[str, Any], region: str
) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
    try:
        # Takes a second to import, and is an extra.
        from secure_constructs.template._sam import translated  # noqa: PLC0415
    except ImportError as missing:
        problem = Problem(
            place="",
            message=f"this is a SAM template, and its translator is missing ({missing.name})",
            fix="pip install 'secure-constructs[sam]'",
        )
        return body, (problem,)
    return translated(body, region)
