"""
Stacks in which a path was planted, each with a twin in which it is not there.

They were written before the code that looks for the paths, one module for each kind of way into an
app, and one for each question asked of the map. Every template was synthesized by CDK 2.275 from a
small app of plain constructs (the raw SAM template was written by hand) and is kept as it came out,
apart from the hashes in ids, metadata, and texts that nobody reads.

How expectations were judged:

The verdict of a function is that of the worst way into it. From best to worst:

- *behind-waf*: requests enter at something with a web ACL, and straight from there.
- *provenance*: what arrives was written by our own roles alone, whose own inputs are behind a web
  ACL or have provenance, or by AWS: schedules, events of services, CloudFormation.
- *compensated*: no web ACL can stand there, but the way is narrow: scanned uploads, chosen columns,
  a named partner held to an organisation or a source, scanned mail by TLS.
- *unknown*: nothing in the templates is known to call or to write there.
- *exposed*: an outsider gets there otherwise.

What an outsider wrote stays his: it is handed on with its verdict by queues, topics, streams,
buses, workflows, functions, dead letters and logs. What comes through a stage with a web ACL and a
store in between has *provenance*, since the store does not say who asked. Authentication changes
nothing about a verdict: a signed-in attacker is still not seen by a web ACL. Only a door which
nobody outside can open, such as a function URL with signed requests and no permission, is no way.

What decides is what AWS enforces: a permission of IAM, a condition of a policy, a pattern, a
prefix, a filter. Names, descriptions and what code seems to intend do not count, apart from one
thing that no template says otherwise: code that signs upload forms lets browsers write.

What each question counts as a path stands in its module: ``reach``, ``takeover``, ``loops`` and
``flows``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeAlias

Templates: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Templates that are deployed together, by the names of their stacks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Blast:
    """
    What whoever takes a function over has, by logical id; functions invoked are not taken over.
    """

    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    invokes: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    assumes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """
    What is to be found, in the words of the map; functions that are not named are not judged.

    Args:
        verdicts: Function to verdict.
        inputs: Function to its ways in, each by its label, with its verdict.
        open_paths: Outsider and sensitive resource that he reaches without authentication.
        loops: What goes round, to whether Lambda stops it.
        blast: Function to what it has when it is taken over.
        flow_faults: Workflow and function that can be had past it; none where it is not judged.
    """

    verdicts: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    open_paths: frozenset[tuple[str, str]] = frozenset()
    loops: Mapping[frozenset[str], bool] = field(default_factory=dict)
    blast: Mapping[str, Blast] = field(default_factory=dict)
    flow_faults: frozenset[tuple[str, str]] | None = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """
    One planted path and its twin.

    Args:
        name: Its name among all.
        what: The path, in a sentence.
        templates: Where it is.
        expected: What is found there.
        safe_templates: The twin.
        safe_expected: What is found in the twin.
    """

    name: str
    what: str
    templates: Templates
    expected: Expected
    safe_templates: Templates
    safe_expected: Expected


def planted() -> tuple[Planted, ...]:
    """
    Give all of them, module by module.
    """
    return tuple(
        one
        for module in pkgutil.iter_modules(__path__, f"{__name__}.")
        if not module.name.rpartition(".")[2].startswith("_")
        for one in import_module(module.name).PLANTED
    )
