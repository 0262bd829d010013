"""Policies that let a principal change who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.actions import Level
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.iam.powers import remains
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import anywhere, named
from secure_constructs.template import Resource, Template

_LEVELS: Final = frozenset({Level.PERMISSIONS_MANAGEMENT})


class PolicyManagesPermissionsAnywhere(Rule):
    """
    The policy lets its principal change the permissions of any resource.

    Whoever takes over the principal opens buckets, keys and functions to accounts of their own,
    or gives more rights to a role they can use.
    """

    id = "iam-policy-manages-permissions-anywhere"
    control = "iam.permissions-management"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "name the resources in resources=[...], or leave changes of permissions to the deployment"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
    )

    passes = (
        Example(
            "one bucket",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "s3:PutBucketPolicy",
                            "Resource": "arn:aws:s3:::receipts",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "under a condition",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "kms:CreateGrant",
                            "Resource": "*",
                            "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}},
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "any bucket",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": ["s3:PutBucketPolicy"], "Resource": "*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any function, by pattern",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Allow", "Action": "lambda:AddPerm*", "Resource": ["*"]}
                            ]
                        },
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        for policy, statement in grants(resource):
            actions = anywhere(statement, _LEVELS)
            if not actions:
                continue
            answer = remains(statement, actions, resource, template)
            if answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Resource"),
                    f"{named(actions)} is allowed on every resource",
                    certain=answer.certain and statement.allows,
                )
