"""
Which routes of an API a distribution hands requests on to: by their methods and their paths.

The first behaviour that matches a path takes it, whichever methods it takes.
"""

from __future__ import annotations

import re
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import pattern
from secure_constructs.services.distributions import Front, is_used, path_of, takes
from secure_constructs.template import Block, Resource, Text, Undecided

# What the caller chooses of a path, and what is not known of it.
_OPEN: Final = re.compile(r"\{[^}]*\}|…")
# What runs at these may change the path.
_REWRITES: Final = ("FunctionAssociations", "LambdaFunctionAssociations")


def leads_to(front: Front, api: Resource, route: str) -> bool:
    """
    Say whether a distribution hands requests on to a route; where that is not known, it may.

    Args:
        front: The distribution, with the origin that leads to the API.
        api: The API.
        route: What the route is called: ``POST /orders``.
    """
    if not is_used(front.origin):
        return False
    verb, _, path = route.rpartition(" ")
    told = path.startswith("/") and _is_one_stage(front.origin, api)
    try:
        behaviours = list(front.in_order)
    except Undecided:
        return True
    taken = False
    for behaviour, leads in behaviours:
        matches = _matches(behaviour, path) if told else Answer.MAYBE
        comes = not taken and matches.possible
        if (
            leads
            and (comes or _rewrites(behaviour))
            and (verb in {"", "ANY"} or takes(behaviour, verb))
        ):
            return True
        taken = taken or matches.certain
    return not any(leads for _, leads in behaviours)


def _rewrites(behaviour: Block) -> bool:
    return any(behaviour.has(place) for place in _REWRITES)


def _is_one_stage(origin: Block, api: Resource) -> bool:
    """
    Say whether an origin is a stage of the API itself, so that the paths of both are the same.
    """
    host, stage = origin.get("DomainName"), origin.get("OriginPath")
    named = isinstance(host, Text) and api in host.resources
    return named and isinstance(stage, str) and re.fullmatch("/?[^/]+/?", stage) is not None


def _matches(behaviour: Block, path: str) -> Answer:
    """
    Say whether requests to a path come to a behaviour, if none before it takes them.
    """
    asked = path_of(behaviour)
    if asked is None:
        return Answer.MAYBE
    return pattern(asked, variables=False).covers(pattern(_OPEN.sub("*", path), variables=False))
