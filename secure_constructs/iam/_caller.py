"""What one identity may do, asked as whoever holds its credentials would ask."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache
from itertools import islice, product
from pathlib import Path
from typing import Any, Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Condition, Context, all_satisfied
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.patterns import SOMETHING_ELSE, Pattern, arn_parts, resource_pattern
from secure_constructs.iam.roles import USER, Identity
from secure_constructs.template import Pseudo, Text
from secure_constructs.template.values import Part

ASSUME_ROLE: Final = "sts:AssumeRole"
PASS_ROLE: Final = "iam:PassRole"  # noqa: S105 (an action)

_ADMINISTRATOR: Final = "arn:aws:iam::aws:policy/AdministratorAccess"
# A name that no policy spells out, for what the caller may call as it likes.
_ANY_NAME: Final = "zq7x"
# What a caller sets as it likes: a request of its own names the place, the browser, the page before
# and what a role is for.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_CHOSEN: Final = frozenset(
    {"aws:referer", "aws:requestedregion", "aws:useragent", "iam:associatedresourcearn"}
)
_DIRECT: Final = {"aws:viaawsservice": "false"}
# What depends on who calls, when, and for what.
_OWN: Final = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalarn",
        "aws:tokenissuetime",
        "aws:username",
        "iam:passedtoservice",
    }
)
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-requestedregion
_GLOBAL: Final = {"iam": "us-east-1"}
_MOST_CHOICES: Final = 32
_PLACEHOLDER: Final = re.compile(r"\$\{(\w+)\}")
_PSEUDO: Final = {"Region": "AWS::Region", "Account": "AWS::AccountId"}
_REGION_AT, _ACCOUNT_AT = 3, 4
_EVERYTHING: Final = Request("*", "*")
# What is known of the requests of all callers: who holds credentials may use TLS.
_OF_ALL: Final = {
    "aws:PrincipalAccount": Text((Pseudo("AWS::AccountId"),)),
    "aws:SecureTransport": "true",
    "iam:PolicyARN": _ADMINISTRATOR,
}


@cache
def table() -> dict[str, Any]:
    """
    Read the known paths, and what their actions are done to.
    """
    file = Path(__file__).parent.parent / "data" / "escalation_paths.json"
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


@cache
def formats(action: str) -> tuple[tuple[str, ...], ...]:
    """
    Give the ARN formats of what an action is done to; none when it cannot be limited.

    Returns:
        One group for each resource the action takes, with the kinds that it may be;
        the one that matters to an attacker first.
    """
    return tuple(map(tuple, table()["resources"][action]))


def is_administrator(identity: Identity) -> bool:
    """
    Whether an identity surely may do everything to everything.
    """
    policies = identity.policies
    # A statement about named services does not allow all actions: that spares most the question.
    return policies.identity.any_service and policies.grants(_EVERYTHING).certain


def arn_like(form: str, name: Part, like: tuple[str, ...] | None = None) -> str:
    """
    Fill an ARN format.

    Args:
        form: The format, as ``arn:${Partition}:iam::${Account}:role/${Name}``.
        name: What stands for the parts that name the resource.
        like: The parts of an ARN whose region and account are taken over, where it has them.
    """
    parts: list[Part] = []
    for position, piece in enumerate(_PLACEHOLDER.split(form)):
        if position % 2 == 0:
            parts.append(piece)
        elif piece == "Partition":
            parts.append("aws")
        elif piece in _PSEUDO:
            at = _REGION_AT if piece == "Region" else _ACCOUNT_AT
            parts.append((like[at] if like else "") or Pseudo(_PSEUDO[piece]))
        else:
            parts.append(name)
    return Text(tuple(parts))


class Caller:
    """
    An identity that looks for ways to more permissions.
    """

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.policies = identity.policies
        self._may_at_all: dict[str, bool] = {}
        self._freely: dict[str, bool] = {}
        self._to_any: dict[tuple[object, ...], Answer] = {}
        self._named: dict[str, tuple[Pattern, ...]] = {}
        self._resources: dict[str, tuple[str, ...]] = {}
        self._witnesses: dict[str, tuple[Statement, ...]] = {}
        self._bound_to: dict[str, tuple[tuple[str, ...] | None, ...]] = {}

    @property
    def arn(self) -> str:
        """
        The ARN of the identity.
        """
        return self.identity.arn

    @cached_property
    def administrator(self) -> bool:
        """
        Whether it surely may do everything to everything.
        """
        return is_administrator(self.identity)

    @cached_property
    def context(self) -> dict[str, Any]:
        """
        What is known of every request it makes.
        """
        now = datetime.now(UTC)
        is_user = self.identity.resource.type == USER
        return {
            **_OF_ALL,
            "aws:CurrentTime": now.isoformat(),
            "aws:EpochTime": str(int(now.timestamp())),
            "aws:PrincipalArn": self.arn,
            "aws:TokenIssueTime": now.isoformat(),
            "aws:username": self.identity.resource.physical_name if is_user else None,
        }

    def may_at_all(self, action: str) -> bool:
        """
        Whether its policies allow *action* on something, under some conditions.
        """
        known = self._may_at_all.get(action)
        if known is None:
            known = self._may_at_all[action] = self.policies.identity.may_allow(action)
        return known

    def names(self, action: str, resource: str) -> bool:
        """
        Whether a statement that allows *action* may be about a resource.
        """
        patterns = self._named.get(action)
        if patterns is None:
            patterns = self._named[action] = tuple(map(resource_pattern, self.resources(action)))
        asked = resource_pattern(resource)
        return any(pattern.covers(asked).possible for pattern in patterns)

    def freely(self, action: str) -> bool:
        """
        Whether it may do *action* to everything, with no condition, denial or boundary to ask.

        That is so for most that it may do at all in a way that leads somewhere.
        """
        known = self._freely.get(action)
        if known is None:
            policies = self.policies
            known = not policies.bounds and policies.identity.gives_freely(action)
            self._freely[action] = known
        return known

    def may(self, action: str, resource: str, **context: str | None) -> Answer:
        """
        Whether its own policies let it do *action* to one resource.
        """
        if self.freely(action):
            return Answer.YES
        return self._at_will(
            action,
            context,
            lambda known: self.policies.grants(Request(action, resource, known)),
        )

    def meets(self, statement: Statement, action: str) -> Answer:
        """
        Whether it can meet the conditions of a statement when it does *action*.
        """
        conditions = statement.conditions
        if not statement.unreadable and not any(map(_about_caller, conditions)):
            return _anyone_meets(conditions, _region_of(action))
        return self._at_will(action, {}, statement.holds)

    def finds(self, statement: Statement) -> Answer:
        """
        Whether the conditions of a statement hold; maybe, where that is left to its choice.
        """
        conditions = statement.conditions
        if not statement.unreadable and not any(map(_about_caller, conditions)):
            return _anyone_finds(conditions)
        return statement.holds(self._usual)

    def may_to_any(self, action: str, **context: str | None) -> Answer:
        """
        Whether it may do *action* to whatever resource of the account it meets.

        A statement that names some resources only does not tell whether they are worth it.
        """
        asked = (action, *context.items())
        known = self._to_any.get(asked)
        if known is None:
            known = self._to_any[asked] = self._may_to_any(action, context)
        return known

    def _may_to_any(self, action: str, context: dict[str, str | None]) -> Answer:
        if self.freely(action):
            return Answer.YES
        forms = next(iter(formats(action)), ())
        if not forms:
            return self.may_to_some(action, **context)
        return self._at_will(
            action,
            context,
            lambda known: Answer.any(
                self._may_to_others(action, form, like, known)
                for form in forms
                for like in self._likes(action)
            ),
        )

    def _may_to_others(
        self, action: str, form: str, like: tuple[str, ...] | None, known: Context
    ) -> Answer:
        """
        Whether it may do *action* to a resource that the templates do not define.
        """
        answer = self._allows(Request(action, arn_like(form, SOMETHING_ELSE, like), known))
        if answer.possible:
            answer &= ~self._denies(Request(action, arn_like(form, _ANY_NAME, like), known))
        return answer

    def may_to_some(self, action: str, **context: str | None) -> Answer:
        """
        Whether there can be something to which it may do *action*: a name is its own choice.
        """
        if self.freely(action):
            return Answer.YES
        groups = formats(action)
        if not groups:
            # Asked of no resource, so that no statement about certain ones has a say.
            return self.may(action, _ANY_NAME, **context)
        return self._at_will(
            action,
            context,
            lambda known: Answer.all(
                Answer.any(
                    self.policies.grants(Request(action, resource, known))
                    for form in forms
                    for resource in self._examples(action, form)
                )
                for forms in groups
            ),
        )

    def witnesses(self, action: str) -> tuple[Statement, ...]:
        """
        Give the statements that speak for *action*.
        """
        found = self._witnesses.get(action)
        if found is None:
            request = Request(action, "*", self._context({}))
            found = self._witnesses[action] = tuple(
                [witness.statement for witness in self.policies.identity.witnesses(request)]
            )
        return found

    def resources(self, action: str) -> tuple[str, ...]:
        """
        Give what statements that allow *action* name as resources, a boundary's among them.
        """
        found = self._resources.get(action)
        if found is None:
            request = Request(action, "*")
            found = self._resources[action] = tuple(
                [
                    resource
                    for policies in (self.policies.identity, *self.policies.bounds)
                    for witness in policies.witnesses(request)
                    for resource in witness.statement.resources or ("*",)
                ]
            )
        return found

    def becomes(self, role: Identity) -> Answer:
        """
        Whether it may assume a role of these templates.

        By its policies and the role's, or by the role's alone where that names it.
        """
        if role.trust is None:
            return Answer.NO
        request = Request(ASSUME_ROLE, role.arn, self._context({}), caller=self.arn)
        return self.policies.answer(request, resource_policy=role.trust)

    def _at_will(
        self, action: str, context: dict[str, str | None], ask: Callable[[Context], Answer]
    ) -> Answer:
        """
        Ask about *action*, with whatever of the request is the caller's choice set to its best.
        """
        if action != PASS_ROLE:
            context = {**context, "PassedToService": None}
        known = self._context(context) if action == PASS_ROLE or len(context) > 1 else self._usual
        return _at_best(known, lambda: self._choices, _region_of(action), ask)

    @cached_property
    def _usual(self) -> Context:
        """
        What is known of a request that passes no role, its choices aside.
        """
        return self._context({"PassedToService": None})

    @cached_property
    def _choices(self) -> tuple[dict[str, str], ...]:
        """
        Give what the conditions of its policies leave to its choice, in all combinations.
        """
        return _choices_in(
            condition
            for policies in (self.policies.identity, *self.policies.bounds)
            for document in policies.documents
            for statement in document.statements
            for condition in statement.conditions
        )

    def _allows(self, request: Request) -> Answer:
        sets = (self.policies.identity, *self.policies.bounds)
        return Answer.all(policies.allows(request) for policies in sets)

    def _denies(self, request: Request) -> Answer:
        sets = (self.policies.identity, *self.policies.bounds)
        return Answer.any(policies.denies(request) for policies in sets)

    def _context(self, more: dict[str, str | None]) -> Context:
        return Context({**self.context, **{f"iam:{key}": value for key, value in more.items()}})

    def _likes(self, action: str) -> tuple[tuple[str, ...] | None, ...]:
        """
        Give ARNs of the regions and accounts that *action* is bound to, after none at all.
        """
        found = self._bound_to.get(action)
        if found is None:
            found = self._bound_to[action] = (None, *_places(self.resources(action)))
        return found

    def _examples(self, action: str, form: str) -> Iterator[str]:
        """
        Give resources of a form that its statements let it name.
        """
        yield arn_like(form, _ANY_NAME, None)
        every = resource_pattern(_PLACEHOLDER.sub("*", form))
        for resource in dict.fromkeys(self.resources(action)):
            if resource != "*" and every.covers(resource_pattern(resource)).possible:
                yield _with_a_name(resource)


def _about_caller(condition: Condition) -> bool:
    """
    Whether a condition depends on who calls, so that it does not hold for all or for none.
    """
    return condition.key in _OWN or any("${" in value for value in condition.values)


@lru_cache(maxsize=4096)
def _anyone_finds(conditions: tuple[Condition, ...]) -> Answer:
    return all_satisfied(conditions, Context({**_OF_ALL, "iam:PassedToService": None}))


@lru_cache(maxsize=4096)
def _anyone_meets(conditions: tuple[Condition, ...], region: str) -> Answer:
    return _at_best(
        Context({**_OF_ALL, "iam:PassedToService": None}),
        lambda: _choices_in(conditions),
        region,
        lambda known: all_satisfied(conditions, known),
    )


def _at_best(
    known: Context,
    choices: Callable[[], Iterable[Mapping[str, str]]],
    region: str,
    ask: Callable[[Context], Answer],
) -> Answer:
    """
    Ask, with whatever of the request is the caller's choice set to its best.

    Args:
        known: What is known of the request.
        choices: What it has the choice of, asked for where that matters.
        region: Where the request goes to, where that is no choice.
        ask: The question.
    """
    answer = ask(known)
    if answer is not Answer.MAYBE:
        return answer
    at_once = {**_DIRECT, "aws:requestedregion": region} if region else _DIRECT
    chosen = (Context({**known.values, **choice, **at_once}) for choice in choices())
    return Answer.YES if any(ask(choice).certain for choice in chosen) else answer


def _choices_in(conditions: Iterable[Condition]) -> tuple[dict[str, str], ...]:
    """
    Give what conditions leave to the choice of a caller, in all combinations.
    """
    wanted: dict[str, dict[str, None]] = {}
    for condition in conditions:
        if condition.key in _CHOSEN:
            values = wanted.setdefault(condition.key, {_ANY_NAME: None})
            values.update((_with_a_name(value), None) for value in condition.values)
    choices = (dict(zip(wanted, values, strict=True)) for values in product(*wanted.values()))
    return tuple(islice(choices, _MOST_CHOICES))


def _region_of(action: str) -> str:
    return _GLOBAL.get(action.partition(":")[0], "")


def _places(resources: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """
    Give, for each region and account that some resources name, an ARN that has nothing else.
    """
    named = {
        (_spelled_out(parts[_REGION_AT]), _spelled_out(parts[_ACCOUNT_AT]))
        for parts in map(arn_parts, resources)
        if parts
    }
    return (("arn", "", "", *place, "") for place in sorted(named) if any(place))


def _spelled_out(part: str) -> str:
    """
    Give a part of an ARN if it is one string, set now; nothing otherwise.
    """
    return "" if any(character in part for character in "*?$") else part


def _with_a_name(resource: str) -> str:
    """
    Put a name in the place of the wildcards of a resource.
    """

    def named(text: str) -> str:
        return text.replace("*", _ANY_NAME).replace("?", _ANY_NAME[0])

    if isinstance(resource, Text):
        return Text(tuple(named(p) if isinstance(p, str) else p for p in resource.parts))
    return named(resource)
