"""What counts as a value that was given."""

from __future__ import annotations

from secure_constructs.template import Block


def filled(block: Block, path: str) -> bool:
    """
    Say whether a property is set to anything, known or not, but an empty text.

    A parameter whose default is empty stands for what nobody has chosen.
    """
    given: bool = block.get(path, "") != ""
    return given
