"""What a platform team decides: which findings gate, which packs apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from secure_constructs.findings import Finding, Severity

if TYPE_CHECKING:
    from secure_constructs.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """
    The decisions of a platform team.

    Args:
        gate: The mildest severity that refuses a synth. Default: high and critical do.
        strict: Judge by the strict rules as well. Default: only by those right for everyone.
    """

    gate: Severity = Severity.HIGH
    strict: bool = False

    def gates(self, finding: Finding) -> bool:
        """
        Say whether a certain finding refuses the synth.
        """
        return finding.severity.at_least(self.gate)

    def selects(self, rule: Rule) -> bool:
        """
        Say whether a rule is applied.
        """
        return rule.recommended or self.strict
