"""User pools that anyone may join."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class OpenSignUp(Rule):
    """
    Anyone may open an account, and nothing checks who does.

    Every route behind the pool is then open to everyone with a mail address, robots included.
    A trigger before sign-up that decides who may join is enough.
    """

    id = "cognito-open-sign-up"
    control = "cognito.self-sign-up"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    fix = "set self_sign_up_enabled=False, or decide in a lambda_triggers pre_sign_up function"
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-admin-create-user-policy.html",
        "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html",
    )

    passes = (
        Example(
            "administrators create users",
            {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": "true"}},
        ),
        Example(
            "a function decides",
            {"LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:111122223333:function:f"}},
        ),
    )
    fails = (
        Example("open by default", {"UserPoolName": "customers"}),
        Example("open", {"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False}}),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if pool.flag("AdminCreateUserConfig.AllowAdminCreateUserOnly"):
            return
        if not pool.has("LambdaConfig.PreSignUp"):
            path = "AdminCreateUserConfig.AllowAdminCreateUserOnly"
            yield self.finding(pool, path, "anyone may open an account")
