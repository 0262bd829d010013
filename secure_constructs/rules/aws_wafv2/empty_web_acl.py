"""Web ACLs that let everything through."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL
from secure_constructs.template import Resource, Template


class EmptyWebAcl(Rule):
    """
    The web ACL has no rules and allows what no rule refuses: it is there and does nothing.

    Whoever sees an association takes the API for protected.
    """

    id = "wafv2-empty-web-acl"
    control = "waf.rules"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (WEB_ACL,)
    fix = "use SecureWebAcl, or pass rules with managed groups and a rate limit"
    references = ("https://docs.aws.amazon.com/waf/latest/developerguide/web-acl.html",)

    passes = (
        Example(
            "a rule",
            {"DefaultAction": {"Allow": {}}, "Rules": [{"Name": "a", "Action": {"Block": {}}}]},
        ),
        Example("everything is refused", {"DefaultAction": {"Block": {}}}),
        Example(
            "rules of Firewall Manager",
            {"DefaultAction": {"Allow": {}}, "PreProcessFirewallManagerRuleGroups": [{}]},
        ),
    )
    fails = (
        Example("no rules", {"DefaultAction": {"Allow": {}}}),
        Example("an empty list", {"DefaultAction": {"Allow": {}}, "Rules": []}),
    )

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if acl.has("DefaultAction.Block") or acl.has("PreProcessFirewallManagerRuleGroups"):
            return
        if not acl.items("Rules"):
            yield self.finding(acl, "Rules", "there are no rules, so everything is let through")
