"""Roles that any repository of a code host may assume."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Kind
from secure_constructs.iam.policies import trust_policy
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_PROVIDER = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
_HOSTS = ("token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io")
_CLAIMS = (
    "sub",
    "repository",
    "repository_owner",
    "job_workflow_ref",
    "repository_owner_id",
    "repository_id",
)
_ANY = re.compile(r"\*|(?:repo|project_path|organization):\*[:/*]*")


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

    def check(self, role: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        policy = trust_policy(role)
        for statement in policy.document.allowing:
            for principal in statement.principals or ():
                host = next((host for host in _HOSTS if host in principal.value), None)
                if host is None or principal.kind is not Kind.FEDERATED:
                    continue
                claims = [
                    v for claim in _CLAIMS for v in statement.condition_values(f"{host}:{claim}")
                ]
                if not claims or any(_ANY.fullmatch(claim) for claim in claims):
                    yield self.finding(
                        policy.block,
                        policy.at(statement, "Condition"),
                        f"any repository of {host.partition('.')[2]} may assume the role",
                        certain=statement.allows and "Condition" not in statement.unreadable,
                    )
