"""AWS's own policies that give a whole service away."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._managed import full_access, managed_policies_at, reading
from secure_constructs.template import Resource, Template


class FullAccessManagedPolicy(Rule):
    """
    A policy of AWS that gives full access to a service is attached.

    It covers every resource of the service in the account, also those of other teams, and
    includes deleting them.
    """

    id = "iam-full-access-managed-policy"
    control = "iam.elevated-managed-policy"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = "grant what the code needs instead, for example with bucket.grant_read(function)"
    references = ("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",)

    passes = (
        Example(
            "a narrow policy",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
                ]
            },
            type="AWS::IAM::Role",
        ),
    )
    fails = (
        Example(
            "all of S3",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]},
            type="AWS::IAM::Role",
        ),
        Example(
            "all of two services, and all that is in S3 and DynamoDB to read",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess",
                    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
                    "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
                    "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess",
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "all of Lambda, by a single value",
            {"ManagedPolicyArns": "arn:aws:iam::aws:policy/AWSLambda_FullAccess"},
            type="AWS::IAM::Role",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:
        names = full_access(holder)
        if names:
            also = [name for name, _, answer in reading(holder, template) if answer.certain]
            beside = f", beside {', '.join(also)} to read everywhere" if also else ""
            message = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} attached{beside}"
            yield self.finding(holder, managed_policies_at(holder), message)
