"""Topics that answer over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._transport import plain_http_refused
from secure_constructs.template import Resource, Template


class PlainHttpAccepted(Rule):
    """
    The topic accepts requests that are not encrypted.

    Nothing refuses a client that uses plain HTTP, by mistake or because an attacker on the way
    makes it: requests, and the signatures on them, can then be read and changed in transit.
    A topic with a policy of its own is judged, since that lets in others, whose clients nobody
    here chose. Without one only identities of the account get in, whose SDKs use HTTPS: that the
    refusal is missing there is said by the strict pack.
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
    )
    fails = (
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
                                    "Principal": {"Service": "events.amazonaws.com"},
                                    "Action": "sns:Publish",
                                    "Resource": "*",
                                    "Condition": {
                                        "StringEquals": {"aws:SourceAccount": "111122223333"}
                                    },
                                }
                            ]
                        },
                    },
                }
            },
        ),
    )

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:
        policies = template.referrers(topic, "AWS::SNS::TopicPolicy", at="Topics")
        refused = plain_http_refused(policies, action="sns:Publish", target=topic.arn)
        if policies and not refused.certain:
            yield self.finding(topic, "", "plain HTTP is not refused", certain=not refused.possible)
