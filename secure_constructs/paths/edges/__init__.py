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

_TYPES: Final = "TYPES"


@cache
def readers() -> tuple[tuple[str, Reader], ...]:
    """
    Give every resource type that makes edges, with what reads them.
    """
    found: list[tuple[str, Reader]] = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_"):
            continue
        content = import_module(f"{__name__}.{module.name}")
        found.extend((kind, content.edges) for kind in getattr(content, _TYPES))
    return tuple(found)
