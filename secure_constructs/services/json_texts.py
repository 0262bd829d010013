"""JSON that a template holds as a text: parsed, with what the text only names put back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from secure_constructs.template import UNRESOLVED, Text
from secure_constructs.template.values import concatenated

_PLACEHOLDER: Final = re.compile(r"(\$\{[^{}]*\})")


def documented(value: Any, names: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """
    Read a map that is written as a map or as a text.

    Args:
        value: The resolved value.
        names: What placeholders such as ``${Charge}`` stand for, by name.

    Returns:
        The map; an empty one for what is no map, or cannot be read.
    """
    parts: dict[str, Any] = {f"${{{name}}}": given for name, given in (names or {}).items()}
    if isinstance(value, str):
        if isinstance(value, Text):
            parts.update(
                {str(part): Text((part,)) for part in value.parts if not isinstance(part, str)}
            )
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    filled = _filled(value, parts)
    return filled if isinstance(filled, dict) else {}


def _filled(value: Any, parts: Mapping[str, Any]) -> Any:
    if isinstance(value, Text) or not parts:
        return value
    if isinstance(value, str) and "${" in value:
        pieces = [parts.get(piece, piece) for piece in _PLACEHOLDER.split(value) if piece]
        if len(pieces) == 1:
            return pieces[0]
        return UNRESOLVED if UNRESOLVED in pieces else concatenated(pieces)
    if isinstance(value, dict):
        return {key: _filled(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, parts) for inner in value]
    return value
