"""Alarms on what an attack or a runaway bill looks like, at one topic for each stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import jsii
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct, IValidation

from secure_constructs.constructs._base import (
    check_number,
    pseudo,
    refusal,
    remembered,
    shared,
    stack_of,
)
from secure_constructs.constructs._undelivered import keep_undelivered
from secure_constructs.constructs._vended_logs import place_of
from secure_constructs.constructs.function import SecureFunction
from secure_constructs.constructs.pipe import SecurePipe
from secure_constructs.constructs.queue import SecureQueue
from secure_constructs.constructs.topic import SecureTopic
from secure_constructs.constructs.web_acl import SecureWebAcl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from constructs import IConstruct

_BY_QUEUE: Final = "a queue tells of malware"
_FIVE_MINUTES: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class _Watched:
    name: str
    namespace: str
    metric: str
    dimensions: Mapping[str, str]
    says: str
    threshold: float = 1
    statistic: str = "Sum"


class SecureAlarms(Construct):
    """
    Alarms on what the constructs of a stack measure, and one topic that tells of them.

    List price: 0.10 USD a month for each alarm, 0.30 USD for the metric of refused callers of
    an API; 1 USD for the key that the stack shares (us-east-1, 2026-11).

    | what is watched | when it tells |
    |---|---|
    | function | it fails, is throttled, or all instances that are reserved for it are in use |
    | API with an access log | ten callers in five minutes were refused (401, 403); it fails |
    | web ACL | a hundred requests in five minutes were blocked |
    | queue | its dead-letter queue, or itself where it is one, holds a message |
    | state machine | an execution fails or takes too long |
    | pipe, schedule | it fails; an invocation was dropped |
    | table, stream | requests are throttled |
    | malware protection plan | malware was found |

    A `SecureBudget` tells the same topic when money is spent.

    Missing data is no alarm: nothing happened. Alarms are told through a topic that is
    encrypted, so CloudWatch is admitted to topic and key, for alarms of this account
    (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html).

    Attributes:
        topic: Where alarms are told. Subscribe whoever must know.

    Args:
        scope: Where to build them.
        id: Its id there; part of the logical ids.
        blocked_requests: How many requests a web ACL blocks in five minutes before it is told.
        emails: Who is told by mail; each has to confirm once.
        refused_callers: How many callers an API refuses in five minutes before it is told.
        topic: The topic to tell.
            Default: the one that the stack shares.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        blocked_requests: int = 100,
        emails: Sequence[str] = (),
        refused_callers: int = 10,
        topic: SecureTopic | None = None,
    ) -> None:
        for prop, count, unit in (
            ("blocked_requests", blocked_requests, "requests"),
            ("refused_callers", refused_callers, "callers"),
        ):
            check_number(
                SecureAlarms, scope, id, prop, count, least=1, most=1_000_000_000, unit=unit
            )
        super().__init__(scope, id)
        self._stack = stack_of(scope)
        self._blocked = blocked_requests
        self._refused = refused_callers
        self.topic: Final = topic or SecureAlarms.topic_of(scope)
        if topic is not None:
            _admit_alarms(topic)
        self._topic_arn = self.topic.topic_arn
        self._seen: set[str] = set()
        for email in emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))

    @staticmethod
    def topic_of(scope: Construct) -> SecureTopic:
        """
        The topic that tells of the alarms of a stack.

        Args:
            scope: Any construct in the stack.
        """
        return shared(scope, "AlarmTopic", _topic)

    def watch(self, *things: IConstruct) -> None:
        """
        Watch constructs; what was watched before is not watched twice.

        Args:
            things: What to watch.

        Raises:
            ConstructError: It is not known what to look for in one of them.
        """
        for thing in things:
            if not self._watch(thing):
                raise refusal(
                    SecureAlarms,
                    self,
                    "",
                    "watch",
                    thing,
                    because="it is not known what to look for",
                    instead="make an Alarm of its metric, and tell it to topic",
                )

    def watch_all(self) -> None:
        """
        Watch all of the stack, also what is defined later.

        The stack is looked through once, when it is synthesized. Nested stacks need
        alarms of their own.
        """
        self._stack.node.add_validation(_Scan(self))

    def _watch(self, thing: IConstruct) -> bool:
        if _is_api(thing):
            self._watch_api(thing)
            return True
        for kind, look in _LOOKS.items():
            if isinstance(thing, kind):
                look(self, thing)
                return True
        return False

    def _scan(self) -> None:
        known = tuple(_LOOKS)
        for thing in self._stack.node.find_all():
            # References into a nested stack are resolved by now.
            if (isinstance(thing, known) or _is_api(thing)) and stack_of(thing) is self._stack:
                self._watch(thing)

    def _alarm(self, thing: IConstruct, *watched: _Watched) -> None:
        place = self._first(thing)
        if place is None:
            return
        for each in watched:
            cloudwatch.CfnAlarm(
                self,
                f"{place}{each.name}",
                alarm_actions=[self._topic_arn],
                alarm_description=f"{place}: {each.says}",
                comparison_operator="GreaterThanOrEqualToThreshold",
                dimensions=[
                    {"name": name, "value": value} for name, value in each.dimensions.items()
                ],
                evaluation_periods=1,
                metric_name=each.metric,
                namespace=each.namespace,
                period=_FIVE_MINUTES,
                statistic=each.statistic,
                threshold=each.threshold,
                treat_missing_data="notBreaching",
            )

    def _first(self, thing: IConstruct) -> str | None:
        path = thing.node.path
        if path in self._seen:
            return None
        self._seen.add(path)
        return path.removeprefix(f"{self._stack.node.path}/").replace("/", "-")

    def _watch_function(self, function: lambda_.Function) -> None:
        self._alarm(function, *_of_function(function))

    def _watch_queue(self, queue: sqs.Queue) -> None:
        lost: Any = queue
        if queue.dead_letter_queue is not None:
            lost = queue.dead_letter_queue.queue
        self._alarm(
            lost,
            _Watched(
                name="Depth",
                namespace="AWS/SQS",
                metric="ApproximateNumberOfMessagesVisible",
                statistic="Maximum",
                dimensions={"QueueName": lost.queue_name},
                says="a message could not be handled",
            ),
        )

    def _watch_machine(self, machine: sfn.StateMachine) -> None:
        dimensions = {"StateMachineArn": machine.state_machine_arn}
        self._alarm(
            machine,
            *(
                _Watched(
                    name=name,
                    namespace="AWS/States",
                    metric=metric,
                    dimensions=dimensions,
                    says=says,
                )
                for name, metric, says in (
                    ("Failures", "ExecutionsFailed", "an execution failed"),
                    ("Timeouts", "ExecutionsTimedOut", "an execution took too long"),
                )
            ),
        )

    def _watch_web_acl(self, acl: SecureWebAcl) -> None:
        dimensions = {"WebACL": "WebAcl", "Rule": "ALL"}
        if acl.web_acl.scope == "REGIONAL":
            dimensions["Region"] = pseudo("REGION")
        self._alarm(
            acl,
            _Watched(
                name="Blocks",
                namespace="AWS/WAFV2",
                metric="BlockedRequests",
                dimensions=dimensions,
                says=f"{self._blocked} requests in five minutes were blocked",
                threshold=self._blocked,
            ),
        )

    def _watch_pipe(self, pipe: SecurePipe) -> None:
        self._alarm(
            pipe,
            _Watched(
                name="Failures",
                namespace="AWS/EventBridge/Pipes",
                metric="ExecutionFailed",
                dimensions={"PipeName": pipe.pipe_name},
                says="the pipe failed",
            ),
        )

    def _watch_schedule(self, schedule: scheduler.Schedule) -> None:
        group = schedule.schedule_group
        dimensions = {"ScheduleGroup": group.schedule_group_name if group else "default"}
        self._alarm(
            cast("IConstruct", group or schedule),
            _Watched(
                name="Dropped",
                namespace="AWS/Scheduler",
                metric="InvocationDroppedCount",
                dimensions=dimensions,
                says="a target could not be started",
            ),
        )

    def _watch_table(self, table: dynamodb.TableV2) -> None:
        dimensions = {"TableName": table.table_name}
        self._alarm(
            table,
            *(
                _Watched(
                    name=f"{kind}Throttles",
                    namespace="AWS/DynamoDB",
                    metric=f"{kind}ThrottleEvents",
                    dimensions=dimensions,
                    says="requests were beyond the ceiling",
                )
                for kind in ("Read", "Write")
            ),
        )

    def _watch_stream(self, stream: kinesis.Stream) -> None:
        dimensions = {"StreamName": stream.stream_name}
        self._alarm(
            stream,
            *(
                _Watched(
                    name=f"{kind}Throttles",
                    namespace="AWS/Kinesis",
                    metric=f"{kind}ProvisionedThroughputExceeded",
                    dimensions=dimensions,
                    says="requests were beyond what the shards take",
                )
                for kind in ("Read", "Write")
            ),
        )

    def _watch_api(self, api: Any) -> None:
        place = self._first(api)
        if place is None:
            return
        self._seen.discard(api.node.path)
        namespace = f"SecureConstructs/{pseudo('STACK_NAME')}"
        logs.CfnMetricFilter(
            self,
            f"{place}RefusedFilter",
            filter_pattern='{ ($.status = "401") || ($.status = "403") }',
            log_group_name=api.access_log.log_group_name,
            metric_transformations=[
                {
                    "defaultValue": 0,
                    "metricName": f"{place}-Refused",
                    "metricNamespace": namespace,
                    "metricValue": "1",
                }
            ],
        )
        watched = [
            _Watched(
                name="Refused",
                namespace=namespace,
                metric=f"{place}-Refused",
                dimensions={},
                says=f"{self._refused} callers in five minutes were refused",
                threshold=self._refused,
            )
        ]
        if isinstance(api, apigateway.RestApi):
            watched.append(
                _Watched(
                    name="Failures",
                    namespace="AWS/ApiGateway",
                    metric="5XXError",
                    dimensions={"ApiName": api.rest_api_name},
                    says="a request failed",
                )
            )
        self._alarm(api, *watched)

    def _watch_plan(self, plan: guardduty.CfnMalwareProtectionPlan) -> None:
        place = None if remembered(plan, _BY_QUEUE, lambda: False) else self._first(plan)
        if place is None:
            return
        # The event is documented, with the result of the scan:
        # https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
        lost = SecureQueue.dead_letters_of(self._stack)
        rule = events.CfnRule(
            self,
            f"{place}Malware",
            description="Malware was found in an upload.",
            event_pattern={
                "source": ["aws.guardduty"],
                "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
                "resources": [plan.attr_arn],
                "detail": {"scanResultDetails": {"scanResultStatus": ["THREATS_FOUND"]}},
            },
            targets=[
                {
                    "arn": self._topic_arn,
                    "deadLetterConfig": {"arn": lost.queue_arn},
                    "id": "Topic",
                    "retryPolicy": {"maximumEventAgeInSeconds": 3600, "maximumRetryAttempts": 5},
                }
            ],
        )
        self.topic.grants.publish_from_service("events.amazonaws.com", source_arn=rule.attr_arn)
        keep_undelivered(lost, "events.amazonaws.com", source_arn=rule.attr_arn)


def tell_by_queue(plan: guardduty.CfnMalwareProtectionPlan) -> None:
    """
    Note that an alarm on a queue tells of what a plan finds, so that no mail does for each find.

    Args:
        plan: The plan.
    """
    remembered(plan, _BY_QUEUE, lambda: True)


@jsii.implements(IValidation)
class _Scan:
    """
    Looks through a stack when its construct tree is complete, before templates are written.

    An Aspect would ask the kernel about each construct; this asks once.
    """

    def __init__(self, alarms: SecureAlarms) -> None:
        self._alarms = alarms

    def validate(self) -> list[str]:
        self._alarms._scan()  # noqa: SLF001 - two halves of one construct
        return []


_LOOKS: Final[Mapping[type, Callable[[SecureAlarms, Any], None]]] = {
    lambda_.Function: SecureAlarms._watch_function,  # noqa: SLF001 - its own table
    sqs.Queue: SecureAlarms._watch_queue,  # noqa: SLF001
    sfn.StateMachine: SecureAlarms._watch_machine,  # noqa: SLF001
    SecureWebAcl: SecureAlarms._watch_web_acl,  # noqa: SLF001
    SecurePipe: SecureAlarms._watch_pipe,  # noqa: SLF001
    scheduler.Schedule: SecureAlarms._watch_schedule,  # noqa: SLF001
    dynamodb.TableV2: SecureAlarms._watch_table,  # noqa: SLF001
    kinesis.Stream: SecureAlarms._watch_stream,  # noqa: SLF001
    guardduty.CfnMalwareProtectionPlan: SecureAlarms._watch_plan,  # noqa: SLF001
}


def _is_api(thing: object) -> bool:
    # SecureApi, SecureHttpApi and SecureWebSocketApi all log who was refused.
    return isinstance(getattr(thing, "__dict__", {}).get("access_log"), logs.LogGroup)


def _of_function(function: lambda_.Function) -> Iterator[_Watched]:
    dimensions = {"FunctionName": function.function_name}
    yield _Watched(
        name="Errors",
        namespace="AWS/Lambda",
        metric="Errors",
        dimensions=dimensions,
        says="the function failed",
    )
    yield _Watched(
        name="Throttles",
        namespace="AWS/Lambda",
        metric="Throttles",
        dimensions=dimensions,
        says="the function was throttled",
    )
    reserved = function.reserved if isinstance(function, SecureFunction) else None
    if reserved:
        yield _Watched(
            name="Concurrency",
            namespace="AWS/Lambda",
            metric="ConcurrentExecutions",
            statistic="Maximum",
            dimensions=dimensions,
            says="all instances that are reserved for it are in use",
            threshold=reserved,
        )


def _topic(stack: Construct, id: str) -> SecureTopic:
    topic = SecureTopic(stack, id, display_name="Alarms")
    _admit_alarms(topic)
    return topic


def _admit_alarms(topic: SecureTopic) -> None:
    topic.grants.publish_from_service(
        "cloudwatch.amazonaws.com", source_arn=f"{place_of('cloudwatch')}:alarm:*"
    )
