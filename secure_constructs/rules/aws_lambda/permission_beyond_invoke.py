"""Permissions that let others do more than invoke a function."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_INVOCATIONS = {"lambda:invokefunction", "lambda:invokefunctionurl", "lambda:invokeasync"}


class PermissionBeyondInvoke(Rule):
    """
    A resource policy lets another principal do more to the function than invoke it.

    Callers need ``lambda:InvokeFunction``. With ``lambda:*`` or an update action they replace
    the code or the configuration, and run whatever they like with the role of the function.
    """

    id = "lambda-permission-beyond-invoke"
    control = "lambda.permission-action"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Permission",)
    fix = "leave action= at its default, lambda:InvokeFunction"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    )

    passes = (
        Example(
            "invocation",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "sns.amazonaws.com",
            },
        ),
        Example(
            "invocation through a URL",
            {
                "Action": "lambda:InvokeFunctionUrl",
                "FunctionName": "orders",
                "Principal": "cloudfront.amazonaws.com",
            },
        ),
    )
    fails = (
        Example(
            "every action",
            {"Action": "lambda:*", "FunctionName": "orders", "Principal": "111122223333"},
        ),
        Example(
            "replacing the code",
            {
                "Action": "lambda:UpdateFunctionCode",
                "FunctionName": "orders",
                "Principal": "111122223333",
            },
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for action in permission.texts("Action"):
            if action.lower() not in _INVOCATIONS:
                yield self.finding(permission, "Action", f"the action is {action}")
