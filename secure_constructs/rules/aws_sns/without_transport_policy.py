"""Topics without a policy that could refuse plain HTTP."""

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
    No policy refuses requests to the topic that are not encrypted, and none lets callers in.

    A client of the account that uses plain HTTP, by mistake or because an attacker on the way
    makes it, is served: requests, and the signatures on them, can then be read and changed.
    The SDKs of AWS use HTTPS unless told otherwise, hence the strict pack.
    """

    id = "sns-without-transport-policy"
    control = "sns.ssl-only"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::SNS::Topic",)
    recommended = False
    fix = "set enforce_ssl=True, as SecureTopic does"
    references = ("https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",)

    passes = (
        Example(
            "a policy, which another rule judges",
            beside={
                "Policy": {
                    "Type": "AWS::SNS::TopicPolicy",
                    "Properties": {
                        "Topics": [{"Ref": "Subject"}],
                        "PolicyDocument": {"Statement": []},
                    },
                }
            },
        ),
    )
    fails = (
        Example("no policy", {"TopicName": "orders"}),
        Example(
            "a policy that lets in services alone",
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

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policies = policies_of(topic)
        if policies and not lets_in_services_only(policies):
            return  # it lets in others, which another rule judges
        refused = plain_http_refused(policies, action="sns:Publish", target=topic.arn)
        if not refused.certain:
            yield self.finding(topic, "", "plain HTTP is not refused", certain=not refused.possible)
