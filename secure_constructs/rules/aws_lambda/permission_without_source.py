"""Services that may invoke a function on behalf of anyone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_SERVICE_SUFFIXES = (".amazonaws.com", ".amazonaws.com.cn", ".${AWS::URLSuffix}")

# Services that invoke only what the owner of the function set up in the same account.
_OWN_ACCOUNT = ("secretsmanager.", "edgelambda.", "elasticloadbalancing.")


class PermissionWithoutSource(Rule):
    """
    A service may invoke the function on behalf of any account.

    The principal names a service, but neither ``SourceArn`` nor ``SourceAccount`` says whose. A
    stranger points a topic, a bucket or a rule of another account at the function, and the
    service delivers the stranger's events as if they were yours (the confused deputy).
    """

    id = "lambda-permission-without-source"
    control = "lambda.permission-source-scope"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Permission",)
    fix = (
        "set source_arn (and source_account for S3) in add_permission, or let the event "
        "source construct add it"
    )
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    )

    passes = (
        Example(
            "one topic",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "sns.amazonaws.com",
                "SourceArn": {"Ref": "Topic"},
            },
            beside={"Topic": {"Type": "AWS::SNS::Topic"}},
        ),
        Example(
            "one account",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "s3.amazonaws.com",
                "SourceAccount": {"Ref": "AWS::AccountId"},
            },
        ),
        Example(
            "a principal that is no service",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "111122223333",
            },
        ),
    )
    fails = (
        Example(
            "any topic of any account",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "sns.amazonaws.com",
            },
        ),
        Example(
            "every source",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": "orders",
                "Principal": "events.amazonaws.com",
                "SourceArn": "*",
            },
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        principal = permission.text("Principal") or ""
        if not principal.endswith(_SERVICE_SUFFIXES) or principal.startswith(_OWN_ACCOUNT):
            return
        source = permission.text("SourceArn")
        scoped = source is not None and source.strip("*:") not in {"", "arn", "arn:aws"}
        if (
            scoped
            or permission.has("SourceAccount")
            or permission.has("PrincipalOrgID")
            or permission.has("EventSourceToken")
        ):
            return
        yield self.finding(
            permission, "SourceArn", f"{principal} may invoke it on behalf of any account"
        )
