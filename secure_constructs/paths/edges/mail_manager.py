"""Mail Manager of SES: endpoints that take mail, and the sets of rules that say where it goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.paths.graph import SENDERS, Edge, Flow, Guard, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import Block, Resource, Template

_POINT: Final = "AWS::SES::MailManagerIngressPoint"
_RULES: Final = "AWS::SES::MailManagerRuleSet"
TYPES: Final = (_POINT, _RULES)

# Action -> the property that names whom it hands a mail to.
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-ses-mailmanagerruleset-ruleaction.html
_ACTIONS: Final = {
    "InvokeLambda": "FunctionArn",
    "PublishToSns": "TopicArn",
    "WriteToS3": "S3Bucket",
}
_LIMITED: Final = "Mail Manager takes mails over TLS only, and hands on what its scanner passes"


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the mails an endpoint takes, and what rules hand them to.
    """
    if resource.type == _RULES:
        yield from _handed_on(resource, template)
        return
    if resource.get("StatusToUpdate") == "CLOSED":
        return
    if not resource.has("NetworkConfiguration.PrivateNetworkConfiguration"):
        open_to_all = resource.get("Type") == "OPEN"
        yield Edge(
            source=SENDERS,
            target=node_of(resource),
            flow=Flow.REQUEST,
            label="mail",
            via=resource,
            place="Type",
            guard=Guard.NONE if open_to_all else Guard.AUTHORIZER,
            asynchronous=True,
        )
    rules = target_of(resource.get("RuleSetId"), template, _RULES)
    if rules is not None:
        yield Edge(
            source=node_of(resource),
            target=rules,
            flow=Flow.HANDOVER,
            label="mail",
            via=resource,
            place="RuleSetId",
            asynchronous=True,
        )


def _handed_on(rules: Resource, template: Template) -> Iterator[Edge]:
    """
    Give what rules hand mails to, in their order: what one of them drops comes to none after it.
    """
    points = template.referrers(rules, _POINT, at="RuleSetId")
    by_tls = bool(points) and all(point.get("TlsPolicy") == "REQUIRED" for point in points)
    scanned = False
    for rule in rules.blocks("Rules"):
        clean = any(map(_is_clean, rule.blocks("Conditions")))
        own = scanned or clean or any(map(_is_bad, rule.blocks("Unless")))
        for action in rule.blocks("Actions"):
            yield from _to(action, template, limited=_LIMITED if own and by_tls else "")
        if any(action.has("Drop") for action in rule.blocks("Actions")):
            if not (rule.has("Conditions") or rule.has("Unless")):
                return
            scanned = scanned or _drops_what_is_bad(rule)


def _to(action: Block, template: Template, *, limited: str) -> Iterator[Edge]:
    for name, place in _ACTIONS.items():
        target = target_of(action.get(f"{name}.{place}"), template)
        if target is not None:
            yield Edge(
                source=node_of(action.resource),
                target=target,
                flow=Flow.HANDOVER,
                label=name,
                via=action.resource,
                place=action.at(f"{name}.{place}"),
                limited=limited,
                asynchronous=action.get(f"{name}.InvocationType") != "REQUEST_RESPONSE",
            )


def _drops_what_is_bad(rule: Block) -> bool:
    """
    Say whether nothing but what a scanner has passed gets by a rule that drops.
    """
    conditions = list(rule.blocks("Conditions"))
    return not rule.has("Unless") and len(conditions) == 1 and _is_bad(conditions[0])


def _is_clean(condition: Block) -> bool:
    return _verdict(condition, "EQUALS") == {"PASS"}


def _is_bad(condition: Block) -> bool:
    return _verdict(condition, "NOT_EQUALS") == {"PASS"} or "FAIL" in _verdict(condition, "EQUALS")


def _verdict(condition: Block, operator: str) -> set[str]:
    """
    Give the verdicts of a scanner that a condition compares with by an operator; none by another.

    https://docs.aws.amazon.com/ses/latest/dg/eb-rules.html
    """
    expression = condition.block("VerdictExpression")
    compared = expression and expression.get("Operator") == operator
    if not compared or not expression.has("Evaluate.Analysis"):
        return set()
    return set(expression.texts("Values"))
