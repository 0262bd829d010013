"""Web ACLs that let known exploits through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL, managed_group, only_counts
from secure_constructs.template import Block, Resource, Template

_GROUP: Final = "AWSManagedRulesKnownBadInputsRuleSet"
_LOG4J: Final = ("Log4JRCE", "Log4JRCE_HEADER", "Log4JRCE_BODY", "Log4JRCE_URIPATH")
_MANAGED: Final = {"VendorName": "AWS", "Name": _GROUP}


class WithoutKnownBadInputs(Rule):
    """
    Requests that are known to exploit something, Log4Shell above all, are let through.

    AWS keeps the list of them in a managed group at no charge; it is what a web ACL is for.
    A group that only counts, or that leaves the Log4j rule out, does not count here.
    """

    id = "wafv2-without-known-bad-inputs"
    control = "waf.log4j"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (WEB_ACL,)
    fix = f"use SecureWebAcl, or add the managed group {_GROUP}"
    references = (
        "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html",
    )

    passes = (
        Example(
            "the managed group",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {"ManagedRuleGroupStatement": _MANAGED},
                    }
                ]
            },
        ),
        Example("no rules, which another rule reports", {"DefaultAction": {"Allow": {}}}),
        Example("everything else is refused", {"DefaultAction": {"Block": {}}, "Rules": [{}]}),
    )
    fails = (
        Example(
            "a rate limit only",
            {
                "Rules": [
                    {
                        "Action": {"Block": {}},
                        "Statement": {"RateBasedStatement": {"Limit": 1000}},
                    }
                ]
            },
        ),
        Example(
            "the managed group, which only counts",
            {
                "Rules": [
                    {"Action": {"Block": {}}, "Statement": {"GeoMatchStatement": {}}},
                    {
                        "OverrideAction": {"Count": {}},
                        "Statement": {"ManagedRuleGroupStatement": _MANAGED},
                    },
                ]
            },
        ),
        Example(
            "the managed group without its rule for Log4j",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {
                            "ManagedRuleGroupStatement": {
                                **_MANAGED,
                                "ExcludedRules": [{"Name": "Log4JRCE"}],
                            }
                        },
                    }
                ]
            },
        ),
    )
    uncertain = (
        Example(
            "a group of rules defined elsewhere",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {"RuleGroupReferenceStatement": {"Arn": "arn:aws:wafv2:a"}},
                    }
                ]
            },
        ),
    )

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if acl.has("DefaultAction.Block") or not acl.items("Rules"):
            return
        elsewhere = False
        for rule in acl.blocks("Rules"):
            if managed_group(rule) == _GROUP and not only_counts(rule) and not _is_hollow(rule):
                return
            elsewhere = elsewhere or rule.has("Statement.RuleGroupReferenceStatement")
        message = "requests that exploit Log4j and the like are let through"
        yield self.finding(acl, "Rules", message, certain=not elsewhere)


def _is_hollow(rule: Block) -> bool:
    """
    Say whether the group is applied without what it has against Log4j.
    """
    group = rule.block("Statement.ManagedRuleGroupStatement")
    excluded = {item.text("Name") for item in group.blocks("ExcludedRules")}
    counted = {
        item.text("Name")
        for item in group.blocks("RuleActionOverrides")
        if item.has("ActionToUse.Count") or item.has("ActionToUse.Allow")
    }
    return any(name.startswith(_LOG4J) for name in excluded | counted if name)
