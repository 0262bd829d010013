"""Functions outside a VPC."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class OutsideVpc(Rule):
    """
    The function runs outside a VPC.

    A function in a VPC reaches private resources and its traffic can be filtered. Most functions
    need neither, and a VPC adds cost and cold starts, so this is for those whose rules demand it.
    """

    id = "lambda-outside-vpc"
    control = "lambda.vpc"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "pass vpc= and security_groups="
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",)
    recommended = False
    passes = (
        Example(
            "two subnets",
            {"VpcConfig": {"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]}},
        ),
    )
    fails = (
        Example("no VPC", {"Runtime": "python3.13"}),
        Example("no subnet", {"VpcConfig": {"SubnetIds": []}}),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if not function.items("VpcConfig.SubnetIds"):
            yield self.finding(function, "VpcConfig", "it runs outside every VPC")
