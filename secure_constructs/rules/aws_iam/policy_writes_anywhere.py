"""Policies that let a principal change any resource of a service."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.iam.powers import remains
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import data_read_anywhere, named
from secure_constructs.rules.aws_iam._anywhere import TOPIC, written_anywhere
from secure_constructs.template import Resource, Template


class PolicyWritesAnywhere(Rule):
    """
    The policy lets its principal change every resource of a kind.

    The actions can be bound to single resources, and are not: code that is taken over changes
    or deletes what other applications of the account keep. To publish where there is no topic to
    name is left alone: text messages go to numbers, which no ARN names. What a statement lets be
    read with it is said here too.
    """

    id = "iam-policy-writes-anywhere"
    control = "iam.wildcard-resource"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "name the resources in resources=[...], or use the grant methods of the construct"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "one table",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "dynamodb:PutItem",
                            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "an action that takes no resource",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["xray:PutTraceSegments", "cloudwatch:PutMetricData"],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "writing logs",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                            "Resource": "*",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "text messages, in a stack without a topic",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "any topic, where there is one to name",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "sns:Publish", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
            beside={"Orders": {"Type": TOPIC}},
        ),
        Example(
            "any table",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any database, though single ones are named and a condition binds it",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "rds:StartDBInstance",
                            "Resource": ["arn:aws:rds:eu-west-1:111122223333:db:test*", "*"],
                            "Condition": {"StringEquals": {"rds:DatabaseEngine": "mysql"}},
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "any table, to read as well",
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
            "any queue, by pattern",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Allow", "Action": ["sqs:Send*"], "Resource": ["*"]}
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
            actions = written_anywhere(statement, template)
            if not actions:
                continue
            answer = remains(statement, actions, resource, template)
            if answer.possible:
                every = tuple(dict.fromkeys((*actions, *data_read_anywhere(statement))))
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Resource"),
                    f"{named(every)} is allowed on every resource",
                    certain=answer.certain and statement.allows,
                )
