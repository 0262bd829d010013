"""Queues, topics, buses, streams, pipes and rules: messages in and out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.paths.graph import Flow
from secure_constructs.template import Block, Resource

QUEUE: Final = "AWS::SQS::Queue"
TOPIC: Final = "AWS::SNS::Topic"
BUS: Final = "AWS::Events::EventBus"
STREAM: Final = "AWS::Kinesis::Stream"
PIPE: Final = "AWS::Pipes::Pipe"
IOT_RULE: Final = "AWS::IoT::TopicRule"
_SUBSCRIPTION: Final = "AWS::SNS::Subscription"

# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html
_RETENTION: Final = 345_600
_LONGEST_RETENTION: Final = 1_209_600
_VISIBILITY: Final = 30
_LONGEST_VISIBILITY: Final = 43_200
_MOST_RECEIVES: Final = 1_000
_FEW_RECEIVES: Final = 3
_FEW_INSTANCES: Final = 2
# https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
_RECORDS_OF_A_SHARD: Final = 1_000
_MOST_SHARDS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue(Meter):
    """
    An SQS queue. What polls it is charged with what it fetches.

    Args:
        fifo: Whether it keeps the order.
        receives: How often one message is handed out at most.
        polled: Whether Lambda or a pipe fetches its messages, and code does not.
        concurrency: How many instances of functions may work on its messages at a time.
    """

    fifo: bool = False
    receives: float = 1
    polled: bool = False
    concurrency: float = math.inf

    @property
    def item(self) -> str:
        """
        The price of a request.
        """
        return "sqs-fifo-request" if self.fifo else "sqs-request"

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:  # noqa: ARG002
        """
        Give how many messages are put in.
        """
        return sum_of(inflow.events for inflow in inflows if inflow.flow is not Flow.READ)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give the requests.
        """
        price = tariff.prices[self.item]
        if taken:
            yield self.line("sent", taken * price, f"{amount(taken)} messages x {dollars(price)}")
        read = sum_of(inflow.events for inflow in inflows if inflow.flow is Flow.READ)
        if read and not self.polled:
            formula = f"{amount(read)} messages x (received + deleted) x {dollars(price)}"
            yield self.line("received", read * 2 * price, formula)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is not None and self.polled and self.receives > _FEW_RECEIVES:
            change = f"dead_letter_queue=DeadLetterQueue(max_receive_count={_FEW_RECEIVES}, ...)"
            meter = replace(self, receives=_FEW_RECEIVES)
            yield Lever(resource=self.resource, change=change, meter=meter)
        if self.resource is not None and self.polled and self.concurrency > _FEW_INSTANCES:
            change = f"SqsEventSource(queue, max_concurrency={_FEW_INSTANCES})"
            meter = replace(self, concurrency=_FEW_INSTANCES)
            yield Lever(resource=self.resource, change=change, meter=meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(Meter):
    """
    An SNS topic.

    Args:
        http: How many HTTP endpoints subscribe.
        email: How many addresses subscribe.
    """

    http: int = 0
    email: int = 0

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many messages it takes.
        """
        most = tariff.limits.messages_per_second * HOUR
        return min(sum_of(inflow.events for inflow in inflows), most)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give messages published, and deliveries that are paid for: not to Lambda, SQS or Firehose.
        """
        if not taken:
            return
        price = tariff.prices["sns-request"]
        formula = f"{amount(taken)} messages x {dollars(price)}"
        yield self.line("messages", taken * price, formula)
        for count, item, name in (
            (self.http, "sns-http-delivery", "HTTP deliveries"),
            (self.email, "sns-email-delivery", "mails"),
        ):
            if count:
                price = tariff.prices[item]
                formula = f"{amount(taken)} messages x {count} x {dollars(price)}"
                yield self.line(name, taken * count * price, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bus(Meter):
    """
    An event bus of EventBridge; its rules cost nothing.
    """

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many events it takes.
        """
        most = tariff.limits.events_per_second * HOUR
        return min(sum_of(inflow.events for inflow in inflows), most)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give the events put on it.
        """
        if taken:
            price = tariff.prices["events-event"]
            formula = f"{amount(taken)} events x {dollars(price)}"
            yield self.line("events", taken * price, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipe(Meter):
    """
    A pipe of EventBridge.
    """

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give the requests, and those to fetch what it hands on.
        """
        yield from self.polling(inflows, taken, tariff)
        if taken:
            price = tariff.prices["pipes-request"]
            formula = f"{amount(taken)} requests x {dollars(price)}"
            yield self.line("requests", taken * price, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class IotRule(Meter):
    """
    A rule of AWS IoT.

    Args:
        actions: How many actions it has.
    """

    actions: int = 1

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many messages it takes.
        """
        most = tariff.limits.iot_messages_per_second * HOUR
        return min(sum_of(inflow.events for inflow in inflows), most)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give messages, and what the rule does with them.
        """
        if not taken:
            return
        price = tariff.prices["iot-message"]
        formula = f"{amount(taken)} messages x {dollars(price)}"
        yield self.line("messages", taken * price, formula)
        price = tariff.prices["iot-rule"]
        formula = f"{amount(taken)} messages x (1 rule + {self.actions} actions) x {dollars(price)}"
        yield self.line("rule", taken * (1 + self.actions) * price, formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream(Meter):
    """
    A Kinesis stream; its shards are paid for in any case, and not counted here.

    Args:
        shards: How many; none where it grows by itself.
    """

    shards: float | None = None

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:  # noqa: ARG002
        """
        Give how many records it takes.
        """
        asked = sum_of(i.events for i in inflows if i.flow is not Flow.READ)
        if self.shards is None:
            return asked
        return min(asked, self.shards * _RECORDS_OF_A_SHARD * HOUR)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give what is put in: records of a megabyte, as far as it takes them.
        """
        if not taken:
            return
        if self.shards is None:
            size = min(taken / 1_000, tariff.limits.stream_megabytes_per_second * HOUR / 1_000)
            price = tariff.prices["kinesis-on-demand-gb"]
            yield self.line("data", size * price, f"{amount(size)} GB x {dollars(price)}")
            return
        price = tariff.prices["kinesis-put-unit"]
        formula = f"{amount(taken)} units of 25 KB x {dollars(price)}"
        yield self.line("records", taken * price, formula)


def queue_of(resource: Resource, reader: Reader, *, polled_by: Sequence[Resource] = ()) -> Queue:
    """
    Read the settings of a queue.

    Args:
        resource: The queue.
        reader: Reads settings.
        polled_by: The event source mappings and pipes that fetch its messages.
    """
    if resource.has("RedrivePolicy"):
        receives = reader.number(
            resource,
            "RedrivePolicy.maxReceiveCount",
            default=_MOST_RECEIVES,
            most=_MOST_RECEIVES,
            least=1,
        )
    else:
        kept = reader.number(
            resource,
            "MessageRetentionPeriod",
            default=_RETENTION,
            most=_LONGEST_RETENTION,
            least=60,
        )
        hidden = reader.number(
            resource, "VisibilityTimeout", default=_VISIBILITY, most=_LONGEST_VISIBILITY
        )
        receives = max(1.0, kept / max(hidden, 1))
    fifo = reader.flag(resource, "FifoQueue", unknown=not reader.surely)
    return Queue(
        resource=resource,
        fifo=fifo,
        receives=receives,
        polled=bool(polled_by),
        concurrency=sum(_instances(mapping, reader) for mapping in polled_by) or math.inf,
    )


def _instances(mapping: Resource, reader: Reader) -> float:
    path = "ScalingConfig.MaximumConcurrency"
    return reader.number(mapping, path, default=math.inf, most=math.inf, least=_FEW_INSTANCES)


def topic_of(resource: Resource, reader: Reader) -> Topic:
    """
    Read who subscribes to a topic.
    """
    subscriptions: list[Block] = list(
        resource.template.referrers(resource, _SUBSCRIPTION, at="TopicArn")
    )
    subscriptions += resource.blocks("Subscription").elements
    protocols = [reader.text(entry, "Protocol", "", "").lower() for entry in subscriptions]
    if "sms" in protocols:
        message = "text messages cost by country of the receiver; they are not counted"
        reader.doubt(resource, message, math.inf)
    return Topic(
        resource=resource,
        http=sum(protocol in {"http", "https"} for protocol in protocols),
        email=sum(protocol in {"email", "email-json"} for protocol in protocols),
    )


def stream_of(resource: Resource, reader: Reader) -> Stream:
    """
    Read how a stream grows.
    """
    mode = reader.text(resource, "StreamModeDetails.StreamMode", "", "ON_DEMAND")
    if mode == "ON_DEMAND" or (not mode and not resource.has("ShardCount")):
        return Stream(resource=resource)
    shards = reader.number(resource, "ShardCount", default=1, most=_MOST_SHARDS, least=1)
    return Stream(resource=resource, shards=shards)


def iot_rule_of(resource: Resource) -> IotRule:
    """
    Read how many actions a rule of AWS IoT has.
    """
    actions = resource.get("TopicRulePayload.Actions")
    return IotRule(resource=resource, actions=len(actions) if isinstance(actions, list) else 1)
