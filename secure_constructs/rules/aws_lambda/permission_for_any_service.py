"""Functions that any service may invoke."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class PermissionForAnyService(Rule):
    """
    The permission names a source, but not which service may bring its events.

    With a principal of ``*``, the source is all that bounds who invokes the function: every service
    that sends for it, and every one to come, not only the one whose events the code expects.
    """

    id = "lambda-permission-for-any-service"
    control = "lambda.public-permission"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Permission",)
    fix = "name the service in principal=ServicePrincipal(...)"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
    )

    passes = (
        Example(
            "the service is named",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "sns.amazonaws.com",
                "SourceAccount": "111122223333",
            },
        ),
        Example(
            "everyone in an organization",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "PrincipalOrgID": "o-1",
                "SourceAccount": "111122223333",
            },
        ),
        Example(
            "everyone, which is a fault of its own",
            {"Action": "lambda:InvokeFunction", "FunctionName": "orders", "Principal": "*"},
        ),
    )
    fails = (
        Example(
            "whatever sends for a topic",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders",
            },
        ),
        Example(
            "whatever sends for an account",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "*",
                "SourceAccount": 111122223333,
            },
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if permission.text("Principal") != "*" or permission.has("PrincipalOrgID"):
            return
        if permission.has("SourceArn") or permission.has("SourceAccount"):
            yield self.finding(
                permission,
                "Principal",
                "the principal is *, so any service may send for the source",
            )
