"""Layers that come from an unknown account."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_LAYER = re.compile(
    r"arn:(?:[^:{]|\{[^}]*\})+:lambda:(?:[^:{]|\{[^}]*\})+:(?P<account>\d{12}):layer:(?P<name>[^:]+)"
)

# Layers that AWS publishes, from an account of its own in each region, by the names it documents.
_PUBLISHED_BY_AWS = re.compile(
    r"AWSLambdaPowertools|LambdaInsightsExtension|AWS-Parameters-and-Secrets-Lambda-Extension"
    r"|AWS-AppConfig-Extension|AWSOpenTelemetryDistro|aws-otel-|AWSSDKPandas-|AWSLambda-Python"
    r"|AWSDataWrangler-|LambdaAdapterLayer|AWSCodeGuruProfiler"
)


class ForeignLayer(Rule):
    """
    The function runs code from a layer of an unknown account.

    A layer is code that runs with the role of the function. Whoever owns the account that
    publishes it decides what that code is, and a version can be withdrawn at any time.
    """

    id = "lambda-foreign-layer"
    control = "lambda.foreign-layer"
    risk = Risk.THIRD_PARTY_DEPENDENCIES
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = (
        "package the dependency with the function, or publish the layer from an account of your own"
    )
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html",)

    passes = (
        Example(
            "a layer of this template",
            {"Layers": [{"Ref": "Tools"}]},
            beside={"Tools": {"Type": "AWS::Lambda::LayerVersion", "Properties": {"Content": {}}}},
        ),
        Example(
            "a layer of this account",
            {
                "Layers": [
                    {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:layer:tools:1"}
                ]
            },
        ),
        Example(
            "a layer AWS publishes",
            {
                "Layers": [
                    "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV3-python313-x86_64:7"
                ]
            },
        ),
    )
    fails = (
        Example(
            "a layer of some account",
            {
                "Layers": [
                    {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:111122223333:layer:requests:4"}
                ]
            },
        ),
        Example(
            "a single layer", {"Layers": "arn:aws:lambda:eu-west-1:111122223333:layer:requests:4"}
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"Layers": [{"Ref": "Layer"}]},
            sections={"Parameters": {"Layer": {"Type": "String"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        own = template.environment.get("AWS::AccountId")
        for layer in function.texts("Layers"):
            match = _LAYER.match(layer)
            if match and match["account"] != own and not _PUBLISHED_BY_AWS.match(match["name"]):
                yield self.finding(
                    function, "Layers", f"{match['name']} comes from account {match['account']}"
                )
