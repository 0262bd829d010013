"""
What our constructs cost against the hand-written L2s that give the same resources.

Run ``python -m benchmarks.constructs``. For each construct it prints the jsii kernel messages
of the first in a stack, with what the stack shares, and of one more, ours against by hand, and
the CPU seconds (Python and Node together) of building and synthesizing an app with many of
them, the least of some rounds in which the sides take turns. Both sides are checked to give the
same resource types.

With ``--solutions <python>``, the interpreter of an environment that has
``aws-solutions-constructs`` (see `benchmarks.solutions`), the same patterns are measured there.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from benchmarks import by_hand
from benchmarks.kernel import MOST_RESOURCES, Giving, Making, cpu, messages, nothing, types
from benchmarks.solutions import measure
from secure_constructs.constructs import (
    GuardrailHook,
    SecureAlarms,
    SecureApi,
    SecureBucket,
    SecureBudget,
    SecureBus,
    SecureDistribution,
    SecureFunction,
    SecureFunctionUrl,
    SecureGraphqlApi,
    SecureHttpApi,
    SecureKey,
    SecurePipe,
    SecureQueue,
    SecureRule,
    SecureSchedule,
    SecureSecret,
    SecureStateMachine,
    SecureStream,
    SecureTable,
    SecureTopic,
    SecureUpload,
    SecureUserPool,
    SecureWebAcl,
    SecureWebSocketApi,
)
from secure_constructs.constructs.guardrail_hook import handler_archive
from secure_constructs.constructs.origin_gate import TokenIssuer

ROOT = Path(__file__).parent.parent
SCHEMA = str(ROOT / "tests" / "gallery" / "schema.graphql")

MOST_RATIO = 1.05

# What a measurement of CPU is off by on a busy machine.
NOISE = 0.05

ID = dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING)
WHY = "A comparison of what it costs."
ISSUER = TokenIssuer(issuer="https://users.example.com", audience=("shop",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """
    One construct, and what gives the same resources without it.

    Args:
        name: The construct.
        ours: Makes it.
        by_hand: Makes the same with plain L2s.
        give: Makes what it needs, which both sides get and neither is charged for.
        give_by_hand: The same for the plain side, where ours takes constructs of ours only.
            Default: as ``give``.
        asks: How many messages ours takes to ask something of the CDK's own, which was made
            without it, what it says itself. Default: nothing is asked.
    """

    name: str
    ours: Making
    by_hand: Making
    give: Giving = nothing
    give_by_hand: Giving | None = None
    asks: int = 0

    @property
    def sides(self) -> tuple[tuple[Making, Giving], tuple[Making, Giving]]:
        """
        Ours, and the plain one.
        """
        return (self.ours, self.give), (self.by_hand, self.give_by_hand or self.give)


def a_handler(stack: cdk.Stack) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Handler",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )


def two_queues(stack: cdk.Stack) -> tuple[sqs.Queue, sqs.Queue]:
    lost = sqs.DeadLetterQueue(max_receive_count=5, queue=sqs.Queue(stack, "Lost"))
    return (
        sqs.Queue(stack, "From", dead_letter_queue=lost),
        sqs.Queue(stack, "To", dead_letter_queue=lost),
    )


def function(stack: cdk.Stack, name: str, _: object) -> None:
    SecureFunction(
        stack,
        name,
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        timeout=cdk.Duration.seconds(10),
    )


def table(stack: cdk.Stack, name: str, _: object) -> None:
    SecureTable(
        stack,
        name,
        partition_key=ID,
    )


def rule(stack: cdk.Stack, name: str, queues: tuple[sqs.Queue, sqs.Queue]) -> None:
    SecureRule(
        stack,
        name,
        event_pattern=events.EventPattern(source=["shop.orders"]),
        targets=[queues[1]],
    )


def rule_with_stock_target(
    stack: cdk.Stack, name: str, queues: tuple[sqs.Queue, sqs.Queue]
) -> None:
    SecureRule(
        stack,
        name,
        event_pattern=events.EventPattern(source=["shop.orders"]),
        targets=[partial(targets.SqsQueue, queues[1])],
    )


def rule_with_made_target(stack: cdk.Stack, name: str, queues: tuple[sqs.Queue, sqs.Queue]) -> None:
    SecureRule(
        stack,
        name,
        event_pattern=events.EventPattern(source=["shop.orders"]),
        targets=[targets.SqsQueue(queues[1])],
    )


def state_machine(stack: cdk.Stack, name: str, _: object) -> None:
    SecureStateMachine(
        stack,
        name,
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, f"{name}Step")),
        timeout=cdk.Duration.minutes(5),
    )


def schedule(stack: cdk.Stack, name: str, queues: tuple[sqs.Queue, sqs.Queue]) -> None:
    SecureSchedule(
        stack,
        name,
        schedule=scheduler.ScheduleExpression.cron(hour="3", minute="0"),
        target=queues[1],
    )


def named(stack: cdk.Stack, name: str) -> dict[str, Any]:
    return {
        "certificate": by_hand.once(stack, "Certificate", by_hand.certificate),
        "domain_names": [f"{name.lower()}.example.com"],
    }


def distribution(stack: cdk.Stack, name: str, _: object) -> None:
    SecureDistribution(
        stack,
        name,
        default_behavior=cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
        default_root_object=None,
        **named(stack, name),
    )


def api(stack: cdk.Stack, name: str, handler: lambda_.IFunction) -> None:
    made = SecureApi(stack, name, authorizer=apigateway.AuthorizationType.IAM)
    made.route("GET", f"/{name}", handler)


def http_api(stack: cdk.Stack, name: str, handler: lambda_.IFunction) -> None:
    made = SecureHttpApi(
        stack, name, authorizer=ISSUER, authorizer_concurrency=5, **named(stack, name)
    )
    made.route("GET", "/orders", handler)


def websocket_api(stack: cdk.Stack, name: str, handler: lambda_.IFunction) -> None:
    made = SecureWebSocketApi(
        stack,
        name,
        allow_origins=[],
        authorizer=ISSUER,
        authorizer_concurrency=5,
        **named(stack, name),
    )
    made.route("say", handler)


def graphql_api(stack: cdk.Stack, name: str, _: object) -> None:
    SecureGraphqlApi(
        stack,
        name,
        authorization_config=appsync.AuthorizationConfig(
            default_authorization=appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.IAM
            )
        ),
        definition=appsync.Definition.from_file(SCHEMA),
    )


def an_api(stack: cdk.Stack) -> SecureApi:
    return SecureApi(stack, "Api", authorizer=apigateway.AuthorizationType.IAM)


def upload(stack: cdk.Stack, name: str, announced_at: SecureApi) -> None:
    SecureUpload(
        stack,
        name,
        api=announced_at,
        content_types=["application/pdf"],
        issuing_concurrency=5,
        path=f"/{name}",
    )


def subscribed(subscribe: Callable[..., object]) -> Making:
    def make(stack: cdk.Stack, name: str, given: Any) -> None:
        subscribe(given, name, sqs.Queue(stack, f"{name}Queue"))

    return make


PAIRS: list[Pair] = [
    Pair(
        name="GuardrailHook",
        ours=lambda stack, name, _: GuardrailHook(
            stack, name, alias=f"Private::Guardrails::{name}"
        ),
        by_hand=by_hand.guardrail_hook,
        give=lambda _stack: str(handler_archive(None)),
    ),
    Pair(
        name="SecureAlarms",
        ours=lambda stack, name, handler: SecureAlarms(stack, name).watch(handler),
        by_hand=by_hand.alarms,
        give=a_handler,
    ),
    Pair(
        name="SecureApi",
        ours=api,
        by_hand=lambda stack, name, handler: by_hand.api(
            stack, name, path=f"/{name}", handler=handler
        ),
        give=a_handler,
    ),
    Pair(
        name="SecureBucket",
        ours=lambda stack, name, _: SecureBucket(stack, name),
        by_hand=lambda stack, name, _: by_hand.bucket(stack, name),
    ),
    Pair(
        name="SecureBudget",
        ours=lambda stack, name, _: SecureBudget(stack, name, limit=500),
        by_hand=lambda stack, name, _: by_hand.budget(stack, name),
    ),
    Pair(
        name="SecureBus",
        ours=lambda stack, name, _: SecureBus(stack, name),
        by_hand=lambda stack, name, _: by_hand.bus(stack, name),
    ),
    Pair(
        name="SecureDistribution",
        ours=distribution,
        by_hand=lambda stack, name, _: by_hand.distribution(
            stack, name, origins.HttpOrigin("example.com")
        ),
    ),
    Pair(
        name="SecureFunction",
        ours=function,
        by_hand=lambda stack, name, _: by_hand.function(stack, name),
    ),
    Pair(
        name="SecureFunctionUrl",
        ours=lambda stack, name, handler: SecureFunctionUrl(
            stack, name, function=handler, public=WHY, **named(stack, name)
        ),
        by_hand=by_hand.function_url,
        give=a_handler,
    ),
    Pair(
        name="SecureGraphqlApi",
        ours=graphql_api,
        by_hand=lambda stack, name, _: by_hand.graphql_api(stack, name, SCHEMA),
    ),
    Pair(name="SecureHttpApi", ours=http_api, by_hand=by_hand.http_api, give=a_handler),
    Pair(
        name="SecureKey",
        ours=lambda stack, name, _: SecureKey(stack, name),
        by_hand=lambda stack, name, _: by_hand.key(stack, name),
    ),
    Pair(
        name="SecurePipe",
        ours=lambda stack, name, queues: SecurePipe(
            stack, name, source=queues[0], target=queues[1]
        ),
        by_hand=lambda stack, name, queues: by_hand.pipe(stack, name, *queues),
        give=two_queues,
    ),
    Pair(
        name="SecureQueue",
        ours=lambda stack, name, _: SecureQueue(stack, name),
        by_hand=lambda stack, name, _: by_hand.queue(stack, name),
    ),
    Pair(
        name="SecureRule",
        ours=rule,
        by_hand=lambda stack, name, queues: by_hand.rule(stack, name, queues[1]),
        give=two_queues,
    ),
    Pair(
        name="its stock target",
        ours=rule_with_stock_target,
        by_hand=lambda stack, name, queues: by_hand.rule(stack, name, queues[1]),
        give=two_queues,
    ),
    Pair(
        name="its made target",
        asks=4,
        ours=rule_with_made_target,
        by_hand=lambda stack, name, queues: by_hand.rule(stack, name, queues[1]),
        give=two_queues,
    ),
    Pair(
        name="SecureSchedule",
        ours=schedule,
        by_hand=lambda stack, name, queues: by_hand.schedule(stack, name, queues[1]),
        give=two_queues,
    ),
    Pair(
        name="SecureSecret",
        ours=lambda stack, name, _: SecureSecret(stack, name, no_rotation=WHY),
        by_hand=lambda stack, name, _: by_hand.secret(stack, name),
    ),
    Pair(
        name="SecureStateMachine",
        ours=state_machine,
        by_hand=lambda stack, name, _: by_hand.state_machine(stack, name),
    ),
    Pair(
        name="SecureStream",
        ours=lambda stack, name, _: SecureStream(stack, name),
        by_hand=lambda stack, name, _: by_hand.stream(stack, name),
    ),
    Pair(
        name="SecureTable",
        ours=table,
        by_hand=lambda stack, name, _: by_hand.table(stack, name, partition_key=ID),
    ),
    Pair(
        name="SecureTopic",
        ours=lambda stack, name, _: SecureTopic(stack, name),
        by_hand=lambda stack, name, _: by_hand.topic(stack, name),
    ),
    Pair(
        name="its subscription",
        ours=subscribed(lambda topic, _name, queue: topic.add_subscription(queue)),
        by_hand=subscribed(by_hand.subscription),
        give=lambda stack: SecureTopic(stack, "Topic"),
        give_by_hand=lambda stack: by_hand.topic(stack, "Topic"),
    ),
    Pair(
        name="its stock subscription",
        ours=subscribed(
            lambda topic, _name, queue: topic.add_subscription(
                partial(subscriptions.SqsSubscription, queue)
            )
        ),
        by_hand=subscribed(by_hand.subscription),
        give=lambda stack: SecureTopic(stack, "Topic"),
        give_by_hand=lambda stack: by_hand.topic(stack, "Topic"),
    ),
    Pair(
        name="its made subscription",
        asks=4,
        ours=subscribed(
            lambda topic, _name, queue: topic.add_subscription(subscriptions.SqsSubscription(queue))
        ),
        by_hand=subscribed(by_hand.subscription),
        give=lambda stack: SecureTopic(stack, "Topic"),
        give_by_hand=lambda stack: by_hand.topic(stack, "Topic"),
    ),
    Pair(
        name="SecureUpload",
        ours=upload,
        by_hand=by_hand.upload,
        give=an_api,
        give_by_hand=lambda stack: by_hand.rest_api(stack, "Api", by_hand.CALLERS_SIGN),
    ),
    Pair(
        name="SecureUserPool",
        ours=lambda stack, name, _: SecureUserPool(stack, name),
        by_hand=lambda stack, name, _: by_hand.user_pool(stack, name),
    ),
    Pair(
        name="its client",
        ours=lambda _stack, name, pool: pool.add_client(
            name, callback_urls=["https://shop.example.com/signed-in"]
        ),
        by_hand=lambda _stack, name, pool: by_hand.user_pool_client(
            pool, name, callback="https://shop.example.com/signed-in"
        ),
        give=lambda stack: SecureUserPool(stack, "Pool"),
        give_by_hand=lambda stack: by_hand.user_pool(stack, "Pool"),
    ),
    Pair(
        name="SecureWebAcl",
        ours=lambda stack, name, _: SecureWebAcl(stack, name),
        by_hand=lambda stack, name, _: by_hand.web_acl(stack, name),
    ),
    Pair(
        name="SecureWebSocketApi",
        ours=websocket_api,
        by_hand=by_hand.websocket_api,
        give=a_handler,
    ),
]


def compare_with_hand(rounds: int, most: int, only: str) -> bool:
    print(f"{'construct':24}{'messages: first':>18}{'one more':>14}{'CPU s':>18}{'ratio':>8}")
    within = True
    for pair in PAIRS:
        if only not in pair.name:
            continue
        (ours, give), (hand, give_by_hand) = pair.sides
        kinds, resources = types(ours, give)
        assert kinds == types(hand, give_by_hand)[0], pair.name
        first, more = messages(ours, give)
        first_hand, more_hand = messages(hand, give_by_hand)
        count = min(most, MOST_RESOURCES // max(resources, 1) - 1)
        taken: dict[Making, list[float]] = {ours: [], hand: []}
        for number in range(rounds):
            # Whoever comes second finds a warmer engine, and a fuller heap.
            for make, given in pair.sides if number % 2 else reversed(pair.sides):
                taken[make].append(cpu(make, count, given))
        ours_seconds, hand_seconds = (min(taken[make]) for make in (ours, hand))
        ratio = ours_seconds / hand_seconds
        print(
            f"{pair.name:24}{first:>9} vs {first_hand:>4}{more:>7} vs {more_hand:>3}"
            f"{ours_seconds:>9.3f} vs {hand_seconds:.3f}{ratio:>8.2f}",
            flush=True,
        )
        within &= more <= more_hand * MOST_RATIO + pair.asks
        within &= ratio <= MOST_RATIO + NOISE or bool(pair.asks)
    return within


def our_function(stack: cdk.Stack, name: str, **props: Any) -> SecureFunction:
    return SecureFunction(
        stack,
        f"{name}Function",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        **props,
    )


def api_and_function(stack: cdk.Stack, name: str, _: object) -> None:
    api(stack, name, our_function(stack, name))


def distribution_and_bucket(stack: cdk.Stack, name: str, _: object) -> None:
    origin = origins.S3BucketOrigin.with_origin_access_control(SecureBucket(stack, f"{name}Bucket"))
    SecureDistribution(
        stack,
        name,
        default_behavior=cloudfront.BehaviorOptions(origin=origin),
        **named(stack, name),
    )


def function_and_secret(stack: cdk.Stack, name: str, _: object) -> None:
    our_function(stack, name, secrets={"KEY": SecureSecret(stack, name, no_rotation=WHY)})


def function_and_machine(stack: cdk.Stack, name: str, _: object) -> None:
    machine = SecureStateMachine(
        stack,
        name,
        definition_body=sfn.DefinitionBody.from_chainable(sfn.Pass(stack, f"{name}Step")),
        timeout=cdk.Duration.minutes(5),
    )
    machine.grants.start_execution(our_function(stack, name))


def function_and_table(stack: cdk.Stack, name: str, _: object) -> None:
    made = SecureTable(
        stack,
        name,
        partition_key=ID,
    )
    made.grants.read_write_data(our_function(stack, name))


def queue_and_function(stack: cdk.Stack, name: str, _: object) -> None:
    our_function(stack, name).consume(SecureQueue(stack, name))


def rule_and_queue(stack: cdk.Stack, name: str, _: object) -> None:
    SecureRule(
        stack,
        name,
        event_pattern=events.EventPattern(source=["shop.orders"]),
        targets=[SecureQueue(stack, f"{name}Queue")],
    )


def stream_and_function(stack: cdk.Stack, name: str, _: object) -> None:
    our_function(stack, name).consume_stream(
        SecureStream(stack, name), starting_position=lambda_.StartingPosition.TRIM_HORIZON
    )


def topic_and_queue(stack: cdk.Stack, name: str, _: object) -> None:
    SecureTopic(stack, name).add_subscription(SecureQueue(stack, f"{name}Queue"))


PATTERNS: dict[str, Making] = {
    "API, function": api_and_function,
    "distribution, bucket": distribution_and_bucket,
    "function, secret": function_and_secret,
    "function, state machine": function_and_machine,
    "function, table": function_and_table,
    "queue, function": queue_and_function,
    "rule, queue": rule_and_queue,
    "stream, function": stream_and_function,
    "topic, queue": topic_and_queue,
}
SOLUTIONS_COUNT = 10


def compare_with_solutions(python: str | None, rounds: int) -> None:
    if python is None:
        print("\naws-solutions-constructs: left out; see --solutions")
        return
    measured = subprocess.run(
        [python, "-m", "benchmarks.solutions", str(SOLUTIONS_COUNT), str(rounds)],
        capture_output=True,
        check=False,
        cwd=ROOT,
        # Their CDK has no prop that turns its own validation off.
        env={**os.environ, "CDK_VALIDATION": "false"},
        text=True,
    )
    if measured.returncode:
        last = measured.stderr.strip().splitlines()[-1:]
        print(f"\naws-solutions-constructs: left out, since they do not run: {last}")
        return
    theirs = json.loads(measured.stdout.splitlines()[-1])
    head = f"{'pattern':26}{'resources':>12}{'messages: first':>18}{'one more':>14}{'CPU s':>18}"
    print(f"\nagainst aws-solutions-constructs\n{head}{'ratio':>8}")
    for name, make in PATTERNS.items():
        them = theirs[name]
        us = measure(make, SOLUTIONS_COUNT, rounds)
        print(
            f"{name:26}{us['resources']:>5} vs {them['resources']:>3}"
            f"{us['first']:>9} vs {them['first']:>5}{us['more']:>7} vs {them['more']:>3}"
            f"{us['seconds']:>9.3f} vs {them['seconds']:.3f}"
            f"{us['seconds'] / them['seconds']:>8.2f}",
            flush=True,
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="constructs in an app, at most")
    parser.add_argument("--only", default="", help="constructs with this in their name")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--solutions", help="a Python that has aws-solutions-constructs")
    options = parser.parse_args()
    within = compare_with_hand(options.rounds, options.count, options.only)
    if not options.only:
        compare_with_solutions(options.solutions, options.rounds)
    return int(not within)


if __name__ == "__main__":
    sys.exit(main())
