"""Policies that allow a whole service on everything."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.policies import IDENTITY_POLICIES, loose_grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import on_whole_services, whole_services
from secure_constructs.template import Resource, Template


class PolicyGrantsWholeService(Rule):
    """
    The policy allows every action of a service on every resource of the account.

    One injection into the code that runs with it reads, changes and deletes everything the
    service holds, also what other teams keep there. It is said once for all policies of a
    principal that stand in one resource.
    """

    id = "iam-policy-grants-whole-service"
    control = "iam.service-full-access"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = (
        "name the actions and resources that are needed, for example with "
        "table.grant_read_data(function)"
    )
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "every action on one table",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "dynamodb:*",
                            "Resource": "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
                        }
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "every action of one service on all that another one holds",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": "sqs:*", "Resource": "arn:aws:s3:::*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "some actions",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": ["xray:PutTraceSegments"], "Resource": "*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
    )
    fails = (
        Example(
            "a service",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "a service, by the ARN of all that it holds",
            {
                "PolicyName": "p",
                "PolicyDocument": {
                    "Statement": [
                        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"}
                    ]
                },
            },
            type="AWS::IAM::Policy",
        ),
        Example(
            "several services",
            {
                "Policies": [
                    {
                        "PolicyName": "p",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Allow", "Action": ["s3:*", "SQS:*"], "Resource": ["*"]}
                            ]
                        },
                    },
                    {
                        "PolicyName": "q",
                        "PolicyDocument": {
                            "Statement": [
                                {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"},
                                {"Effect": "Allow", "Action": "sns:*", "Resource": "*"},
                            ]
                        },
                    },
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        found = []
        for policy, statement in loose_grants(resource):
            services = whole_services(statement)
            everywhere = on_whole_services(statement, services) if services else Answer.NO
            if everywhere.possible:
                certain = statement.allows and everywhere.certain
                found.append((certain, services, policy, statement))
        told = [one for one in found if one[0]] or found
        if told:
            certain, _, policy, statement = told[0]
            names = dict.fromkeys(name for _, services, _, _ in told for name in services)
            yield self.finding(
                policy.block,
                policy.at(statement, "Action"),
                f"all of {', '.join(names)} is allowed on every resource",
                certain=certain,
            )
