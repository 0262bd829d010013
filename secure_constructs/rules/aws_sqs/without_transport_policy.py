"""Queues without a policy that could refuse plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._transport import (
    lets_in_services_only,
    plain_http_refused,
    policies_of,
)
from secure_constructs.template import Resource, Template


class WithoutTransportPolicy(Rule):
    """
    No policy refuses requests to the queue that are not encrypted, and none lets callers in.

    A client of the account that uses plain HTTP, by mistake or because an attacker on the way
    makes it, is served: requests, and the signatures on them, can then be read and changed.
    The SDKs of AWS use HTTPS unless told otherwise, hence the strict pack.
    """

    id = "sqs-without-transport-policy"
    control = "sqs.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SQS::Queue",)
    recommended = False
    fix = "set enforce_ssl=True, as SecureQueue does"
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    )

    passes = (
        Example(
            "a policy, which another rule judges",
            beside={
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": [{"Ref": "Subject"}],
                        "PolicyDocument": {"Statement": []},
                    },
                }
            },
        ),
    )
    fails = (
        Example("no policy", {"QueueName": "orders"}),
        Example(
            "a policy that lets in services alone",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"Service": "events.amazonaws.com"},
                                "Action": "sqs:SendMessage",
                                "Resource": "*",
                            }
                        },
                    },
                }
            },
        ),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policies = policies_of(queue)
        if policies and not lets_in_services_only(policies):
            return  # it lets in others, which another rule judges
        refused = plain_http_refused(policies, action="sqs:SendMessage", target=queue.arn)
        if not refused.certain:
            yield self.finding(queue, "", "plain HTTP is not refused", certain=not refused.possible)
