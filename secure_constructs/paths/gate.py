"""Inputs held against the worst verdict that someone allows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secure_constructs.paths.attack_map import AttackMap, map_of
from secure_constructs.paths.graph import Edge, Kind
from secure_constructs.paths.verdicts import Input, Verdict
from secure_constructs.template import Resource, Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Excess:
    """
    A function that takes an input which is worse than allowed.

    Args:
        function: The function.
        message: What comes in, past what, in one clause.
        fix: Where to cut, as an imperative clause.
        certain: False where it is not known whether it is worse.
        trace: The logical ids, hop by hop.
    """

    function: Resource
    message: str
    fix: str
    certain: bool
    trace: tuple[str, ...]


def worse_than(allowed: Verdict, templates: Sequence[Template]) -> Iterator[Excess]:
    """
    Find the functions with an input that is worse than a verdict, by their worst input.

    Args:
        allowed: The worst verdict allowed.
        templates: The templates deployed together.
    """
    attack_map = map_of(templates)
    for function in attack_map.functions:
        ways = attack_map.verdicts.inputs(function)
        worse = [way for way in ways if way.verdict.rank > allowed.rank]
        if worse and function.resource is not None:
            yield _excess(function.resource, worse, attack_map)


def _excess(function: Resource, worse: Sequence[Input], attack_map: AttackMap) -> Excess:
    way = worse[0]
    more = f", and {len(worse) - 1} more" if len(worse) > 1 else ""
    cut = attack_map.cut(way)
    unknown = f"declare who fills {way.edge.source} by a grant, or acknowledge it as trusted"
    return Excess(
        function=function,
        message=f"its input from {way.edge.source} is {way.verdict}: {way.reason}{more}",
        fix=cut.fix if cut is not None else unknown,
        certain=way.verdict is not Verdict.UNKNOWN,
        trace=tuple(_hops(way.path)),
    )


def _hops(path: Sequence[Edge]) -> Iterator[str]:
    for node in (path[0].source, *(edge.target for edge in path)):
        if node.kind is not Kind.ROLE:
            yield node.part if node.resource is None else node.resource.logical_id
