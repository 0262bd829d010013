"""AWS's own policies that give a whole service away."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import alike, others
from secure_constructs.rules.aws_iam._managed import full_access, managed_policies_at, reading
from secure_constructs.template import Resource, Template


class FullAccessManagedPolicy(Rule):
    """
    A policy of AWS that gives full access to a service is attached.

    It covers every resource of the service in the account, also those of other teams, and
    includes deleting them. Where a stack gives the same to several, it is said once.
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
            "all of SQS, as to another role",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]},
            beside={
                "Ship": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "ManagedPolicyArns": "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
                    },
                }
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "all of Lambda, by a single value",
            {"ManagedPolicyArns": "arn:aws:iam::aws:policy/AWSLambda_FullAccess"},
            type="AWS::IAM::Role",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        names, also = _given(holder)
        if names and (sharing := alike(holder, holder.type, _given)):
            beside = f", beside {', '.join(also)} to read everywhere" if also else ""
            attached = f"{', '.join(names)} {'is' if len(names) == 1 else 'are'} attached{beside}"
            message = f"{attached}{others(sharing, 'as to')}"
            yield self.finding(holder, managed_policies_at(holder), message)


def _given(holder: Resource) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """
    Name what gives full access to a service, and what gives all data of one to read beside it.
    """
    names = full_access(holder)
    if not names:
        return (), ()
    read = reading(holder, holder.template)
    return names, tuple(name for name, _, answer in read if answer.certain)
