"""Every question asked of one graph, answered once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from secure_constructs.paths.blast import Blast, Blasts
from secure_constructs.paths.build import build
from secure_constructs.paths.cuts import Cut, Cuts
from secure_constructs.paths.graph import Graph, Node
from secure_constructs.paths.loops import Loop, loops
from secure_constructs.paths.reach import Exposure, exposures
from secure_constructs.paths.steps import SideDoor, SkippedCheck, side_doors, skipped_checks
from secure_constructs.paths.verdicts import FUNCTION, Input, Verdict, Verdicts
from secure_constructs.template import Template


@dataclass(frozen=True)
class AttackMap:
    """
    What an attacker sees of the templates that are deployed together.

    Args:
        graph: Everything that is connected.
    """

    graph: Graph

    @cached_property
    def verdicts(self) -> Verdicts:
        """
        How far what comes into each function can be trusted.
        """
        return Verdicts(self.graph)

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """
        Every way into every function, the worst first.
        """
        return tuple(sorted(self.verdicts.all_inputs, key=lambda way: -way.verdict.rank))

    @cached_property
    def functions(self) -> tuple[Node, ...]:
        """
        Every function that is connected to anything.
        """
        return tuple(self.graph.of_type(FUNCTION))

    @cached_property
    def exposures(self) -> tuple[Exposure, ...]:
        """
        The ways from a stranger to sensitive data.
        """
        return exposures(self.graph)

    @cached_property
    def loops(self) -> tuple[Loop, ...]:
        """
        The ways from a function back to itself.
        """
        return loops(self.graph)

    @cached_property
    def side_doors(self) -> tuple[SideDoor, ...]:
        """
        The steps of workflows that outsiders reach past the steps before.
        """
        return tuple(side_doors(self.graph, self.verdicts))

    @cached_property
    def skipped_checks(self) -> tuple[SkippedCheck, ...]:
        """
        The steps that cannot be taken back and are reached without the check.
        """
        return tuple(skipped_checks(self.graph))

    @property
    def unsound(self) -> tuple[Input, ...]:
        """
        The inputs that pass no web ACL and come from where none stands before.
        """
        return tuple(way for way in self.inputs if not way.verdict.sound)

    def count(self, verdict: Verdict) -> int:
        """
        Count the inputs with a verdict.
        """
        return sum(way.verdict is verdict for way in self.inputs)

    @cached_property
    def _cuts(self) -> Cuts:
        return Cuts(self.graph, self.verdicts)

    @cached_property
    def _blasts(self) -> Blasts:
        return Blasts(self.graph)

    def blast(self, function: Node) -> Blast:
        """
        Find what falls with a function.
        """
        return self._blasts.of(function)

    def cut(self, way: Input) -> Cut | None:
        """
        Find the cheapest edge to cut on the way into a function.
        """
        return self._cuts.of(way)


def map_of(templates: Iterable[Template]) -> AttackMap:
    """
    Draw the attack map of templates that are deployed together.
    """
    return AttackMap(build(templates))
