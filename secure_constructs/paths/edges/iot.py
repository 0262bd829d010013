"""AWS IoT: what devices publish, and what the rules do with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import DEVICES, Edge, Flow, Guard, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

TYPES: Final = ("AWS::IoT::TopicRule",)

# https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-select.html
_COLUMNS: Final = re.compile(r"^\s*select\s+(?P<columns>.*?)\s+from\s", re.IGNORECASE | re.DOTALL)
_EVERYTHING: Final = re.compile(r"(?:^|,)\s*\*\s*(?:,|$)")
_OWN_TOPIC: Final = re.compile(r"\sfrom\s+['\"]\$aws/(?:events|things)/", re.IGNORECASE)

# Action -> the property that names where it puts messages.
# https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html
_PUT: Final = {
    "CloudwatchLogs": "LogGroupName",
    "DynamoDB": "TableName",
    "DynamoDBv2": "PutItem.TableName",
    "Firehose": "DeliveryStreamName",
    "Kinesis": "StreamName",
    "Lambda": "FunctionArn",
    "S3": "BucketName",
    "Sns": "TargetArn",
    "Sqs": "QueueUrl",
    "StepFunctions": "StateMachineName",
}


def edges(rule: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the messages of devices that a rule takes, and what it hands them to.

    No web ACL sees MQTT. A rule that names the columns it takes hands on nothing else.
    """
    payload = rule.block("TopicRulePayload")
    if payload.get("RuleDisabled") in (True, "true"):
        return
    node = node_of(rule)
    sql = payload.get("Sql")
    yield Edge(
        source=DEVICES,
        target=node,
        flow=Flow.REQUEST,
        label="message",
        via=rule,
        place=payload.at("Sql"),
        guard=Guard.AUTHORIZER,
        limited=_limits(sql) if isinstance(sql, str) else "",
        asynchronous=True,
    )
    failing = payload.block("ErrorAction")
    if failing:
        yield from _put(failing, rule, template)
    for action in payload.blocks("Actions"):
        yield from _put(action, rule, template)


def _limits(sql: str) -> str:
    if _OWN_TOPIC.search(sql):
        return "AWS IoT itself writes what the rule takes"
    match = _COLUMNS.match(sql)
    if match is None or _EVERYTHING.search(match["columns"]):
        return ""
    return "the rule names the columns it takes"


def _put(action: Block, rule: Resource, template: Template) -> Iterator[Edge]:
    for name, place in _PUT.items():
        target = target_of(action.get(f"{name}.{place}"), template)
        if target is not None:
            yield Edge(
                source=node_of(rule),
                target=target,
                flow=Flow.HANDOVER,
                label="rule",
                via=rule,
                place=action.at(f"{name}.{place}"),
                asynchronous=True,
            )
