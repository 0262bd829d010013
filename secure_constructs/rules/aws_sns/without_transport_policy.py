"""Topics without a policy that could refuse plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutTransportPolicy(Rule):
    """
    The topic has no policy, so nothing refuses requests that are not encrypted.

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
    fails = (Example("no policy", {"TopicName": "orders"}),)

    def check(self, topic: Resource, template: Template) -> Iterator[Finding]:
        if not template.referrers(topic, "AWS::SNS::TopicPolicy", at="Topics"):
            yield self.finding(topic, "", "there is no policy that refuses plain HTTP")
