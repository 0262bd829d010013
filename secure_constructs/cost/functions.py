"""Functions: time, memory, requests, logs and traces."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of, times
from secure_constructs.template import Resource, Template

FUNCTION: Final = "AWS::Lambda::Function"
_INVOCATIONS: Final = "AWS::Lambda::EventInvokeConfig"
_LOG_GROUP: Final = "AWS::Logs::LogGroup"
_VERSIONS: Final = ("AWS::Lambda::Version", "AWS::Lambda::Alias")

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
_MOST_MEMORY: Final = 10_240
_LEAST_MEMORY: Final = 128
_FREE_STORAGE: Final = 512
_MOST_STORAGE: Final = 10_240
_LONGEST: Final = 900
_CALLS_OF_AN_INSTANCE: Final = 10
# What runs for less is paid for a millisecond.
_MOST_CALLS_OF_AN_INSTANCE: Final = 1_000
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
_RETRIES: Final = 2
_RESERVE: Final = 10

_LOUD: Final = {"DEBUG": 10.0, "TRACE": 10.0, "INFO": 1.0}
_QUIET: Final = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Meter):
    """
    A Lambda function.

    Args:
        memory: In MB.
        arm: Whether it runs on Graviton.
        storage: Its ``/tmp``, in MB.
        timeout: In seconds.
        instances: How many may run at a time; none where it shares those of the account.
        kept: How many are kept warm.
        retries: How often an event that failed is tried again.
        application_log: From which level on the code logs.
        platform_log: From which level on Lambda logs.
        log_item: The price of its log group.
        masked: Whether its logs are searched for personal data.
        tracing: Whether it is traced.
    """

    memory: float = 128
    arm: bool = False
    storage: float = _FREE_STORAGE
    timeout: float = 3
    instances: float | None = None
    kept: float = 0
    retries: float = _RETRIES
    application_log: str = "INFO"
    platform_log: str = "INFO"
    log_item: str = "logs-gb"
    masked: bool = False
    tracing: bool = False

    @property
    def traced(self) -> bool:
        """
        Whether X-Ray records what runs through.
        """
        return self.tracing

    @property
    def reserved(self) -> float:
        """
        The instances it takes out of those of the account.
        """
        return self.instances or 0

    def most(self, tariff: Tariff) -> float:
        """
        Give how many instances may run at a time.
        """
        return tariff.unreserved if self.instances is None else self.instances

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many invocations an hour there can be.

        Lambda starts ten a second for each instance; events it was given to keep are its own,
        and it starts them as fast as instances are free.
        """
        most = self.most(tariff) * HOUR
        at_once = sum_of(
            min(inflow.events, inflow.concurrency * HOUR * _CALLS_OF_AN_INSTANCE)
            for inflow in inflows
            if not inflow.retried
        )
        kept = sum_of(inflow.events for inflow in inflows if inflow.retried)
        tried = times(kept, 1 + self.retries)
        return min(at_once, most * _CALLS_OF_AN_INSTANCE) + min(
            tried, most * _MOST_CALLS_OF_AN_INSTANCE
        )

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give compute, storage, requests, logs, traces, and answers of a function URL.
        """
        if self.kept:
            yield self._kept(tariff)
        if not taken:
            return
        yield from self._compute(inflows, taken, tariff)
        yield from self.polling(inflows, taken, tariff)
        price = tariff.prices["lambda-request"]
        shared = {}
        if self.instances is None and not any(inflow.retried for inflow in inflows):
            shared = {"pool": tariff.pool("invocations"), "used": taken}
        count = f"{amount(taken)} invocations"
        yield self.line("requests", taken * price, f"{count} x {dollars(price)}", **shared)
        yield from self._logs(taken, tariff, shared)
        untraced = sum_of(inflow.events for inflow in inflows if not inflow.traced)
        if self.tracing and untraced:
            recorded = min(untraced, taken) * tariff.limits.traced_share
            price = tariff.prices["xray-trace"]
            formula = f"{amount(recorded)} traces x {dollars(price)}"
            yield self.line("traces", recorded * price, formula)
        answered = min(sum_of(i.events for i in inflows if i.answered), taken)
        if answered:
            price = tariff.prices["transfer-gb"]
            size = tariff.limits.response_kb
            formula = f"{amount(answered)} responses x {amount(size)} KB x {dollars(price)}/GB"
            yield self.line("transfer", answered * size / 1e6 * price, formula)

    def _kept(self, tariff: Tariff) -> Line:
        price = tariff.prices[f"lambda-kept-gb-second-{self._processor}"]
        formula = (
            f"{amount(self.kept)} kept warm x 3,600 s x {amount(self._gb)} GB x {dollars(price)}"
        )
        return self.line("kept warm", self.kept * HOUR * self._gb * price, formula)

    @property
    def _gb(self) -> float:
        return self.memory / 1_024

    @property
    def _processor(self) -> str:
        return "arm" if self.arm else "x86"

    def _compute(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        most = self.most(tariff) * HOUR
        asked = 0.0
        for inflow in inflows:
            runs = times(inflow.events, 1 + self.retries if inflow.retried else 1)
            asked += min(times(min(runs, taken), self.timeout), inflow.concurrency * HOUR)
        seconds = min(asked, most)
        if seconds == most:
            size = f"{amount(most / HOUR)} instances x 3,600 s"
        elif asked < taken * self.timeout:
            size = f"{amount(seconds / HOUR)} instances x 3,600 s"
        else:
            size = f"{amount(taken)} invocations x {amount(self.timeout)} s"
        shared = {}
        if self.instances is None:
            shared = {"pool": tariff.pool("instances"), "used": seconds}
        price = tariff.prices[f"lambda-gb-second-{self._processor}"]
        usd = seconds * self._gb * price
        formula = f"{size} x {amount(self._gb)} GB x {dollars(price)}"
        warm = min(self.kept * HOUR, seconds)
        if warm:
            cheaper = tariff.prices[f"lambda-provisioned-gb-second-{self._processor}"]
            usd -= warm * self._gb * (price - cheaper)
            formula += f", {amount(warm)} s of it at {dollars(cheaper)}"
        yield self.line("compute", usd, formula, **shared)
        storage = max(0, self.storage - _FREE_STORAGE) / 1_024
        if storage:
            price = tariff.prices["lambda-storage-gb-second"]
            formula = f"{size} x {amount(storage)} GB of /tmp x {dollars(price)}"
            yield self.line("storage", seconds * storage * price, formula, **shared)

    def _logs(self, taken: float, tariff: Tariff, shared: dict[str, object]) -> Iterator[Line]:
        limits = tariff.limits
        size = limits.log_kb * _LOUD.get(self.application_log, _QUIET)
        size += limits.platform_log_kb if self.platform_log in _LOUD else 0
        price = tariff.prices[self.log_item]
        if self.masked:
            price += tariff.prices["logs-masking-gb"]
        formula = f"{amount(taken)} invocations x {amount(size)} KB x {dollars(price)}/GB"
        yield self.line("logs", taken * size / 1e6 * price, formula, **shared)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        resource = self.resource
        if resource is None:
            return
        if self.instances is None or self.instances > _RESERVE:
            change = f"reserved_concurrent_executions={_RESERVE}"
            yield Lever(resource=resource, change=change, meter=replace(self, instances=_RESERVE))
        if self.memory > _LEAST_MEMORY:
            half = max(_LEAST_MEMORY, self.memory // 2)
            meter = replace(self, memory=half)
            yield Lever(resource=resource, change=f"memory_size={half:.0f}", meter=meter)
        if not self.arm:
            change = "architecture=Architecture.ARM_64"
            yield Lever(resource=resource, change=change, meter=replace(self, arm=True))
        if self.timeout > 1:
            half = max(1, self.timeout // 2)
            change = f"timeout=Duration.seconds({half:.0f})"
            yield Lever(resource=resource, change=change, meter=replace(self, timeout=half))
        if self.retries:
            change = "retry_attempts=0"
            yield Lever(resource=resource, change=change, meter=replace(self, retries=0))
        if self.application_log in _LOUD:
            change = "application_log_level_v2=ApplicationLogLevel.WARN"
            meter = replace(self, application_log="WARN")
            yield Lever(resource=resource, change=change, meter=meter)


def function_of(resource: Resource, reader: Reader) -> Function:
    """
    Read the settings of a function.
    """
    template = resource.template
    group = template.find(resource.get("LoggingConfig.LogGroup"), _LOG_GROUP)
    infrequent = group is not None and group.get("LogGroupClass") == "INFREQUENT_ACCESS"
    instances: float | None = None
    if resource.has("ReservedConcurrentExecutions"):
        most = reader.limits.concurrency
        path = "ReservedConcurrentExecutions"
        instances = reader.number(resource, path, default=most, most=most)
    loudest = "ERROR" if reader.surely else "DEBUG"
    return Function(
        resource=resource,
        memory=reader.number(
            resource, "MemorySize", default=_LEAST_MEMORY, most=_MOST_MEMORY, least=_LEAST_MEMORY
        ),
        arm=_arm(resource, reader),
        storage=reader.number(
            resource,
            "EphemeralStorage.Size",
            default=_FREE_STORAGE,
            most=_MOST_STORAGE,
            least=_FREE_STORAGE,
        ),
        timeout=reader.number(resource, "Timeout", default=3, most=_LONGEST, least=1),
        instances=instances,
        kept=_kept(resource, template, reader),
        retries=_retries(resource, template, reader),
        application_log=reader.text(
            resource, "LoggingConfig.ApplicationLogLevel", "INFO", loudest
        ).upper(),
        platform_log=reader.text(resource, "LoggingConfig.SystemLogLevel", "INFO", loudest).upper(),
        log_item="logs-infrequent-gb" if infrequent else "logs-gb",
        masked=group is not None and group.has("DataProtectionPolicy"),
        tracing=reader.text(resource, "TracingConfig.Mode", "", "Active") == "Active",
    )


def _arm(resource: Resource, reader: Reader) -> bool:
    known = resource.texts("Architectures")
    return "arm64" in known.elements or (not known.complete and reader.surely)


def _kept(function: Resource, template: Template, reader: Reader) -> float:
    path = "ProvisionedConcurrencyConfig.ProvisionedConcurrentExecutions"
    holders = [function]
    for kind in _VERSIONS:
        holders += template.referrers(function, kind, at="FunctionName")
    most = reader.limits.concurrency
    return sum(reader.number(holder, path, default=0, most=most) for holder in holders)


def _retries(function: Resource, template: Template, reader: Reader) -> float:
    configured = template.referrers(function, _INVOCATIONS, at="FunctionName")
    found = [
        reader.number(config, "MaximumRetryAttempts", default=_RETRIES, most=_RETRIES)
        for config in configured
    ]
    return max(found, default=_RETRIES)
