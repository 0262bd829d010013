"""What every command shares: its name, its exit codes, and how it complains."""

from __future__ import annotations

import argparse
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import Final, TypeAlias

from secure_constructs.errors import Problem, TemplateError

PROGRAM: Final = "secure-constructs"
"""
What the command is called.
"""

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 - it has no public name
"""
What commands are added to.
"""


class Exit(IntEnum):
    """
    What the exit code says.
    """

    CLEAN = 0
    """
    Nothing gates.
    """
    FINDINGS = 1
    """
    Findings at or above the gate.
    """
    USAGE = 2
    """
    The command, its configuration or its input cannot be read.
    """
    DEFECT = 3
    """
    A defect of ours: the verdict is not to be relied on.
    """


def complain(text: str) -> None:
    """
    Say what is wrong, where verdicts are not written.
    """
    sys.stderr.write(f"{text}\n")


def write(file: str, report: str) -> None:
    """
    Write a report to a file.

    Raises:
        TemplateError: It cannot be written there.
    """
    try:
        Path(file).write_text(report, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        problem = Problem(
            place="",
            message=f"the report cannot be written: {error.strerror}",
            fix="name a file in a folder that exists",
        )
        raise TemplateError(file, problem) from None


def is_terminal(options: argparse.Namespace) -> bool:
    """
    Say whether colours are wanted, and seen.
    """
    return sys.stdout.isatty() and not options.no_color and not os.environ.get("NO_COLOR")
