"""Roles: which workload acts with which, and which others a role can act with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from secure_constructs.iam._caller import ASSUME_ROLE, Caller
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.roles import ROLE, Identities, Identity, identities
from secure_constructs.iam.statements import Kind as PrincipalKind
from secure_constructs.paths.edges._stores import stores_around
from secure_constructs.paths.graph import Edge, Flow, Node, node_of, power_of
from secure_constructs.template import Pseudo, Resource, Template, Text

WORKLOADS: Final = (
    "AWS::CodeBuild::Project",
    "AWS::ECS::TaskDefinition",
    "AWS::Glue::Job",
    "AWS::Lambda::Function",
)
TYPES: Final = (*WORKLOADS, ROLE)

_SERVICE: Final = PrincipalKind.SERVICE
_HAND_ON: Final = "iam:PassRole"
_IAM: Final = "iam"
# Service -> what makes something that runs with a role, for whoever makes it.
_RUNS_WITH_ROLE: Final = {
    "lambda.amazonaws.com": "lambda:CreateFunction",
    "states.amazonaws.com": "states:CreateStateMachine",
    "ecs-tasks.amazonaws.com": "ecs:RunTask",
    "ec2.amazonaws.com": "ec2:RunInstances",
    "codebuild.amazonaws.com": "codebuild:CreateProject",
    "glue.amazonaws.com": "glue:CreateJob",
    "cloudformation.amazonaws.com": "cloudformation:CreateStack",
}


_ASSUMES_ANY: Final = power_of("become any role that trusts the account")


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the role a workload acts with, or the roles that a role may assume or pass on.

    Whoever may do so to every role is joined to a power, as for other grants on everything.
    """
    if resource.type != ROLE:
        role = identities(template).role_of(resource)
        if role is not None:
            yield Edge(
                source=node_of(resource),
                target=node_of(role.resource),
                flow=Flow.IDENTITY,
                via=resource,
                place="Role",
            )
        return
    reach = _reach(resource)
    yield from reach.edges
    for power in template.once_for_all("attack map role powers", _powers):
        if _gives(power, identities(template).of(resource)).certain:
            yield _edge(power, node_of(resource), Flow.ASSUME, resource)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """
    The roles that a role can make its own.

    Args:
        edges: The edges to them, and to the powers it has.
        powers: The powers it has.
    """

    edges: tuple[Edge, ...]
    powers: tuple[Node, ...]


def _reach(role: Resource) -> _Reach:
    return role.once("attack map roles", _read)


def _read(role: Resource) -> _Reach:
    caller = Caller(identities(role.template).of(role))
    known = identities(role.template)
    powers = tuple(_own_powers(caller))
    ways: dict[Resource, tuple[str, Answer]] = {}
    for action, other, answer in _ways(caller, known, powers):
        if other != role and answer.value > ways.get(other, ("", Answer.NO))[1].value:
            ways[other] = (action, answer)
    own = node_of(role)
    return _Reach(
        edges=(
            *(_edge(own, power, Flow.IDENTITY, role) for power in powers),
            *(
                _edge(own, node_of(other), Flow.ASSUME, role, action, certain=answer.certain)
                for other, (action, answer) in ways.items()
            ),
        ),
        powers=powers,
    )


def _own_powers(caller: Caller) -> Iterator[Node]:
    if caller.may_at_all(ASSUME_ROLE) and caller.may(ASSUME_ROLE, "*").certain:
        yield _ASSUMES_ANY
    if caller.may_at_all(_HAND_ON):
        for service, action in _RUNS_WITH_ROLE.items():
            passes = caller.may(_HAND_ON, "*", PassedToService=service)
            if passes.certain and caller.may(action, "*").certain:
                yield _passes_any(service)


def _ways(
    caller: Caller, known: Identities, powers: tuple[Node, ...]
) -> Iterator[tuple[str, Resource, Answer]]:
    """
    Give the roles that name the caller, or that its own statements name, and how it gets them.
    """
    stores = stores_around(caller.identity.resource.template)
    named = dict.fromkeys(_trusting(caller.identity.resource))
    if caller.may_at_all(ASSUME_ROLE) and _ASSUMES_ANY not in powers:
        named.update((role, None) for role, _ in stores.about(caller.witnesses(ASSUME_ROLE), _IAM))
    for other in named:
        yield ASSUME_ROLE, other, caller.becomes(known.of(other))
    makes = _makes(caller, powers)
    if makes:
        for other, _ in stores.about(caller.witnesses(_HAND_ON), _IAM):
            for service, action in makes.items():
                answer = caller.may(_HAND_ON, other.arn, PassedToService=service)
                yield f"{_HAND_ON}, {action}", other, answer & _trusts(known.of(other), service)


def _makes(caller: Caller, powers: tuple[Node, ...]) -> dict[str, str]:
    """
    Give the services in which a role may make something that runs with a role it passes.
    """
    if not caller.may_at_all(_HAND_ON):
        return {}
    return {
        service: action
        for service, action in _RUNS_WITH_ROLE.items()
        if caller.may_at_all(action)
        and caller.may(action, "*").possible
        and _passes_any(service) not in powers
    }


def _trusting(role: Resource) -> tuple[Resource, ...]:
    index = role.template.once_for_all("roles by whom they trust", _by_trusted)
    return tuple(index.get(role, ()))


def _by_trusted(templates: Iterable[Template]) -> dict[Resource, list[Resource]]:
    """
    Find the roles that each role is named by in a trust policy.
    """
    found: dict[Resource, list[Resource]] = {}
    for template in templates:
        for role in template.of_type(ROLE):
            trust = identities(template).of(role).trust
            for document in trust.documents if trust is not None else ():
                for statement in document.allowing:
                    for principal in statement.principals or ():
                        if principal.kind is not _SERVICE and (
                            trusted := template.find(principal.value, ROLE)
                        ):
                            found.setdefault(trusted, []).append(role)
    return found


def _powers(templates: Iterable[Template]) -> tuple[Node, ...]:
    """
    Give the powers over roles that some role has.
    """
    roles = (role for template in templates for role in template.of_type(ROLE))
    return tuple(dict.fromkeys(power for role in roles for power in _reach(role).powers))


def _gives(power: Node, role: Identity) -> Answer:
    """
    Say whether whoever has a power gets a role by it.
    """
    if power != _ASSUMES_ANY:
        return _trusts(role, power.part.rpartition(" ")[2])
    account = Text((Pseudo("AWS::AccountId"),))
    return Answer.any(
        statement.applies_to_account(account) & statement.holds()
        for document in (role.trust.documents if role.trust is not None else ())
        for statement in document.allowing
    )


def _passes_any(service: str) -> Node:
    return power_of(f"pass any role to {service}")


def _trusts(role: Identity, service: str) -> Answer:
    if role.trust is None:
        return Answer.NO
    return role.trust.answer(Request(ASSUME_ROLE, caller=service))


def _edge(  # noqa: PLR0913 (one fact each)
    source: Node,
    target: Node,
    flow: Flow,
    via: Resource,
    label: str = "",
    *,
    certain: bool = True,
) -> Edge:
    return Edge(source=source, target=target, flow=flow, label=label, via=via, certain=certain)
