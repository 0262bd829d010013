"""
Grants: what a role may read, write, invoke or change among what the templates define.

A grant on everything of a service is one edge to a power that stands for all of it, shared by all
roles that have it, so that edges stay linear in the resources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam._caller import Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.roles import ROLE, identities
from secure_constructs.paths.edges._stores import SERVICE_OF, VERBS, Stores, stores_around
from secure_constructs.paths.edges.roles import WORKLOADS
from secure_constructs.paths.graph import DEFAULT_BUS, Edge, Flow, Kind, Node, node_of
from secure_constructs.template import Pseudo, Resource, Template, Text
from secure_constructs.template.values import concatenated

_PUT_EVENTS: Final = "events:PutEvents"
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
class _Grant:
    """
    Something a role may do.

    Args:
        edge: The edge to what it may do it to, or to the power to do it to anything.
        power: The service and the flow of the power; none where it is about one resource.
    """

    edge: Edge
    power: tuple[str, Flow] | None = None


def granted_to(role: Resource) -> tuple[Edge, ...]:
    """
    Give what a role may do to what the templates define.
    """
    return tuple(grant.edge for grant in _grants(role))


def _grants(role: Resource) -> tuple[_Grant, ...]:
    return role.once("attack map grants", lambda asked: tuple(_read(asked)))


def _read(role: Resource) -> Iterator[_Grant]:
    identity = identities(role.template).of(role)
    caller = Caller(identity)
    services = identity.policies.identity.services
    stores = stores_around(role.template)
    for service, verbs in VERBS.items():
        if services is None or service in services:
            for flow, actions in verbs.actions.items():
                asked = [action for action in actions if caller.may_at_all(action)]
                if asked:
                    yield from _granted(caller, asked, flow, service, stores)
    if caller.may_at_all(_PUT_EVENTS):
        answer = caller.may(_PUT_EVENTS, _default_bus(role.template))
        if answer.possible:
            edge = _edge(caller, DEFAULT_BUS, Flow.WRITE, _PUT_EVENTS, answer, "event-bus/default")
            yield _Grant(edge=edge)


def _default_bus(template: Template) -> str:
    known = template.environment
    region, account, partition = (
        known.get(name) or Text((Pseudo(name),))
        for name in ("AWS::Region", "AWS::AccountId", "AWS::Partition")
    )
    arn: str = concatenated(["arn", partition, "events", region, account, "event-bus/default"], ":")
    return arn


def _granted(
    caller: Caller, actions: list[str], flow: Flow, service: str, stores: Stores
) -> Iterator[_Grant]:
    for action in actions:
        if caller.may(action, "*").certain:
            power = _power(service, flow)
            edge = _edge(caller, power, Flow.IDENTITY, action, Answer.YES, "*")
            yield _Grant(edge=edge, power=(service, flow))
            return
    found: dict[Resource, tuple[Answer, str, str]] = {}
    for action in actions:
        for store, asked in stores.about(caller.witnesses(action), service):
            if store not in found or not found[store][0].certain:
                answer = caller.may(action, asked)
                if answer.possible and (store not in found or answer.certain):
                    found[store] = (answer, action, asked)
    for store, (answer, action, asked) in found.items():
        yield _Grant(edge=_edge(caller, node_of(store), flow, action, answer, asked))


def _edge(  # noqa: PLR0913, PLR0917 (one fact each)
    caller: Caller, target: Node, flow: Flow, action: str, answer: Answer, scope: str = ""
) -> Edge:
    role = caller.identity.resource
    return Edge(
        source=node_of(role),
        target=target,
        flow=flow,
        label=action,
        via=role,
        certain=answer.certain,
        scope=scope,
    )


def _power(service: str, flow: Flow) -> Node:
    return Node(Kind.ROLE, part=f"{flow} any {service} resource")


def _by_name(workload: Resource, role: Resource) -> Iterator[Edge]:
    """
    Give what a workload with power over a whole service is told the name of: there it puts things.
    """
    powers = {grant.power: grant.edge for grant in _grants(role) if grant.power is not None}
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
    grants = (g for t in templates for role in t.of_type(ROLE) for g in _grants(role))
    return tuple(dict.fromkeys(grant.power for grant in grants if grant.power is not None))
