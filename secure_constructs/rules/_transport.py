"""Whether a policy refuses requests that are not encrypted in transit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Kind
from secure_constructs.iam.policies import resource_policy
from secure_constructs.template import Resource

# The resources that hold the policy of a queue or topic, and the property that names it.
_POLICIES: Final = {
    "AWS::SNS::Topic": (
        ("AWS::SNS::TopicPolicy", "Topics"),
        ("AWS::SNS::TopicInlinePolicy", "TopicArn"),
    ),
    "AWS::SQS::Queue": (
        ("AWS::SQS::QueuePolicy", "Queues"),
        ("AWS::SQS::QueueInlinePolicy", "Queue"),
    ),
}


def policies_of(target: Resource) -> tuple[Resource, ...]:
    """
    Give the resources that hold the policies of a queue or topic.
    """
    return tuple(
        policy
        for kind, place in _POLICIES[target.type]
        for policy in target.template.referrers(target, kind, at=place)
    )


def plain_http_refused(policies: Iterable[Resource], *, action: str, target: Any) -> Answer:
    """
    Say whether any of *policies* refuses plain HTTP, whoever asks.

    Args:
        policies: The resources that hold the policies of the target.
        action: A usual action on it.
        target: The ARN of it, or of some object in it.
    """
    return Answer.any(
        resource_policy(policy).document.refuses_plain_http(action=action, resource=target)
        for policy in policies
    )


def lets_in_services_only(policies: Iterable[Resource]) -> bool:
    """
    Say whether all that *policies* let in are services of AWS, which come over TLS.
    """
    let_in = [
        principal.kind
        for policy in policies
        for statement in resource_policy(policy).document.allowing
        for principal in statement.principals or ()
    ]
    return bool(let_in) and set(let_in) == {Kind.SERVICE}
