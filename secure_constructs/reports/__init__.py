"""Verdicts, written for people and for machines."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment

FORMATS: Final = ("text", "json", "sarif", "junit", "markdown")
"""
The formats a verdict can be written in; each is a module with a function ``render``.
"""


def render(assessment: Assessment, form: str = "text", *, uncertain: bool = False) -> str:
    """
    Write an assessment.

    Args:
        assessment: The verdict.
        form: One of :data:`FORMATS`.
        uncertain: Show the uncertain findings as well. Default: they are counted;
            JSON holds them in any case, marked.
    """
    if form not in FORMATS:
        raise ValueError(f"{form} is no report format; there are {', '.join(FORMATS)}")
    module = import_module(f"{__name__}.{form}")
    return str(module.render(assessment, uncertain=uncertain))
