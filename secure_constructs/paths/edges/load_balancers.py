"""Load balancers: what their listeners forward to functions and containers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import INTERNET, Edge, Flow, Guard, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.paths.web_acls import LOAD_BALANCER, web_acl_before
from secure_constructs.template import Block, Known, Resource, Template

_LISTENER: Final = "AWS::ElasticLoadBalancingV2::Listener"
_RULE: Final = "AWS::ElasticLoadBalancingV2::ListenerRule"
_GROUP: Final = "AWS::ElasticLoadBalancingV2::TargetGroup"
_SERVICE: Final = "AWS::ECS::Service"
_TASK: Final = "AWS::ECS::TaskDefinition"
_ASKS: Final = frozenset({"authenticate-cognito", "authenticate-oidc", "jwt-validation"})
TYPES: Final = (LOAD_BALANCER, _LISTENER, _RULE)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who reaches a load balancer, and what a listener or a rule forwards to.
    """
    if resource.type == LOAD_BALANCER:
        if resource.text("Scheme") != "internal":  # who is in its network is not known
            yield Edge(
                source=INTERNET,
                target=node_of(resource),
                flow=Flow.REQUEST,
                label="load balancer",
                via=resource,
                place="Scheme",
                waf=web_acl_before(resource),
            )
        return
    listener = resource
    if resource.type == _RULE:
        found = template.find(resource.get("ListenerArn"), _LISTENER)
        if found is None:
            return
        listener = found
    balancer = target_of(listener.get("LoadBalancerArn"), template, LOAD_BALANCER)
    if balancer is not None:
        place = "Actions" if resource.type == _RULE else "DefaultActions"
        yield from _forwarded(balancer, resource, place, template)


def _forwarded(
    balancer: Node, resource: Resource, place: str, template: Template
) -> Iterator[Edge]:
    actions = resource.blocks(place)
    guard = Guard.NONE
    if any(action.get("Type") in _ASKS for action in actions.elements):
        guard = Guard.AUTHORIZER
    label = _label(resource)
    for group, at in _groups(actions, template):
        for target in _targets(group, template):
            yield Edge(
                source=balancer,
                target=target,
                flow=Flow.HANDOVER,
                label=label,
                via=resource,
                place=at,
                guard=guard,
            )


def _groups(actions: Known[Block], template: Template) -> Iterator[tuple[Resource, str]]:
    for action in actions:
        if action.get("Type", "forward") != "forward":
            continue
        for block in (action, *action.blocks("ForwardConfig.TargetGroups").elements):
            if block.has("TargetGroupArn"):
                group = template.find(block.get("TargetGroupArn"), _GROUP)
                if group is not None:
                    yield group, block.at("TargetGroupArn")


def _targets(group: Resource, template: Template) -> Iterator[Node]:
    """
    Give what a target group sends requests to: functions, or the tasks of a service.
    """
    kind = group.get("TargetType")
    if kind == "lambda":
        for block in group.blocks("Targets"):
            function = target_of(block.get("Id"), template, "AWS::Lambda::Function")
            if function is not None:
                yield function
    elif kind == "alb":
        for block in group.blocks("Targets"):
            inner = target_of(block.get("Id"), template, LOAD_BALANCER)
            if inner is not None:
                yield inner
    else:
        for service in template.referrers(group, _SERVICE, at="LoadBalancers.*.TargetGroupArn"):
            task = target_of(service.get("TaskDefinition"), template, _TASK)
            if task is not None:
                yield task


def _label(resource: Resource) -> str:
    """
    Say which requests a listener or a rule is about.
    """
    if resource.type == _LISTENER:
        return f"port {resource.get('Port', '?')}"
    paths: list[str] = []
    for condition in resource.blocks("Conditions").elements:
        for place in ("PathPatternConfig.Values", "Values"):
            paths += condition.texts(place).elements
    return ", ".join(dict.fromkeys(paths)) or "rule"
