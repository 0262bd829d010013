"""The rules of a web ACL, and the statements inside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.template import Block

WEB_ACL: Final = "AWS::WAFv2::WebACL"

_NESTED: Final = (
    "AndStatement.Statements",
    "OrStatement.Statements",
    "NotStatement.Statement",
    "RateBasedStatement.ScopeDownStatement",
    "ManagedRuleGroupStatement.ScopeDownStatement",
)


def statements(rule: Block) -> Iterator[Block]:
    """
    Give the statement of a rule and every statement inside it.
    """
    pending = [rule.block("Statement")]
    while pending:
        statement = pending.pop()
        yield statement
        for path in _NESTED:
            if statement.has(path):
                pending.extend(statement.blocks(path))


def only_counts(rule: Block) -> bool:
    """
    Say whether a rule lets through whatever it finds.
    """
    return rule.has("Action.Count") or rule.has("OverrideAction.Count")


def managed_group(rule: Block) -> str:
    """
    Give the name of the group of managed rules that a rule applies; empty for a rule of one's own.
    """
    return rule.text("Statement.ManagedRuleGroupStatement.Name") or ""
