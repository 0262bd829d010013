"""JSON that every parser takes."""

from __future__ import annotations

import json
import re
from typing import Any, Final

_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]")


def dumped(report: dict[str, Any]) -> str:
    """
    Write a report as JSON in ASCII, whatever the encoding of the screen.

    A template may name half of a surrogate pair, which strict parsers refuse even when escaped;
    it becomes a question mark.
    """
    text = json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "replace").decode()
    return _BEYOND_ASCII.sub(lambda letter: json.dumps(letter[0])[1:-1], text) + "\n"
