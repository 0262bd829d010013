"""Queues that answer over plain HTTP."""

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


class PlainHttpAccepted(Rule):
    """
    The queue accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    A queue whose policy lets in callers other than services is judged, since nobody here chose
    their clients. Else only services and identities of the account get in, which use HTTPS unless
    told otherwise: that the refusal is missing there is said by the strict pack.
    """

    id = "sqs-plain-http-accepted"
    control = "sqs.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SQS::Queue",)
    fix = "set enforce_ssl=True, as SecureQueue does"
    references = (
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
    )

    passes = (
        Example(
            "plain HTTP is denied",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Deny",
                                    "Principal": "*",
                                    "Action": "sqs:*",
                                    "Resource": {"Fn::GetAtt": ["Subject", "Arn"]},
                                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                                }
                            ]
                        },
                    },
                }
            },
        ),
        Example("no policy", {"QueueName": "orders"}),
        Example(
            "services alone are let in, which come over TLS",
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
    fails = (
        Example(
            "an inline policy about something else",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SQS::QueueInlinePolicy",
                    "Properties": {
                        "Queue": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
                                "Action": "sqs:SendMessage",
                                "Resource": "*",
                            }
                        },
                    },
                }
            },
        ),
        Example(
            "a policy about something else",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SQS::QueuePolicy",
                    "Properties": {
                        "Queues": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
                                    "Action": "sqs:SendMessage",
                                    "Resource": "*",
                                }
                            ]
                        },
                    },
                }
            },
        ),
    )

    def check(self, queue: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policies = policies_of(queue)
        if not policies:
            return
        refused = plain_http_refused(policies, action="sqs:SendMessage", target=queue.arn)
        if not refused.certain and not lets_in_services_only(policies):
            yield self.finding(queue, "", "plain HTTP is not refused", certain=not refused.possible)
