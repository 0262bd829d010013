"""
Grants: what a role may read, write, invoke or change among what the templates define.

A grant on everything of a service is one edge to a power that stands for all of it, shared by all
roles that have it, so that edges stay linear in the resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.roles import ROLE, identities
from secure_constructs.iam.statements import Statement
from secure_constructs.paths.edges._limits import Limits
from secure_constructs.paths.edges._stores import (
    DONE_BY,
    SERVICE_OF,
    VERBS,
    Stores,
    stores_around,
    verbs_of,
)
from secure_constructs.paths.edges.roles import WORKLOADS
from secure_constructs.paths.graph import DEFAULT_BUS, Edge, Flow, Node, node_of, power_of
from secure_constructs.template import Resource, Template
from secure_constructs.template.names import regional_arn

_PUT_EVENTS: Final = "events:PutEvents"
_RESOURCE: Final = frozenset({"Resource"})
_NO, _, _YES = Answer
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
    found = _Found(caller, stores_around(role.template))
    found.ask(
        [
            statement
            for attachment in identity.attachments
            for statement in attachment.document.statements
            if not (statement.denies or found.take(statement))
        ]
    )
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
            yield _edge(caller.identity.resource, DEFAULT_BUS, Flow.WRITE, known)


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
    """

    def __init__(self, caller: Caller, stores: Stores) -> None:
        self.caller = caller
        self.stores = stores
        self.limits = Limits(caller)
        self._known: dict[tuple[Node, Flow], _Known] = {}
        self._powers: dict[tuple[str, Flow], str] = {}

    @property
    def powers(self) -> dict[tuple[str, Flow], Edge]:
        """
        Give the edges to the powers over everything of a service.
        """
        role = self.caller.identity.resource
        return {
            power: _edge(role, _power(*power), Flow.IDENTITY, _Known(Answer.YES, "*", [action]))
            for power, action in self._powers.items()
        }

    @property
    def edges(self) -> Iterator[Edge]:
        """
        Give the edges to what is granted by itself; what a power covers is not named again.
        """
        role = self.caller.identity.resource
        for (store, flow), known in self._known.items():
            if not self._powers or (_service_of(store), flow) not in self._powers:
                yield _edge(role, store, flow, known)

    def take(self, statement: Statement) -> bool:
        """
        Take a statement as it stands, where that says everything: names of actions, no conditions.

        Returns:
            Whether it could be taken so.
        """
        if (
            self.limits.any
            or statement.conditions
            or not statement.unreadable <= _RESOURCE
            or statement.actions is None
            or statement.resources is None
            or any("*" in action or "?" in action for action in statement.actions)
        ):
            return False
        everything = "*" in statement.resources
        named = _Named(self, statement)
        for action in statement.actions:
            service, flow = _ACTIONS.get(action.lower(), ("", Flow.READ))
            if service and everything:
                self._powers.setdefault((service, flow), action)
            elif service:
                for store, asked, answer in named.stores(service):
                    self._note(store, flow, answer, action, asked)
        return True

    def ask(self, statements: Iterable[Statement]) -> None:
        """
        Ask about every action that some statements may be about.
        """
        asked: dict[str, list[tuple[_Named, Answer]]] = {}
        for statement in statements:
            named = _Named(self, statement)
            for action, answer in verbs_of(statement).items():
                asked.setdefault(action, []).append((named, answer))
        for action, done in DONE_BY.items() if asked else ():
            for service, flow in done if action in asked else ():
                self._ask(action, service, flow, asked[action])

    def _ask(
        self, action: str, service: str, flow: Flow, about: Sequence[tuple[_Named, Answer]]
    ) -> None:
        surely = [(named, at_action & named.meets(service, action)) for named, at_action in about]
        if any(named.everything and sure is _YES for named, sure in surely) and (
            self.limits.leave_everything(action)
        ):
            self._powers.setdefault((service, flow), action)
            return
        for named, sure in surely:
            for store, asked, answer in named.stores(service):
                left = self.limits.leave(answer & sure, action, store, asked)
                self._note(store, flow, left, action, asked)

    def _note(self, store: Node, flow: Flow, answer: Answer, action: str, asked: str) -> None:
        key = (store, flow)
        known = self._known.get(key)
        if known is None:
            if answer is not _NO:
                self._known[key] = _Known(answer, asked, [action])
        elif answer is known.answer:
            if action not in known.actions:
                known.actions.append(action)
        elif answer is _YES:
            self._known[key] = _Known(answer, asked, [action])


class _Named:
    """
    What one statement is about.

    Args:
        found: What its role was found to be granted.
        statement: The statement.

    Attributes:
        everything: Whether it is about all resources.
    """

    def __init__(self, found: _Found, statement: Statement) -> None:
        self._caller = found.caller
        self._all = found.stores
        self._statement = statement
        self.everything = "*" in (statement.resources or ())
        self._stores: dict[str, list[tuple[Node, str, Answer]]] = {}
        self._meets: dict[str, Answer] = {}

    def meets(self, service: str, action: str) -> Answer:
        """
        Whether its role can meet its conditions when it does an action of a service.
        """
        if service not in self._meets:
            self._meets[service] = self._caller.meets(self._statement, action)
        return self._meets[service]

    def stores(self, service: str) -> list[tuple[Node, str, Answer]]:
        """
        Give what it is about, as it asks for it, and how surely.
        """
        if service not in self._stores:
            self._stores[service] = list(self._about(service))
        return self._stores[service]

    def _about(self, service: str) -> Iterator[tuple[Node, str, Answer]]:
        if self._statement.not_resources is not None:
            for store in self._all.of(service):
                yield node_of(store), self._all.arn(store), self._covers(store)
        for resource in self._statement.resources or ():
            for store, asked in self._all.named(resource, service):
                yield node_of(store), asked, _YES if asked is resource else self._covers(store)

    def _covers(self, store: Resource) -> Answer:
        return self._statement.applies_to_resource_pattern(self._all.pattern(store))


def _service_of(store: Node) -> str:
    return SERVICE_OF[store.resource.type] if store.resource is not None else ""


def _default_bus(template: Template) -> str:
    arn: str = regional_arn(template, "events", "event-bus/default")
    return arn


def _edge(role: Resource, target: Node, flow: Flow, known: _Known) -> Edge:
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
    return power_of(f"{flow} any {service} resource")


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
