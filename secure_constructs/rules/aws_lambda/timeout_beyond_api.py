"""Functions that run on after their caller has gone."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_API_WAITS = 30
_INVOKES = (
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${Subject.Arn}/invocations"
)


class TimeoutBeyondApi(Rule):
    """
    The function may run on long after the API has stopped waiting.

    API Gateway answers its caller after at most 29 seconds. A function that may take minutes is
    then paid for, and holds its concurrency, with nobody waiting: a cheap way to exhaust both.
    """

    id = "lambda-timeout-beyond-api"
    control = "lambda.timeout-beyond-api"
    risk = Risk.DENIAL_OF_SERVICE
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Function",)
    fix = "set timeout=Duration.seconds(29) or less, and hand longer work to a queue"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html",
    )

    passes = (
        Example(
            "shorter than the API waits",
            {"Timeout": 29},
            beside={
                "Method": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {
                        "Integration": {
                            "Type": "AWS_PROXY",
                            "Uri": {"Fn::Sub": _INVOKES},
                        }
                    },
                }
            },
        ),
        Example("no API calls it", {"Timeout": 900}),
        Example(
            "the API does not wait",
            {"Timeout": 900},
            beside={
                "Method": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {
                        "Integration": {
                            "Type": "AWS",
                            "RequestParameters": {
                                "integration.request.header.X-Amz-Invocation-Type": "'Event'"
                            },
                            "Uri": {"Fn::Sub": _INVOKES},
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example(
            "a minute behind an HTTP API",
            {"Timeout": 60},
            beside={
                "Integration": {
                    "Type": "AWS::ApiGatewayV2::Integration",
                    "Properties": {"IntegrationUri": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
        Example(
            "fifteen minutes behind an API",
            {"Timeout": 900},
            beside={
                "Method": {
                    "Type": "AWS::ApiGateway::Method",
                    "Properties": {
                        "Integration": {
                            "Type": "AWS_PROXY",
                            "Uri": {"Fn::Sub": _INVOKES},
                        }
                    },
                }
            },
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        timeout = function.number("Timeout")
        if timeout is None or timeout <= _API_WAITS:
            return
        callers = [
            *template.referrers(function, "AWS::ApiGateway::Method", at="Integration.Uri"),
            *template.referrers(function, "AWS::ApiGatewayV2::Integration", at="IntegrationUri"),
        ]
        waiting = [caller for caller in callers if caller.text("Integration.Type") != "AWS"]
        if waiting:
            yield self.finding(
                function,
                "Timeout",
                f"it may run {timeout} s, and the API waits {_API_WAITS} s",
                trace=(waiting[0].logical_id, function.logical_id),
            )
