"""EventBridge: buses, the rules on them, and what AWS services put on the default one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.paths.edges._failures import failures
from secure_constructs.paths.graph import (
    ACCOUNTS,
    AWS,
    DEFAULT_BUS,
    Edge,
    Flow,
    Kind,
    Node,
    node_of,
)
from secure_constructs.paths.targets import target_of
from secure_constructs.template import UNRESOLVED, Resource, Template, Undecided

_BUS: Final = "AWS::Events::EventBus"
_BUCKET: Final = "AWS::S3::Bucket"
_OF_AWS: Final = "aws."
_PARTNER: Final = "aws.partner/"
_S3: Final = "aws.s3"
_MALWARE: Final = "aws.guardduty"
_PLAN: Final = "AWS::GuardDuty::MalwareProtectionPlan"
TYPES: Final = ("AWS::Events::Rule", _BUS)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a rule lets through, from where, and whom it hands that to; who feeds a partner's bus.
    """
    if resource.type == _BUS:
        if resource.has("EventSourceName"):
            yield Edge(
                source=ACCOUNTS,
                target=node_of(resource),
                flow=Flow.REQUEST,
                label="partner events",
                via=resource,
                place="EventSourceName",
                asynchronous=True,
            )
        return
    node = node_of(resource)
    yield from _delivered(resource, node, template)
    yield from _matched(resource, node, template)


def _delivered(rule: Resource, node: Node, template: Template) -> Iterator[Edge]:
    for target in rule.blocks("Targets"):
        receiver = target_of(target.get("Arn"), template)
        if receiver is not None:
            yield Edge(
                source=node,
                target=receiver,
                flow=Flow.HANDOVER,
                label="rule",
                via=rule,
                place=target.at("Arn"),
                asynchronous=True,
                limited="an input the template sets replaces the event"
                if isinstance(target.get("Input"), str)
                else "",
            )
        yield from failures(node, target, "DeadLetterConfig.Arn", template)


def _matched(rule: Resource, node: Node, template: Template) -> Iterator[Edge]:
    if rule.has("ScheduleExpression"):
        yield Edge(
            source=AWS,
            target=node,
            flow=Flow.REQUEST,
            label="schedule",
            via=rule,
            place="ScheduleExpression",
            asynchronous=True,
        )
    pattern = rule.get("EventPattern")
    if pattern is None:
        return
    if not isinstance(pattern, dict):
        raise Undecided("EventPattern")
    sources = _texts(pattern.get("source"))
    of_aws = [source for source in sources if _is_of_aws(source)]
    if not sources or len(of_aws) < len(sources):
        yield _from_bus(rule, node, pattern, template)
    if of_aws:
        yield from _from_services(rule, node, pattern, of_aws, template)


def _from_bus(rule: Resource, node: Node, pattern: dict[str, Any], template: Template) -> Edge:
    name = rule.get("EventBusName")
    bus = target_of(name, template, _BUS)
    if bus is None:
        default = name in {None, "default"} or str(name).endswith("event-bus/default")
        bus = DEFAULT_BUS if default else node_of(rule, "its event bus", Kind.CHANNEL)
    pinned = bool(_texts(pattern.get("source"))) and bool(pattern.get("account"))
    return Edge(
        source=bus,
        target=node,
        flow=Flow.HANDOVER,
        label="event pattern",
        via=rule,
        place="EventPattern",
        asynchronous=True,
        limited="the rule names the source and the account of events" if pinned else "",
    )


def _from_services(
    rule: Resource,
    node: Node,
    pattern: dict[str, Any],
    sources: list[str],
    template: Template,
) -> Iterator[Edge]:
    """
    Give what services of AWS report; about objects in buckets, the buckets whose objects they are.
    """
    buckets = list(_buckets(pattern, sources, template))
    for bucket, limited in buckets:
        yield Edge(
            source=node_of(bucket),
            target=node,
            flow=Flow.HANDOVER,
            label=", ".join(_texts(pattern.get("detail-type"))) or "event",
            via=rule,
            place="EventPattern",
            asynchronous=True,
            limited=limited,
            filtered="a filter of keys" if _by_key(pattern) else "",
        )
    if not buckets:
        yield Edge(
            source=AWS,
            target=node,
            flow=Flow.REQUEST,
            label=", ".join(sources),
            via=rule,
            place="EventPattern.source",
            asynchronous=True,
        )


def _buckets(
    pattern: dict[str, Any], sources: list[str], template: Template
) -> Iterator[tuple[Resource, str]]:
    detail = pattern.get("detail")
    detail = detail if isinstance(detail, dict) else {}
    if _S3 in sources:
        named = detail.get("bucket")
        names = named.get("name") if isinstance(named, dict) else None
        for bucket in _named(names, template, _reporting):
            yield bucket, ""
    if _MALWARE in sources:
        named = detail.get("s3ObjectDetails")
        names = named.get("bucketName") if isinstance(named, dict) else None
        clean = "NO_THREATS_FOUND" in str(detail.get("scanResultDetails", ""))
        limited = "only objects that a malware scan found clean are handed on" if clean else ""
        if names is not None or "Malware" in str(pattern.get("detail-type", "")):
            for bucket in _named(names, template, _scanned):
                yield bucket, limited


def _named(names: Any, template: Template, every: Any) -> Iterator[Resource]:
    """
    Give the buckets a pattern names; all that come into question where it names none.
    """
    if names is None:
        yield from every(template)
        return
    for name in names if isinstance(names, list) else [names]:
        bucket = template.find(name, _BUCKET) if isinstance(name, str) else None
        if bucket is not None:
            yield bucket


def _reporting(template: Template) -> Iterator[Resource]:
    for bucket in template.everywhere(_BUCKET):
        if bucket.has("NotificationConfiguration.EventBridgeConfiguration"):
            yield bucket
    for custom in template.everywhere("Custom::S3BucketNotifications"):
        if custom.has("NotificationConfiguration.EventBridgeConfiguration"):
            found = template.find(custom.get("BucketName"), _BUCKET)
            if found is not None:
                yield found


def _scanned(template: Template) -> Iterator[Resource]:
    for plan in template.everywhere(_PLAN):
        found = template.find(plan.get("ProtectedResource.S3Bucket.BucketName"), _BUCKET)
        if found is not None:
            yield found


def _by_key(pattern: dict[str, Any]) -> bool:
    detail = pattern.get("detail")
    return isinstance(detail, dict) and "object" in detail


def _is_of_aws(source: str) -> bool:
    return source.startswith(_OF_AWS) and not source.startswith(_PARTNER)


def _texts(value: Any) -> list[str]:
    """
    Give the plain texts of a list in a pattern; a prefix counts with what it names.
    """
    if value is UNRESOLVED:
        raise Undecided("EventPattern")
    found: list[str] = []
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            found.append(entry)
        elif isinstance(entry, dict) and isinstance(entry.get("prefix"), str):
            found.append(entry["prefix"])
        elif isinstance(entry, dict):
            found.append("any")
    return found
