"""AWS's own policies that give out the data of a whole account."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.managed import managed_policy, managed_policy_name
from secure_constructs.iam.powers import remains
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import data_read_anywhere, named
from secure_constructs.rules.aws_iam._managed import (
    ADMINISTRATORS,
    FULL_ACCESS,
    NEAR_ADMINISTRATORS,
    NEEDED,
    managed_policies_at,
)
from secure_constructs.template import Resource, Template

_OF_A_SERVICE = ":policy/service-role/"


class ManagedPolicyReadsDataAnywhere(Rule):
    """
    A policy of AWS is attached that reads the data of every resource of a kind.

    It sounds harmless because it changes nothing. Code that is taken over reads what every
    application of the account keeps in its buckets, tables, queues or secrets.
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
        for arn in holder.texts(managed_policies_at(holder)):
            name = managed_policy_name(arn)
            if name is None or _OF_A_SERVICE in arn or _said_elsewhere(name):
                continue
            document = managed_policy(name)
            for statement in document.allowing if document else ():
                read = data_read_anywhere(statement, whole_services=True)
                answer = remains(statement, read, holder, template) if read else None
                if answer is not None and answer.possible:
                    yield self.finding(
                        holder,
                        managed_policies_at(holder),
                        f"{name} allows {named(read)} on every resource",
                        certain=answer.certain,
                    )
                    break


def _said_elsewhere(name: str) -> bool:
    return name in ADMINISTRATORS | NEAR_ADMINISTRATORS | NEEDED or name.endswith(FULL_ACCESS)
