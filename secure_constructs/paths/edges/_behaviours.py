"""Which routes of an API a distribution hands requests on to: by their methods and their paths."""

from __future__ import annotations

import re
from typing import Final

from secure_constructs.iam.patterns import pattern
from secure_constructs.services.distributions import Front, is_used, takes
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
        behaviours = list(front.behaviours)
    except Undecided:
        return True
    return not behaviours or any(
        (verb in {"", "ANY"} or takes(behaviour, verb))
        and not (told and _is_elsewhere(behaviour, path))
        for behaviour in behaviours
    )


def _is_one_stage(origin: Block, api: Resource) -> bool:
    """
    Say whether an origin is a stage of the API itself, so that the paths of both are the same.
    """
    host, stage = origin.get("DomainName"), origin.get("OriginPath")
    named = isinstance(host, Text) and api in host.resources
    return named and isinstance(stage, str) and re.fullmatch("/?[^/]+/?", stage) is not None


def _is_elsewhere(behaviour: Block, path: str) -> bool:
    """
    Say whether no request to a path comes to a behaviour that leaves the path as it is.
    """
    asked = behaviour.get("PathPattern", "*")
    if not isinstance(asked, str) or any(behaviour.has(place) for place in _REWRITES):
        return False
    taken = pattern(asked if asked.startswith("*") else f"/{asked.lstrip('/')}", variables=False)
    wanted = pattern(_OPEN.sub("*", path), variables=False)
    return not taken.covers(wanted).possible
