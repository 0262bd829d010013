"""
Policy documents as they stand in a template, in every shape that IAM or CloudFormation accepts.

What cannot be read is kept as unreadable, never left out: a statement with an unreadable part
answers "maybe" where the part would tell.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeVar

from secure_constructs.errors import SecureConstructsError
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import (
    ANY_CONTEXT,
    Condition,
    Context,
    all_satisfied,
    conditions,
    filled,
)
from secure_constructs.iam.patterns import (
    Pattern,
    action_pattern,
    arn_parts,
    pattern,
    resource_pattern,
)

T = TypeVar("T")

_ELEMENTS: Final = {
    "sid": "Sid",
    "effect": "Effect",
    "action": "Action",
    "notaction": "NotAction",
    "resource": "Resource",
    "notresource": "NotResource",
    "principal": "Principal",
    "notprincipal": "NotPrincipal",
    "condition": "Condition",
}
_VARIABLES_SINCE: Final = "2012-10-17"
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


class PolicyError(SecureConstructsError):
    """
    A policy document that cannot be read, where the caller asked for one that can.
    """


@dataclass(frozen=True, slots=True)
class Principal:
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
        if self.kind is Kind.ANYONE:
            return Answer.YES
        if self.kind is Kind.UNKNOWN:
            return Answer.MAYBE
        if self.kind is Kind.AWS:
            if self.value == "*":
                return Answer.YES
            parts = arn_parts(self.value)
            return Answer.of(parts is not None and "*" in parts[4])
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
        if self.kind is not Kind.AWS:
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
        if self.kind is not Kind.AWS:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
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
    actions: tuple[str, ...] | None = None
    not_actions: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    not_resources: tuple[str, ...] | None = None
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
        return self.effect is Effect.ALLOW

    @property
    def denies(self) -> bool:
        """
        Whether its effect is known to be ``Deny``.
        """
        return self.effect is Effect.DENY

    def applies_to_action(self, action: str) -> Answer:
        """
        Whether *action* (a name, or a pattern such as ``s3:*``) is among its actions.
        """
        asked = action_pattern(action)
        if self.not_actions is not None:
            return ~self._among("NotAction", self.not_actions, asked, action_pattern)
        return self._among("Action", self.actions or (), asked, action_pattern)

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

        def read(text: str) -> Pattern | None:
            return filled(resource_pattern(text, variables=self.variables), context)

        if self.not_resources is not None:
            return ~self._among("NotResource", self.not_resources, resource, read)
        if self.resources is None and "Resource" not in self.unreadable:
            return Answer.YES
        return self._among("Resource", self.resources or (), resource, read)

    def applies_to_caller(self, caller: str, account: str | None = None) -> Answer:
        """
        Whether it is about requests by *caller*.

        Args:
            caller: The ARN of a role, user or session, or the host name of a service.
            account: The account the caller is in, if a statement about all of it counts.
        """

        def among(principals: Iterable[Principal]) -> Answer:
            return Answer.any(
                principal.is_caller(caller)
                | (_is_account(principal, account) if account else Answer.NO)
                for principal in principals
            )

        if self.not_principals is not None:
            return ~(among(self.not_principals) | self._doubt("NotPrincipal"))
        if self.principals is None and "Principal" not in self.unreadable:
            return Answer.YES
        return among(self.principals or ()) | self._doubt("Principal")

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
        return Answer.any(principal.public for principal in self.principals or ()) | self._doubt(
            "Principal"
        )

    @property
    def restricted(self) -> Answer:
        """
        Whether a condition ties it to certain callers, accounts, organizations or networks.

        Yes takes an operator that fails when the key is missing and values that leave something
        out, on a key the caller cannot choose freely.
        """
        answer = Answer.any(_restricts(condition) for condition in self.conditions)
        return answer | self._doubt("Condition")

    @property
    def open_to_anyone(self) -> Answer:
        """
        Whether it allows anyone at all: a public principal, and no condition that restricts it.
        """
        return self._is(Effect.ALLOW) & self.public & ~self.restricted

    @property
    def services(self) -> tuple[str, ...]:
        """
        The AWS services it names as principals.
        """
        return tuple(p.value for p in self.principals or () if p.kind is Kind.SERVICE)

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

    def _among(
        self,
        element: str,
        texts: Iterable[str],
        asked: Pattern,
        read: Callable[[str], Pattern | None],
    ) -> Answer:
        patterns = (read(text) for text in texts)
        return Answer.any(
            known.covers(asked) for known in patterns if known is not None
        ) | self._doubt(element)

    def __str__(self) -> str:
        return self.sid or self.place


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDocument:
    """
    A policy document.

    Args:
        statements: Its statements, in order, those that cannot be read included.
        version: The version of the policy language it is written in.
        readable: False when there may be statements that are not seen here.
    """

    statements: tuple[Statement, ...]
    version: str = "2008-10-17"
    readable: bool = True

    @classmethod
    def parse(cls, value: object, *, strict: bool = False) -> PolicyDocument:
        """
        Read a document from a resolved value of a template, or from its JSON text.

        Args:
            value: A map, JSON text, or whatever stands in its place.
            strict: Whether to raise for what cannot be read, instead of marking it.

        Raises:
            PolicyError: If *strict*, and a part cannot be read.
        """
        document = _document(value)
        if strict:
            _insist(document)
        return document

    @property
    def allowing(self) -> tuple[Statement, ...]:
        """
        The statements that allow, and those that may.
        """
        return tuple(s for s in self.statements if s.effect is not Effect.DENY)

    @property
    def denying(self) -> tuple[Statement, ...]:
        """
        The statements that deny.
        """
        return tuple(s for s in self.statements if s.effect is Effect.DENY)

    @property
    def unreadable(self) -> bool:
        """
        Whether some part of it cannot be read.
        """
        return not self.readable or any(statement.unreadable for statement in self.statements)

    def refuses(self, context: Context, *, action: str = "*", resource: str = "*") -> Answer:
        """
        Whether it denies anyone, whoever calls, when a request has this *context*.

        Args:
            context: What the requests have in common.
            action: What is asked for: by default everything.
            resource: On what: by default everything.
        """
        asked = action_pattern(action)
        denials = Answer.any(
            statement.applies_to_action(asked.source)
            & statement.applies_to_resource(resource)
            & _every_caller(statement)
            & statement.holds(context)
            for statement in self.denying
        )
        unseen = not self.readable or any(s.effect is None for s in self.statements)
        return denials | (Answer.MAYBE if unseen else Answer.NO)

    def refuses_plain_http(self, *, action: str, resource: str) -> Answer:
        """
        Whether it denies every request that does not come over TLS.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html

        Args:
            action: The actions to protect, such as ``s3:*``.
            resource: The resources to protect: the ARN of the queue, the objects of a bucket.
        """
        plain = Context({"aws:SecureTransport": "false"})
        return self.refuses(plain, action=action, resource=resource)

    def __iter__(self) -> Iterator[Statement]:
        return iter(self.statements)

    def __bool__(self) -> bool:
        return bool(self.statements)


# -- Conditions that restrict -------------------------------------------------------------------

# The keys that say who calls, on whose behalf, or through which network, and that the caller
# cannot set. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# What AWS's own public-access checks accept as such:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
RESTRICTING_KEYS: Final = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "kms:calleraccount",
        "kms:grantisforawsresource",
        "kms:viaservice",
        "lambda:eventsourcetoken",
        "lambda:sourcefunctionarn",
        "s3:accesspointnetworkorigin",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
        "sts:externalid",
    }
)
_POSITIVE: Final = frozenset(
    {
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "arnequals",
        "arnlike",
        "bool",
        "ipaddress",
    }
)
_EVERY_ADDRESS: Final = frozenset({"0.0.0.0/0", "::/0", "0::0/0"})
# Keys whose name goes on with the name of a tag or claim.
_RESTRICTING_PREFIXES: Final = ("aws:principaltag/",)
_CLAIM: Final = re.compile(r"[^:]*[.][^:]*:(aud|sub|amr|oaud|azp|repository.*|org.*)")


def _restricts(condition: Condition) -> Answer:
    """
    Whether a condition leaves out callers that the principal alone would let in.
    """
    key = condition.key
    if not (
        key in RESTRICTING_KEYS or key.startswith(_RESTRICTING_PREFIXES) or _CLAIM.fullmatch(key)
    ):
        return Answer.NO
    if not condition.understood:
        return Answer.MAYBE
    if condition.operator not in _POSITIVE or condition.if_exists:
        return Answer.NO
    if condition.quantifier is not None and condition.quantifier.value == "forallvalues":
        return Answer.NO  # holds when the key is missing
    if not condition.complete:
        return Answer.MAYBE
    return Answer.all(_leaves_out(condition, value) for value in condition.values)


def _leaves_out(condition: Condition, value: str) -> Answer:
    """
    Whether a value stands for less than everything.
    """
    if condition.operator == "ipaddress":
        return Answer.of(value.strip() not in _EVERY_ADDRESS)
    if condition.operator == "bool":
        return Answer.of(value.lower() == "true")
    if condition.operator in ("stringequals", "stringequalsignorecase"):
        return Answer.YES
    if not value.strip("*?:"):
        return Answer.NO
    if condition.key in ("aws:sourcearn", "aws:principalarn"):
        return Answer.of(_names_owner(value))
    return Answer.YES


def _names_owner(value: str) -> bool:
    """
    Whether an ARN with wildcards still names an account, or one resource of a service without.
    """
    if not value.startswith("arn:"):
        return not value.startswith(("*", "?"))  # one resource, set at deployment
    parts = arn_parts(value)
    if parts is None:
        return False
    account, rest = parts[4:]
    return bool(account.strip("*?")) or (not account and bool(rest.strip("*?/")))


def _every_caller(statement: Statement) -> Answer:
    """
    Whether a denial hits everyone.
    """
    if statement.not_principals is not None:
        return Answer.MAYBE if statement.not_principals else Answer.YES
    if statement.principals is None:
        return Answer.MAYBE if "Principal" in statement.unreadable else Answer.YES
    return statement.public


def _is_account(principal: Principal, account: str) -> Answer:
    if not principal.account_wide:
        return Answer.NO
    named = principal.account
    if named is None:
        return Answer.MAYBE
    return pattern(named).covers(pattern(account))


# -- Reading ----------------------------------------------------------------------------------


def _document(value: object) -> PolicyDocument:
    if value is None:
        return PolicyDocument(statements=())
    if isinstance(value, str):
        value = _decoded(value)
    if not isinstance(value, Mapping):
        return PolicyDocument(statements=(), readable=False)
    written = value.get("Version", "2008-10-17")
    version = written if isinstance(written, str) else _VARIABLES_SINCE
    body = value.get("Statement")
    if body is None:
        misspelt = any(isinstance(key, str) and key.lower() == "statement" for key in value)
        return PolicyDocument(statements=(), version=version, readable=not misspelt)
    variables = version >= _VARIABLES_SINCE
    if isinstance(body, list | tuple):
        entries = [(f"Statement.{index}", entry) for index, entry in enumerate(body)]
    else:
        entries = [("Statement", body)]
    statements = tuple(_statement(entry, place, variables=variables) for place, entry in entries)
    return PolicyDocument(
        statements=statements,
        version=version,
        readable=all("Statement" not in statement.unreadable for statement in statements),
    )


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _statement(value: object, place: str, *, variables: bool) -> Statement:
    if not isinstance(value, Mapping):
        return Statement(place=place, effect=None, unreadable=frozenset({"Statement"}))
    unreadable = set(_misspelt(value))
    effect = value.get("Effect")
    if effect not in ("Allow", "Deny"):
        unreadable.add("Effect")

    def read(element: str, reader: Callable[[object], tuple[T, bool]]) -> T:
        found, complete = reader(value.get(element))
        if not complete:
            unreadable.add(element)
        return found

    sid = value.get("Sid")
    return Statement(
        place=place,
        effect=Effect(effect) if effect in ("Allow", "Deny") else None,
        sid=sid if isinstance(sid, str) and sid else None,
        actions=read("Action", _texts),
        not_actions=read("NotAction", _texts),
        resources=read("Resource", _texts),
        not_resources=read("NotResource", _texts),
        principals=read("Principal", _principals),
        not_principals=read("NotPrincipal", _principals),
        conditions=read("Condition", conditions),
        # Last: the lines above fill it.
        unreadable=frozenset(unreadable),
        variables=variables,
    )


def _misspelt(statement: Mapping[object, object]) -> Iterator[str]:
    """
    Name the elements that IAM would not know, as what they were meant to be.
    """
    for key in statement:
        if not isinstance(key, str):
            yield "Statement"
        elif key not in _NAMES:
            yield _ELEMENTS.get(key.lower(), key)


_NAMES: Final = frozenset(_ELEMENTS.values())


def _texts(value: object) -> tuple[tuple[str, ...] | None, bool]:
    """
    Read one text or a list of them.

    Returns:
        The texts, ``None`` if there is no such element, and whether they are all there are.
    """
    if value is None:
        return None, True
    entries = value if isinstance(value, list | tuple) else [value]
    texts = tuple(entry for entry in entries if isinstance(entry, str))
    return texts, len(texts) == len(entries)


def _principals(value: object) -> tuple[tuple[Principal, ...] | None, bool]:
    if value is None:
        return None, True
    if isinstance(value, str):
        return (Principal(Kind.ANYONE if value == "*" else Kind.AWS, value),), True
    if isinstance(value, list | tuple):
        parts = [_principals(entry) for entry in value]
        return tuple(p for found, _ in parts for p in found or ()), all(c for _, c in parts)
    if not isinstance(value, Mapping):
        return (), False
    found: list[Principal] = []
    complete = True
    for name, entries in value.items():
        texts, all_read = _texts(entries)
        kind = _KINDS.get(name) if isinstance(name, str) else None
        complete = complete and all_read and kind is not None
        found.extend(Principal(kind or Kind.UNKNOWN, text) for text in texts or ())
    return tuple(found), complete


_KINDS: Final = {
    kind.value: kind for kind in (Kind.AWS, Kind.SERVICE, Kind.FEDERATED, Kind.CANONICAL_USER)
}


def _insist(document: PolicyDocument) -> None:
    if not document.readable:
        raise PolicyError("the policy document is not a map with statements; write it as JSON")
    for statement in document.statements:
        if statement.unreadable:
            parts = ", ".join(sorted(statement.unreadable))
            raise PolicyError(f"{statement.place}: {parts} cannot be read; write it as IAM does")
