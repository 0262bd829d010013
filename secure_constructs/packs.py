"""
Packs: selections of rules, each by a predicate over what the rules say about themselves.

``recommended`` holds for every user and is the default; ``strict`` adds what is right for some.
There is one pack for each risk, and one for each standard of which ``data/standards.csv`` names
the requirements that a rule truly checks. No pack covers the whole of a standard: most of what
one asks for is not in a template. The requirements are named as AWS Security Hub names them,
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from secure_constructs.findings import Risk

if TYPE_CHECKING:
    from secure_constructs.rules import Rule

Predicate = Callable[["Rule"], bool]

STANDARDS: Final[Mapping[str, str]] = {
    "aws-fsbp": "AWS Foundational Security Best Practices",
    "cis-aws-foundations-3.0": "CIS AWS Foundations Benchmark 3.0",
    "nist-800-53-r5": "NIST SP 800-53 Revision 5",
    "pci-dss-4.0.1": "PCI DSS 4.0.1",
}
"""
The standards, by the name of their pack.
"""

PACKS: Final[tuple[str, ...]] = (
    "recommended",
    "strict",
    *(risk.lower() for risk in Risk),
    *STANDARDS,
)
"""
The names of all packs.
"""


def pack(name: str) -> Predicate:
    """
    Give the predicate that says which rules are in a pack.

    Args:
        name: One of :data:`PACKS`.

    Raises:
        KeyError: There is no such pack.
    """
    return _predicates()[name]


def requirements(rule_id: str) -> Mapping[str, tuple[str, ...]]:
    """
    Give the requirements that a rule checks, by the standard.
    """
    found: dict[str, list[str]] = {}
    for standard, requirement, rule in _standards():
        if rule == rule_id:
            found.setdefault(standard, []).append(requirement)
    return {standard: tuple(names) for standard, names in found.items()}


@functools.cache
def _predicates() -> Mapping[str, Predicate]:
    return {
        "recommended": lambda rule: rule.recommended,
        "strict": lambda _: True,
        **{risk.lower(): _of_risk(risk) for risk in Risk},
        **{standard: _of_standard(standard) for standard in STANDARDS},
    }


def _of_risk(risk: Risk) -> Predicate:
    return lambda rule: rule.risk is risk


def _of_standard(standard: str) -> Predicate:
    return lambda rule: rule.id in _rules_of(standard)


@functools.cache
def _rules_of(standard: str) -> frozenset[str]:
    return frozenset(rule for name, _, rule in _standards() if name == standard)


@functools.cache
def _standards() -> tuple[tuple[str, str, str], ...]:
    import csv  # noqa: PLC0415 - most never ask for a standard

    file = Path(__file__).parent / "data/standards.csv"
    return tuple(
        (row["standard"], row["requirement"], row["rule"])
        for row in csv.DictReader(file.read_text("utf-8").splitlines())
    )
