"""Roles that any repository of a code host may assume."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.federation import CODE_HOSTS, admitted
from secure_constructs.iam.policies import beyond_services, trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_PROVIDER = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"


class RoleTrustsAnyRepository(Rule):
    """
    Any repository of the code host may assume the role.

    The trust policy checks that a token comes from the code host, not whose workflow asked for
    it. Anyone opens a repository there, asks for a token, and deploys into your account.
    """

    id = "iam-role-trusts-any-repository"
    control = "iam.trust-github-any-repository"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.CRITICAL
    resource_types = ("AWS::IAM::Role",)
    fix = (
        "compare the :sub claim of the token with your repository and branch: "
        "'repo:you/shop:ref:refs/heads/main'"
    )
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    )

    passes = (
        Example(
            "one repository",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Federated": _PROVIDER},
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringLike": {
                                    "token.actions.githubusercontent.com:sub": "repo:you/shop:*"
                                }
                            },
                        }
                    ]
                }
            },
        ),
        Example(
            "some other provider",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                            "Action": "sts:AssumeRoleWithWebIdentity",
                        }
                    ]
                }
            },
        ),
    )
    fails = (
        Example(
            "the audience only",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Federated": _PROVIDER},
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringEquals": {
                                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com"
                                }
                            },
                        }
                    ]
                }
            },
        ),
        Example(
            "any repository, by pattern",
            {
                "AssumeRolePolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Federated": _PROVIDER},
                            "Action": "sts:AssumeRoleWithWebIdentity",
                            "Condition": {
                                "StringLike": {"token.actions.githubusercontent.com:sub": "repo:*"}
                            },
                        }
                    ]
                }
            },
        ),
    )

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:
        policy = trust_policy(role)
        for statement in beyond_services(policy):
            for found in admitted(statement, template):
                if found.issuer in CODE_HOSTS and found.anyone.possible:
                    host = found.issuer.removeprefix("token.").removeprefix("app.")
                    yield self.finding(
                        policy.block,
                        policy.at(statement, "Condition"),
                        f"any repository of {host} may assume the role",
                        certain=statement.allows and found.anyone.certain,
                    )
