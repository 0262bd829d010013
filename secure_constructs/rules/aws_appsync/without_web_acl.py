"""AppSync APIs with no web ACL before them."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.appsync import EVENTS, GRAPHQL, is_private
from secure_constructs.services.web_acls import is_protected
from secure_constructs.template import Resource, Template


class WithoutWebAcl(Rule):
    """
    No web ACL looks at requests before the API does.

    Floods from one address, scanners and known payloads all reach your resolvers and tables.
    An association in any of the templates counts; private APIs are left alone.
    """

    id = "appsync-without-web-acl"
    control = "appsync.waf-associated"
    risk = Risk.EVENT_DATA_INJECTION
    severity = Severity.MEDIUM
    resource_types = (GRAPHQL, EVENTS)
    fix = "use SecureGraphqlApi, or make a CfnWebACLAssociation"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/WAF-Integration.html",)

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
        Example("a private API", {"Visibility": "PRIVATE"}),
    )
    fails = (
        Example("no association", {"AuthenticationType": "AWS_IAM"}),
        Example(
            "an association with another API",
            beside={
                "Other": {"Type": GRAPHQL},
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {"ResourceArn": {"Fn::GetAtt": ["Other", "Arn"]}},
                },
            },
        ),
    )

    def check(self, api: Resource, template: Template) -> Iterator[Finding]:
        if not is_private(api) and not is_protected(api, template):
            yield self.finding(api, "", "no web ACL is associated with the API")
