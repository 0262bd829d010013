"""Function URLs that take webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import takes_webhooks
from secure_constructs.template import Resource, Template

_HOOK = {
    "Hook": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Environment": {
                "Variables": {"STRIPE_WEBHOOK_SECRET_ARN": {"Ref": "Key"}, "STAGE": "prod"}
            }
        },
    },
    "Key": {"Type": "AWS::SecretsManager::Secret"},
}


class WebhookUrlWithoutAuth(Rule):
    """
    The function URL takes webhooks, so that only the code tells their sender from a stranger.

    Whoever learns the URL runs the function up to the point where it checks the signature, as
    often as they like; an API before it would validate, throttle and log.
    """

    id = "lambda-webhook-url-without-auth"
    control = "lambda.url-auth"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Url",)
    fix = "put a SecureApi in front and set reserved_concurrent_executions"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",)
    passes = (
        Example(
            "callers sign with IAM",
            {"AuthType": "AWS_IAM", "TargetFunctionArn": {"Ref": "Hook"}},
            beside=_HOOK,
        ),
        Example(
            "nothing is said, which no deployment takes",
            {"TargetFunctionArn": {"Ref": "Hook"}},
            beside=_HOOK,
        ),
        Example(
            "no webhook, which another rule reports",
            {"AuthType": "NONE", "TargetFunctionArn": {"Ref": "Hook"}},
            beside={
                "Hook": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"TABLE": "orders"}}},
                }
            },
        ),
        Example(
            "a secret that everyone knows, so that it signs nothing",
            {"AuthType": "NONE", "TargetFunctionArn": {"Ref": "Hook"}},
            beside={
                "Hook": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"Environment": {"Variables": {"WEBHOOK_SECRET": "letmein"}}},
                }
            },
        ),
    )
    fails = (
        Example(
            "the secret that signs is given by reference",
            {"AuthType": "NONE", "TargetFunctionArn": {"Fn::GetAtt": ["Hook", "Arn"]}},
            beside=_HOOK,
        ),
    )

    def check(self, url: Resource, template: Template) -> Iterator[Finding]:
        if not takes_webhooks(template.find(url.get("TargetFunctionArn"))):
            return
        auth = url.text("AuthType")
        if auth is not None and auth != "AWS_IAM":
            yield self.finding(
                url, "AuthType", f"auth is {auth}, so only the code tells who calls the webhook"
            )
