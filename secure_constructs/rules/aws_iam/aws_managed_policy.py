"""AWS's own policies in place of one's own."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_iam._managed import attached, general, managed_policies_at
from secure_constructs.template import Resource, Template


class AwsManagedPolicy(Rule):
    """
    A policy that AWS writes and changes is attached.

    Such policies are wider than one use needs, and grow when AWS adds to them. The one for
    logging that CDK attaches by itself names every log group; this is for those whose rules
    demand policies of their own. ``iam-general-managed-policy`` reports to everyone what was not
    even written for one service.
    """

    id = "iam-aws-managed-policy"
    control = "iam.no-aws-managed-policy"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.LOW
    resource_types = (
        "AWS::IAM::Role",
        "AWS::IAM::User",
        "AWS::IAM::Group",
        "AWS::SSO::PermissionSet",
    )
    fix = "grant what the code needs instead, as SecureFunction does"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    )
    recommended = False
    passes = (
        Example(
            "written for everyone, which another rule reports",
            {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser"]},
            type="AWS::IAM::Role",
        ),
        Example(
            "one's own",
            {"ManagedPolicyArns": [{"Ref": "Own"}]},
            type="AWS::IAM::Role",
            beside={
                "Own": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {"PolicyDocument": {"Statement": []}},
                }
            },
        ),
    )
    fails = (
        Example(
            "AWS writes it",
            {
                "ManagedPolicyArns": [
                    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
                ]
            },
            type="AWS::IAM::Role",
        ),
    )

    def check(self, holder: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy in attached(holder):
            if not general(policy):
                name = policy.rpartition("/")[2]
                yield self.finding(holder, managed_policies_at(holder), f"{name} is attached")
                return
