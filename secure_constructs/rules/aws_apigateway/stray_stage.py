"""Deployments that make a second stage by the way."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    STAGE,
    api_of,
    makes_stage,
    method_settings,
    stages_of,
)
from secure_constructs.services.web_acls import has_web_acl
from secure_constructs.template import Resource, Template


class StrayStage(Rule):
    """
    The deployment makes a stage of its own beside the one it was written for.

    The whole API answers there as well, without the web ACL, the limits and the logs
    that the other stage has: whoever finds it goes round them. SAM makes one for every API,
    under the name ``Stage``, unless an OpenAPI version is set; as long as the other stage has
    none of these, it takes nothing away from it.
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
        Example(
            "the other stage has nothing to go round",
            {"RestApiId": "a", "StageName": "Stage"},
            beside={"Prod": {"Type": STAGE, "Properties": {"DeploymentId": {"Ref": "Subject"}}}},
        ),
    )
    fails = (
        Example(
            "the limits of the other stage do not hold there",
            {"RestApiId": "a", "StageName": "Stage"},
            beside={
                "Prod": {
                    "Type": STAGE,
                    "Properties": {
                        "DeploymentId": {"Ref": "Subject"},
                        "MethodSettings": [
                            {
                                "ResourcePath": "/*",
                                "HttpMethod": "*",
                                "ThrottlingRateLimit": 50,
                            }
                        ],
                    },
                }
            },
        ),
        Example(
            "what is called there stands in no log",
            {"RestApiId": "a", "StageName": "Stage"},
            beside={
                "Prod": {
                    "Type": STAGE,
                    "Properties": {
                        "DeploymentId": {"Ref": "Subject"},
                        "AccessLogSetting": {"DestinationArn": "arn:aws:logs:x:1:log-group:l"},
                    },
                }
            },
        ),
        Example(
            "the web ACL of the other stage is passed by",
            {"RestApiId": {"Ref": "Api"}, "StageName": "Stage"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Prod": {
                    "Type": STAGE,
                    "Properties": {
                        "RestApiId": {"Ref": "Api"},
                        "StageName": "prod",
                        "DeploymentId": {"Ref": "Subject"},
                    },
                },
                "Association": {
                    "Type": "AWS::WAFv2::WebACLAssociation",
                    "Properties": {
                        "WebACLArn": "arn:aws:wafv2:x:1:regional/webacl/w/1",
                        "ResourceArn": {
                            "Fn::Sub": "arn:aws:apigateway:x::/restapis/${Api}/stages/prod"
                        },
                    },
                },
            },
        ),
    )

    def check(self, deployment: Resource, template: Template) -> Iterator[Finding]:
        if not makes_stage(deployment):
            return
        for stage in stages_of(deployment):
            if missed := _kept_out(stage, template):
                name = deployment.get("StageName", "")
                yield self.finding(
                    deployment,
                    "StageName",
                    f"a second stage, {name}, answers without the {missed} of the other",
                    trace=(deployment.logical_id, stage.logical_id),
                )
                return


def _kept_out(stage: Resource, template: Template) -> str:
    """
    Name something that protects a stage, and that another stage of its API does not have.
    """
    if has_web_acl(stage, api_of(stage, template), template):
        return "web ACL"
    if any(settings.has("ThrottlingRateLimit") for settings in method_settings(stage)):
        return "limits"
    return "log" if stage.has("AccessLogSetting") else ""
