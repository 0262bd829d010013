"""A limit counts wherever it stands in the rules of a web ACL."""

from __future__ import annotations

from typing import Any

from secure_constructs.assessment import check_template

RATE = {"RateBasedStatement": {"Limit": 1000, "AggregateKeyType": "IP"}}


def judged(rules: list[dict[str, Any]], **beside: Any) -> list[str]:
    acl = {
        "Type": "AWS::WAFv2::WebACL",
        "Properties": {"DefaultAction": {"Allow": {}}, "Rules": rules},
    }
    return [
        finding.property_path
        for finding in check_template({"Resources": {"Acl": acl, **beside}})
        if finding.rule_id == "wafv2-without-rate-limit" and finding.certain
    ]


def test_counts_a_limit_inside_another_statement() -> None:
    nested = {"AndStatement": {"Statements": [{"GeoMatchStatement": {}}, RATE]}}

    assert judged([{"Action": {"Block": {}}, "Statement": nested}]) == []


def test_counts_a_limit_in_a_group_of_rules_beside() -> None:
    group = {
        "Type": "AWS::WAFv2::RuleGroup",
        "Properties": {"Rules": [{"Action": {"Block": {}}, "Statement": RATE}]},
    }
    reference = {"RuleGroupReferenceStatement": {"Arn": {"Fn::GetAtt": ["Group", "Arn"]}}}
    rule = {"OverrideAction": {"None": {}}, "Statement": reference}

    assert judged([rule], Group=group) == []


def test_misses_a_limit_where_no_rule_has_one() -> None:
    rule = {"Action": {"Block": {}}, "Statement": {"GeoMatchStatement": {"CountryCodes": ["KP"]}}}

    assert judged([rule]) == ["Rules"]
