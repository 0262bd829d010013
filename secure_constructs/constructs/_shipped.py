"""The handlers that the library ships, as code for functions."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

_FOLDER: Final = Path(__file__).parent.parent / "runtime"


def shipped_code(*files: str) -> lambda_.Code:
    """
    Some files of ``secure_constructs.runtime``, at the top of the function's folder.

    Args:
        files: Their names there; a package is named with its folder and files,
            ``upload`` and ``upload/*.py``.
    """
    return lambda_.Code.from_asset(
        str(_FOLDER),
        exclude=["*", *(f"!{file}" for file in files)],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


@cache
def shipped_runtime() -> lambda_.Runtime:
    """
    What runs them.
    """
    return lambda_.Runtime.PYTHON_3_14
