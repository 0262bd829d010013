"""What counts as a value that was given."""

from __future__ import annotations

from collections.abc import ItemsView
from typing import Any

from secure_constructs.template import Block


def filled(block: Block, path: str) -> bool:
    """
    Say whether a property is set to anything, known or not, but an empty text.

    A parameter whose default is empty stands for what nobody has chosen.
    """
    given: bool = block.get(path, "") != ""
    return given


def named(block: Block) -> list[tuple[str, Any]]:
    """
    Give the values of a block by their names, as resolved.
    """
    items: ItemsView[Any, Any] = block.value.items()
    return [(name, value) for name, value in items if isinstance(name, str)]
