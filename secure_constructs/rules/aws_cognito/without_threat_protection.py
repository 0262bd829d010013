"""User pools where nobody notices stolen passwords being tried."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WithoutThreatProtection(Rule):
    """
    Threat protection is off, or only watches.

    Passwords from other sites' leaks are tried against the pool without anyone noticing:
    Cognito neither checks them against known leaks nor rates the risk of a sign-in.
    It takes the Plus plan, which is paid for by active user.
    """

    id = "cognito-without-threat-protection"
    control = "cognito.threat-protection"
    risk = Risk.BROKEN_AUTHENTICATION
    severity = Severity.LOW
    resource_types = ("AWS::Cognito::UserPool",)
    fix = (
        "set feature_plan=FeaturePlan.PLUS and"
        " standard_threat_protection_mode=StandardThreatProtectionMode.FULL_FUNCTION"
    )
    references = (
        "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html",
    )

    passes = (
        Example(
            "enforced",
            {
                "UserPoolTier": "PLUS",
                "UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"},
            },
        ),
    )
    fails = (
        Example("off by default", {"UserPoolName": "customers"}),
        Example("watching only", {"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}}),
        Example("off", {"UserPoolAddOns": {"AdvancedSecurityMode": "OFF"}}),
        Example("a plan that does not have it", {"UserPoolTier": "ESSENTIALS"}),
    )
    uncertain = (
        Example("the plan that has it, with nothing said about it", {"UserPoolTier": "PLUS"}),
    )

    def check(self, pool: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        mode = pool.text("UserPoolAddOns.AdvancedSecurityMode")
        if mode == "ENFORCED":
            return
        if mode == "AUDIT":
            message = "risky sign-ins are recorded, and let in"
            yield self.finding(pool, "UserPoolAddOns.AdvancedSecurityMode", message)
            return
        paid = mode is None and pool.text("UserPoolTier") == "PLUS"
        yield self.finding(
            pool,
            "UserPoolAddOns.AdvancedSecurityMode",
            "sign-ins are not rated, nor passwords checked against leaks",
            certain=not paid,
        )
