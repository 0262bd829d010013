"""Functions whose calls leave no trace."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._tracing import traced
from secure_constructs.services.callers import serves_deployment, untraced_start
from secure_constructs.template import Resource, Template

_STAGE = "AWS::ApiGateway::Stage"
_INVOKES = {
    "Fn::Sub": "arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${Subject.Arn}/invocations"
}


class WithoutTracing(Rule):
    """
    Calls of the function are not traced.

    Without traces nobody sees which request reached which service, so an attack that crosses
    several functions has to be pieced together from separate logs. Where an untraced API or
    workflow invokes the function, traces have to start there, and it is reported there, once;
    functions that only deployments invoke are left alone. Traces cost money, and many teams trace
    with another tool than X-Ray, hence the strict pack; where a stack has chosen X-Ray,
    ``lambda-trace-broken-off`` speaks instead, to everyone.
    """

    id = "lambda-without-tracing"
    control = "lambda.tracing"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    recommended = False
    fix = "set tracing=Tracing.ACTIVE, as SecureFunction does"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html",)

    passes = (
        Example("every call may be traced", {"TracingConfig": {"Mode": "Active"}}),
        Example(
            "the API before it is not traced, which another rule reports",
            {"Runtime": "python3.13"},
            beside={
                "Api": {"Type": "AWS::ApiGateway::RestApi"},
                "Get": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {"RestApiId": {"Ref": "Api"}, "Integration": {"Uri": _INVOKES}},
                },
                "Prod": {
                    "Type": _STAGE,
                    "Properties": {"RestApiId": {"Ref": "Api"}},
                },
            },
        ),
        Example(
            "the workflow before it is not traced, which another rule reports",
            {"Runtime": "python3.13"},
            beside={
                "Fulfilment": {
                    "Type": "AWS::StepFunctions::StateMachine",
                    "Properties": {
                        "DefinitionSubstitutions": {"Pay": {"Fn::GetAtt": ["Subject", "Arn"]}}
                    },
                }
            },
        ),
        Example(
            "deployments invoke it",
            {"Runtime": "python3.13"},
            beside={
                "Seed": {
                    "Type": "AWS::CloudFormation::CustomResource",
                    "Properties": {"ServiceToken": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
        Example(
            "the trace of the API before it breaks off here, which another rule reports",
            {"Runtime": "python3.13"},
            beside={"Prod": {"Type": _STAGE, "Properties": {"TracingEnabled": True}}},
        ),
    )
    fails = (
        Example("no tracing", {"Runtime": "python3.13"}),
        Example("only calls that others trace", {"TracingConfig": {"Mode": "PassThrough"}}),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"TracingConfig": {"Mode": {"Ref": "M"}}},
            sections={"Parameters": {"M": {"Type": "String"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        mode = function.text("TracingConfig.Mode")
        if serves_deployment(function):
            return
        if traced(template) is None and untraced_start(function, template) is None:
            yield self.finding(function, "TracingConfig.Mode", f"tracing is {mode or 'off'}")
