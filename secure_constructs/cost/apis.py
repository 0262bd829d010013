"""APIs of API Gateway: requests up to their throttles, logs, traces, answers, connections."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.services.exposure import HTTP_API, REST_API, reached_by_few
from secure_constructs.services.openapi import document_of, harmless
from secure_constructs.services.stages import (
    DEPLOYMENT,
    HTTP_STAGE,
    STAGE,
    method_settings,
    stage_of,
)
from secure_constructs.template import Block, Resource, Template, Undecided

_METHOD: Final = "AWS::ApiGateway::Method"
_PLAN: Final = "AWS::ApiGateway::UsagePlan"
_PLAN_KEY: Final = "AWS::ApiGateway::UsagePlanKey"
_AUTHORIZER: Final = "authorizer "
_CONNECT: Final = "$connect"
_WEBSOCKET: Final = "WEBSOCKET"
_ANY: Final = "*"
_MOST: Final = 1e9
_HOURS: Final = {"DAY": 24, "WEEK": 7 * 24, "MONTH": 28 * 24}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
_CONNECTED_MINUTES: Final = 120
_RATE: Final = 50
_BURST: Final = 100
_FEW_ERRORS: Final = 1 / 3
_WITH_DATA: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Throttle:
    """
    A token bucket.

    Args:
        rate: Requests a second.
        burst: Requests beyond that, once.
    """

    rate: float = math.inf
    burst: float = math.inf

    @property
    def hourly(self) -> float:
        """
        The requests of an hour.
        """
        return self.rate * HOUR + self.burst

    def within(self, other: Throttle) -> Throttle:
        """
        Give the narrower of each.
        """
        return Throttle(rate=min(self.rate, other.rate), burst=min(self.burst, other.burst))

    def __str__(self) -> str:
        return f"({amount(self.rate)} x 3,600 + {amount(self.burst)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Meter):
    """
    One method of an API in one stage of it.

    Args:
        kind: ``rest``, ``http`` or ``websocket``.
        throttle: What is let through; all that the account takes where nothing is set.
        keyed: What the usage plans let through where callers need a key.
        tracing: Whether the stage is traced.
        execution_log: How many KB API Gateway logs of one request, in parts of the assumption.
    """

    kind: str = "rest"
    throttle: Throttle = Throttle()
    keyed: float = math.inf
    tracing: bool = False
    execution_log: float = 0

    @property
    def traced(self) -> bool:
        """
        Whether X-Ray records what runs through.
        """
        return self.tracing

    @property
    def _asks(self) -> bool:
        return self.part.startswith(_AUTHORIZER)

    def _throttled(self, tariff: Tariff) -> Throttle:
        limits = tariff.limits
        account = Throttle(rate=limits.requests_per_second, burst=limits.burst)
        if self.kind == "websocket" and self.part == _CONNECT:
            account = account.within(Throttle(rate=limits.connections_per_second))
        # Whether throttles come before authorizers is not documented.
        return account if self._asks else account.within(self.throttle)

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many requests an hour are let through.
        """
        asked = sum_of(inflow.events for inflow in inflows)
        return min(asked, self._throttled(tariff).hourly, self.keyed)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give requests, answers, logs, traces and connections; none for what is throttled.
        """
        if not taken or self._asks:
            return
        limits = tariff.limits
        shared = {"pool": tariff.pool("API requests"), "used": taken}
        throttle = self._throttled(tariff)
        count = str(throttle) if taken == throttle.hourly else amount(taken)
        if self.kind == "websocket":
            price = tariff.prices["apigateway-websocket-message"]
            formula = f"{count} messages x 2 ways x {dollars(price)}"
            yield self.line("messages", taken * 2 * price, formula, **shared)
            if self.part == _CONNECT:
                price = tariff.prices["apigateway-websocket-minute"]
                formula = f"{count} connections x 120 minutes x {dollars(price)}"
                usd = taken * _CONNECTED_MINUTES * price
                yield self.line("connections", usd, formula, **shared)
        else:
            price = tariff.prices[f"apigateway-{self.kind}-request"]
            formula = f"{count} requests x {dollars(price)}"
            yield self.line("requests", taken * price, formula, **shared)
        price = tariff.prices["transfer-gb"]
        formula = f"{count} responses x {amount(limits.response_kb)} KB x {dollars(price)}/GB"
        yield self.line("transfer", taken * limits.response_kb / 1e6 * price, formula, **shared)
        if self.execution_log:
            size = limits.execution_log_kb * self.execution_log
            price = tariff.prices["logs-gb"]
            formula = f"{count} requests x {amount(size)} KB x {dollars(price)}/GB"
            yield self.line("execution log", taken * size / 1e6 * price, formula, **shared)
        if self.tracing:
            price = tariff.prices["xray-trace"]
            formula = f"{count} traces x {amount(limits.traced_share)} x {dollars(price)}"
            yield self.line("traces", taken * limits.traced_share * price, formula, **shared)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it; those of the stage, so for all of its routes.
        """
        resource = self.resource
        if resource is None or self._asks:
            return
        if self.throttle.rate > _RATE:
            change = f"throttling_rate_limit={_RATE}, throttling_burst_limit={_BURST}"
            narrow = self.throttle.within(Throttle(rate=_RATE, burst=_BURST))
            yield Lever(resource=resource, change=change, meter=replace(self, throttle=narrow))
        if self.execution_log:
            change = "logging_level=MethodLoggingLevel.OFF"
            yield Lever(resource=resource, change=change, meter=replace(self, execution_log=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLog(Meter):
    """
    The access log of a stage, which has a line for requests that were refused as well.
    """

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give the log of all that arrives.
        """
        limits = tariff.limits
        arriving = limits.requests_per_second * HOUR
        if not taken:
            return
        price = tariff.prices["logs-gb"]
        size = limits.access_log_kb
        count = f"{amount(limits.requests_per_second)} x 3,600"
        formula = f"{count} arriving x {amount(size)} KB x {dollars(price)}/GB"
        usd = arriving * size / 1e6 * price
        pool = tariff.pool("requests logged")
        yield self.line("access log", usd, formula, pool=pool, used=arriving, door=True)


def route_of(api: Resource, part: str, reader: Reader, *, with_key: bool = False) -> Route:
    """
    Read what holds for a route, in all stages of its API together.

    Args:
        api: The API.
        part: The route.
        reader: Reads settings.
        with_key: Whether callers need a key, so that usage plans count.
    """
    stages = _stages(api)
    kind = _kind(api)
    verb, _, path = part.rpartition(" ")
    settings = [_settings(stage, verb or _ANY, path, reader) for stage in stages]
    throttles = [_throttle(blocks, reader) for blocks in settings]
    rate = sum(throttle.rate for throttle in throttles) if throttles else math.inf
    burst = sum(throttle.burst for throttle in throttles) if throttles else math.inf
    return Route(
        resource=api,
        part=part,
        kind=kind,
        throttle=Throttle(rate=rate, burst=burst),
        keyed=_keyed(api, reader) if with_key else math.inf,
        tracing=any(
            reader.flag(stage, "TracingEnabled", unknown=not reader.surely) for stage in stages
        ),
        execution_log=max((_logged(blocks, reader) for blocks in settings), default=0),
    )


def unmapped(template: Template, reader: Reader) -> Iterator[Meter]:
    """
    Give what an API takes or logs that leads nowhere: preflights, mocks, access logs.
    """
    for api in template.of_type(REST_API, HTTP_API):
        try:
            closed = reached_by_few(api, template)
        except Undecided:
            closed = reader.surely
        if closed:
            continue
        for part in _preflights(api, template):
            yield route_of(api, part, reader)
        for stage in _stages(api):
            if stage.has("AccessLogSetting.DestinationArn") or stage.has(
                "AccessLogSettings.DestinationArn"
            ):
                yield AccessLog(resource=stage.resource)


def _preflights(api: Resource, template: Template) -> Iterator[str]:
    for method in template.referrers(api, _METHOD, at="RestApiId"):
        verb = str(method.get("HttpMethod", "ANY")).upper()
        if harmless(verb, str(method.get("Integration.Type", ""))):
            yield f"{verb} {method.logical_id}"
    document = document_of(api)
    if document is not None:
        for operation in document.matching(lambda operation: operation.harmless).elements:
            yield str(operation)


def _kind(api: Resource) -> str:
    if api.type in {REST_API, _METHOD}:
        return "rest"
    return "websocket" if api.get("ProtocolType") == _WEBSOCKET else "http"


def _stages(api: Resource) -> tuple[Block, ...]:
    return api.once("cost stages", lambda asked: tuple(_stages_of(asked)))


def _stages_of(api: Resource) -> Iterator[Block]:
    template = api.template
    yield from template.referrers(api, HTTP_STAGE, at="ApiId")
    yield from template.referrers(api, STAGE, at="RestApiId")
    for deployment in template.referrers(api, DEPLOYMENT, at="RestApiId"):
        stage = stage_of(deployment)
        if stage is not None:
            yield stage


def _settings(stage: Block, verb: str, path: str, reader: Reader) -> list[Block]:
    """
    Give the settings that hold for a route, the closest first.
    """
    if stage.resource.type == HTTP_STAGE:
        key = f"{verb} {path}" if verb != _ANY else path
        own = stage.block(("RouteSettings", key)) if stage.has(("RouteSettings", key)) else None
        return [block for block in (own, stage.block("DefaultRouteSettings")) if block]
    found: list[tuple[int, Block]] = []
    try:
        for block in method_settings(stage):
            matched = _matches(block, verb, path, reader)
            if matched is not None:
                found.append((matched, block))
    except Undecided as undecided:
        reader.doubt(stage, f"{undecided.place} is not known before deployment", math.inf)
    found.sort(key=lambda entry: entry[0])
    return [block for _, block in found]


def _matches(block: Block, verb: str, path: str, reader: Reader) -> int | None:
    """
    Say how closely settings fit a route; none where they are about others.
    """
    if block.resource.type == DEPLOYMENT and not block.has("ResourcePath"):
        return 3
    asked_path = reader.text(block, "ResourcePath", "/*", "/*").replace("~1", "/")
    asked_path = "/" + asked_path.strip("/")
    asked_verb = reader.text(block, "HttpMethod", _ANY, _ANY).upper()
    paths = (asked_path == "/" + path.strip("/"), asked_path in {"/*", "/*/*"})
    verbs = (asked_verb == verb, asked_verb == _ANY)
    if not any(paths) or not any(verbs):
        return None
    return (0 if paths[0] else 2) + (0 if verbs[0] else 1)


def _throttle(blocks: Iterable[Block], reader: Reader) -> Throttle:
    rate = burst = math.inf
    for block in blocks:
        if math.isinf(rate):
            rate = reader.number(block, "ThrottlingRateLimit", default=math.inf, most=_MOST)
        if math.isinf(burst):
            burst = reader.number(block, "ThrottlingBurstLimit", default=math.inf, most=_MOST)
    return Throttle(rate=rate, burst=burst)


def _logged(blocks: Iterable[Block], reader: Reader) -> float:
    for block in blocks:
        if not block.has("LoggingLevel"):
            continue
        level = reader.text(block, "LoggingLevel", "OFF", "OFF" if reader.surely else "INFO")
        if level.upper() == "OFF":
            return 0
        data = reader.flag(block, "DataTraceEnabled", unknown=not reader.surely)
        share = 1 if level.upper() == "INFO" else _FEW_ERRORS
        return share * (_WITH_DATA if data else 1)
    return 0


def _keyed(api: Resource, reader: Reader) -> float:
    """
    Give what usage plans let through an hour.
    """
    template = api.template
    plans = [
        plan
        for plan in template.everywhere(_PLAN)
        if any(template.find(stage.get("ApiId")) == api for stage in plan.blocks("ApiStages"))
    ]
    return sum(_planned(plan, reader) for plan in plans) if plans else math.inf


def _planned(plan: Resource, reader: Reader) -> float:
    template = plan.template
    keys = max(1, len(template.referrers(plan, _PLAN_KEY, at="UsagePlanId")))
    rate = reader.number(plan, "Throttle.RateLimit", default=math.inf, most=_MOST)
    burst = reader.number(plan, "Throttle.BurstLimit", default=math.inf, most=_MOST)
    quota = reader.number(plan, "Quota.Limit", default=math.inf, most=_MOST)
    return keys * min(rate * HOUR + burst, quota)
