"""Identities that a policy of AWS lets make themselves administrators."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.escalation import escalations_of
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._escalations import described, rests_on_aws
from secure_constructs.template import Resource, Template


class ManagedPolicyEscalates(Rule):
    """
    A policy that AWS wrote lets a role, user or group give itself more permissions.

    Policies such as the full access to SageMaker or Lambda let their holder hand any role to the
    service, or take over what runs there with one. Few who attach them mean that; whoever takes
    over the holder becomes what those roles are.
    """

    id = "iam-managed-policy-escalates"
    control = "iam.privilege-escalation"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = "grant what the code needs instead, for example with bucket.grant_read(function)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://pathfinding.cloud",
    )

    passes = (
        Example(
            "a policy of AWS that leads nowhere",
            {
                "AssumeRolePolicyDocument": {},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"],
            },
        ),
        Example(
            "its own policies lead there too, which is a fault of its own",
            {
                "AssumeRolePolicyDocument": {},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSLambda_FullAccess"],
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
    fails = (
        Example(
            "full access to Lambda",
            {
                "AssumeRolePolicyDocument": {},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSLambda_FullAccess"],
            },
        ),
    )

    def check(self, identity: Resource, template: Template) -> Iterator[Finding]:
        ways = escalations_of(identity, template)
        resting = tuple(way for way in ways if rests_on_aws(way))
        if resting and not any(way.certain and way not in resting for way in ways):
            certain = tuple(way for way in resting if way.certain)
            yield described(self, identity, certain or resting)
