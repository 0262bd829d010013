"""Web ACLs that do not bound the rate of one caller."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL, only_counts, statements
from secure_constructs.template import Block, Resource, Template


class WithoutRateLimit(Rule):
    """
    No rule bounds how many requests one address may send.

    Guessing passwords, scraping and floods from one source go through as long as each single
    request looks harmless.
    """

    id = "wafv2-without-rate-limit"
    control = "waf.rate-limit"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.MEDIUM
    resource_types = (WEB_ACL,)
    fix = "use SecureWebAcl(rate_limit=...), or add a rate-based rule"
    references = (
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html",
    )

    passes = (
        Example(
            "a rate-based rule",
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
            "the managed group against floods",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {
                            "ManagedRuleGroupStatement": {"Name": "AWSManagedRulesAntiDDoSRuleSet"}
                        },
                    }
                ]
            },
        ),
        Example(
            "a group of rules with a rate-based one",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {
                            "RuleGroupReferenceStatement": {"Arn": {"Fn::GetAtt": ["Group", "Arn"]}}
                        },
                    }
                ]
            },
            beside={
                "Group": {
                    "Type": "AWS::WAFv2::RuleGroup",
                    "Properties": {
                        "Rules": [
                            {
                                "Action": {"Block": {}},
                                "Statement": {"RateBasedStatement": {"Limit": 1000}},
                            }
                        ]
                    },
                }
            },
        ),
        Example("no rules, which another rule reports", {"DefaultAction": {"Allow": {}}}),
    )
    fails = (
        Example(
            "payloads only",
            {
                "Rules": [
                    {
                        "OverrideAction": {"None": {}},
                        "Statement": {
                            "ManagedRuleGroupStatement": {"Name": "AWSManagedRulesCommonRuleSet"}
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

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:
        if acl.has("DefaultAction.Block") or not acl.items("Rules"):
            return
        if all(only_counts(rule) for rule in acl.blocks("Rules")):
            return
        elsewhere = False
        for rule in acl.blocks("Rules"):
            for statement in statements(rule):
                if _bounds(statement):
                    return
                if statement.has("RuleGroupReferenceStatement"):
                    group = template.find(
                        statement.get("RuleGroupReferenceStatement.Arn"), "AWS::WAFv2::RuleGroup"
                    )
                    if group is not None and any(
                        _bounds(inner) for own in group.blocks("Rules") for inner in statements(own)
                    ):
                        return
                    elsewhere = elsewhere or group is None
        message = "no rule bounds the rate of one address"
        yield self.finding(acl, "Rules", message, certain=not elsewhere)


def _bounds(statement: Block) -> bool:
    if statement.has("RateBasedStatement"):
        return True
    return statement.text("ManagedRuleGroupStatement.Name") == "AWSManagedRulesAntiDDoSRuleSet"
