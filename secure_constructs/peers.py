"""
Which rules of other tools check what ours check.

Every rule names its control, in a vocabulary that all tools share;
``data/peer_rules.csv`` names the control of each peer rule about serverless security.
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
