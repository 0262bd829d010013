"""
Grants: what a role may read, write, invoke or change among what the templates define.

A grant on everything of a service is one edge to a power that stands for all of it, shared by all
roles that have it, so that edges stay linear in the resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.roles import ROLE, Identity, identities
from secure_constructs.iam.statements import Statement
from secure_constructs.paths.edges._stores import SERVICE_OF, VERBS, Stores, stores_around
from secure_constructs.paths.edges.roles import WORKLOADS
from secure_constructs.paths.graph import DEFAULT_BUS, Edge, Flow, Kind, Node, node_of
from secure_constructs.template import Resource, Template
from secure_constructs.template.names import regional_arn

_PUT_EVENTS: Final = "events:PutEvents"
_RESOURCE: Final = frozenset({"Resource"})
_YES: Final = Answer.YES
_PLAIN: Final = re.compile(r"[a-z0-9-]+")
_ACTIONS: Final = {
    action.lower(): (service, flow)
    for service, verbs in VERBS.items()
    for flow, actions in verbs.actions.items()
    for action in actions
}
TYPES: Final = tuple(dict.fromkeys((*WORKLOADS, *SERVICE_OF)))


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a role may do, what a workload is told the name of, and what powers reach.
    """
    if resource.type == ROLE:
        yield from granted_to(resource)
    if resource.type in WORKLOADS:
        role = identities(template).role_of(resource)
        if role is not None:
            yield from _by_name(resource, role.resource)
    if resource.type in SERVICE_OF:
        yield from _by_powers(resource, template)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grants:
    """
    What a role may do.

    Args:
        edges: The edges to what it may do it to, and to its powers.
        powers: The service and the flow of each power to do it to anything, with its edge.
    """

    edges: tuple[Edge, ...]
    powers: Mapping[tuple[str, Flow], Edge]


def granted_to(role: Resource) -> tuple[Edge, ...]:
    """
    Give what a role may do to what the templates define.
    """
    return _grants(role).edges


def _grants(role: Resource) -> _Grants:
    return role.once("attack map grants", _read)


def _read(role: Resource) -> _Grants:
    identity = identities(role.template).of(role)
    caller = Caller(identity)
    found = _Found(caller, stores_around(role.template), narrowed=_narrowed(identity))
    left = [
        statement
        for attachment in identity.attachments
        for statement in attachment.document.statements
        if not (statement.denies or found.take(statement))
    ]
    if left or not identity.policies.identity.readable:
        found.ask(left)
    powers = found.powers
    return _Grants(
        edges=(*powers.values(), *found.edges, *_to_default_bus(caller)),
        powers=powers,
    )


def _to_default_bus(caller: Caller) -> Iterator[Edge]:
    if caller.may_at_all(_PUT_EVENTS):
        answer = caller.may(_PUT_EVENTS, _default_bus(caller.identity.resource.template))
        if answer.possible:
            known = _Known(answer, "event-bus/default", [_PUT_EVENTS])
            yield _edge(caller, DEFAULT_BUS, Flow.WRITE, known)


def _narrowed(identity: Identity) -> bool:
    """
    Say whether something takes away from what the statements of an identity allow.
    """
    documents = [attachment.document for attachment in identity.attachments]
    return (
        identity.bounded
        or not identity.policies.identity.readable
        or any(not statement.allows for document in documents for statement in document.statements)
    )


@dataclass(slots=True)
class _Known:
    """
    The surest grant known so far, and every action that gives it.
    """

    answer: Answer
    scope: str
    actions: list[str]


class _Found:
    """
    What a role was found to be granted; the surest grant counts.

    Args:
        caller: The role.
        stores: What grants can be about.
        narrowed: Whether something takes away from what single statements allow.
    """

    def __init__(self, caller: Caller, stores: Stores, *, narrowed: bool) -> None:
        self.caller = caller
        self.stores = stores
        self.narrowed = narrowed
        self._known: dict[tuple[Resource, Flow], _Known] = {}
        self._powers: dict[tuple[str, Flow], str] = {}

    @property
    def powers(self) -> dict[tuple[str, Flow], Edge]:
        """
        Give the edges to the powers over everything of a service.
        """
        return {
            power: _edge(
                self.caller, _power(*power), Flow.IDENTITY, _Known(Answer.YES, "*", [action])
            )
            for power, action in self._powers.items()
        }

    @property
    def edges(self) -> Iterator[Edge]:
        """
        Give the edges to what is granted by itself; what a power covers is not named again.
        """
        for (store, flow), known in self._known.items():
            if not self._powers or (SERVICE_OF[store.type], flow) not in self._powers:
                yield _edge(self.caller, node_of(store), flow, known)

    def take(self, statement: Statement) -> bool:
        """
        Take a statement as it stands, where that says everything: names of actions, no conditions.

        Returns:
            Whether it could be taken so.
        """
        if (
            self.narrowed
            or statement.conditions
            or not statement.unreadable <= _RESOURCE
            or statement.actions is None
            or statement.resources is None
            or any("*" in action or "?" in action for action in statement.actions)
        ):
            return False
        everything = "*" in statement.resources
        named: dict[str, list[tuple[Resource, str, Answer]]] = {}
        for action in statement.actions:
            service, flow = _ACTIONS.get(action.lower(), ("", Flow.READ))
            if service and everything:
                self._powers.setdefault((service, flow), action)
            elif service:
                if service not in named:
                    named[service] = list(self._named(statement, service))
                for store, asked, answer in named[service]:
                    self._note(store, flow, answer, action, asked)
        return True

    def _named(self, statement: Statement, service: str) -> Iterator[tuple[Resource, str, Answer]]:
        """
        Give what a statement is about, as it asks for it, and how surely.
        """
        spelled = frozenset(statement.resources or ())
        for store, asked in self.stores.about((statement,), service):
            yes = asked in spelled
            yield store, asked, _YES if yes else statement.applies_to_resource(asked)

    def ask(self, statements: Sequence[Statement]) -> None:
        """
        Ask about every action that some statements may be about.
        """
        for service, verbs in VERBS.items():
            about = [each for each in statements if _may_be_about(each, service)]
            for flow, actions in verbs.actions.items() if about else ():
                for action in actions:
                    if any(each.applies_to_action(action).possible for each in about):
                        self._ask(action, service, flow)

    def _ask(self, action: str, service: str, flow: Flow) -> None:
        witnesses = self.caller.witnesses(action)
        if any(_about_everything(statement) for statement in witnesses) and (
            self.caller.may(action, "*").certain
        ):
            self._powers.setdefault((service, flow), action)
            return
        if self.narrowed:
            for store, asked in self.stores.about(witnesses, service):
                self._note(store, flow, self.caller.may(action, asked), action, asked)
            return
        for statement in witnesses:
            sure = statement.applies_to_action(action) & self.caller.meets(statement, action)
            for store, asked, answer in self._named(statement, service):
                self._note(store, flow, answer & sure, action, asked)

    def _note(self, store: Resource, flow: Flow, answer: Answer, action: str, asked: str) -> None:
        key = (store, flow)
        known = self._known.get(key)
        if answer.possible and (known is None or answer.value > known.answer.value):
            self._known[key] = _Known(answer, asked, [action])
        elif known is not None and answer is known.answer and action not in known.actions:
            known.actions.append(action)


def _may_be_about(statement: Statement, service: str) -> bool:
    if statement.actions is None or not statement.unreadable <= _RESOURCE:
        return True
    prefixes = (action.partition(":")[0].lower() for action in statement.actions)
    return any(prefix == service or not _PLAIN.fullmatch(prefix) for prefix in prefixes)


def _about_everything(statement: Statement) -> bool:
    return statement.not_resources is not None or "*" in (statement.resources or ())


def _default_bus(template: Template) -> str:
    arn: str = regional_arn(template, "events", "event-bus/default")
    return arn


def _edge(caller: Caller, target: Node, flow: Flow, known: _Known) -> Edge:
    role = caller.identity.resource
    return Edge(
        source=node_of(role),
        target=target,
        flow=flow,
        label=known.actions[0],
        via=role,
        certain=known.answer.certain,
        scope=known.scope,
        actions=tuple(known.actions),
    )


def _power(service: str, flow: Flow) -> Node:
    return Node(Kind.ROLE, part=f"{flow} any {service} resource")


def _by_name(workload: Resource, role: Resource) -> Iterator[Edge]:
    """
    Give what a workload with power over a whole service is told the name of: there it puts things.
    """
    powers = _grants(role).powers
    variables = workload.get("Environment.Variables") if powers else None
    for name, value in variables.items() if isinstance(variables, dict) else ():
        store = workload.template.find(value)
        service = SERVICE_OF.get(store.type) if store is not None else None
        for flow in (Flow.WRITE, Flow.INVOKE):
            power = powers.get((service, flow)) if service else None
            if power is not None and store is not None:
                yield Edge(
                    source=node_of(workload),
                    target=node_of(store),
                    flow=flow,
                    label=power.label,
                    via=workload,
                    place=f"Environment.Variables.{name}",
                    scope="*",
                )


def _by_powers(store: Resource, template: Template) -> Iterator[Edge]:
    service = SERVICE_OF[store.type]
    for power in template.once_for_all("attack map powers", _powers):
        if power[0] == service:
            yield Edge(
                source=_power(*power), target=node_of(store), flow=power[1], via=store, scope="*"
            )


def _powers(templates: Iterable[Template]) -> tuple[tuple[str, Flow], ...]:
    """
    Give the powers over everything of a service that some role has.
    """
    roles = (role for template in templates for role in template.of_type(ROLE))
    return tuple(dict.fromkeys(power for role in roles for power in _grants(role).powers))
