"""Usage plans that limit nothing."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UsagePlanWithoutLimit(Rule):
    """
    The usage plan sets neither a rate nor a quota.

    Keys handed out under it do not bound their holders:
    one client, or whoever stole its key, uses up what all clients share.
    """

    id = "apigateway-usage-plan-without-limit"
    control = "apigw.usage-plan"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::ApiGateway::UsagePlan",)
    fix = "pass throttle=ThrottleSettings(rate_limit=..., burst_limit=...) to add_usage_plan"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html",
    )

    passes = (
        Example("a rate", {"Throttle": {"RateLimit": 10, "BurstLimit": 20}}),
        Example("a quota", {"Quota": {"Limit": "1000", "Period": "DAY"}}),
        Example(
            "a rate for each stage",
            {"ApiStages": [{"ApiId": "a", "Throttle": {"/orders/GET": {"RateLimit": 10}}}]},
        ),
    )
    fails = (Example("neither", {"UsagePlanName": "basic"}),)

    def check(self, plan: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if plan.block("Throttle") or plan.block("Quota"):
            return
        if not any(stage.block("Throttle") for stage in plan.blocks("ApiStages")):
            yield self.finding(plan, "Throttle", "the plan has neither a rate nor a quota")
