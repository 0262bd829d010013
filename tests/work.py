"""How much work something takes: counted and not timed, so that a slow machine finds the same."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


def work(do: Callable[[], object]) -> int:
    """How many lines of Python run until `do` returns; what C does in one call counts once."""
    lines = 0

    def count(_frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal lines
        lines += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        do()
    finally:
        sys.settrace(before)
    return lines
