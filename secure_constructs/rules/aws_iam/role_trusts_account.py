"""Roles that all of another account may assume."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class RoleTrustsAccount(Rule):
    """
    Every principal of another account may assume the role.

    Naming an account leaves it to that account who takes the role, and a vendor that serves
    many customers can be talked into using it for another one (the confused deputy). An
    external id, or the name of one role, prevents both.
    """

    id = "iam-role-trusts-account"
    control = "iam.trust-cross-account"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::IAM::Role",)
    fix = "name one role, or set external_ids= on iam.AccountPrincipal(...).with_conditions(...)"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",)

    passes = (
        Example(
            "this account",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {
                                "AWS": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"}
                            },
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
        Example(
            "with an external id",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "111122223333"},
                            "Action": "sts:AssumeRole",
                            "Condition": {"StringEquals": {"sts:ExternalId": "a-long-agreed-word"}},
                        }
                    ]
                }
            },
        ),
        Example(
            "one role",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:role/audit"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "all of it",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                            "Action": "sts:AssumeRole",
                        }
                    ]
                }
            },
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:
        policy = trust_policy(role)
        own = template.environment.get("AWS::AccountId", "${AWS::AccountId}")
        for statement in beyond_services(policy):
            wide = [p for p in statement.principals or () if p.account_wide and p.account != own]
            if wide and not statement.restricted.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Principal"),
                    f"every principal of account {wide[0].account} may assume the role",
                    certain=statement.allows,
                )
