"""
What AWS says of each IAM action: how far it reaches, and what it can be limited to.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache
from typing import Final, NamedTuple

from secure_constructs.iam._archive import archive
from secure_constructs.iam.patterns import action_pattern

_TABLE: Final = "iam_actions.pack"
# Where an entry begins to stand for more than itself.
_WILD: Final = re.compile(r"[*?$]")


class Level(Enum):
    """
    How far an action reaches.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html
    """

    LIST = "List"
    READ = "Read"
    TAGGING = "Tagging"
    WRITE = "Write"
    PERMISSIONS_MANAGEMENT = "Permissions management"


_LEVELS: Final = {level.value[0]: level for level in Level}


class Action(NamedTuple):
    """
    One action of one service.

    Args:
        name: Service and action as AWS spells them: ``s3:GetObject``.
        level: How far it reaches.
        resource_types: The types of resources it can be limited to; empty when a statement that
            allows it takes ``Resource: "*"``.
    """

    name: str
    level: Level
    resource_types: tuple[str, ...]

    @property
    def limitable(self) -> bool:
        """
        Whether a statement can limit it to some resources.
        """
        return bool(self.resource_types)

    def __str__(self) -> str:
        return self.name


def action(name: str) -> Action | None:
    """
    Give what is known of an action, in any case of letters.

    Returns:
        ``None`` for an action, or a service, that AWS did not list on the day of the data.
    """
    service, _, rest = name.partition(":")
    return _action(service.lower(), rest.lower())


def matching(pattern: str) -> tuple[Action, ...]:
    """
    Give the actions that an entry such as ``s3:Get*`` stands for; ``*`` alone stands for too many.

    Returns:
        The actions of one service, by name; none when the service itself has a wildcard.
    """
    # A text with parts that are not known is equal to a plain one that reads the same.
    return _matching(pattern) if type(pattern) is str else _found_by(pattern)


def _found_by(pattern: str) -> tuple[Action, ...]:
    service, colon, rest = pattern.partition(":")
    if not colon or "*" in service or "?" in service:
        return ()
    service = service.lower()
    if "*" not in rest and "?" not in rest:
        found = _action(service, rest.lower())
        return (found,) if found else ()
    asked = rest.lower()
    beginning = _WILD.split(asked, maxsplit=1)[0]
    names = [name for name in _names(service) if name.startswith(beginning)]
    if asked != f"{beginning}*":
        wanted = action_pattern(pattern)
        names = [n for n in names if wanted.covers(action_pattern(f"{service}:{n}")).certain]
    candidates = (_action(service, name) for name in names)
    return tuple(found for found in candidates if found is not None)


_matching = lru_cache(maxsize=1024)(_found_by)


def known_service(name: str) -> bool:
    """
    Whether AWS lists a service with this prefix.
    """
    return bool(_names(name.lower()))


def origin() -> dict[str, str]:
    """
    Give source, version and date of the data.
    """
    return archive(_TABLE).origin


@lru_cache(maxsize=128)
def _names(service: str) -> dict[str, str]:
    """
    Give the names of the actions of a service, by the same in lower case.
    """
    described = archive(_TABLE).get(service)
    return {} if described is None else {name.lower(): name for name in described[1]}


@lru_cache(maxsize=4096)
def _action(service: str, lowered: str) -> Action | None:
    name = _names(service).get(lowered)
    if name is None:
        return None
    types, actions = archive(_TABLE).get(service)
    level, *positions = actions[name].split()
    return Action(
        name=f"{service}:{name}",
        level=_LEVELS[level],
        resource_types=tuple(types[int(position)] for position in positions),
    )
