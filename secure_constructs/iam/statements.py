"""
One statement of a policy, and the questions it answers.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import (
    ANY_CONTEXT,
    Condition,
    Context,
    all_satisfied,
    filled,
)
from secure_constructs.iam.patterns import (
    Pattern,
    action_pattern,
    arn_parts,
    pattern,
    resource_pattern,
)
from secure_constructs.iam.restrictions import restricts

T = TypeVar("T")

OPEN: Final = re.compile(r"[*?$\x00-\x1f]")
"""
What an action or service that is known has none of.
"""

_ACCOUNT: Final = re.compile(r"\d{12}|\$\{AWS::AccountId\}")


class Effect(Enum):
    """
    What a statement does with a request it applies to.
    """

    ALLOW = "Allow"
    DENY = "Deny"


class Kind(Enum):
    """
    What kind of caller a principal is.
    """

    ANYONE = "*"
    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"
    UNKNOWN = "?"


# Before Python 3.12 each look at a member through its class is a call.
_ALLOW, _DENY = Effect
_ANYONE, _AWS, _SERVICE, _, _, _UNKNOWN = Kind


class Principal(NamedTuple):
    """
    One caller that a statement names.

    Args:
        kind: What kind of caller it is; ``"*"`` alone is `Kind.ANYONE`.
        value: The text as it stands in the policy.
    """

    kind: Kind
    value: str

    @property
    def public(self) -> Answer:
        """
        Whether this is anyone at all, or anyone in accounts that are not named.

        ``{"AWS": "*"}`` is the same as ``"*"``.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
        """
        if self.kind is _ANYONE:
            return Answer.YES
        if self.kind is _UNKNOWN:
            return Answer.MAYBE
        if self.kind is _AWS:
            if self.value == "*":
                return Answer.YES
            parts = arn_parts(self.value)
            if parts is None:  # "arn:aws:iam::*": cut short, the last part stands for the rest
                return Answer.of(self.value.startswith("arn:") and self.value.endswith(":*"))
            return Answer.of("*" in parts[4])
        return Answer.of(self.value == "*")

    @property
    def wildcard(self) -> bool:
        """
        Whether it names more than one caller by ``*`` or ``?``.
        """
        return self.kind is Kind.ANYONE or "*" in self.value or "?" in self.value

    @property
    def account(self) -> str | None:
        """
        The account it is in, if it is in one and the text tells.

        Twelve digits, or ``${AWS::AccountId}`` for the account of the stack.
        """
        if self.kind is not _AWS:
            return None
        if _ACCOUNT.fullmatch(self.value):
            return str(self.value)
        parts = arn_parts(self.value)
        return parts[4] if parts and _ACCOUNT.fullmatch(parts[4]) else None

    @property
    def account_wide(self) -> bool:
        """
        Whether it is a whole account: its number, its root, or every caller in it.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
        """
        if self.kind is not _AWS:
            return False
        parts = arn_parts(self.value)
        return bool(_ACCOUNT.fullmatch(self.value)) or (
            parts is not None and parts[5] in ("root", "*")
        )

    def is_caller(self, caller: str) -> Answer:
        """
        Whether a role, user or session (by ARN) or a service (by host name) is this principal.

        Whole accounts are not their callers: see `account_wide`.
        """
        if self.kind is Kind.ANYONE:
            return Answer.YES
        if self.kind is Kind.UNKNOWN:
            return Answer.MAYBE
        return pattern(self.value).covers(pattern(caller))

    def __str__(self) -> str:
        return self.value if self.kind is Kind.ANYONE else f"{self.kind.value}: {self.value}"


class Entries(tuple[str, ...]):  # noqa: SLOT001 (it remembers what was asked of it)
    """
    The entries of one element of a statement, such as its actions.

    The statements of an app repeat one another: those with the same plain entries share one object,
    so that what is worked out for one of them is known for all. See `entries`.
    """

    def once(self, question: Any, answer: Callable[[Entries], T]) -> T:
        """
        Work something out about these entries alone, and remember it for whoever asks next.

        Args:
            question: What is asked; the same question has the same answer.
            answer: Works it out.
        """
        known = self.__dict__
        if question not in known:
            known[question] = answer(self)
        found: T = known[question]
        return found

    @property
    def wide(self) -> tuple[str, ...]:
        """
        Those that end in ``*``, which everything that stands for all of a kind does.
        """
        return self.once("wide", _wide)

    @property
    def by_service(self) -> Mapping[str, list[str]]:
        """
        Those that name actions, by the service in lower case; an empty text where that is open.

        Most questions are about a few services, and most entries about others: to look for them
        here spares reading each.
        """
        return self.once("by service", _by_service)


def entries(texts: list[str]) -> Entries:
    """
    Give texts as the entries of an element.

    A text with parts that are not known is equal to a plain one that reads the same, and never
    shared.
    """
    return _shared(tuple(texts)) if _PLAIN.issuperset(map(type, texts)) else Entries(texts)


def _wide(texts: Entries) -> tuple[str, ...]:
    return tuple([text for text in texts if text.endswith("*")])


def _by_service(actions: Entries) -> dict[str, list[str]]:
    written: dict[str, list[str]] = {}
    for action in actions:
        service, colon, _ = action.partition(":")
        written.setdefault(service if colon else "", []).append(action)
    found: dict[str, list[str]] = {}
    for service, named in written.items():
        found.setdefault(service_of(f"{service}:"), []).extend(named)
    return found


@lru_cache(maxsize=8192)
def service_of(action: str) -> str:
    """
    Give the service of an action in lower case, nothing when its pattern leaves that open.
    """
    service, colon, _ = action.partition(":")
    return "" if not colon or OPEN.search(service) else service.lower()


_PLAIN: Final = frozenset({str})
_shared = lru_cache(maxsize=4096)(Entries)


class Statement(NamedTuple):
    """
    One statement of a policy.

    An element that is absent is ``None``; one that is there is a tuple, even for a single value.

    Args:
        place: Where it stands in the document: ``Statement.2``, or ``Statement`` if there is one.
        effect: What it does, ``None`` when that cannot be read.
        sid: Its name, if it has one.
        actions: ``Action``.
        not_actions: ``NotAction``: it applies to every other action.
        resources: ``Resource``.
        not_resources: ``NotResource``: it applies to every other resource.
        principals: ``Principal``.
        not_principals: ``NotPrincipal``: it applies to everyone else.
        conditions: ``Condition``, one entry for each operator and key.
        unreadable: The elements that cannot be read, or not in full, by name.
    """

    place: str
    effect: Effect | None
    sid: str | None = None
    actions: Entries | None = None
    not_actions: Entries | None = None
    resources: Entries | None = None
    not_resources: Entries | None = None
    principals: tuple[Principal, ...] | None = None
    not_principals: tuple[Principal, ...] | None = None
    conditions: tuple[Condition, ...] = ()
    unreadable: frozenset[str] = frozenset()
    variables: bool = True

    @property
    def allows(self) -> bool:
        """
        Whether its effect is known to be ``Allow``.
        """
        return self.effect is _ALLOW

    @property
    def denies(self) -> bool:
        """
        Whether its effect is known to be ``Deny``.
        """
        return self.effect is _DENY

    def applies_to_action(self, action: str) -> Answer:
        """
        Whether *action* (a name, or a pattern such as ``s3:*``) is among its actions.
        """
        asked = action_pattern(action)

        def among(entries: Entries) -> Answer:
            return Answer.any(action_pattern(entry).covers(asked) for entry in entries)

        if self.not_actions is not None:
            return ~(self.not_actions.once(asked, among) | self._doubt("NotAction"))
        found = Answer.NO if self.actions is None else self.actions.once(asked, among)
        return found | self._doubt("Action")

    def applies_to_resource(self, resource: str, context: Context = ANY_CONTEXT) -> Answer:
        """
        Whether *resource* is among its resources.

        Args:
            resource: An ARN, or a pattern: yes means all that it stands for, maybe some of it.
            context: What is known of the request, for policy variables.
        """
        return self.applies_to_resource_pattern(resource_pattern(resource), context)

    def applies_to_resource_pattern(
        self, resource: Pattern, context: Context = ANY_CONTEXT
    ) -> Answer:
        """
        Whether *resource* is among its resources; a policy without ``Resource`` is about its own.
        """
        if self.not_resources is None and self.resources is None:
            return Answer.MAYBE if "Resource" in self.unreadable else Answer.YES
        among = Answer.any(
            known.covers(resource)
            for each in self.resource_patterns
            if (known := filled(each, context)) is not None
        )
        if self.not_resources is not None:
            return ~(among | self._doubt("NotResource"))
        return among | self._doubt("Resource")

    @property
    def unlimited(self) -> bool:
        """
        Whether it surely applies whatever the resource, the caller and the rest of the request are.
        """
        return (
            self.resources is not None
            and "*" in self.resources
            and self.not_resources is None
            and self.principals is None
            and self.not_principals is None
            and not self.conditions
            and not self.unreadable
        )

    @property
    def resource_patterns(self) -> tuple[Pattern, ...]:
        """
        Its resources, or those it leaves out, as patterns.
        """
        entries = self.resources if self.not_resources is None else self.not_resources
        if entries is None:
            return ()
        if self.variables:
            return entries.once("patterns", _patterns)
        return entries.once("patterns without variables", _patterns_without_variables)

    def applies_to_caller(self, caller: str, account: str | None = None) -> Answer:
        """
        Whether it is about requests by *caller*.

        Args:
            caller: The ARN of a role, user or session, or the host name of a service.
            account: The account the caller is in, if a statement about all of it counts.
        """
        if self.not_principals is not None:
            return self._leaves_in(caller, account) | self._doubt("NotPrincipal")
        if self.principals is None and "Principal" not in self.unreadable:
            return Answer.YES
        among = Answer.any(
            principal.is_caller(caller)
            | (_is_account(principal, account) if account else Answer.NO)
            for principal in self.principals or ()
        )
        return among | self._doubt("Principal")

    def _leaves_in(self, caller: str, account: str | None) -> Answer:
        """
        Whether a caller is not among those that ``NotPrincipal`` leaves out.

        A denial leaves out only whom it names with its account, and may deny whom it names alone.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        """
        excepted = self.not_principals or ()
        itself = Answer.any(principal.is_caller(caller) for principal in excepted)
        if account is None:
            return ~itself
        whole = Answer.any(_is_account(principal, account) for principal in excepted)
        in_part = Answer.MAYBE if (itself | whole).possible else Answer.YES
        return ~(itself & whole) & in_part

    def applies_to_account(self, account: str) -> Answer:
        """
        Whether it names the whole of *account*, so that the account says who of it may.
        """
        if self.principals is None:
            return self._doubt("Principal")
        return Answer.any(_is_account(principal, account) for principal in self.principals)

    def holds(self, context: Context = ANY_CONTEXT) -> Answer:
        """
        Whether its conditions hold in a request of which *context* is known.
        """
        answer = all_satisfied(self.conditions, context)
        return answer & Answer.MAYBE if "Condition" in self.unreadable else answer

    @property
    def public(self) -> Answer:
        """
        Whether its principal is anyone, conditions aside.

        ``NotPrincipal`` is everyone but a few, and so anyone.
        """
        if self.not_principals is not None:
            return Answer.YES
        doubt = self._doubt("Principal")
        if not self.principals:
            return doubt
        return Answer.any(principal.public for principal in self.principals) | doubt

    @property
    def restricted(self) -> Answer:
        """
        Whether a condition ties it to certain callers, accounts, organizations or networks.

        Yes takes an operator that fails when the key is missing and values that leave something
        out, on a key the caller cannot choose freely.
        """
        answer = Answer.any(restricts(condition) for condition in self.conditions)
        return answer | self._doubt("Condition")

    @property
    def open_to_anyone(self) -> Answer:
        """
        Whether it allows anyone at all: a public principal, and no condition that restricts it.
        """
        opened = self.public
        if opened.possible:
            opened &= self._is(_ALLOW)
        return opened & ~self.restricted if opened.possible else opened

    @property
    def services(self) -> tuple[str, ...]:
        """
        The AWS services it names as principals.
        """
        return tuple([p.value for p in self.principals or () if p.kind is _SERVICE])

    @property
    def accounts(self) -> tuple[str, ...]:
        """
        The accounts of the principals it names, each once.
        """
        accounts = (principal.account for principal in self.principals or ())
        return tuple(dict.fromkeys(account for account in accounts if account))

    def condition_values(self, key: str) -> tuple[str, ...]:
        """
        Give the values its conditions name for *key*, whatever the operator.
        """
        return tuple(
            value
            for condition in self.conditions
            if condition.key == key.lower()
            for value in condition.values
        )

    def _is(self, effect: Effect) -> Answer:
        return Answer.MAYBE if self.effect is None else Answer.of(self.effect is effect)

    def _doubt(self, element: str) -> Answer:
        return Answer.MAYBE if element in self.unreadable else Answer.NO

    def __str__(self) -> str:
        return self.sid or self.place


def _patterns(resources: Entries) -> tuple[Pattern, ...]:
    return tuple(map(resource_pattern, resources))


def _patterns_without_variables(resources: Entries) -> tuple[Pattern, ...]:
    return tuple(resource_pattern(resource, variables=False) for resource in resources)


def _is_account(principal: Principal, account: str) -> Answer:
    if not principal.account_wide:
        return Answer.NO
    named = principal.account
    if named is None:
        return Answer.MAYBE
    return pattern(named).covers(pattern(account))
