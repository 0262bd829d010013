"""Roles, users and groups that can make themselves administrators."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.escalation import Escalation, escalations
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_NAMED = 6


class PrivilegeEscalation(Rule):
    """
    A role, user or group can give itself permissions that it was not given.

    Code injected into a function acts with the function's role. If that role can change its own
    policies, hand a stronger role to a service, or take over what runs with one, the attacker
    owns what that leads to: in most accounts, everything.
    """

    id = "iam-privilege-escalation"
    control = "iam.privilege-escalation"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.CRITICAL
    resource_types = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
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
        ways = [way for way in escalations(template) if way.identity.resource == identity]
        certain = [way for way in ways if way.certain]
        if certain or ways:
            yield self._finding(identity, certain or ways)

    def _finding(self, identity: Resource, ways: list[Escalation]) -> Finding:
        first = ways[0]
        certain = first.certain
        names = tuple(dict.fromkeys(way.path.id for way in ways))
        listed = ", ".join(names[:_NAMED])
        if len(names) > _NAMED:
            listed = f"{listed} and {len(names) - _NAMED} more"
        actions = ", ".join(first.path.actions)
        through = "".join(f" through {first.target.logical_id}" for _ in "1" if first.target)
        can = "can" if certain else "may be able to"
        return self.finding(
            identity,
            "",
            f"it {can} give itself more permissions{through} by {actions} ({listed})",
            certain=certain,
            trace=(
                identity.logical_id,
                *(reached.resource.logical_id for reached in first.reaches),
            ),
        )
