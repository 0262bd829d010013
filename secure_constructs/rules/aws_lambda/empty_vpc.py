"""Functions that are meant for a VPC and run outside of it."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class EmptyVpc(Rule):
    """
    The function has a configuration for a VPC that names none, and so runs outside every VPC.

    What was to filter its traffic does not: code that is taken over reaches any address on the
    internet, while the template reads as if it could not.
    """

    id = "lambda-empty-vpc"
    control = "lambda.vpc"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "pass vpc= with subnets of type PRIVATE_ISOLATED or PRIVATE_WITH_EGRESS, or leave it out"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",)

    passes = (
        Example("no VPC is asked for", {"Runtime": "python3.13"}),
        Example("a subnet", {"VpcConfig": {"SubnetIds": "subnet-1", "SecurityGroupIds": ["sg-1"]}}),
        Example("a subnet alone, which a deployment refuses", {"VpcConfig": {"SubnetIds": ["a"]}}),
        Example(
            "a security group alone, which a deployment refuses",
            {"VpcConfig": {"SecurityGroupIds": ["sg-1"]}},
        ),
        Example(
            "subnets that are given at deployment",
            {"VpcConfig": {"SubnetIds": {"Ref": "Subnets"}}},
            sections={"Parameters": {"Subnets": {"Type": "List<AWS::EC2::Subnet::Id>"}}},
        ),
    )
    fails = (
        Example("empty lists", {"VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []}}),
        Example("an empty map", {"VpcConfig": {}}),
        Example("no subnet, and no list of security groups", {"VpcConfig": {"SubnetIds": []}}),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        named = (
            function.get(f"VpcConfig.{part}", []) for part in ("SubnetIds", "SecurityGroupIds")
        )
        if function.has("VpcConfig") and all(part == [] for part in named):
            yield self.finding(function, "VpcConfig", "it names no subnet")
