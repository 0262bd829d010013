"""
Every construct in its main variants, one stack for each function of this folder.

Run ``python -m tests.gallery.app`` to synthesize it.
A file here holds functions that take a stack and build in it; they are found by walking the
folder, so nothing is registered. A function whose name ends in ``_anywhere`` gets a stack whose
account and Region are not known.
"""

from __future__ import annotations

import inspect
import os
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

# Read once, when the process of jsii starts.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20,22,24")

import aws_cdk as cdk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = "123456789012"
REGION = "eu-central-1"
ANYWHERE = "_anywhere"


def exhibits() -> Iterator[tuple[str, Callable[[cdk.Stack], None]]]:
    """
    Find the functions of this folder that build in a stack.

    Yields:
        The name of the stack, such as ``HttpApi`` for ``http_api``, and the function.
    """
    for file in sorted(Path(__file__).parent.glob("[a-z]*.py")):
        if file.name == Path(__file__).name:
            continue
        module = import_module(f"{__package__}.{file.stem}")
        for name, build in inspect.getmembers(module, inspect.isfunction):
            if build.__module__ == module.__name__ and [*inspect.signature(build).parameters] == [
                "stack"
            ]:
                yield "".join(word.capitalize() for word in name.split("_")), build


def gallery(app: cdk.App) -> cdk.App:
    """
    Build every exhibit in a stack of its own.

    Args:
        app: Where to build them.

    Returns:
        The app.
    """
    here = cdk.Environment(account=ACCOUNT, region=REGION)
    for name, build in exhibits():
        build(cdk.Stack(app, name, env=None if build.__name__.endswith(ANYWHERE) else here))
    return app


if __name__ == "__main__":
    gallery(cdk.App()).synth()
