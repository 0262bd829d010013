"""
Which rules of other tools check what ours check.

Every rule names its control, in a vocabulary that all tools share;
``data/peer_rules.csv`` names the control of each peer rule about serverless security.
Where no rule of ours has that control, ``data/coverage.csv`` says which of ours look at the same
thing, and why they cut it differently.
Those of cdk-nag are written as users see them, with the name of the pack in front (3.0.2).
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerRule:
    """
    A rule of another tool.

    Args:
        control: What it checks.
        tool: The tool, such as ``checkov``.
        rule: Its id there, such as ``CKV_AWS_258``.
    """

    control: str
    tool: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """
    What becomes of a control that no rule of ours bears the name of.

    Args:
        rules: The ids of our rules that look at the same thing.
        reason: Why the control is cut differently, where that needs saying.
    """

    rules: tuple[str, ...] = ()
    reason: str = ""


def coverage(control: str) -> Coverage:
    """
    Say which rules of ours look at a control that has another name here.
    """
    return _coverage().get(control, Coverage())


@functools.cache
def _coverage() -> dict[str, Coverage]:
    file = resources.files("secure_constructs").joinpath("data/coverage.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return {
        row["control"]: Coverage(rules=tuple(row["rules"].split()), reason=row["reason"])
        for row in rows
    }


@functools.cache
def peer_rules() -> tuple[PeerRule, ...]:
    """
    Give the rules of other tools, sorted by control, tool and rule.
    """
    file = resources.files("secure_constructs").joinpath("data/peer_rules.csv")
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return tuple(
        PeerRule(control=row["control"], tool=row["tool"], rule=row["rule"]) for row in rows
    )


def control_of(rule: str, *, tool: str = "") -> str:
    """
    Give the control that a rule of another tool checks; empty when it is not known.

    Args:
        rule: Its id as the tool reports it, such as ``AwsSolutions-IAM5[Resource::*]``.
        tool: The tool. Default: the first that has a rule of that id.
    """
    name = rule.partition("[")[0]
    return _controls().get((tool, name), "")


@functools.cache
def _controls() -> dict[tuple[str, str], str]:
    controls: dict[tuple[str, str], str] = {}
    for peer in peer_rules():
        controls.setdefault((peer.tool, peer.rule), peer.control)
        controls.setdefault(("", peer.rule), peer.control)
    return controls
