"""``diff``: what a change to an app opened and closed."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from secure_constructs.cli._program import Commands, Exit, is_terminal, write
from secure_constructs.cli._reading import config_at, read

_FORMATS: Final = ("text", "json", "markdown")


def add(commands: Commands) -> None:
    """
    Add the command.
    """
    diff = commands.add_parser(
        "diff",
        help="say what a change opened and closed: inputs, paths, permissions, findings",
        description="Compare the attack map and the findings of two states of an app: "
        "two cdk.out folders, or two templates.",
        epilog="exit codes: 1 someone gets in who did not, sensitive data is led to that was not, "
        "or a new finding gates; else 0; 2 and 3 as for check",
        allow_abbrev=False,
    )
    diff.set_defaults(run=_run)
    diff.add_argument("old", metavar="OLD", help="a cdk.out folder or a template, as it was")
    diff.add_argument("new", metavar="NEW", help="the same as it is now")
    diff.add_argument("--format", choices=_FORMATS, default="text", help="default: text")
    diff.add_argument("--output", metavar="FILE", help="write it there, not to the screen")
    diff.add_argument(
        "--config",
        metavar="FILE",
        help="default: the nearest secure-constructs.toml or pyproject.toml with our table",
    )
    diff.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _run(options: argparse.Namespace) -> Exit:
    from secure_constructs.acknowledgments import acknowledge
    from secure_constructs.assessment import Assessment, assess
    from secure_constructs.paths.attack_map import AttackMap, map_of
    from secure_constructs.paths.changes import changes
    from secure_constructs.reports import terminal
    from secure_constructs.reports.diff import difference, lines, render, summary
    from secure_constructs.rules import rule_ids

    config = config_at(options.config)

    def state(path: str) -> tuple[AttackMap, Assessment]:
        templates, acknowledgments = read([path])
        assessment = assess(templates, config=config)
        return map_of(templates), acknowledge(assessment, acknowledgments, rules=rule_ids())

    old, before = state(options.old)
    new, after = state(options.new)
    found = difference(changes(old, new), before, after)
    if options.output:
        write(options.output, render(found, options.format))
        sys.stdout.write(f"{summary(found)}; see {options.output}\n")
    elif options.format == "text" and is_terminal(options):
        terminal.show(lines(found))
    else:
        sys.stdout.write(render(found, options.format))
    if before.defects or after.defects:
        return Exit.DEFECT
    return Exit.FINDINGS if found.worse else Exit.CLEAN
