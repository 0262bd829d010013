"""Mail: what SES does with what anyone sends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import SENDERS, Edge, Flow, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

TYPES: Final = ("AWS::SES::ReceiptRule",)

# Action -> the properties that name whom it hands a mail to, or tells of it.
# https://docs.aws.amazon.com/ses/latest/dg/receiving-email-action.html
_ACTIONS: Final = {
    "BounceAction": ("TopicArn",),
    "LambdaAction": ("FunctionArn", "TopicArn"),
    "S3Action": ("BucketName", "TopicArn"),
    "SNSAction": ("TopicArn",),
    "StopAction": ("TopicArn",),
    "WorkmailAction": ("TopicArn",),
}
_LIMITED: Final = "SES scans mails for spam and viruses, and takes them over TLS only"


def edges(receipt: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the mails a rule takes, and what it hands them to.
    """
    rule = receipt.block("Rule")
    if rule.get("Enabled") in (False, "false"):
        return
    scanned = rule.get("ScanEnabled") in (True, "true") and rule.get("TlsPolicy") == "Require"
    yield Edge(
        source=SENDERS,
        target=node_of(receipt),
        flow=Flow.REQUEST,
        label="mail",
        via=receipt,
        place=rule.at("ScanEnabled"),
        limited=_LIMITED if scanned else "",
        asynchronous=True,
    )
    for action in rule.blocks("Actions"):
        yield from _handed_on(action, receipt, template)


def _handed_on(action: Block, receipt: Resource, template: Template) -> Iterator[Edge]:
    for name, places in _ACTIONS.items():
        for place in places:
            target = target_of(action.get(f"{name}.{place}"), template)
            if target is not None:
                yield Edge(
                    source=node_of(receipt),
                    target=target,
                    flow=Flow.HANDOVER,
                    label=name,
                    via=receipt,
                    place=action.at(f"{name}.{place}"),
                    asynchronous=action.get(f"{name}.InvocationType") != "RequestResponse",
                )
