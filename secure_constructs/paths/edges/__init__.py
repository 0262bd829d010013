"""
Where edges come from: one module for each kind of connection.

Each module names the resource types it reads in ``TYPES`` and has a function ``edges``
that gives the edges one such resource makes.
A value that is not known raises, as in a rule;
the resource is then noted as not read, and the edges given before stay.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Final

from secure_constructs.paths.graph import Edge
from secure_constructs.template import Resource, Template

Reader = Callable[[Resource, Template], Iterator[Edge]]

CUSTOM: Final = "Custom::*"
"""
Stands for every type of a custom resource.
"""


@cache
def readers(kind: str) -> tuple[Reader, ...]:
    """
    Give what reads the edges of a resource type.
    """
    every = _by_type()
    own = every.get(kind, ())
    return (*own, *every[CUSTOM]) if kind.startswith("Custom::") else own


@cache
def _by_type() -> dict[str, tuple[Reader, ...]]:
    found: dict[str, tuple[Reader, ...]] = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_"):
            content = import_module(f"{__name__}.{module.name}")
            for kind in content.TYPES:
                found[kind] = (*found.get(kind, ()), content.edges)
    return found
