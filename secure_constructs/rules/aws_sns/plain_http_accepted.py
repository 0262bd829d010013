"""Topics that answer over plain HTTP."""

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
    The topic accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    A topic whose policy lets in callers other than services is judged, since nobody here chose
    their clients. Else only services and identities of the account get in, which use HTTPS unless
    told otherwise: that the refusal is missing there is said by the strict pack.
    """

    id = "sns-plain-http-accepted"
    control = "sns.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SNS::Topic",)
    fix = "set enforce_ssl=True, as SecureTopic does"
    references = ("https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",)

    passes = (
        Example(
            "plain HTTP is denied",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SNS::TopicPolicy",
                    "Properties": {
                        "Topics": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Deny",
                                    "Principal": "*",
                                    "Action": "sns:*",
                                    "Resource": {"Ref": "Subject"},
                                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                                }
                            ]
                        },
                    },
                }
            },
        ),
        Example("no policy", {"TopicName": "orders"}),
        Example(
            "services alone are let in, which come over TLS",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SNS::TopicPolicy",
                    "Properties": {
                        "Topics": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"Service": "events.amazonaws.com"},
                                "Action": "sns:Publish",
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
                    "Type": "AWS::SNS::TopicInlinePolicy",
                    "Properties": {
                        "TopicArn": {"Ref": "Subject"},
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
                                "Action": "sns:Publish",
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
                    "Type": "AWS::SNS::TopicPolicy",
                    "Properties": {
                        "Topics": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
                                    "Action": "sns:Publish",
                                    "Resource": "*",
                                }
                            ]
                        },
                    },
                }
            },
        ),
    )

    uncertain = (
        Example(
            "a parameter says for which topic",
            {},
            beside={
                "Policy": {
                    "Type": "AWS::SNS::TopicPolicy",
                    "Properties": {
                        "Topics": [{"Ref": "Subject"}],
                        "PolicyDocument": {
                            "Statement": [
                                {
                                    "Effect": "Deny",
                                    "Principal": "*",
                                    "Action": "sns:Publish",
                                    "Resource": {"Ref": "Which"},
                                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                                }
                            ]
                        },
                    },
                }
            },
            sections={"Parameters": {"Which": {"Type": "String"}}},
        ),
    )

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policies = policies_of(topic)
        if not policies:
            return
        refused = plain_http_refused(policies, action="sns:Publish", target=topic.arn)
        if not refused.certain and not lets_in_services_only(policies):
            yield self.finding(topic, "", "plain HTTP is not refused", certain=not refused.possible)
