"""Decisions that a stack takes as a whole, so that what is missing is said once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from secure_constructs.template import Resource, Template, Undecided

_SHOWN: Final = 3


def spokesman(
    resource: Resource, kinds: tuple[str, ...], at_fault: Callable[[Resource], bool]
) -> tuple[Resource, ...]:
    """
    Give all resources of a stack that share the fault of one of them, if it is to speak for all.

    The first one does: of the first kind of which any has the fault, in the order of the template.

    Args:
        resource: One that has the fault.
        kinds: The types that can have it, the weightiest first.
        at_fault: Says whether one of them has it.

    Returns:
        The resource and the others after it; nothing where another one speaks for it.
    """
    question = f"share {at_fault.__module__}.{at_fault.__qualname__}"

    def answer(template: Template) -> tuple[Resource, ...]:
        return tuple(one for one in template.of_type(*kinds) if surely(one, at_fault))

    sharing = resource.template.once(question, answer)
    return sharing if sharing and sharing[0] is resource else ()


def alike(
    resource: Resource, kind: str, sign: Callable[[Resource], object]
) -> tuple[Resource, ...]:
    """
    Give all resources of a stack that share the sign of one of them, if it is to speak for all.

    As :func:`spokesman`, where a fault comes in several forms, each to be named once.

    Args:
        resource: One that has the fault.
        kind: The type that can have it.
        sign: Gives the form of the fault that one of them has.

    Returns:
        The resource and the others after it; nothing where another one speaks for it.
    """
    question = f"alike {sign.__module__}.{sign.__qualname__}"
    sharing = resource.template.once(question, lambda asked: _by_sign(asked, kind, sign))
    same: tuple[Resource, ...] = tuple(sharing.get(sign(resource), ()))
    return same if same and same[0] is resource else ()


def _by_sign(
    template: Template, kind: str, sign: Callable[[Resource], object]
) -> dict[object, list[Resource]]:
    found: dict[object, list[Resource]] = {}
    for one in template.of_type(kind):
        with suppress(Undecided):
            found.setdefault(sign(one), []).append(one)
    return found


def others(sharing: tuple[Resource, ...], nor: str) -> str:
    """
    Name those for whom the first one speaks, as the end of a message.

    Args:
        sharing: What :func:`spokesman` gave.
        nor: What leads over to them.
    """
    names = [one.logical_id for one in sharing[1:]]
    if not names:
        return ""
    more = len(names) - _SHOWN
    shown = ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f", {nor} {shown}"


def surely(resource: Resource, at_fault: Callable[[Resource], bool]) -> bool:
    """
    Say whether something is true of a resource for all that is known.
    """
    try:
        return at_fault(resource)
    except Undecided:
        return False
