"""Deployments that make a second stage by the way."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_apigateway._stages import DEPLOYMENT, STAGE, makes_stage, stages_of
from secure_constructs.template import Resource, Template


class StrayStage(Rule):
    """
    The deployment makes a stage of its own beside the one it was written for.

    The whole API answers there as well, without the web ACL, the limits and the logs
    that the other stage has. SAM does so for every API, under the name ``Stage``,
    unless an OpenAPI version is set.
    """

    id = "apigateway-stray-stage"
    control = "apigw.stray-stage"
    risk = Risk.OBSOLETE_RESOURCES
    severity = Severity.LOW
    resource_types = (DEPLOYMENT,)
    fix = "leave stage_name out of CfnDeployment; in SAM, set OpenApiVersion: 3.0.1 in Globals.Api"
    references = (
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html",
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html",
    )

    passes = (
        Example(
            "a stage of one's own only",
            {"RestApiId": "a"},
            beside={"Prod": {"Type": STAGE, "Properties": {"DeploymentId": {"Ref": "Subject"}}}},
        ),
        Example("the only stage there is, which other rules judge", {"StageName": "prod"}),
    )
    fails = (
        Example(
            "two stages",
            {"RestApiId": "a", "StageName": "Stage"},
            beside={"Prod": {"Type": STAGE, "Properties": {"DeploymentId": {"Ref": "Subject"}}}},
        ),
    )

    def check(self, deployment: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if makes_stage(deployment) and stages_of(deployment):
            name = deployment.get("StageName", "")
            yield self.finding(deployment, "StageName", f"a second stage, {name}, is left open")
