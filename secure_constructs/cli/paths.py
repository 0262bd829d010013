"""``paths``: the attack map, as text, as a page, as a drawing."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from secure_constructs.cli._program import PROGRAM, Commands, Exit, complain, is_terminal, write
from secure_constructs.cli._reading import read

if TYPE_CHECKING:
    from secure_constructs.paths.attack_map import AttackMap

_FORMATS: Final = ("text", "json", "html", "svg", "mermaid")
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
        help="default: text; html is a page that needs no network",
    )
    paths.add_argument("--output", metavar="FILE", help="write it there, not to the screen")
    paths.add_argument(
        "--worst",
        choices=_VERDICTS,
        help="fail where an input is worse than this; default: never",
    )
    paths.add_argument("--no-color", action="store_true", help="also: set NO_COLOR")


def _run(options: argparse.Namespace) -> Exit:
    from secure_constructs.paths.attack_map import map_of
    from secure_constructs.paths.verdicts import Verdict
    from secure_constructs.reports import terminal
    from secure_constructs.reports.paths import counted, functions_named, lines

    templates, _ = read(options.paths)
    attack_map = map_of(templates)
    if options.function and not functions_named(options.function, attack_map):
        known = ", ".join(node.name for node in attack_map.functions) or "none"
        complain(f"{PROGRAM}: there is no function {options.function}; there are {known}")
        return Exit.USAGE
    if options.output:
        write(options.output, _rendered(attack_map, options))
        sys.stdout.write(f"{counted(attack_map.inputs)}; see {options.output}\n")
    elif options.format == "text" and is_terminal(options):
        terminal.show(lines(attack_map, function=options.function))
    else:
        sys.stdout.write(_rendered(attack_map, options))
    if options.worst:
        allowed = Verdict(options.worst).rank
        if any(way.verdict.rank > allowed for way in attack_map.inputs):
            return Exit.FINDINGS
    return Exit.CLEAN


def _rendered(attack_map: AttackMap, options: argparse.Namespace) -> str:
    from importlib import import_module

    from secure_constructs.reports import paths

    if options.format == "text":
        return paths.render(attack_map, function=options.function)
    if options.format == "json":
        return paths.as_json(attack_map)
    drawn = import_module(f"secure_constructs.reports.{options.format}")
    return str(drawn.render(attack_map))
