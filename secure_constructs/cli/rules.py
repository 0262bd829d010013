"""``rules`` and ``explain``: what is judged, and why."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from secure_constructs.cli._program import PROGRAM, Commands, Exit, complain
from secure_constructs.findings import Risk
from secure_constructs.packs import PACKS, pack

if TYPE_CHECKING:
    from secure_constructs.rules import Rule


def add(commands: Commands) -> None:
    """
    Add the commands.
    """
    _add_explain(commands)
    _add_rules(commands)


def _add_explain(commands: Commands) -> None:
    explain = commands.add_parser(
        "explain",
        help="say what a rule finds, why it matters and how to mend it",
        allow_abbrev=False,
    )
    explain.set_defaults(run=_explain)
    explain.add_argument("rule", help="the id of a rule, of ours or of cdk-nag, checkov and others")
    explain.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _add_rules(commands: Commands) -> None:
    rules = commands.add_parser("rules", help="list the rules", allow_abbrev=False)
    rules.set_defaults(run=_rules)
    rules.add_argument("--risk", choices=[str(risk) for risk in Risk], help="those of one risk")
    rules.add_argument("--pack", choices=PACKS, metavar="NAME", help="those of one pack")
    rules.add_argument(
        "--format",
        choices=("text", "json", "markdown", "page"),
        default="text",
        help="default: text; page is the one in secure_constructs/rules/README.md",
    )
    rules.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _explain(options: argparse.Namespace) -> Exit:
    from secure_constructs.peers import control_of, coverage
    from secure_constructs.reports.rules import explanation
    from secure_constructs.rules import catalogue

    name = options.rule.rpartition("::")[2]
    control = control_of(name) or name.lower()
    covered = coverage(control)
    found = _rules_named(name, control) or [r for r in catalogue() if r.id in covered.rules]
    if not found:
        complain(_no_such_rule(options.rule))
        return Exit.USAGE
    if covered.reason:
        sys.stdout.write(f"{name} checks {control}, cut differently here: {covered.reason}\n\n")
    sys.stdout.write("\n".join(explanation(rule) for rule in found))
    return Exit.CLEAN


def _rules_named(name: str, control: str) -> list[Rule]:
    """
    Find a rule by its id, or the rules that have a control.
    """
    from secure_constructs.rules import catalogue

    exact = [rule for rule in catalogue() if rule.id == name.lower()]
    return exact or [rule for rule in catalogue() if rule.control == control]


def _no_such_rule(name: str) -> str:
    from difflib import get_close_matches

    from secure_constructs.rules import catalogue

    close = get_close_matches(name, [rule.id for rule in catalogue()], n=1, cutoff=0.5)
    meant = f"did you mean {close[0]}?" if close else f"{PROGRAM} rules lists them"
    return f"{PROGRAM}: there is no rule {name}; {meant}"


def _rules(options: argparse.Namespace) -> Exit:
    from secure_constructs.reports.rules import listing
    from secure_constructs.rules import catalogue

    chosen = [
        rule
        for rule in catalogue()
        if options.risk in (None, str(rule.risk)) and (not options.pack or pack(options.pack)(rule))
    ]
    sys.stdout.write(listing(chosen, options.format))
    return Exit.CLEAN
