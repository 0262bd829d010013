"""Functions and layers that everyone may use."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PublicPermission(Rule):
    """
    Everyone on AWS may invoke the function, or read the layer.

    A principal of ``*`` without a condition admits every AWS account, and for a function URL
    without auth the whole internet: a stranger runs the function with your data at your cost.
    """

    id = "lambda-public-permission"
    control = "lambda.public-permission"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Permission", "AWS::Lambda::LayerVersionPermission")
    fix = "name the service or account in principal=, and set source_arn and source_account"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    )

    passes = (
        Example(
            "one service of one account",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "s3.amazonaws.com",
                "SourceAccount": "111122223333",
            },
        ),
        Example(
            "everyone, within one organization",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "PrincipalOrgID": "o-a1b2c3d4e5",
            },
        ),
        Example(
            "everyone, on behalf of one resource",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "SourceArn": "arn:aws:events:eu-west-1:111122223333:rule/nightly",
            },
        ),
        Example(
            "through an open function URL, which another rule reports",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "InvokedViaFunctionUrl": True,
            },
        ),
        Example(
            "an Alexa skill, by its id",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "EventSourceToken": "amzn1.ask.skill.1a2b3c4d",
            },
        ),
        Example(
            "a layer for one organization",
            {
                "Action": "lambda:GetLayerVersion",
                "LayerVersionArn": "arn:aws:lambda:eu-west-1:111122223333:layer:tools:1",
                "Principal": "*",
                "OrganizationId": "o-a1b2c3d4e5",
            },
            type="AWS::Lambda::LayerVersionPermission",
        ),
        Example(
            "callers of a function URL sign",
            {
                "Action": "lambda:InvokeFunctionUrl",
                "FunctionName": "orders",
                "Principal": "*",
                "FunctionUrlAuthType": "AWS_IAM",
                "PrincipalOrgID": "o-a1b2c3d4e5",
            },
        ),
    )
    fails = (
        Example(
            "everyone may invoke",
            {"Action": "lambda:InvokeFunction", "FunctionName": "orders", "Principal": "*"},
        ),
        Example(
            "everyone may read the layer",
            {
                "Action": "lambda:GetLayerVersion",
                "LayerVersionArn": "arn:aws:lambda:eu-west-1:111122223333:layer:tools:1",
                "Principal": "*",
            },
            type="AWS::Lambda::LayerVersionPermission",
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": {"Ref": "Who"},
            },
            sections={"Parameters": {"Who": {"Type": "String"}}},
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        bounds = (
            "PrincipalOrgID",
            "OrganizationId",
            "SourceArn",
            "SourceAccount",
            "EventSourceToken",
        )
        if permission.text("Principal") != "*" or any(permission.has(bound) for bound in bounds):
            return
        if permission.text("FunctionUrlAuthType") == "NONE" or permission.flag(
            "InvokedViaFunctionUrl"
        ):
            return  # the open URL itself is the fault, and has a rule of its own
        yield self.finding(
            permission, "Principal", "the principal is *, so every AWS account is admitted"
        )
