"""Ways to more permissions, and the policies they rest on."""

from __future__ import annotations

from typing import Final

from secure_constructs.findings import Finding
from secure_constructs.iam.escalation import Escalation
from secure_constructs.rules._base import Rule
from secure_constructs.rules.aws_iam._managed import managed_policies_at
from secure_constructs.template import Resource

_NAMED: Final = 8


def rests_on_aws(way: Escalation) -> bool:
    """
    Say whether policies that AWS writes allow a way, and none beside them.
    """
    return bool(way.places) and all(
        place.startswith(managed_policies_at(holder)) for holder, place in way.places
    )


def described(rule: Rule, identity: Resource, ways: tuple[Escalation, ...]) -> Finding:
    """
    Describe the ways that an identity has, the first one in full.
    """
    first = ways[0]
    names = tuple(dict.fromkeys(way.path.id for way in ways))
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    through = f" through {first.target.logical_id}" if first.target else ""
    return rule.finding(
        identity,
        next((place for holder, place in first.places if holder == identity), ""),
        f"it {'can' if first.certain else 'may be able to'} give itself more permissions"
        f"{through} by {', '.join(first.path.actions)}{_allowed_by(first)}"
        f" ({', '.join(names[:_NAMED])}{more})",
        certain=first.certain,
        trace=(
            identity.logical_id,
            *(reached.resource.logical_id for reached in first.reaches),
        ),
    )


def _allowed_by(way: Escalation) -> str:
    """
    Name the policies that allow it and stand somewhere else.
    """
    own = way.identity.resource
    holders = dict.fromkeys(h.logical_id for h, _ in way.places if h != own)
    return f", allowed by {' and '.join(holders)}" if holders else ""
