"""
The command line: one module for each command.

Everything but argparse is imported when it is needed: the command starts in a fraction of a
second, and most of its uses need only a part.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from secure_constructs.cli import check, cost, diff, paths, permissions, rules
from secure_constructs.cli._program import PROGRAM, Exit, complain
from secure_constructs.errors import ConfigError, TemplateError

__all__ = ["Exit", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run the command line.

    Args:
        arguments: What follows the name of the command; that of this process by default.

    Returns:
        The exit code, see :class:`Exit`.
    """
    # What a template says is printed as it is; a terminal that lacks a character shows its code.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
    except (TemplateError, ConfigError) as error:
        from secure_constructs.reports._groups import printable

        for line in error.lines if isinstance(error, TemplateError) else (str(error),):
            complain(printable(line))
        return Exit.USAGE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has seen enough, as `head` does; Python would complain again at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + 13
    except Exception:  # noqa: BLE001 - whatever it is, it is ours, and must not look like a verdict
        traceback.print_exc()
        complain(f"{PROGRAM}: this is a defect of ours; please report it")
        return Exit.DEFECT
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Judge what the CDK synthesized, or any CloudFormation template.",
        epilog="exit codes: 0 nothing gates, 1 findings gate, 2 usage or unreadable input, "
        "3 a defect of this program",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (check, paths, diff, cost, rules, permissions):
        command.add(commands)
    return parser


class _Version(argparse.Action):
    """
    Shows the version, which costs a look at the installed packages and so is not read before.
    """

    def __init__(self, option_strings: Sequence[str], dest: str, **settings: object) -> None:
        super().__init__(option_strings, dest, nargs=0, help=str(settings.get("help")))

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        sys.stdout.write(f"{PROGRAM} {version(PROGRAM)}\n")
        parser.exit()
