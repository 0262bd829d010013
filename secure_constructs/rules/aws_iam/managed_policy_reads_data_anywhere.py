"""AWS's own policies that give out the data of a whole account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import named
from secure_constructs.rules.aws_iam._managed import full_access, managed_policies_at, reading
from secure_constructs.template import Resource, Template


class ManagedPolicyReadsDataAnywhere(Rule):
    """
    A policy of AWS is attached that reads the data of every resource of a kind.

    It sounds harmless because it changes nothing. Code that is taken over reads what every
    application of the account keeps in its buckets, tables, queues or secrets. Where full access to
    a service is attached beside it, it is said with that, by ``iam-full-access-managed-policy``.
    """

    id = "iam-managed-policy-reads-data-anywhere"
    control = "iam.data-exfiltration"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = "grant reading of one resource instead: bucket.grant_read(function)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonS3ReadOnlyAccess.html",
    )

    passes = (
        Example(
            "it reads what there is, not what is in it",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"]},
            type="AWS::IAM::Role",
        ),
        Example(
            "full access beside it, which another rule reports",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
                    "arn:aws:iam::aws:policy/AmazonSQSFullAccess",
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "full access, which is a fault of its own",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]},
            type="AWS::IAM::Role",
        ),
        Example(
            "what Lambda takes to read a stream",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaDynamoDBExecutionRole"
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "its boundary takes it away",
            {
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
                "PermissionsBoundary": (
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
                ),
            },
            type="AWS::IAM::Role",
        ),
    )
    fails = (
        Example(
            "every object of every bucket",
            {
                "ManagedPolicyArns": [
                    {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess"}
                ]
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "every secret",
            {"ManagedPolicies": ["arn:aws:iam::aws:policy/SecretsManagerReadWrite"]},
            type="AWS::SSO::PermissionSet",
        ),
    )
    uncertain = (
        Example(
            "inside a boundary that is not in sight",
            {
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"],
                "PermissionsBoundary": {"Ref": "Boundary"},
            },
            type="AWS::IAM::Role",
            sections={"Parameters": {"Boundary": {"Type": "String"}}},
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:
        if full_access(holder):
            return
        for name, read, answer in reading(holder, template):
            yield self.finding(
                holder,
                managed_policies_at(holder),
                f"{name} allows {named(read)} on every resource",
                certain=answer.certain,
            )
