"""Policies that let a principal read all data of a service."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.iam.powers import remains
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import data_read_anywhere, named
from secure_constructs.rules.aws_iam._anywhere import written_anywhere
from secure_constructs.template import Resource, Template


class PolicyReadsDataAnywhere(Rule):
    """
    The policy lets its principal read the data of every resource of a kind.

    Code that is taken over, or talked into reading another key, reads the data and secrets of
    every application in the account. Where the same statement lets things be changed too, it is
    said with that, by ``iam-policy-writes-anywhere``.
    """

    id = "iam-policy-reads-data-anywhere"
    control = "iam.data-exfiltration"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "name the resources in resources=[...], or use the grant methods of the construct"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "the same statement writes as well, which another rule reports",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["dynamodb:PutItem", "dynamodb:GetItem"],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "one secret",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "secretsmanager:GetSecretValue",
                            "Resource": "arn:aws:secretsmanager:*:111122223333:secret:pay-??????",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "what exists, not what is in it",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["s3:ListAllMyBuckets", "dynamodb:DescribeTable"],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "any secret",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "secretsmanager:GetSecretValue",
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any object, by pattern",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": ["*"]}
                            ]
                        },
                    }
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "objects of every bucket",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        for policy, statement in grants(resource):
            actions = data_read_anywhere(statement)
            if not actions or _said_with_writing(statement, resource, template):
                continue
            answer = remains(statement, actions, resource, template)
            if answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Resource"),
                    f"{named(actions)} is allowed on every resource",
                    certain=answer.certain and statement.allows,
                )


def _said_with_writing(statement: Statement, resource: Resource, template: Template) -> bool:
    """
    Say whether a statement lets things be changed as well, which another rule reports.
    """
    written = written_anywhere(statement, template)
    return bool(written) and remains(statement, written, resource, template).certain
