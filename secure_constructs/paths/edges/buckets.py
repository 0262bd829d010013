"""S3: notifications of new objects, and browsers that put objects in by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.paths.edges._upload_fronts import uploads
from secure_constructs.paths.graph import INTERNET, Edge, Flow, Guard, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import UNRESOLVED, Block, Resource, Template, Undecided

BUCKET: Final = "AWS::S3::Bucket"
_CUSTOM: Final = "Custom::S3BucketNotifications"
_FUNCTION: Final = "AWS::Lambda::Function"
TYPES: Final = (BUCKET, _CUSTOM)

# List of a configuration -> the property of its entries that names the target; as
# CloudFormation writes it, and as the API of S3 does, which CDK's custom resource calls.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
_TARGETS: Final = {
    "LambdaConfigurations": "Function",
    "LambdaFunctionConfigurations": "LambdaFunctionArn",
    "QueueConfigurations": ("Queue", "QueueArn"),
    "TopicConfigurations": ("Topic", "TopicArn"),
}
_PUTS: Final = frozenset({"PUT", "POST"})


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what a bucket notifies, and who puts objects in from outside with what the app signed.

    Rules for events that S3 sends to EventBridge read them from there.
    """
    if resource.type == BUCKET:
        bucket = resource
        yield from _uploads(bucket)
    else:
        found = template.find(resource.get("BucketName"), BUCKET)
        if found is None:
            raise Undecided("BucketName")
        bucket = found
    configuration = resource.block("NotificationConfiguration")
    for key, names in _TARGETS.items():
        for entry in configuration.blocks(key):
            for name in (names,) if isinstance(names, str) else names:
                target = target_of(entry.get(name), template)
                if target is not None:
                    yield _notified(node_of(bucket), target, entry, name)


def _notified(bucket: Node, target: Node, entry: Block, name: str) -> Edge:
    events = [str(event) for key in ("Event", "Events") for event in _listed(entry.get(key))]
    filters = entry.get("Filter")
    return Edge(
        source=bucket,
        target=target,
        flow=Flow.HANDOVER,
        label=", ".join(events) or "notification",
        via=entry.resource,
        place=entry.at(name),
        asynchronous=True,
        filtered=_keys(filters) if filters else "",
        prefix=_prefix(filters),
    )


def _keys(filters: Any) -> str:
    """
    Say which keys a filter lets through.
    """
    return " and ".join(" ".join(rule) for rule in _known(filters)) or "a filter of keys"


def _prefix(filters: Any) -> str:
    """
    Give what keys have to begin with, where a filter asks for nothing else.
    """
    known = _known(filters)
    return known[0][1] if [name for name, _ in known] == ["prefix"] else ""


def _known(filters: Any) -> list[tuple[str, str]]:
    return [
        (str(rule["Name"]).lower(), str(rule["Value"]))
        for rule in _rules(filters)
        if "Name" in rule and isinstance(rule.get("Value"), str)
    ]


def _rules(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _rules(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _rules(inner)


def _uploads(bucket: Resource) -> Iterator[Edge]:
    for rule in bucket.blocks("CorsConfiguration.CorsRules"):
        methods = {method.upper() for method in rule.texts("AllowedMethods")}
        if methods & _PUTS:
            past = Edge(
                source=INTERNET,
                target=node_of(bucket),
                flow=Flow.REQUEST,
                label="upload from a browser",
                via=bucket,
                place=rule.at("AllowedMethods"),
                guard=Guard.AUTHORIZER,
            )
            yield from uploads(past, bucket.template.everywhere(_FUNCTION))
            return


def _listed(value: Any) -> list[Any]:
    if value is None or value is UNRESOLVED:
        return []
    return value if isinstance(value, list) else [value]
