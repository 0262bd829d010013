"""
Whether a request would be allowed, by the rules AWS publishes.

An explicit denial anywhere ends it. Otherwise every policy that bounds the caller (organization,
permissions boundary, session) must allow, and so must an identity-based or a resource-based policy:
either of them within one account, both across accounts.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, NamedTuple

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import ANY_CONTEXT, Condition, Context
from secure_constructs.iam.documents import Effect, PolicyDocument, Statement
from secure_constructs.iam.patterns import (
    Pattern,
    action_pattern,
    arn_parts,
    resource_pattern,
)
from secure_constructs.iam.statements import OPEN, Entries, service_of

# Where the resource's own policy decides: an identity-based policy counts only as far as the
# resource's policy hands the decision to the account.
# https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
_DECIDED_BY_RESOURCE: Final = ("kms:", "sts:assumerole")


@dataclass(frozen=True, slots=True)
class Request:
    """
    What a caller asks for.

    Args:
        action: The action, such as ``s3:GetObject``.
        resource: The ARN of what it is done to; a pattern stands for some resource of that form,
            ``*`` for any.
        context: What is known of the rest of the request.
        caller: The ARN of the role, user or session that asks, or the host name of a service.
            Empty to leave aside who asks.
        account: The account of the caller. Default: the one in its ARN.
        ruled_out: Sets of conditions that never hold together in a request that is not denied.
    """

    action: str
    resource: str = "*"
    context: Context = ANY_CONTEXT
    caller: str = ""
    account: str = ""
    ruled_out: tuple[frozenset[Condition], ...] = ()
    action_asked: Pattern = field(init=False, repr=False, compare=False)
    resource_asked: Pattern = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.account and self.caller:
            parts = arn_parts(self.caller)
            object.__setattr__(self, "account", parts[4] if parts else "${AWS::AccountId}")
        object.__setattr__(self, "action_asked", action_pattern(self.action))
        object.__setattr__(self, "resource_asked", resource_pattern(self.resource))

    def rules_out(self, statement: Statement) -> bool:
        """
        Whether *statement* allows only what is denied anyway.
        """
        return any(conditions.issubset(statement.conditions) for conditions in self.ruled_out)


class Witness(NamedTuple):
    """
    A statement that speaks for or against a request, and how surely.

    Args:
        statement: The statement.
        answer: Whether it applies to the request.
    """

    statement: Statement
    answer: Answer


class PolicySet:
    """
    Policies that speak with one voice: all those of one caller, or of one resource.

    Args:
        documents: The policies; read once, so that many requests can be put to them.
    """

    __slots__ = ("_by_action", "_by_service", "documents")

    def __init__(self, documents: Iterable[PolicyDocument]) -> None:
        self.documents = tuple(documents)
        self._by_service: dict[str, tuple[_Compiled, ...]] = {}
        self._by_action: dict[str, tuple[tuple[_Compiled, Answer], ...]] = {}

    @property
    def readable(self) -> bool:
        """
        Whether there are no statements that are not seen here.
        """
        return all(document.readable for document in self.documents)

    @property
    def any_service(self) -> bool:
        """
        Whether some statement may be about the actions of any service.
        """
        return any(document.once("any service", _any_service) for document in self.documents)

    def allowed_among(self, actions: frozenset[str]) -> frozenset[str]:
        """
        Give those of some actions that a statement allows on something, under some conditions.
        """
        return _NONE.union(
            *[d.once(actions, lambda asked: _allowed(asked, actions)) for d in self.documents]
        )

    def may_allow(self, action: str) -> bool:
        """
        Whether a statement allows *action* on something, under some conditions.
        """
        return any(
            compiled.statement.effect is not Effect.DENY
            for compiled, _ in self._relevant(action_pattern(action))
        )

    def gives_freely(self, action: str) -> bool:
        """
        Whether *action* is surely allowed on everything, whatever else is known of a request.
        """
        relevant = self._relevant(action_pattern(action))
        return (
            self.readable
            and all(compiled.statement.allows for compiled, _ in relevant)
            and any(
                at_action is Answer.YES and compiled.statement.unlimited
                for compiled, at_action in relevant
            )
        )

    def allows(self, request: Request) -> Answer:
        """
        Whether a statement allows the request; denials aside.
        """
        return self._says(request, Effect.ALLOW)

    def denies(self, request: Request) -> Answer:
        """
        Whether a statement denies the request; one about a whole account is about its callers.
        """
        return self._says(request, Effect.DENY, _names_caller_or_account)

    def denied_conditions(self, request: Request) -> tuple[frozenset[Condition], ...]:
        """
        Give the sets of conditions under each of which a statement denies the request.
        """
        anyhow = replace(request, context=ANY_CONTEXT)
        return tuple(
            frozenset(compiled.statement.conditions)
            for compiled, at_action in self._relevant(anyhow.action_asked)
            if compiled.statement.denies
            and compiled.statement.conditions
            and at_action is Answer.YES
            and compiled.covers_resource(anyhow) is Answer.YES
            and not compiled.statement.unreadable
            and not compiled.statement.principals
            and not compiled.statement.not_principals
        )

    def hands_on(self, request: Request) -> Answer:
        """
        Whether a statement allows the request to the account of the caller.

        The account's own policies then say which of its callers may.
        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
        """
        return self._says(request, Effect.ALLOW, _names_account)

    def answer(self, request: Request) -> Answer:
        """
        Whether the request is allowed by these policies alone.
        """
        allowed = self.allows(request)
        return allowed & ~self.denies(request) if allowed.possible else allowed

    def witnesses(self, request: Request, effect: Effect = Effect.ALLOW) -> tuple[Witness, ...]:
        """
        Give the statements with *effect* that apply to the request, or may.
        """
        return tuple(
            Witness(compiled.statement, answer)
            for compiled, at_action in self._relevant(request.action_asked)
            if compiled.statement.effect in (effect, None)
            and (answer := at_action & compiled.applies(request, _names_caller)).possible
        )

    def _says(
        self,
        request: Request,
        effect: Effect,
        names: Callable[[Statement, Request], Answer] | None = None,
    ) -> Answer:
        said = Answer.NO if self.readable else Answer.MAYBE
        for compiled, at_action in self._relevant(request.action_asked):
            if compiled.statement.effect is effect:
                if effect is Effect.ALLOW and request.rules_out(compiled.statement):
                    continue
                said |= at_action & compiled.applies(request, names or _names_caller)
            elif compiled.statement.effect is None:
                applies = compiled.applies(request, names or _names_caller)
                said |= at_action & applies & Answer.MAYBE
            if said is Answer.YES:
                break
        return said

    def _relevant(self, action: Pattern) -> tuple[tuple[_Compiled, Answer], ...]:
        """
        Give the statements about an action.
        """
        found = self._by_action.get(action.text)
        if found is None:
            found = self._by_action[action.text] = tuple(
                (compiled, answer)
                for compiled in self._about(service_of(action.text))
                if (answer := compiled.applies_to_action(action)).possible
            )
        return found

    def _about(self, service: str) -> tuple[_Compiled, ...]:
        found = self._by_service.get(service)
        if found is None:
            found = self._by_service[service] = tuple(
                compiled
                for document in self.documents
                for compiled in document.once("compiled", _compiled)
                if not service or compiled.services is None or service in compiled.services
            )
        return found


class _Compiled:
    """
    A statement with its patterns read.
    """

    __slots__ = ("services", "statement")

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.services = _services(statement)

    def applies_to_action(self, action: Pattern) -> Answer:
        """
        Whether it is about an action.
        """
        entries = _either(self.statement.actions, self.statement.not_actions)
        among = _among(entries, action) if entries else Answer.NO
        return self._turned("Action", among, self.statement.not_actions)

    def applies(self, request: Request, names: Callable[[Statement, Request], Answer]) -> Answer:
        """
        Whether it is about the resource, the caller and the context of the request.

        Args:
            request: The request.
            names: How it has to name the caller, where the request says who that is.
        """
        answer = self.covers_resource(request)
        if answer.possible and request.caller:
            answer &= names(self.statement, request)
        return answer & self.statement.holds(request.context) if answer.possible else answer

    def covers_resource(self, request: Request) -> Answer:
        """
        Whether it is about the resource of the request.
        """
        statement = self.statement
        return statement.applies_to_resource_pattern(request.resource_asked, request.context)

    def _turned(self, element: str, among: Answer, excepted: tuple[str, ...] | None) -> Answer:
        name = element if excepted is None else f"Not{element}"
        if name in self.statement.unreadable:
            among |= Answer.MAYBE
        return among if excepted is None else ~among


def _compiled(document: PolicyDocument) -> tuple[_Compiled, ...]:
    return tuple(map(_Compiled, document.statements))


def _any_service(document: PolicyDocument) -> bool:
    return any(_services(statement) is None for statement in document.statements)


def _services(statement: Statement) -> Container[str] | None:
    """
    Give the services whose actions a statement is about; ``None`` if that may be any.
    """
    if statement.not_actions is not None or not statement.unreadable.isdisjoint(_ANY_ACTION):
        return None
    if statement.actions is None:
        return _NONE
    named = statement.actions.by_service
    return None if "" in named else named


def _among(entries: Entries, action: Pattern) -> Answer:
    """
    Whether an action is among those that some entries name.
    """
    near: Iterable[str]
    if OPEN.search(action.text):
        service = service_of(action.text)
        near = _near(entries, service) if service else entries
    elif action.text in _lowered(entries):
        return Answer.YES
    else:
        near = _open_near(entries, service_of(action.text))
    return Answer.any(action_pattern(entry).covers(action) for entry in near)


def _lowered(entries: Entries) -> frozenset[str]:
    """
    Give all entries in lower case, among which an action that is known stands as it is.
    """
    return entries.once("lowered", lambda texts: frozenset(map(str.lower, texts)))


def _near(entries: Entries, service: str) -> list[str]:
    """
    Give the entries that may be about actions of a service.
    """
    named = entries.by_service
    return [*named.get(service, ()), *named.get("", ())]


def _open_near(entries: Entries, service: str) -> list[str]:
    """
    Give those of them that may stand for more than one action.
    """
    return entries.once(
        ("open", service),
        lambda texts: [text for text in _near(texts, service) if OPEN.search(text)],
    )


def _allowed(document: PolicyDocument, actions: frozenset[str]) -> frozenset[str]:
    return _NONE.union(*[_may_name(statement, actions) for statement in document.allowing])


def _may_name(statement: Statement, actions: frozenset[str]) -> frozenset[str]:
    """
    Give those of some actions that a statement is about, or may be.
    """
    if statement.not_actions is not None or "Action" in statement.unreadable:
        compiled = _Compiled(statement)
        return frozenset(
            action
            for action in actions
            if compiled.applies_to_action(action_pattern(action)).possible
        )
    if statement.actions is None:
        return _NONE
    return statement.actions.once(actions, lambda entries: _named_by(entries, actions))


def _named_by(entries: Entries, actions: frozenset[str]) -> frozenset[str]:
    asked, named = _grouped(actions), entries.by_service
    near = asked.keys() if "" in named else asked.keys() & named.keys()
    if not near:
        return _NONE
    spelled = _spelled(actions)
    found = {spelled[action] for action in spelled.keys() & _lowered(entries)}
    for service in near:
        patterns = [*map(action_pattern, _open_near(entries, service))]
        if patterns:
            found.update(
                action.source
                for action in asked[service]
                if Answer.any(each.covers(action) for each in patterns).possible
            )
    return frozenset(found)


@lru_cache(maxsize=64)
def _grouped(actions: frozenset[str]) -> dict[str, list[Pattern]]:
    found: dict[str, list[Pattern]] = {}
    for action in actions:
        found.setdefault(service_of(action), []).append(action_pattern(action))
    return found


@lru_cache(maxsize=64)
def _spelled(actions: frozenset[str]) -> dict[str, str]:
    return {action.lower(): action for action in actions}


_ANY_ACTION: Final = frozenset({"Action", "Statement"})
_NONE: Final = frozenset[str]()


def _names_caller(statement: Statement, request: Request) -> Answer:
    return statement.applies_to_caller(request.caller)


def _names_account(statement: Statement, request: Request) -> Answer:
    return statement.applies_to_account(request.account)


def _names_caller_or_account(statement: Statement, request: Request) -> Answer:
    return statement.applies_to_caller(request.caller, request.account)


def _either(included: Entries | None, excepted: Entries | None) -> Entries | None:
    return included if excepted is None else excepted


class Policies(NamedTuple):
    """
    Everything that has a say in what one caller may do.

    Args:
        identity: The policies attached to the caller, its groups included.
        boundary: Its permissions boundary, if it has one.
        session: The policy passed when the session began, if one was.
        organization: Service and resource control policies, one set for each level.
    """

    identity: PolicySet
    boundary: PolicySet | None = None
    session: PolicySet | None = None
    organization: tuple[PolicySet, ...] = ()

    @property
    def bounds(self) -> tuple[PolicySet, ...]:
        """
        The policies that grant nothing, and without which nothing is granted.
        """
        own = tuple(bound for bound in (self.boundary, self.session) if bound is not None)
        return own + self.organization

    def grants(self, request: Request) -> Answer:
        """
        Whether the caller's own policies allow the request, whatever the resource's says.
        """
        bare = _bare(request)
        allowed = Answer.all(p.allows(bare) for p in (self.identity, *self.bounds))
        return allowed & ~self._denied(bare) if allowed.possible else allowed

    def answer(
        self,
        request: Request,
        *,
        resource_policy: PolicySet | None = None,
        same_account: bool = True,
    ) -> Answer:
        """
        Whether the request would be allowed.

        Args:
            request: What is asked for.
            resource_policy: The policy of the resource, if it has one. A KMS key without one
                lets no one in; a role's trust policy is asked only if it is given.
            same_account: Whether caller and resource are in one account.
        """
        bare = _bare(request)
        if resource_policy is not None and not request.caller:
            request = replace(request, caller="${caller}")
        granted = self._granted(request, bare, resource_policy, same_account=same_account)
        if not granted.possible:
            return granted
        denied = self._denied(bare)
        if resource_policy is not None:
            denied |= resource_policy.denies(request)
        answer = granted & ~denied
        if answer is Answer.MAYBE and not request.ruled_out:
            return self._without_what_is_denied(request, resource_policy, same_account=same_account)
        return answer

    def _without_what_is_denied(
        self, request: Request, resource_policy: PolicySet | None, *, same_account: bool
    ) -> Answer:
        """
        Answer again, leaving out statements that allow only what another denies in any case.

        One by one, "allowed if X" and "denied if X" are both a maybe; together they are a no.
        """
        ruled_out = tuple(
            conditions
            for policies in (self.identity, *self.bounds)
            for conditions in policies.denied_conditions(request)
        )
        if not ruled_out:
            return Answer.MAYBE
        return self.answer(
            replace(request, ruled_out=ruled_out),
            resource_policy=resource_policy,
            same_account=same_account,
        )

    def _denied(self, bare: Request) -> Answer:
        return Answer.any(policies.denies(bare) for policies in (self.identity, *self.bounds))

    def _granted(
        self,
        request: Request,
        bare: Request,
        resource_policy: PolicySet | None,
        *,
        same_account: bool,
    ) -> Answer:
        everywhere = Answer.all(level.allows(bare) for level in self.organization)
        within = Answer.all(
            bound.allows(bare) for bound in (self.boundary, self.session) if bound is not None
        )
        by_identity = self.identity.allows(bare) & within
        decided_by_resource = request.action.lower().startswith(_DECIDED_BY_RESOURCE)
        if resource_policy is None:
            if _is_key(request) or not same_account:
                return Answer.NO
            return by_identity & everywhere
        direct = resource_policy.allows(request)
        handed_on = resource_policy.hands_on(request)
        if not same_account:
            return by_identity & (direct | handed_on) & everywhere
        # A grant to a user or session is not limited by its boundary, one to a role is.
        grant = direct if _is_user_or_session(request.caller) else direct & within
        if decided_by_resource:
            return (grant | (handed_on & by_identity)) & everywhere
        return (grant | by_identity) & everywhere


def _bare(request: Request) -> Request:
    """
    Give the request without its caller, of whom policies of the caller's own do not speak.
    """
    if not request.caller and not request.account:
        return request
    return replace(request, caller="", account="")


def _is_key(request: Request) -> bool:
    """
    Whether the request is about one KMS key, to which only its policy can let anyone in.
    """
    parts = arn_parts(request.resource)
    return parts is not None and parts[2] == "kms" and parts[5].startswith("key/")


def _is_user_or_session(caller: str) -> bool:
    parts = arn_parts(caller)
    return parts is not None and parts[5].startswith(("user/", "assumed-role/", "federated-user/"))


def simulate(  # noqa: PLR0913 (every kind of policy that IAM knows)
    policies: Iterable[object],
    *,
    action: str,
    resource: str,
    boundary: object = None,
    context: Context | Mapping[str, str | Iterable[str] | None] | None = None,
    session: object = None,
    organization: Iterable[object] = (),
    resource_policy: object = None,
    caller: str = "",
    same_account: bool = True,
) -> Answer:
    """
    Say whether a caller with these policies may do *action* on *resource*.

    Policies are documents as maps, as JSON text, or read already.

    Args:
        policies: The identity-based policies of the caller.
        action: The action, such as ``s3:GetObject``.
        resource: The ARN of the resource, or a pattern for some resource of that form.
        boundary: The permissions boundary. Default: the caller has none.
        context: What is known of the request by condition key; a key that is not named may have
            any value. Default: nothing is known.
        session: A session policy. Default: the session has none.
        organization: Service and resource control policies. Default: there are none.
        resource_policy: The policy of the resource. Default: it has none, which lets no one
            use a KMS key; a role's trust policy is asked only if it is given.
        caller: The ARN of the caller, for the principals of *resource_policy*.
        same_account: Whether caller and resource are in one account. Default: they are.

    Returns:
        Yes if the request is allowed whatever is not known, no if it is denied whatever is not
        known, maybe if that depends.
    """
    if not isinstance(context, Context):
        context = Context(context or {})
    parties = Policies(
        identity=PolicySet(map(_read, policies)),
        boundary=_set_of(boundary),
        session=_set_of(session),
        organization=tuple(PolicySet((_read(document),)) for document in organization),
    )
    return parties.answer(
        Request(action, resource, context, caller),
        resource_policy=_set_of(resource_policy),
        same_account=same_account,
    )


def _read(document: object) -> PolicyDocument:
    if isinstance(document, PolicyDocument):
        return document
    return PolicyDocument.parse(document)


def _set_of(document: object) -> PolicySet | None:
    return None if document is None else PolicySet((_read(document),))
