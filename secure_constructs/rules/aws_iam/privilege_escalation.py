"""Identities that can make themselves administrators."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam._caller import is_administrator
from secure_constructs.iam.escalation import escalations_of
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._escalations import described, rests_on_aws
from secure_constructs.template import Resource, Template


class PrivilegeEscalation(Rule):
    """
    A role, user, group or permission set can give itself permissions that it was not given.

    Code injected into a function acts with the function's role. If that role can change its own
    policies, hand a stronger role to a service, or take over what runs with one, the attacker
    owns what that leads to: in most accounts, everything. To be an administrator outright is
    a fault of its own, and so is what a policy of AWS alone allows.
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
            "an administrator outright",
            {
                "AssumeRolePolicyDocument": {},
                "Policies": [
                    {
                        "PolicyName": "all",
                        "PolicyDocument": {
                            "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}
                        },
                    }
                ],
            },
        ),
        Example(
            "by a policy of AWS alone",
            {
                "AssumeRolePolicyDocument": {},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSLambda_FullAccess"],
            },
        ),
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
        own = tuple(way for way in ways if not rests_on_aws(way))
        certain = tuple(way for way in own if way.certain)
        if own and not is_administrator(own[0].identity):
            yield described(self, identity, certain or own)
