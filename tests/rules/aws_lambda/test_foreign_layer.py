"""A layer of the account that the stack is deployed to is one's own."""

from __future__ import annotations

import pytest

from secure_constructs.assessment import assess
from secure_constructs.template import Origin, Template

TEMPLATE = {
    "Resources": {
        "Orders": {
            "Type": "AWS::Lambda::Function",
            "Properties": {"Layers": ["arn:aws:lambda:eu-west-1:111122223333:layer:ours:4"]},
        }
    }
}


@pytest.mark.parametrize(("account", "foreign"), [("111122223333", False), ("444455556666", True)])
def test_asks_whose_account_it_is(account: str, foreign: bool) -> None:  # noqa: FBT001
    template = Template(TEMPLATE, origin=Origin(environment={"AWS::AccountId": account}))

    found = {finding.rule_id for finding in assess([template]).findings}

    assert ("lambda-foreign-layer" in found) is foreign
