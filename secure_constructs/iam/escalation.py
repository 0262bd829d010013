"""
Ways from what an identity may do to what only an administrator may.

A path is a known way: the actions it takes, and what they are done to. An identity takes it when it
may do them all to something that leads further: itself, any role of the account, or a role of these
templates that can in turn be escalated from. What is certain follows from the templates alone; what
depends on a condition, a name or an account that is not known is possible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from enum import Enum
from functools import cache, lru_cache
from typing import Final, NamedTuple

from secure_constructs.iam._caller import ASSUME_ROLE, Caller, arn_like, formats, table
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context
from secure_constructs.iam.documents import Kind as PrincipalKind
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.roles import (
    GROUP,
    PERMISSION_SET,
    ROLE,
    USER,
    Identities,
    Identity,
    identities,
)
from secure_constructs.template import Attribute, Pseudo, Resource, Template, Text


class Kind(Enum):
    """
    What a path does to get further.
    """

    HAND_ON = "pass"
    """Hand a role to a service that then runs the caller's code with it."""
    WORKLOAD = "workload"
    """Take over something that runs with a role already."""
    SELF = "self"
    """Change the policies of the caller itself."""
    USER = "user"
    """Make credentials for a user."""
    GROUP = "group"
    """Join a group."""
    ROLE = "role"
    """Let oneself into a role."""
    ASSUME = "assume"
    """Become a role."""
    CHANGED_ROLE = "changed-role"
    """Change the policies of a role, then become it."""
    CHANGED_USER = "changed-user"
    """Change the policies of a user, then make credentials for it."""


class Path(NamedTuple):
    """
    A known way to more permissions.

    Args:
        id: Its name in public catalogues, such as ``lambda-001``.
        kind: What it does to get further.
        actions: The actions it takes, all of them.
        services: The services a passed role must trust, any of them.
        workload: The type of the resource that is taken over.
    """

    id: str
    kind: Kind
    actions: tuple[str, ...]
    services: tuple[str, ...] = ()
    workload: str = ""


class Escalation(NamedTuple):
    """
    A path that an identity may take.

    Args:
        path: The path.
        identity: Who may take it.
        answer: Yes when the templates alone show that it may, maybe when something is not known.
        target: The role, user, group or workload it leads to; ``None`` for any in the account.
        reaches: The identities it leads through, in order, when they are of these templates.
        witnesses: The statements that allow it.
    """

    path: Path
    identity: Identity
    answer: Answer
    target: Resource | None
    reaches: tuple[Identity, ...]
    witnesses: tuple[Statement, ...]

    @property
    def certain(self) -> bool:
        """
        Whether the templates alone show it.
        """
        return self.answer.certain

    @property
    def places(self) -> tuple[tuple[Resource, str], ...]:
        """
        Where its witnesses stand: the resource and the property path in it.
        """
        held = ((self.identity.attachment_of(found), found) for found in self.witnesses)
        return tuple((by.resource, by.place_of(found)) for by, found in held if by)


@cache
def paths() -> tuple[Path, ...]:
    """
    Give the known paths, the most direct first.
    """
    known = (
        Path(
            id=entry["id"],
            kind=Kind(entry["kind"]),
            actions=tuple(entry["actions"]),
            services=tuple(entry.get("services", ())),
            workload=entry.get("workload", ""),
        )
        for entry in table()["paths"]
    )
    return tuple(
        sorted(known, key=lambda path: (path.kind is not Kind.SELF, len(path.actions), path.id))
    )


def escalations_of(identity: Resource, template: Template) -> tuple[Escalation, ...]:
    """
    Find the ways to more permissions that one identity of a template has.
    """
    return template.once("escalations by identity", _by_identity).get(identity, ())


def _by_identity(template: Template) -> dict[Resource, tuple[Escalation, ...]]:
    grouped: dict[Resource, list[Escalation]] = {}
    for escalation in escalations(template):
        grouped.setdefault(escalation.identity.resource, []).append(escalation)
    return {resource: tuple(found) for resource, found in grouped.items()}


def escalations(template: Template) -> tuple[Escalation, ...]:
    """
    Find the ways to more permissions that the identities of a template have.

    Identities of the templates deployed with it count as steps on the way.
    """
    return template.once("escalations", _escalations)


def _escalations(template: Template) -> tuple[Escalation, ...]:
    known = identities(template)
    # Every way begins with what someone's own policies allow: in most templates that is none.
    if not any(map(_startable, known.all)):
        return ()
    return tuple(_Search(known).found())


# -- All of them --------------------------------------------------------------------------------


_Step = tuple[Answer, Resource | None]


class _Search:
    """
    The search for escalations among identities that are deployed together.
    """

    def __init__(self, known: Identities) -> None:
        self.known = known
        self.template = known.template
        self.callers = {identity: Caller(identity) for identity in known.all}
        self.startable = {caller: _startable(identity) for identity, caller in self.callers.items()}
        self.movers = [
            caller
            for caller, ways in self.startable.items()
            if ways and not caller.administrator and not _kept_by_aws(caller.identity)
        ]
        self.taken: dict[Identity, frozenset[Path]] = {}
        self._running: dict[str, dict[Identity, list[Resource]]] = {}

    def found(self) -> Iterator[Escalation]:
        """
        Give the escalations of the identities of the template itself.
        """
        alone = {caller.identity: tuple(self._alone(caller)) for caller in self.callers.values()}
        self.taken = {
            identity: frozenset(way.path for way in ways if way.certain)
            for identity, ways in alone.items()
        }
        onward = self._onward()
        for identity in self.known.own:
            yield from alone[identity]
            yield from onward.get(identity, ())

    # -- What an identity can do without another identity of these templates.

    def _alone(self, caller: Caller) -> Iterator[Escalation]:
        if not self.startable[caller] or _kept_by_aws(caller.identity):
            return
        if caller.administrator:
            witnesses = caller.witnesses("*")
            for path in paths():
                yield Escalation(
                    path=path,
                    identity=caller.identity,
                    answer=Answer.YES,
                    target=None,
                    reaches=(),
                    witnesses=witnesses,
                )
            return
        for path in self.startable[caller]:
            answer = self._to_anything(caller, path)
            if answer.possible:
                yield self._escalation(caller, path, answer)

    def _to_anything(self, caller: Caller, path: Path) -> Answer:
        match path.kind:
            case Kind.HAND_ON:
                return self._by_any_role(caller, path)
            case Kind.WORKLOAD:
                return self._by_any_workload(caller, path)
            case Kind.SELF:
                return self._by_itself(caller, path)
            case Kind.CHANGED_ROLE:
                return self._by_changed_role(caller, path)
            case Kind.CHANGED_USER:
                return self._by_changed_user(caller, path)
        return Answer.all(map(caller.may_to_any, path.actions))

    def _by_any_role(self, caller: Caller, path: Path) -> Answer:
        first, *others = path.actions
        passed = Answer.any(
            caller.may_to_any(first, PassedToService=service) for service in path.services
        )
        return self._and_others(caller, passed, others)

    def _by_any_workload(self, caller: Caller, path: Path) -> Answer:
        first, *others = path.actions
        answer = self._and_others(caller, caller.may_to_any(first), others)
        if answer.possible and _by_its_service_alone(caller, path):
            answer &= Answer.MAYBE  # it takes something of that service with a stronger role
        return answer

    def _by_itself(self, caller: Caller, path: Path) -> Answer:
        """
        Change its own policies, or those of a group it is in; or of any identity at all.
        """
        (action,) = path.actions
        own = Answer.any(
            caller.may(action, resource, PermissionsBoundary=boundary)
            for resource, boundary in self._own_resources(caller.identity, action)
        )
        if caller.identity.bounded:
            own &= Answer.MAYBE  # what it gives itself stays inside the boundary
        return own | caller.may_to_any(action)

    def _by_changed_role(self, caller: Caller, path: Path) -> Answer:
        change, enter = path.actions
        anyone = caller.may_to_any(change) & caller.may_to_any(enter)
        if anyone.certain:
            return anyone
        return anyone | Answer.any(
            self._changes(caller, change, role) & self._enters(caller, enter, role)
            for role in self._others(caller, ROLE)
        )

    def _by_changed_user(self, caller: Caller, path: Path) -> Answer:
        change, enter = path.actions
        anyone = caller.may_to_any(change) & caller.may_to_any(enter)
        if anyone.certain:
            return anyone
        return anyone | Answer.any(
            caller.may(change, user.arn) & caller.may(enter, user.arn)
            for user in self._others(caller, USER)
        )

    def _changes(self, caller: Caller, action: str, role: Identity) -> Answer:
        return Answer.any(
            caller.may(action, resource) for resource, _ in self._own_resources(role, action)
        )

    def _enters(self, caller: Caller, action: str, role: Identity) -> Answer:
        if action == ASSUME_ROLE:
            return caller.becomes(role)
        return caller.may(action, role.arn)

    def _and_others(self, caller: Caller, answer: Answer, actions: list[str]) -> Answer:
        for action in actions:
            if not answer.possible:
                break
            answer &= caller.may_to_some(action)
        return answer

    def _own_resources(self, identity: Identity, action: str) -> Iterator[tuple[str, str | None]]:
        """
        Give what *action* would be done to, to change the policies of *identity*.
        """
        kind = _CHANGED_BY.get(action)
        if kind is None:
            yield from ((policy.arn, None) for policy in identity.managed_policies)
            return
        for holder in (identity, *identity.groups):
            if holder.resource.type == kind:
                boundary = holder.resource.get("PermissionsBoundary")
                yield holder.arn, boundary if isinstance(boundary, str) else None

    def _others(self, caller: Caller, kind: str) -> Iterator[Identity]:
        for identity in self.callers:
            if identity is not caller.identity and identity.resource.type == kind:
                yield identity

    # -- What it can do through others.

    def _onward(self) -> dict[Identity, list[Escalation]]:
        """
        Find who can get to an identity from which there is a way, from the ends backwards.
        """
        reach: dict[Identity, tuple[Identity, ...]] = {
            identity: (identity,) for identity, ways in self.taken.items() if ways
        }
        found: dict[Identity, list[Escalation]] = {}
        waiting = deque(reach)
        while waiting:
            target = waiting.popleft()
            further = reach[target]
            for escalation in self._steps_to(target, further):
                came_from = escalation.identity
                found.setdefault(came_from, []).append(escalation)
                if escalation.certain and came_from not in reach:
                    reach[came_from] = (came_from, *further)
                    waiting.append(came_from)
        return found

    def _steps_to(self, target: Identity, further: tuple[Identity, ...]) -> Iterator[Escalation]:
        """
        Give the ways in which others get to *target*.
        """
        for caller in self.movers:
            if caller.identity not in further:
                yield from self._steps(caller, target, further)
        for caller in self._let_in_by(target):
            if caller.administrator or _assume() in self.startable[caller]:
                continue
            if caller.identity not in further:
                answer = caller.becomes(target)
                if answer.possible:
                    yield self._escalation(caller, _assume(), answer, target.resource, further)

    def _let_in_by(self, role: Identity) -> Iterator[Caller]:
        """
        Give those that the trust policy of a role names, which need no policy of their own.
        """
        for document in role.trust.documents if role.trust else ():
            for statement in document.allowing:
                for principal in statement.principals or ():
                    if principal.public.possible:
                        yield from self.callers.values()
                        return
                    named = self.template.find(principal.value, ROLE, USER)
                    if named is not None:
                        yield self.callers[self.known.of(named)]

    def _steps(
        self,
        caller: Caller,
        target: Identity,
        further: tuple[Identity, ...],
    ) -> Iterator[Escalation]:
        """
        Give the ways in which *caller* gets to *target*.
        """
        for path in self.startable[caller]:
            if path in self.taken[caller.identity] or not self._may_lead(caller, path, target):
                continue
            answer, at = self._to(target, caller, path)
            if answer.possible:
                yield self._escalation(caller, path, answer, at or target.resource, further)

    def _may_lead(self, caller: Caller, path: Path, target: Identity) -> bool:
        """
        Whether it is worth looking closely if *path* leads from one to the other.
        """
        if path.kind not in _LEADING_TO[target.resource.type]:
            return False
        return path.kind is Kind.WORKLOAD or caller.names(path.actions[0], target.arn)

    def _to(self, target: Identity, caller: Caller, path: Path) -> _Step:
        match path.kind:
            case Kind.HAND_ON:
                return self._pass(caller, path, target), None
            case Kind.WORKLOAD:
                return self._take_over(caller, path, target)
            case Kind.ASSUME:
                return caller.becomes(target), None
        return Answer.all(caller.may(action, target.arn) for action in path.actions), None

    def _pass(self, caller: Caller, path: Path, target: Identity) -> Answer:
        first, *others = path.actions
        answer = Answer.any(
            caller.may(first, target.arn, PassedToService=service) & _trusts(target, service)
            for service in path.services
        )
        return self._and_others(caller, answer, others)

    def _take_over(self, caller: Caller, path: Path, target: Identity) -> _Step:
        best: _Step = (Answer.NO, None)
        if not path.workload:
            return best
        first, *others = path.actions
        for workload in self._run_with(target, path.workload):
            answer = caller.may(first, _arn_of(workload, first))
            answer = self._and_others(caller, answer, others)
            if answer.value > best[0].value:
                best = (answer, workload)
        return best

    def _run_with(self, role: Identity, kind: str) -> list[Resource]:
        """
        Give the workloads of a type that run with a role.
        """
        running = self._running.get(kind)
        if running is None:
            running = self._running[kind] = {}
            for workload in self.template.everywhere(kind):
                found = self.known.role_of(workload)
                if found is not None:
                    running.setdefault(found, []).append(workload)
        return running.get(role, [])

    def _escalation(
        self,
        caller: Caller,
        path: Path,
        answer: Answer,
        target: Resource | None = None,
        reaches: tuple[Identity, ...] = (),
    ) -> Escalation:
        witnesses = (w for action in path.actions for w in caller.witnesses(action))
        return Escalation(
            path=path,
            identity=caller.identity,
            answer=answer,
            target=target,
            reaches=reaches,
            witnesses=tuple({id(witness): witness for witness in witnesses}.values()),
        )


# Action -> whose policies it changes; the others change a policy that is attached.
_CHANGED_BY: Final = {
    "iam:AttachGroupPolicy": GROUP,
    "iam:AttachRolePolicy": ROLE,
    "iam:AttachUserPolicy": USER,
    "iam:PutGroupPolicy": GROUP,
    "iam:PutRolePolicy": ROLE,
    "iam:PutUserPolicy": USER,
}
# Services that act with a role by themselves and never run a customer's code with it: nobody gets
# hold of what is trusted by them alone.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
_KEEP_TO_THEMSELVES: Final = frozenset(
    f"{service}.amazonaws.com"
    for service in (
        "apigateway",
        "application-autoscaling",
        "autoscaling",
        "backup",
        "batch",
        "cloudtrail",
        "config",
        "delivery.logs",
        "ecs",
        "eks",
        "elasticmapreduce",
        "events",
        "firehose",
        "logs",
        "monitoring.rds",
        "rds",
        "s3",
        "sns",
        "spotfleet",
        "vpc-flow-logs",
    )
)
_LEADING_TO: Final = {
    ROLE: frozenset({Kind.HAND_ON, Kind.WORKLOAD, Kind.ROLE, Kind.ASSUME}),
    USER: frozenset({Kind.USER}),
    GROUP: frozenset({Kind.GROUP}),
    PERMISSION_SET: frozenset[Kind](),
}


@cache
def _assume() -> Path:
    """
    Give the path of becoming a role, which the role's trust policy alone may open.
    """
    return next(path for path in paths() if path.kind is Kind.ASSUME)


def _startable(identity: Identity) -> tuple[Path, ...]:
    """
    Give the paths for whose every action an identity has some statement.
    """
    allowed = identity.policies.identity.allowed_among(_taken())
    return _taking_only(allowed) if allowed else ()


@cache
def _taken() -> frozenset[str]:
    """
    Give every action that some path takes.
    """
    return frozenset(action for path in paths() for action in path.actions)


@lru_cache(maxsize=1024)
def _taking_only(actions: frozenset[str]) -> tuple[Path, ...]:
    return tuple(path for path in paths() if actions.issuperset(path.actions))


def _by_its_service_alone(caller: Caller, path: Path) -> bool:
    """
    Whether only policies that AWS writes for the role of a service allow an action of a path.

    https://docs.aws.amazon.com/glue/latest/dg/create-service-policy.html
    """
    for action in path.actions:
        held = [caller.identity.attachment_of(found) for found in caller.witnesses(action)]
        if held and all(by is not None and by.of_service for by in held):
            return True
    return False


def _kept_by_aws(identity: Identity) -> bool:
    """
    Whether only services of AWS that run nobody's code can use a role.
    """
    if identity.trust is None or not identity.trust.readable:
        return False
    principals = [
        principal
        for document in identity.trust.documents
        for statement in document.allowing
        for principal in statement.principals or (None,)
    ]
    return bool(principals) and all(
        principal is not None
        and principal.kind is PrincipalKind.SERVICE
        and principal.value in _KEEP_TO_THEMSELVES
        for principal in principals
    )


def _trusts(role: Identity, service: str) -> Answer:
    if role.trust is None:
        return Answer.NO
    known = Context({"aws:SourceAccount": Text((Pseudo("AWS::AccountId"),))})
    return role.trust.answer(Request(ASSUME_ROLE, "*", known, caller=service))


def _arn_of(workload: Resource, action: str) -> str:
    arn = workload.arn
    if isinstance(arn, str):
        return arn
    forms = next(iter(formats(action)), ("",))
    return arn_like(forms[0], Attribute(workload, ""))
