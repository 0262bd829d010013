"""``permissions``: what a function may do."""

from __future__ import annotations

import argparse
import sys

from secure_constructs.cli._program import PROGRAM, Commands, Exit, complain
from secure_constructs.cli._reading import read


def add(commands: Commands) -> None:
    """
    Add the command.
    """
    permissions = commands.add_parser(
        "permissions",
        help="say what a function may do, on what, why, and what of it its code uses",
        allow_abbrev=False,
    )
    permissions.set_defaults(run=_run)
    permissions.add_argument(
        "function", help="its construct path or the end of it, its logical id or its name"
    )
    permissions.add_argument(
        "paths",
        nargs="*",
        default=["cdk.out"],
        metavar="PATH",
        help="a cdk.out folder, or a template in JSON or YAML; default: cdk.out",
    )
    permissions.add_argument("--format", choices=("text", "json"), default="text")


def _run(options: argparse.Namespace) -> Exit:
    from difflib import get_close_matches

    from secure_constructs.reports.permissions import (
        functions_named,
        names_of_functions,
        permissions,
    )

    templates, _ = read(options.paths)
    found = functions_named(options.function, templates)
    if not found:
        names = names_of_functions(templates)
        close = get_close_matches(options.function, names, n=1, cutoff=0.3)
        known = f"did you mean {close[0]}?" if close else f"there are {', '.join(names) or 'none'}"
        complain(f"{PROGRAM}: there is no function {options.function}; {known}")
        return Exit.USAGE
    sys.stdout.write("\n".join(permissions(each, options.format) for each in found))
    return Exit.CLEAN
