"""Web ACLs that keep no record of what they refuse."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_wafv2._statements import WEB_ACL
from secure_constructs.template import Resource, Template


class WithoutLog(Rule):
    """
    The web ACL keeps no log.

    Nobody can see what it refused, whom it refused by mistake, or how an attack began.
    """

    id = "wafv2-without-log"
    control = "waf.logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (WEB_ACL,)
    fix = "use SecureWebAcl, or add a CfnLoggingConfiguration and a log group named aws-waf-logs-*"
    references = ("https://docs.aws.amazon.com/waf/latest/developerguide/logging.html",)

    passes = (
        Example(
            "a log",
            {"DefaultAction": {"Allow": {}}},
            beside={
                "Log": {
                    "Type": "AWS::WAFv2::LoggingConfiguration",
                    "Properties": {
                        "ResourceArn": {"Fn::GetAtt": ["Subject", "Arn"]},
                        "LogDestinationConfigs": ["arn:aws:logs:a"],
                    },
                }
            },
        ),
        Example(
            "a log of a web ACL that is named",
            {"Name": "shop"},
            beside={
                "Log": {
                    "Type": "AWS::WAFv2::LoggingConfiguration",
                    "Properties": {
                        "ResourceArn": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/shop/1"
                    },
                }
            },
        ),
    )
    fails = (
        Example("none", {"DefaultAction": {"Allow": {}}}),
        Example(
            "the log of another one",
            {"Name": "shop"},
            beside={
                "Other": {"Type": WEB_ACL},
                "Log": {
                    "Type": "AWS::WAFv2::LoggingConfiguration",
                    "Properties": {"ResourceArn": {"Fn::GetAtt": ["Other", "Arn"]}},
                },
            },
        ),
    )
    uncertain = (
        Example(
            "the log of something that is not known",
            {"Name": "shop"},
            beside={
                "Log": {
                    "Type": "AWS::WAFv2::LoggingConfiguration",
                    "Properties": {"ResourceArn": {"Ref": "Acl"}},
                }
            },
            sections={"Parameters": {"Acl": {"Type": "String"}}},
        ),
    )

    def check(self, acl: Resource, template: Template) -> Iterator[Finding]:
        logged = [
            log.text("ResourceArn") or ""
            for log in template.everywhere("AWS::WAFv2::LoggingConfiguration")
        ]
        name = acl.get("Name")
        if not any(
            template.find(arn, WEB_ACL) == acl or f"/webacl/{name}/" in f"{arn}/" for arn in logged
        ):
            yield self.finding(acl, "", "requests it refuses are not logged")
