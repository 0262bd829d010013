"""Identities that can make themselves administrators."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.escalation import Escalation, escalations_of
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_NAMED = 8


class PrivilegeEscalation(Rule):
    """
    A role, user, group or permission set can give itself permissions that it was not given.

    Code injected into a function acts with the function's role. If that role can change its own
    policies, hand a stronger role to a service, or take over what runs with one, the attacker
    owns what that leads to: in most accounts, everything.
    """

    id = "iam-privilege-escalation"
    control = "iam.privilege-escalation"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.CRITICAL
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = (
        "name the roles, functions or policies that it needs instead of '*', "
        "or set a permissions_boundary that leaves these actions out"
    )
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://pathfinding.cloud",
    )

    passes = (
        Example(
            "it may hand on one role, which can do little",
            {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    {
                        "PolicyName": "deploy",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": [
                                {
                                    "Effect": "Allow",
                                    "Action": "iam:PassRole",
                                    "Resource": {"Fn::GetAtt": ["Reader", "Arn"]},
                                },
                                {
                                    "Effect": "Allow",
                                    "Action": ["lambda:CreateFunction", "lambda:InvokeFunction"],
                                    "Resource": "*",
                                },
                            ],
                        },
                    }
                ],
            },
            beside={
                "Reader": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "sts:AssumeRole",
                                "Principal": {"Service": "lambda.amazonaws.com"},
                            }
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example(
            "it may write new versions of any policy, its own included",
            {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    {
                        "PolicyName": "policies",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "iam:CreatePolicyVersion",
                                "Resource": "*",
                            },
                        },
                    }
                ],
            },
        ),
    )
    uncertain = (
        Example(
            "it may assume a role that another template defines",
            {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    {
                        "PolicyName": "publish",
                        "PolicyDocument": {
                            "Version": "2012-10-17",
                            "Statement": {
                                "Effect": "Allow",
                                "Action": "sts:AssumeRole",
                                "Resource": {"Ref": "Publisher"},
                            },
                        },
                    }
                ],
            },
            sections={"Parameters": {"Publisher": {"Type": "String"}}},
        ),
    )

    def check(self, identity: Resource, template: Template) -> Iterator[Finding]:
        ways = escalations_of(identity, template)
        certain = tuple(way for way in ways if way.certain)
        if ways:
            yield self._found(identity, certain or ways)

    def _found(self, identity: Resource, ways: tuple[Escalation, ...]) -> Finding:
        first = ways[0]
        names = tuple(dict.fromkeys(way.path.id for way in ways))
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        through = f" through {first.target.logical_id}" if first.target else ""
        return self.finding(
            identity,
            next((place for holder, place in first.places if holder == identity), ""),
            f"it {'can' if first.certain else 'may be able to'} give itself more permissions"
            f"{through} by {', '.join(first.path.actions)}{_allowed_by(first)}"
            f" ({', '.join(names[:_NAMED])}{more})",
            certain=first.certain,
            trace=(
                identity.logical_id,
                *(reached.resource.logical_id for reached in first.reaches),
            ),
        )


def _allowed_by(way: Escalation) -> str:
    """
    Name the policies that allow it and stand somewhere else.
    """
    own = way.identity.resource
    holders = dict.fromkeys(h.logical_id for h, _ in way.places if h != own)
    return f", allowed by {' and '.join(holders)}" if holders else ""
