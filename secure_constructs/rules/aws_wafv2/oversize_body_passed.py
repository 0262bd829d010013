"""Rules of web ACLs that an attacker gets past with a long body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL, statements
from secure_constructs.template import Block, Resource, Template

_QUERY: Final = {"SqliMatchStatement": {"FieldToMatch": {"Body": {"OversizeHandling": "CONTINUE"}}}}


class OversizeBodyPassed(Rule):
    """
    A rule that looks for attacks in bodies lets bodies through that are too long to look at.

    AWS WAF sees the first 8 to 64 KB. With ``CONTINUE``, an attacker puts that much padding first
    and the attack after it. A body within the limit is not affected.
    """

    id = "wafv2-oversize-body-passed"
    control = "waf.oversize-body"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.LOW
    resource_types = (WEB_ACL, "AWS::WAFv2::RuleGroup")
    fix = "set oversize_handling to MATCH in rules that refuse, or refuse long bodies first"
    references = (
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html",
    )

    passes = (
        Example(
            "long bodies are refused",
            {
                "Rules": [
                    {
                        "Action": {"Block": {}},
                        "Statement": {
                            "SqliMatchStatement": {
                                "FieldToMatch": {"Body": {"OversizeHandling": "MATCH"}}
                            }
                        },
                    }
                ]
            },
        ),
        Example(
            "another rule refuses long bodies",
            {
                "Rules": [
                    {
                        "Action": {"Block": {}},
                        "Statement": {"SizeConstraintStatement": {"FieldToMatch": {"Body": {}}}},
                    },
                    {"Action": {"Block": {}}, "Statement": _QUERY},
                ]
            },
        ),
        Example(
            "a rule that only counts", {"Rules": {"Action": {"Count": {}}, "Statement": _QUERY}}
        ),
    )
    fails = (
        Example("padding passes", {"Rules": [{"Action": {"Block": {}}, "Statement": _QUERY}]}),
        Example(
            "padding of JSON passes",
            {
                "Rules": [
                    {
                        "Action": {"Block": {}},
                        "Statement": {
                            "SqliMatchStatement": {
                                "FieldToMatch": {"JsonBody": {"OversizeHandling": "CONTINUE"}}
                            }
                        },
                    }
                ]
            },
        ),
    )

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        passing: Block | None = None
        for rule in acl.blocks("Rules"):
            if not rule.has("Action.Block"):
                continue
            for statement in statements(rule):
                if statement.has("SizeConstraintStatement.FieldToMatch.Body"):
                    return
                passing = passing or _passing(statement)
        if passing is not None:
            message = "bodies too long to look at are let through"
            yield self.finding(passing, "OversizeHandling", message)


def _passing(statement: Block) -> Block | None:
    for kind in statement:
        for field in ("Body", "JsonBody"):
            body = statement.get((kind, "FieldToMatch", field))
            if isinstance(body, dict) and body.get("OversizeHandling") == "CONTINUE":
                return statement.block((kind, "FieldToMatch", field))
    return None
