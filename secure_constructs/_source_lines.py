"""
Which line of the user's code made a construct.

CDK keeps, per construct, the stack of the call that made it, and its CLI prints the first
line of user code in it above each finding.
The jsii runtime can send the Python part of that stack, but only all of it, for every
message, when ``JSII_HOST_STACK_TRACES`` is set before it starts; this costs about 5 % of a synth.
Here it sends a single frame instead, the user's own, which costs nothing that can be measured.

The names used are private to jsii.
Where they have changed, findings come without a line and nothing else is different.
"""

from __future__ import annotations

import functools
import importlib
import os
import site
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import FrameType

_OWN: Final = str(Path(__file__).parent) + os.sep
_INSTALLED: Final = tuple(
    str(Path(folder)) + os.sep
    for folder in (
        *site.getsitepackages(),
        site.getusersitepackages(),
        os.path.dirname(os.__file__),  # noqa: PTH120 - one more text among texts
    )
)
# CDK drops the first frame, which is that of the generated binding.
_BINDING: Final[list[str | int]] = ["", 0, 0, ""]


def record() -> bool:
    """
    Let CDK know, from now on, the line of user code that makes each construct.

    Calling it again changes nothing.

    Returns:
        True when lines are recorded, whether by this call, an earlier one or by the user's
        own ``JSII_HOST_STACK_TRACES``; False when this jsii does not offer it.
    """
    try:
        # By name, since what is private today may be gone tomorrow.
        process: Any = importlib.import_module("jsii._kernel.providers.process")
        enabled, capture = process._stack_traces_enabled, process.capture_stack_trace  # noqa: SLF001
        if enabled() is True:
            return True
    except (ImportError, AttributeError, TypeError):
        return False
    if not callable(capture):
        return False
    process._stack_traces_enabled = _always  # noqa: SLF001
    process.capture_stack_trace = _users_frame
    return True


def _always() -> bool:
    return True


def _users_frame() -> list[list[str | int]]:
    """
    Give the innermost frame of user code, in the form the jsii runtime sends.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - a walk that stops early; traceback reads the sources
    while frame is not None:
        code = frame.f_code
        file = _users_file(code.co_filename)
        if file:
            return [_BINDING, [file, frame.f_lineno, 0, code.co_name]]
        frame = frame.f_back
    return []


@functools.cache
def _users_file(name: str) -> str:
    """
    Give the absolute name of a file the user wrote; empty for installed and generated code.
    """
    if name.startswith("<"):
        return ""
    file = str(Path(name).absolute())
    return "" if file.startswith((_OWN, *_INSTALLED)) else file
