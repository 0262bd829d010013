"""The rules: one fault per file, found by walking this package."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from secure_constructs.rules._base import Example, Rule

__all__ = ["Example", "Rule", "catalogue"]


@cache
def catalogue() -> tuple[Rule, ...]:
    """
    Give every rule of the package, sorted by id.
    """
    return tuple(
        sorted((rule for name in _modules() for rule in _rules_of(name)), key=lambda rule: rule.id)
    )


def _modules() -> list[str]:
    """
    List the modules that hold a rule; those with a leading underscore hold what rules share.
    """
    return [
        found.name
        for found in pkgutil.walk_packages(__path__, f"{__name__}.")
        if not found.ispkg and not found.name.rpartition(".")[2].startswith("_")
    ]


def _rules_of(module_name: str) -> list[Rule]:
    module = import_module(module_name)
    return [
        value()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module_name
    ]
