"""Web ACLs that count attacks and let them through."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL, only_counts
from secure_constructs.template import Resource, Template


class CountOnly(Rule):
    """
    Every rule of the web ACL counts and none refuses.

    Counting is how rules are tried out; left so, attacks show up in a metric and in your database.
    """

    id = "wafv2-count-only"
    control = "waf.count-only"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (WEB_ACL,)
    fix = "set count_first=False in SecureWebAcl, or override_action none in each rule"
    references = ("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-testing.html",)

    passes = (
        Example(
            "one counts, one refuses",
            {
                "Rules": [
                    {"Name": "new", "OverrideAction": {"Count": {}}},
                    {"Name": "old", "OverrideAction": {"None": {}}},
                ]
            },
        ),
        Example("no rules, which another rule reports", {"DefaultAction": {"Allow": {}}}),
        Example(
            "everything else is refused",
            {
                "DefaultAction": {"Block": {}},
                "Rules": [{"Name": "new", "Action": {"Count": {}}}],
            },
        ),
    )
    fails = (
        Example(
            "all count",
            {
                "DefaultAction": {"Allow": {}},
                "Rules": [
                    {"Name": "managed", "OverrideAction": {"Count": {}}},
                    {"Name": "rate", "Action": {"Count": {}}},
                ],
            },
        ),
    )

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if acl.has("DefaultAction.Block"):
            return
        if acl.items("Rules") and all(only_counts(rule) for rule in acl.blocks("Rules")):
            yield self.finding(acl, "Rules", "every rule counts and none refuses")
