"""``paths``: the attack map, as text, as a page, as a drawing."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

from secure_constructs.cli._program import PROGRAM, Commands, Exit, complain, is_terminal, write
from secure_constructs.cli._reading import config_at, read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from secure_constructs.acknowledgments import Acknowledgment
    from secure_constructs.assessment import Assessment
    from secure_constructs.template import Template

_DRAWN: Final = ("html", "svg", "mermaid", "assurance")
_FORMATS: Final = ("text", "json", *_DRAWN)
_VERDICTS: Final = ("provenance", "compensated", "unknown")


def add(commands: Commands) -> None:
    """
    Add the command.
    """
    paths = commands.add_parser(
        "paths",
        help="draw the attack map: every input, past which guards it comes, what it reaches",
        description="Say for every input of every function whether it passes a web ACL, "
        "hop by hop, and what whoever takes a function over could do.",
        epilog="exit codes: 1 an input is worse than --worst allows, else 0; 2 and 3 as for check",
        allow_abbrev=False,
    )
    paths.set_defaults(run=_run)
    paths.add_argument(
        "paths",
        nargs="*",
        default=["cdk.out"],
        metavar="PATH",
        help="a cdk.out folder, or a template in JSON or YAML; default: cdk.out",
    )
    paths.add_argument("--function", metavar="NAME", default="", help="about this function only")
    paths.add_argument(
        "--format",
        choices=_FORMATS,
        default="text",
        help="default: text; html is a page that needs no network, assurance a table of every "
        "function and risk with the evidence, in CSV",
    )
    paths.add_argument("--output", metavar="FILE", help="write it there, not to the screen")
    paths.add_argument(
        "--worst",
        choices=_VERDICTS,
        help="fail where an input is worse than this; default: never",
    )
    paths.add_argument(
        "--config",
        metavar="FILE",
        help="for the findings in a drawing; "
        "default: the nearest secure-constructs.toml or pyproject.toml with our table",
    )
    paths.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _run(options: argparse.Namespace) -> Exit:
    from secure_constructs.paths.attack_map import map_of
    from secure_constructs.paths.verdicts import Verdict
    from secure_constructs.reports import terminal
    from secure_constructs.reports.paths import as_json, counted, functions_named, lines, render

    templates, acknowledgments = read(options.paths)
    attack_map = map_of(templates)
    if options.function and not functions_named(options.function, attack_map):
        known = ", ".join(node.name for node in attack_map.functions) or "none"
        complain(f"{PROGRAM}: there is no function {options.function}; there are {known}")
        return Exit.USAGE

    def rendered() -> str:
        if options.format in _DRAWN:
            verdict = _judged(templates, acknowledgments, options.config)
            drawn = import_module(f"secure_constructs.reports.{options.format}")
            return str(drawn.render(verdict, attack_map))
        if options.format == "json":
            return as_json(attack_map)
        return render(attack_map, function=options.function)

    if options.output:
        write(options.output, rendered())
        sys.stdout.write(f"{counted(attack_map.inputs)}; see {options.output}\n")
    elif options.format == "text" and is_terminal(options):
        terminal.show(lines(attack_map, function=options.function))
    else:
        sys.stdout.write(rendered())
    if options.worst:
        allowed = Verdict(options.worst).rank
        if any(way.verdict.rank > allowed for way in attack_map.inputs):
            return Exit.FINDINGS
    return Exit.CLEAN


def _judged(
    templates: Sequence[Template], acknowledgments: Sequence[Acknowledgment], config: str | None
) -> Assessment:
    """
    Judge the templates, so that a drawing can show what was found where.
    """
    from secure_constructs.acknowledgments import acknowledge
    from secure_constructs.assessment import assess
    from secure_constructs.rules import rule_ids

    assessment = assess(templates, config=config_at(config))
    return acknowledge(assessment, acknowledgments, rules=rule_ids())
