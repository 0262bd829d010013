r"""
What the patterns of aws-solutions-constructs cost, in an environment of their own.

They bring a CDK of their own choosing, so they are not among the dependencies of this project.
Make an environment, and `benchmarks.constructs` runs this file in it::

    python -m venv /tmp/solutions
    for pattern in apigateway-lambda cloudfront-s3 eventbridge-sqs kinesis-streams-lambda \
        lambda-dynamodb lambda-secretsmanager lambda-stepfunctions sns-sqs sqs-lambda; do
        /tmp/solutions/bin/pip install aws-solutions-constructs.aws-$pattern
    done
    python -m benchmarks.constructs --solutions /tmp/solutions/bin/python
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_stepfunctions as sfn

from benchmarks.kernel import cpu, messages, types

if TYPE_CHECKING:
    import aws_cdk as cdk

    from benchmarks.kernel import Making


def lambda_props() -> lambda_.FunctionProps:
    return lambda_.FunctionProps(
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def solution(module: str, name: str, **props: Any) -> Making:
    construct = getattr(import_module(f"aws_solutions_constructs.{module}"), name)

    def make(stack: cdk.Stack, construct_id: str, _: object) -> None:
        given = {prop: value() if callable(value) else value for prop, value in props.items()}
        construct(stack, construct_id, **given)

    return make


def machine(stack: cdk.Stack, name: str, _: object) -> None:
    construct = import_module("aws_solutions_constructs.aws_lambda_stepfunctions")
    construct.LambdaToStepfunctions(
        stack,
        name,
        lambda_function_props=lambda_props(),
        state_machine_props=sfn.StateMachineProps(
            definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, f"{name}Step"))
        ),
    )


def patterns() -> dict[str, Making]:
    """
    The patterns, by the names that `benchmarks.constructs` knows them by.
    """
    return {
        "API, function": solution(
            "aws_apigateway_lambda", "ApiGatewayToLambda", lambda_function_props=lambda_props
        ),
        "distribution, bucket": solution("aws_cloudfront_s3", "CloudFrontToS3"),
        "function, secret": solution(
            "aws_lambda_secretsmanager",
            "LambdaToSecretsmanager",
            lambda_function_props=lambda_props,
        ),
        "function, state machine": machine,
        "function, table": solution(
            "aws_lambda_dynamodb", "LambdaToDynamoDB", lambda_function_props=lambda_props
        ),
        "queue, function": solution(
            "aws_sqs_lambda", "SqsToLambda", lambda_function_props=lambda_props
        ),
        "rule, queue": solution(
            "aws_eventbridge_sqs",
            "EventbridgeToSqs",
            deploy_event_rule_dlq=True,
            event_rule_props=lambda: events.RuleProps(
                event_pattern=events.EventPattern(source=["shop.orders"])
            ),
        ),
        "stream, function": solution(
            "aws_kinesis_streams_lambda",
            "KinesisStreamsToLambda",
            lambda_function_props=lambda_props,
        ),
        "topic, queue": solution("aws_sns_sqs", "SnsToSqs"),
    }


def measure(make: Making, count: int, rounds: int) -> dict[str, Any]:
    """
    Resources and messages of one more, and CPU seconds for each of many.

    Args:
        make: Makes the pattern.
        count: How many in an app.
        rounds: How often to measure; the least counts.
    """
    _, resources = types(make)
    first, more = messages(make)
    seconds = min(cpu(make, count) for _ in range(rounds))
    return {
        "resources": resources,
        "first": first,
        "more": more,
        "seconds": seconds,
    }


def main() -> int:
    count, rounds = map(int, sys.argv[1:])
    print(json.dumps({name: measure(make, count, rounds) for name, make in patterns().items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
