"""How much runs along each edge of the attack map in an hour, at the most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import Final

from secure_constructs.cost import apis, channels, doors, functions, stores, workflows
from secure_constructs.cost.limits import HOUR, Limits
from secure_constructs.cost.lines import Doubt, Line
from secure_constructs.cost.meters import Inflow, Meter, Reader, Tariff, times
from secure_constructs.cost.prices import Prices
from secure_constructs.paths.graph import (
    ACCOUNTS,
    AWS,
    DEVICES,
    INTERNET,
    MEMBERS,
    SENDERS,
    Edge,
    Flow,
    Graph,
    Guard,
    Kind,
    Node,
)
from secure_constructs.paths.knots import components
from secure_constructs.services.appsync import EVENTS, GRAPHQL
from secure_constructs.services.callers import EVENT_SOURCE, URL
from secure_constructs.services.distributions import DISTRIBUTION
from secure_constructs.services.exposure import HTTP_API, REST_API
from secure_constructs.services.workflows import STATE_MACHINE
from secure_constructs.template import Resource, Template, Undecided

_OUTSIDE: Final = frozenset({INTERNET, MEMBERS, ACCOUNTS, DEVICES, SENDERS})
_CARRIES: Final = frozenset(
    {Flow.REQUEST, Flow.HANDOVER, Flow.IDENTITY, Flow.READ, Flow.WRITE, Flow.INVOKE}
)
_NOT_COUNTED: Final = frozenset(
    {
        EVENTS,
        "AWS::Cognito::UserPool",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::KinesisFirehose::DeliveryStream",
        "AWS::MSK::ServerlessCluster",
        "AWS::RDS::DBCluster",
        "AWS::SES::MailManagerIngressPoint",
        "AWS::SES::MailManagerRuleSet",
        "AWS::SES::ReceiptRule",
    }
)
_SCHEDULE: Final = "schedule"
_SECONDS: Final = {"minute": 60, "hour": HOUR, "day": 24 * HOUR}
_WORKERS: Final = frozenset({functions.FUNCTION, STATE_MACHINE})
_STREAMS: Final = frozenset({channels.STREAM, stores.TABLE, stores.GLOBAL_TABLE})
_POLLS: Final = frozenset({EVENT_SOURCE, channels.PIPE})
_ENDLESS: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """
    One edge, as far as amounts go.

    Args:
        source: The number of the node it starts at.
        target: The number of the node it leads to.
        edge: The edge.
        factor: How often one event of the source comes along it.
        retried: Whether Lambda keeps what comes along it and tries it again.
        polled: Whether Lambda or a pipe fetches what comes along it.
    """

    source: int
    target: int
    edge: Edge
    factor: float = 1
    retried: bool = False
    polled: bool = False


@dataclass(slots=True)
class Model:
    """
    The attack map as amounts: what each node takes, along which links it comes.

    Args:
        nodes: The nodes of the map.
        meters: What runs through each of them and costs.
        links: The edges that carry something.
        arriving: What outsiders send, by node: without limit, or as often as a clock says.
        unseen: The channels and stores into which someone puts who is not in the templates.
        standing: What costs without a node of its own.
        tariffs: What holds in each region.
        doubts: What is not known.
    """

    nodes: Sequence[Node]
    meters: list[Meter]
    links: list[Link]
    arriving: dict[int, float]
    unseen: frozenset[int]
    standing: list[Meter]
    tariffs: Mapping[str, Tariff]
    doubts: tuple[Doubt, ...]
    _order: list[list[int]] = field(default_factory=list)
    _entering: list[list[int]] = field(default_factory=list)
    _behind_unseen: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        entering: list[list[int]] = [[] for _ in self.nodes]
        leaving: list[list[int]] = [[] for _ in self.nodes]
        for number, link in enumerate(self.links):
            entering[link.target].append(number)
            leaving[link.source].append(link.target)
        self._entering = entering
        self._order = components(leaving)
        self._behind_unseen = self._fed_by_unseen()

    def _fed_by_unseen(self) -> frozenset[int]:
        """
        Give what only those feed of whom nothing is known.
        """
        behind = set(self.unseen)
        for component in self._order:
            members = set(component)
            sources = {self.links[at].source for n in component for at in self._entering[n]}
            outside = sources - members
            known = any(n in self.arriving and n not in self.unseen for n in component)
            if outside and outside <= behind and not known:
                behind |= members
        return frozenset(behind)

    def with_changes(self, changed: Mapping[int, Meter]) -> Model:
        """
        Give the model with some settings changed.

        Args:
            changed: What meters are then, by number: nodes first, what has none after them.
        """
        every = [changed.get(n, meter) for n, meter in enumerate(self.every_meter)]
        changed_model = copy(self)
        changed_model.meters = every[: len(self.meters)]
        changed_model.standing = every[len(self.meters) :]
        return changed_model

    @property
    def every_meter(self) -> list[Meter]:
        """
        What each node is, and then what has no node.
        """
        return [*self.meters, *self.standing]

    def pools(self) -> dict[str, float]:
        """
        Give what the account can give of each shared quota in an hour.
        """
        return dict(pool for tariff in self._with_reserved().values() for pool in tariff.pools())

    def lines(self, arriving: Mapping[int, float] | None = None) -> list[Line]:
        """
        Give every amount.

        Args:
            arriving: What outsiders send; by default, all they can.
        """
        meters = self.meters
        sent = self.arriving if arriving is None else arriving
        tariffs = self._with_reserved()
        taken, inflows = self._solved(meters, sent, tariffs)
        found: list[Line] = []
        for number, meter in enumerate(meters):
            if type(meter) is not Meter and number not in self.unseen:
                tariff = tariffs[_region(meter.resource)]
                lines = meter.lines(inflows[number], taken[number], tariff)
                if number in self._behind_unseen:
                    lines = (line for line in lines if math.isfinite(line.usd))
                found.extend(lines)
        if arriving is None:
            for meter in self.standing:
                tariff = tariffs[_region(meter.resource)]
                unlimited = [Inflow(events=math.inf)]
                found.extend(meter.lines(unlimited, meter.taken(unlimited, tariff), tariff))
        return found

    def _with_reserved(self) -> dict[str, Tariff]:
        """
        Give what holds in each region, with what functions reserve taken out of the rest.
        """
        reserved: dict[str, float] = {}
        for meter in self.meters:
            if meter.reserved:
                region = _region(meter.resource)
                reserved[region] = reserved.get(region, 0) + meter.reserved
        return {
            region: Tariff(
                region=tariff.region,
                prices=tariff.prices,
                limits=tariff.limits,
                unreserved=max(0.0, tariff.limits.concurrency - reserved.get(region, 0)),
            )
            for region, tariff in self.tariffs.items()
        }

    def _solved(
        self,
        meters: Sequence[Meter],
        arriving: Mapping[int, float],
        tariffs: Mapping[str, Tariff],
    ) -> tuple[list[float], list[list[Inflow]]]:
        """
        Work out what each node takes, those first that feed others.

        Nodes that feed one another take what they are allowed: only that ends the loop.
        """
        taken = [0.0] * len(meters)
        inflows: list[list[Inflow]] = [[] for _ in meters]

        def settle(number: int) -> None:
            inflows[number] = self._inflows(number, meters, taken, arriving)
            tariff = tariffs[_region(meters[number].resource)]
            taken[number] = meters[number].taken(inflows[number], tariff)

        for component in self._order:
            if len(component) == 1:
                settle(component[0])
                continue
            fed = any(
                number in arriving or taken[self.links[link].source]
                for number in component
                for link in self._entering[number]
            )
            if not fed and not any(number in arriving for number in component):
                continue
            for number in component:
                tariff = tariffs[_region(meters[number].resource)]
                taken[number] = meters[number].taken([Inflow(events=math.inf)], tariff)
            unbounded = [number for number in component if math.isinf(taken[number])]
            for number in (*_sorted_within(unbounded, self.links, self._entering), *component):
                settle(number)
        return taken, inflows

    def _inflows(
        self,
        number: int,
        meters: Sequence[Meter],
        taken: Sequence[float],
        arriving: Mapping[int, float],
    ) -> list[Inflow]:
        found: list[Inflow] = []
        if number in arriving:
            found.append(Inflow(events=arriving[number]))
        for position in self._entering[number]:
            link = self.links[position]
            events = times(taken[link.source], self._factor(link, meters))
            if events:
                source = meters[link.source]
                queue = source if link.polled and isinstance(source, channels.Queue) else None
                entry = self.nodes[link.source].resource
                found.append(
                    Inflow(
                        events=events,
                        flow=link.edge.flow,
                        retried=link.retried,
                        concurrency=queue.concurrency if queue else math.inf,
                        traced=source.traced,
                        answered=entry is not None and entry.type == URL,
                        fetched=queue.item if queue else "",
                    )
                )
        return found

    def _factor(self, link: Link, meters: Sequence[Meter]) -> float:
        source = meters[link.source]
        if isinstance(source, channels.Queue) and link.polled:
            return link.factor * source.receives
        if isinstance(source, doors.GraphqlApi):
            return link.factor * source.resolvers
        if isinstance(source, workflows.StateMachine):
            return link.factor * source.visits.get(link.edge.label, source.transitions)
        return link.factor


def model_of(  # noqa: PLR0913 - one fact each
    graph: Graph,
    templates: Sequence[Template],
    *,
    limits: Limits,
    prices: Mapping[str, float],
    region: str = "",
    surely: bool = False,
) -> Model:
    """
    Make the model of a map.

    Args:
        graph: The map.
        templates: The templates it is of.
        limits: What the account can do, and what is assumed.
        prices: Prices that replace the listed ones.
        region: Where stacks are deployed that do not say so themselves.
        surely: Count what is not known as the least there can be, not as the most.
    """
    reader = Reader(limits=limits, surely=surely)
    every = _Reading(graph=graph, reader=reader)
    links = list(every.links())
    arriving, unseen = every.arriving(links)
    meters = [every.meter(node) for node in every.nodes]
    standing: list[Meter] = []
    for template in templates:
        standing.extend(_each(apis.unmapped, template, reader))
        standing.extend(_each(doors.web_acls, template, reader))
    for unread in graph.unread:
        message = f"{unread.place} is not known, and neither is what it leads to"
        reader.doubts[Doubt(resource=unread.resource, message=message)] = None
    named = {_region(meter.resource) for meter in (*meters, *standing)}
    tariffs = {
        name: Tariff(
            region=name or region,
            prices=Prices(name or region, prices, cheapest=surely),
            limits=limits,
            unreserved=limits.concurrency,
        )
        for name in named
    }
    return Model(
        nodes=every.nodes,
        meters=meters,
        links=links,
        arriving=arriving,
        unseen=unseen,
        standing=standing,
        tariffs=tariffs,
        doubts=tuple(reader.doubts),
    )


def _each(
    read: Callable[[Template, Reader], Iterator[Meter]], template: Template, reader: Reader
) -> Iterator[Meter]:
    try:
        yield from read(template, reader)
    except Undecided as undecided:
        message = f"{undecided.place} is not known; what stands at that door is not counted"
        reader.doubts[Doubt(resource=None, message=message)] = None


class _Reading:
    """
    Reads the settings behind the nodes and edges of a map.
    """

    def __init__(self, *, graph: Graph, reader: Reader) -> None:
        self.graph = graph
        self.reader = reader
        self.nodes = [node for node in graph.nodes if node.kind is not Kind.OUTSIDER]
        self.numbers = {node: number for number, node in enumerate(self.nodes)}

    def links(self) -> Iterator[Link]:
        for edge in self.graph.edges:
            if edge.flow in _CARRIES and edge.source.kind is not Kind.OUTSIDER:
                if self.reader.surely and not edge.certain:
                    continue
                yield self._link(edge)

    def _link(self, edge: Edge) -> Link:
        source, target = self.numbers[edge.source], self.numbers[edge.target]
        mapped = edge.via.type == EVENT_SOURCE
        factor = 1.0
        runs = edge.target.resource is not None and edge.target.resource.type == functions.FUNCTION
        if mapped:
            fed = edge.source.resource
            if fed is not None and fed.type in _STREAMS:
                factor = self._tried(edge.via)
        elif edge.source.kind is Kind.ROLE and edge.flow is not Flow.IDENTITY:
            factor = self.reader.limits.calls_per_invocation
        return Link(
            source=source,
            target=target,
            edge=edge,
            factor=factor,
            retried=runs and edge.asynchronous and not mapped,
            polled=edge.via.type in _POLLS,
        )

    def _tried(self, mapping: Resource) -> float:
        """
        Give how often a record of a stream is handed to a function.
        """
        path = "MaximumRetryAttempts"
        retries = self.reader.number(mapping, path, default=_ENDLESS, most=10_000, least=_ENDLESS)
        if retries == _ENDLESS:
            return math.inf
        halves = self.reader.flag(
            mapping, "BisectBatchOnFunctionError", unknown=not self.reader.surely
        )
        return (1 + retries) * (2 if halves else 1)

    def arriving(self, links: Iterable[Link]) -> tuple[dict[int, float], frozenset[int]]:
        """
        Give what comes in from outside, and which channels and stores nobody known feeds.
        """
        sent: dict[int, float] = {}
        fed = {link.target for link in links if link.edge.flow is not Flow.IDENTITY}
        for edge in self.graph.edges:
            if edge.source.kind is not Kind.OUTSIDER or edge.target not in self.numbers:
                continue
            if self.reader.surely and not edge.certain:
                continue
            number = self.numbers[edge.target]
            fed.add(number)
            if edge.source in _OUTSIDE and edge.guard is not Guard.IAM:
                sent[number] = math.inf
            elif edge.source == AWS and edge.label == _SCHEDULE:
                sent[number] = sent.get(number, 0) + _runs(edge.via)
        if self.reader.surely:
            return sent, frozenset()
        handing = {link.source for link in links if link.edge.flow is Flow.HANDOVER}
        unseen = {
            number: self.nodes[number]
            for number in range(len(self.nodes))
            if number not in fed and _may_start(self.nodes[number], handing=number in handing)
        }
        for number, node in unseen.items():
            sent[number] = math.inf
            self._doubt_who_feeds(node)
        return sent, frozenset(number for number, node in unseen.items() if not _works(node))

    def _doubt_who_feeds(self, node: Node) -> None:
        if _works(node):
            message = "who calls or feeds it is not in the templates; counted as without limit"
        else:
            message = (
                "who puts something in is not in the templates; it is not counted itself, "
                "what it feeds is counted as without limit"
            )
        name = "" if node.resource else f"{node.part}: "
        self.reader.doubts[Doubt(resource=node.resource, message=f"{name}{message}")] = None

    def meter(self, node: Node) -> Meter:
        resource = node.resource
        if resource is None:
            bus = node.kind is Kind.CHANNEL
            return channels.Bus(part=node.part) if bus else Meter(part=node.part)
        if node.part and resource.type in {REST_API, HTTP_API}:
            keyed = any(edge.guard is Guard.API_KEY for edge in self.graph.entering(node))
            return self._safely(
                lambda found: apis.route_of(found, node.part, self.reader, with_key=keyed), resource
            )
        read = _READERS.get(resource.type)
        if read is None or node.part:
            if resource.type in _NOT_COUNTED:
                doubt = Doubt(resource=resource, message="what it costs itself is not counted")
                self.reader.doubts[doubt] = None
            return Meter(resource=resource, part=node.part)
        if resource.type == channels.QUEUE:
            via = [e.via for e in self.graph.leaving(node) if e.via.type in _POLLS]
            return self._safely(
                lambda found: channels.queue_of(found, self.reader, polled_by=via), resource
            )
        return self._safely(lambda found: read(found, self.reader), resource)

    def _safely(self, read: Callable[[Resource], Meter], resource: Resource) -> Meter:
        try:
            return read(resource)
        except Undecided as undecided:
            message = f"{undecided.place} is not known; what it costs is not counted"
            self.reader.doubts[Doubt(resource=resource, message=message)] = None
            return Meter(resource=resource)


_READERS: Final[Mapping[str, Callable[[Resource, Reader], Meter]]] = {
    functions.FUNCTION: functions.function_of,
    channels.QUEUE: channels.queue_of,
    channels.TOPIC: channels.topic_of,
    channels.BUS: lambda found, _: channels.Bus(resource=found),
    channels.PIPE: lambda found, _: channels.Pipe(resource=found),
    channels.STREAM: channels.stream_of,
    channels.IOT_RULE: lambda found, _: channels.iot_rule_of(found),
    stores.TABLE: stores.table_of,
    stores.GLOBAL_TABLE: stores.table_of,
    stores.BUCKET: lambda found, _: stores.Bucket(resource=found),
    stores.SECRETS: lambda found, _: stores.Secret(resource=found),
    STATE_MACHINE: workflows.state_machine_of,
    DISTRIBUTION: doors.distribution_of,
    GRAPHQL: doors.graphql_api_of,
}


def _works(node: Node) -> bool:
    return node.resource is not None and node.resource.type in _WORKERS


def _may_start(node: Node, *, handing: bool) -> bool:
    """
    Say whether something may begin at a node that nobody known feeds.
    """
    if node.resource is not None and node.resource.framework:
        return False
    return _works(node) or (handing and node.kind in {Kind.CHANNEL, Kind.STORE})


def _runs(scheduled: Resource) -> float:
    """
    Give how often an hour a clock calls; once a minute where that is not known.
    """
    expression = scheduled.get("ScheduleExpression")
    if isinstance(expression, str) and expression.startswith("rate("):
        number, _, unit = expression[5:].rstrip(")").partition(" ")
        seconds = _SECONDS.get(unit.rstrip("s"))
        if number.isdecimal() and int(number) and seconds:
            return HOUR / (int(number) * seconds)
    return 60


def _region(resource: Resource | None) -> str:
    if resource is None:
        return ""
    return resource.template.environment.get("AWS::Region", "")


def _sorted_within(
    numbers: Sequence[int], links: Sequence[Link], entering: Sequence[Sequence[int]]
) -> list[int]:
    """
    Give nodes such that those that feed others come first; what feeds itself stays out.
    """
    inside = set(numbers)
    missing = {number: {links[at].source for at in entering[number]} & inside for number in numbers}
    feeding: dict[int, list[int]] = {}
    for number, sources in missing.items():
        for source in sources:
            feeding.setdefault(source, []).append(number)
    ready = [number for number in numbers if not missing[number]]
    found: list[int] = []
    while ready:
        number = ready.pop()
        found.append(number)
        for following in feeding.get(number, ()):
            missing[following].discard(number)
            if not missing[following]:
                ready.append(following)
    return found
