"""
Gates that let in only what comes through a distribution, and brings the header it adds.

API Gateway answers 401 to what lacks a header that an authorizer names as its identity source.
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from secure_constructs.services.distributions import fronts_of, has_web_acl
from secure_constructs.template import Resource, Text, Undecided

_HEADER: Final = "request.header."
_SHORTEST_NAME: Final = 3


def added_headers(api: Resource) -> frozenset[str]:
    """
    Give the headers, in lower case, that distributions with a web ACL add to what they hand on.
    """
    return frozenset(
        header
        for front in fronts_of(api)
        if has_web_acl(front.distribution)
        for header in front.headers
    )


def asked_headers(sources: Iterable[str]) -> frozenset[str]:
    """
    Give the headers, in lower case, that an authorizer is not asked without.

    Args:
        sources: Its identity sources, as any of the three kinds of API writes them.
    """
    return frozenset(
        source.strip().lower().rpartition(_HEADER)[2]
        for listed in sources
        for source in listed.split(",")
        if _HEADER in source.lower()
    )


def lets_in_fronts_only(api: Resource, asked: frozenset[str], known: Iterable[Any]) -> bool:
    """
    Say whether only what a distribution hands on gets in.

    Args:
        api: The API.
        asked: The headers that it does not answer without, in lower case.
        known: What those who decide compare them with, or know.

    Raises:
        Undecided: A distribution adds the header; that its value is compared cannot be seen.
    """
    place = ""
    for front in fronts_of(api):
        for header, value in front.headers.items():
            if header in asked:
                if any(_tells(value, one) for one in known):
                    return True
                place = front.origin.at("OriginCustomHeaders")
    if place:
        raise Undecided(place)
    return False


def known_to(function: Resource) -> Iterator[Any]:
    """
    Give what a function knows from its environment and its code, where that is in the template.
    """
    variables = function.get("Environment.Variables")
    if isinstance(variables, dict):
        yield from variables.values()
    yield function.get("Code.ZipFile")


def _tells(value: Any, known: Any) -> bool:
    """
    Say whether whoever knows one thing can tell the value of a header from another.
    """
    if not isinstance(value, str) or not isinstance(known, str):
        return False
    if isinstance(value, Text):
        if isinstance(known, Text):
            return bool(set(value.resources) & set(known.resources))
        return False
    return value in known or (len(known) >= _SHORTEST_NAME and known in value)
