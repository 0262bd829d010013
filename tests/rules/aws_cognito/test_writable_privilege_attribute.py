"""Attributes are taken for privileges by whole words of their names."""

from __future__ import annotations

import pytest

from secure_constructs.assessment import check_template


def judged(name: str) -> list[str]:
    template = {
        "Resources": {
            "Pool": {"Type": "AWS::Cognito::UserPool", "Properties": {"Schema": [{"Name": name}]}},
            "Client": {
                "Type": "AWS::Cognito::UserPoolClient",
                "Properties": {"UserPoolId": {"Ref": "Pool"}},
            },
        }
    }
    return [
        finding.message
        for finding in check_template(template)
        if finding.rule_id == "cognito-writable-privilege-attribute"
    ]


@pytest.mark.parametrize("name", ["role", "userRole", "is_admin", "tenantId", "ORG_PERMISSIONS"])
def test_takes_a_word_that_grants_for_a_privilege(name: str) -> None:
    assert judged(name) == [f"users may set custom:{name} themselves"]


@pytest.mark.parametrize("name", ["language", "scroller", "planet", "email", "administrative"])
def test_leaves_other_words_alone(name: str) -> None:
    assert judged(name) == []
