"""Policies that let a principal choose the rights of another."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import entries_of, named, on_everything
from secure_constructs.template import Resource, Template

_GIVES_RIGHTS = frozenset(
    {
        "iam:AttachGroupPolicy",
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:PutGroupPolicy",
        "iam:PutRolePolicy",
        "iam:PutUserPolicy",
    }
)


def _policy(statement: dict[str, object]) -> dict[str, object]:
    return {
        "PolicyName": "p",
        "PolicyDocument": {"Statement": [{"Effect": "Allow", **statement}]},
    }


class AnyPolicyMayBeAttached(Rule):
    """
    The policy lets its principal give a user, role or group whatever rights it likes.

    One identity is named, but not which policies it may be given: whoever takes over the principal,
    or only makes it call with a name of their choice, makes that identity an administrator.
    """

    id = "iam-any-policy-may-be-attached"
    control = "iam.permissions-management"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.HIGH
    resource_types = IDENTITY_POLICIES
    fix = 'add conditions={"ArnEquals": {"iam:PolicyARN": [...]}}, or leave this to the deployment'
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    )

    passes = (
        Example(
            "named policies only",
            _policy(
                {
                    "Action": "iam:AttachUserPolicy",
                    "Resource": "arn:aws:iam::111122223333:user/partner",
                    "Condition": {
                        "ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}
                    },
                }
            ),
            type="AWS::IAM::Policy",
        ),
        Example(
            "within a boundary",
            _policy(
                {
                    "Action": "iam:PutRolePolicy",
                    "Resource": "arn:aws:iam::111122223333:role/app-*",
                    "Condition": {
                        "StringEquals": {
                            "iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/edge"
                        }
                    },
                }
            ),
            type="AWS::IAM::Policy",
        ),
        Example(
            "any identity, which other rules report",
            _policy({"Action": "iam:AttachUserPolicy", "Resource": "*"}),
            type="AWS::IAM::Policy",
        ),
        Example(
            "reading what is attached",
            _policy({"Action": "iam:ListAttachedUserPolicies", "Resource": "*"}),
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "any policy for one user",
            _policy({"Action": "iam:AttachUserPolicy", "Resource": {"Fn::GetAtt": ["U", "Arn"]}}),
            type="AWS::IAM::Policy",
            beside={"U": {"Type": "AWS::IAM::User"}},
        ),
        Example(
            "any text as a policy of some roles, by pattern",
            {
                "Policies": [
                    _policy(
                        {
                            "Action": ["iam:Put*Policy"],
                            "Resource": ["arn:aws:iam::111122223333:role/app-*"],
                        }
                    )
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in grants(resource):
            given = entries_of(statement, _GIVES_RIGHTS, whole_services=True)
            if given and not statement.conditions and not on_everything(statement).possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement),
                    f"{named(given)} is allowed with any policy",
                    certain=statement.allows,
                )
