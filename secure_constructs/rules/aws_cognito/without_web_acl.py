"""User pools with no web ACL before them."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.web_acls import is_protected
from secure_constructs.template import Resource, Template


class WithoutWebAcl(Rule):
    """
    No web ACL looks at sign-ins before the user pool does.

    Robots that try passwords or open accounts by the thousand are bounded by the quotas of the
    account only. A web ACL costs money, and Cognito slows down guessing by itself,
    hence the strict pack.
    """

    id = "cognito-without-web-acl"
    control = "cognito.waf-associated"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    recommended = False
    fix = "pass web_acl=SecureWebAcl(...) to SecureUserPool, or make a CfnWebACLAssociation"
    references = ("https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-waf.html",)

    passes = (
        Example(
            "an association",
            beside={
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {"ResourceArn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
    )
    fails = (Example("no association", {"UserPoolName": "customers"}),)

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:
        if not is_protected(pool, template):
            yield self.finding(pool, "", "no web ACL is associated with the pool")
