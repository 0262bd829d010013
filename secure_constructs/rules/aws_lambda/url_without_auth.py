"""Function URLs that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._purposes import takes_webhooks
from secure_constructs.template import Resource, Template


class UrlWithoutAuth(Rule):
    """
    The function URL accepts requests that no one has signed.

    With ``AuthType: NONE`` Lambda does not check who calls: whoever learns the URL
    runs the function with the permissions of its role, and at your cost. A function that is given
    what signs the calls of a webhook has a rule of its own.
    """

    id = "lambda-url-without-auth"
    control = "lambda.url-auth"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.HIGH
    resource_types = ("AWS::Lambda::Url",)
    fix = "set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",)
    passes = (
        Example("callers sign with IAM", {"AuthType": "AWS_IAM"}),
        Example(
            "a webhook, which another rule reports",
            {"AuthType": "NONE", "TargetFunctionArn": {"Ref": "Hook"}},
            beside={
                "Hook": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Environment": {"Variables": {"WEBHOOK_SECRET_ARN": {"Ref": "Key"}}}
                    },
                },
                "Key": {"Type": "AWS::SecretsManager::Secret"},
            },
        ),
    )
    fails = (
        Example("anyone may call", {"AuthType": "NONE"}),
        Example(
            "the default of a parameter lets anyone call",
            {"AuthType": {"Ref": "Auth"}},
            sections={"Parameters": {"Auth": {"Type": "String", "Default": "NONE"}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter without a default decides",
            {"AuthType": {"Ref": "Auth"}},
            sections={"Parameters": {"Auth": {"Type": "String"}}},
        ),
    )

    def check(self, url: Resource, template: Template) -> Iterator[Finding]:
        if takes_webhooks(template.find(url.get("TargetFunctionArn"))):
            return
        auth = url.text("AuthType")
        if auth is not None and auth != "AWS_IAM":
            yield self.finding(url, "AuthType", f"auth is {auth}, so anyone may call")
