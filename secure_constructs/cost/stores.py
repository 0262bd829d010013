"""Tables, buckets and secrets: reads and writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from secure_constructs.cost.limits import HOUR
from secure_constructs.cost.lines import Line, amount, dollars
from secure_constructs.cost.meters import Inflow, Lever, Meter, Reader, Tariff, sum_of
from secure_constructs.paths.graph import Flow
from secure_constructs.template import Resource

TABLE: Final = "AWS::DynamoDB::Table"
GLOBAL_TABLE: Final = "AWS::DynamoDB::GlobalTable"
BUCKET: Final = "AWS::S3::Bucket"
SECRETS: Final = "AWS::SecretsManager::Secret"
_ON_DEMAND: Final = "PAY_PER_REQUEST"
_FEW_UNITS: Final = 1_000
_MOST_UNITS: Final = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Meter):
    """
    A DynamoDB table. One call may use any number of units, so its throughput is what bounds it.

    Args:
        on_demand: Whether it grows by itself; what is provisioned is paid for in any case.
        reads: Read units a second; none for those of the account.
        writes: Write units a second; none for those of the account.
        copies: How often a write is paid for: once, and for each index and each further replica.
    """

    on_demand: bool = True
    reads: float | None = None
    writes: float | None = None
    copies: int = 1

    def _units(self, tariff: Tariff) -> tuple[float, float]:
        limits = tariff.limits
        reads = limits.read_units if self.reads is None else self.reads
        writes = limits.write_units if self.writes is None else self.writes
        return reads, writes

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many writes there can be, which is what its stream hands on.
        """
        if any(inflow.events and inflow.flow is not Flow.READ for inflow in inflows):
            return self._units(tariff)[1] * HOUR
        return 0

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give reads and writes, as many units as the table takes.
        """
        if not self.on_demand:
            return
        reads, writes = self._units(tariff)
        if any(inflow.events and inflow.flow is Flow.READ for inflow in inflows):
            price = tariff.prices["dynamodb-read-unit"]
            formula = f"{amount(reads)} units x 3,600 s x {dollars(price)}"
            yield self.line("reads", reads * HOUR * price, formula)
        if taken:
            price = tariff.prices["dynamodb-write-unit"]
            copies = f" x {self.copies} copies" if self.copies > 1 else ""
            formula = f"{amount(writes)} units x 3,600 s{copies} x {dollars(price)}"
            yield self.line("writes", taken * self.copies * price, formula)

    def levers(self) -> Iterator[Lever]:
        """
        Give the settings that may lower it.
        """
        if self.resource is None or not self.on_demand:
            return
        if self.writes is None or self.writes > _FEW_UNITS:
            change = f"max_write_request_units={_FEW_UNITS}"
            meter = replace(self, writes=_FEW_UNITS)
            yield Lever(resource=self.resource, change=change, meter=meter)
        if self.reads is None or self.reads > _FEW_UNITS:
            change = f"max_read_request_units={_FEW_UNITS}"
            meter = replace(self, reads=_FEW_UNITS)
            yield Lever(resource=self.resource, change=change, meter=meter)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket(Meter):
    """
    An S3 bucket.
    """

    def taken(self, inflows: Sequence[Inflow], tariff: Tariff) -> float:
        """
        Give how many objects are put in.
        """
        asked = sum_of(i.events for i in inflows if i.flow is not Flow.READ)
        return min(asked, tariff.limits.object_writes_per_second * HOUR)

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:
        """
        Give requests that write and that read.
        """
        if taken:
            price = tariff.prices["s3-put"]
            yield self.line("writes", taken * price, f"{amount(taken)} objects x {dollars(price)}")
        asked = sum_of(i.events for i in inflows if i.flow is Flow.READ)
        reads = min(asked, tariff.limits.object_reads_per_second * HOUR)
        if reads:
            price = tariff.prices["s3-get"]
            yield self.line("reads", reads * price, f"{amount(reads)} objects x {dollars(price)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret(Meter):
    """
    A secret of Secrets Manager.
    """

    def lines(self, inflows: Sequence[Inflow], taken: float, tariff: Tariff) -> Iterator[Line]:  # noqa: ARG002
        """
        Give the requests that read or change it.
        """
        if taken:
            price = tariff.prices["secrets-request"]
            formula = f"{amount(taken)} requests x {dollars(price)}"
            yield self.line("requests", taken * price, formula)


def table_of(resource: Resource, reader: Reader) -> Table:
    """
    Read how a table grows.
    """
    unknown = "PROVISIONED" if reader.surely else _ON_DEMAND
    mode = reader.text(resource, "BillingMode", "PROVISIONED", unknown)
    writes: float | None
    if resource.type == TABLE:
        reads = _units(resource, "OnDemandThroughput.MaxReadRequestUnits", reader)
        writes = _units(resource, "OnDemandThroughput.MaxWriteRequestUnits", reader)
        replicas = 1
    else:
        blocks = resource.blocks("Replicas").elements
        replicas = max(1, len(blocks))
        path = "ReadOnDemandThroughputSettings.MaxReadRequestUnits"
        found = [_units(resource, f"Replicas.{n}.{path}", reader) for n, block in enumerate(blocks)]
        known = [units for units in found if units is not None]
        reads = sum(known) if known and len(known) == len(found) else None
        writes = _units(resource, "WriteOnDemandThroughputSettings.MaxWriteRequestUnits", reader)
    indexes = len(resource.blocks("GlobalSecondaryIndexes").elements)
    return Table(
        resource=resource,
        on_demand=mode == _ON_DEMAND,
        reads=reads,
        writes=writes,
        copies=(1 + indexes) * replicas,
    )


def _units(table: Resource, path: str, reader: Reader) -> float | None:
    if not table.has(path):
        return None
    limits = reader.limits
    most = limits.read_units if "Read" in path else limits.write_units
    return min(most, reader.number(table, path, default=most, most=_MOST_UNITS, least=1))
