"""Functions at which the traces of their stack break off."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.callers import serves_deployment, untraced_start
from secure_constructs.template import Resource, Template

_TRACED_API = {
    "Api": {"Type": "AWS::ApiGateway::RestApi"},
    "Get": {
        "Type": "AWS::ApiGateway::Method",
        "Properties": {
            "RestApiId": {"Ref": "Api"},
            "Integration": {
                "Uri": {
                    "Fn::Sub": "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/"
                    "${Subject.Arn}/invocations"
                }
            },
        },
    },
    "Prod": {
        "Type": "AWS::ApiGateway::Stage",
        "Properties": {"RestApiId": {"Ref": "Api"}, "TracingEnabled": True},
    },
}


class TraceBrokenOff(Rule):
    """
    Requests are traced in this stack, but not in this function.

    Someone decided that requests are to be followed, and here they are lost: what the function
    called, and where it failed, is missing from every trace that passes it.
    """

    id = "lambda-trace-broken-off"
    control = "lambda.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set tracing=Tracing.ACTIVE, as SecureFunction does"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",)

    passes = (
        Example("traced too", {"TracingConfig": {"Mode": "Active"}}, beside=_TRACED_API),
        Example("nothing is traced in the stack", {"Runtime": "python3.13"}),
        Example(
            "whether calls beside it are traced is not known",
            {"Runtime": "python3.13"},
            beside={
                "Prod": {
                    "Type": "AWS::ApiGateway::Stage",
                    "Properties": {"TracingEnabled": {"Ref": "Traced"}},
                }
            },
            sections={"Parameters": {"Traced": {"Type": "String"}}},
        ),
        Example(
            "deployments invoke it",
            {"Runtime": "python3.13"},
            beside={
                **_TRACED_API,
                "Seed": {
                    "Type": "Custom::Seed",
                    "Properties": {"ServiceToken": {"Fn::GetAtt": ["Subject", "Arn"]}},
                },
                "Get": {"Type": "AWS::ApiGateway::Method"},
            },
        ),
    )
    fails = (
        Example("the API before it is traced", {"Runtime": "python3.13"}, beside=_TRACED_API),
        Example(
            "the function beside it is traced",
            {"TracingConfig": {"Mode": "PassThrough"}},
            beside={
                "Other": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"TracingConfig": {"Mode": "Active"}},
                }
            },
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"TracingConfig": {"Mode": {"Ref": "M"}}},
            beside=_TRACED_API,
            sections={"Parameters": {"M": {"Type": "String"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        where = traced(template)
        if where is None or serves_deployment(function):
            return
        mode = function.text("TracingConfig.Mode")
        if mode != "Active" and untraced_start(function, template) is None:
            yield self.finding(
                function,
                "TracingConfig.Mode",
                f"tracing is {mode or 'off'} here, and on at {where.logical_id}",
            )
