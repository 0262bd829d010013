"""
The attack map as plain data: what the page, the drawing and the diagram are skins over.

Whatever a template says is written out by :func:`printable` here, once, so that no skin meets a
line break, a command to a terminal or a change of writing direction in a name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, TypedDict

from secure_constructs.findings import Risk, Severity
from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import (
    ACCOUNTS,
    AWS,
    DEFAULT_BUS,
    DEVICES,
    INTERNET,
    MEMBERS,
    PRINCIPALS,
    SENDERS,
    Flow,
    Kind,
)
from secure_constructs.paths.reach import is_sensitive
from secure_constructs.paths.verdicts import FUNCTION, Verdict
from secure_constructs.reports._groups import printable, summary
from secure_constructs.reports._matrix import Matrix, matrix_of

if TYPE_CHECKING:
    from secure_constructs.assessment import Assessment
    from secure_constructs.findings import Finding, SourceLine
    from secure_constructs.paths.attack_map import AttackMap
    from secure_constructs.paths.graph import Edge, Node
    from secure_constructs.paths.verdicts import Input
    from secure_constructs.template import Resource

ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"

# Shown beside the colour, so that no reader depends on it: a glyph, and what the verdict means.
_VERDICTS: Final = {
    Verdict.EXPOSED: ("!", "an outsider puts in what no web ACL has seen"),
    Verdict.UNKNOWN: ("?", "who puts something in is not known before deployment"),
    Verdict.COMPENSATED: ("\N{ALMOST EQUAL TO}", "no web ACL can see it; something else limits it"),
    Verdict.PROVENANCE: ("\N{DOWNWARDS ARROW WITH TIP RIGHTWARDS}", "only sound sources feed it"),
    Verdict.BEHIND_WAF: ("\N{CHECK MARK}", "a web ACL sees every request first"),
}
_FLOWS: Final = {
    Flow.REQUEST: "sends to",
    Flow.HANDOVER: "hands on to",
    Flow.IDENTITY: "acts as",
    Flow.READ: "reads",
    Flow.WRITE: "writes",
    Flow.INVOKE: "invokes",
    Flow.CONTROL: "can change",
    Flow.ASSUME: "may assume",
}
_NOT_IN_TEMPLATES: Final = {
    INTERNET: "internet",
    MEMBERS: "members",
    ACCOUNTS: "accounts",
    DEVICES: "devices",
    SENDERS: "senders",
    PRINCIPALS: "members",
    AWS: "aws",
    DEFAULT_BUS: "bus",
}
_ICONS: Final = {
    "AWS::CloudFront::Distribution": "cdn",
    "AWS::Cognito::UserPool": "members",
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::DynamoDB::Table": "table",
    "AWS::Events::EventBus": "bus",
    "AWS::Events::Rule": "rule",
    "AWS::IoT::TopicRule": "rule",
    "AWS::KMS::Key": "key",
    "AWS::Kinesis::Stream": "stream",
    "AWS::KinesisFirehose::DeliveryStream": "stream",
    "AWS::Lambda::Function": "function",
    "AWS::RDS::DBCluster": "table",
    "AWS::RDS::DBInstance": "table",
    "AWS::S3::Bucket": "bucket",
    "AWS::SES::MailManagerRuleSet": "senders",
    "AWS::SES::ReceiptRule": "senders",
    "AWS::SNS::Topic": "topic",
    "AWS::SQS::Queue": "queue",
    "AWS::SSM::Parameter": "secret",
    "AWS::Scheduler::Schedule": "clock",
    "AWS::SecretsManager::Secret": "secret",
    "AWS::StepFunctions::StateMachine": "workflow",
}
_ICONS_OF_KINDS: Final = {
    Kind.OUTSIDER: "members",
    Kind.ENTRY: "entry",
    Kind.WORKLOAD: "function",
    Kind.CHANNEL: "queue",
    Kind.STORE: "table",
    Kind.ROLE: "role",
}
_BELOW: Final = {Kind.OUTSIDER: "outside", Kind.ROLE: "a power over a service"}
_TAKEN: Final = (Flow.READ, Flow.WRITE, Flow.INVOKE, Flow.CONTROL, Flow.ASSUME)
# Parts of a construct path that CDK adds, and that say nothing.
_SAYS_NOTHING: Final = frozenset({"Default", "Resource"})
_SERVICES: Final = {
    "ApiGateway": "API Gateway",
    "ApiGatewayV2": "API Gateway",
    "Events": "EventBridge",
    "KinesisFirehose": "Firehose",
    "SecretsManager": "Secrets Manager",
    "StepFunctions": "Step Functions",
}
_ABBREVIATIONS: Final = {"api": "API", "ql": "QL", "rest": "REST", "url": "URL"}
# What is the same of edges that are drawn as one.
_ALIKE: Final = ("source", "target", "flow", "label", "guard", "waf", "limited", "certain")
_WORD: Final = re.compile("[a-z]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z][a-z])")


class Place(TypedDict):
    """
    A line of the user's code or template.
    """

    file: str
    line: int


class NodeData(TypedDict):
    """
    A resource, a part of one, or someone outside; *inside* names the node it may be drawn in.
    """

    id: str
    inside: str | None
    kind: str
    icon: str
    label: str
    below: str
    stack: str
    construct: str
    logical_id: str
    type: str
    source: Place | None
    verdict: str | None
    sensitive: bool
    blast: dict[str, list[str]]
    findings: list[int]


class EdgeData(TypedDict):
    """
    One step from a node to another.
    """

    id: str
    source: str
    target: str
    flow: str
    guard: str
    waf: str
    limited: str
    certain: bool
    label: str
    via: str
    place: str
    verdict: str | None
    findings: list[int]


class BundleData(TypedDict):
    """
    Edges that say the same of the same two nodes, drawn as one: as the first of them.
    """

    edges: list[str]
    words: str


class CutData(TypedDict):
    """
    The cheapest edge to cut on a way, and how.
    """

    edge: str
    closes: bool
    fix: str


class InputData(TypedDict):
    """
    One way into a function, and where to cut it if it is exposed.
    """

    function: str
    entry: str
    verdict: str
    path: list[str]
    cut: CutData | None
    why: str


class ExposureData(TypedDict):
    """
    A way from someone nobody asked who they are to sensitive data.
    """

    target: str
    path: list[str]
    certain: bool
    waf: str


class FindingData(TypedDict):
    """
    A finding, and where on the map it lies.
    """

    rule: str
    severity: str
    risk: str
    message: str
    fix: str
    stack: str
    logical_id: str
    construct: str
    type: str
    property: str
    source: Place | None
    trace: list[str]
    references: list[str]
    certain: bool
    gates: bool
    acknowledged: str | None
    node: str | None


class Words(TypedDict):
    """
    A word for something, with the glyph beside it and what it means.
    """

    id: str
    words: str
    glyph: str
    meaning: str


class Summary(TypedDict):
    """
    What is said above the map.
    """

    refused: bool
    headline: str
    resources: int
    functions: int
    stacks: list[str]
    inputs: dict[str, int]
    unread: list[str]


class Map(TypedDict):
    """
    The attack map.
    """

    summary: Summary
    verdicts: list[Words]
    risks: list[Words]
    severities: list[str]
    flows: dict[str, str]
    nodes: list[NodeData]
    edges: list[EdgeData]
    bundles: list[BundleData]
    inputs: list[InputData]
    exposures: list[ExposureData]
    findings: list[FindingData]
    matrix: Matrix


def map_of(assessment: Assessment, attacks: AttackMap) -> Map:
    """
    Give the attack map as plain data, the same for the same templates.

    Args:
        assessment: The verdict on the templates.
        attacks: The attack map of the same templates.
    """
    return _Mapping(assessment, attacks).map()


def slug(verdict: Verdict | None) -> str | None:
    """
    Name a verdict without a space.
    """
    return None if verdict is None else verdict.replace(" ", "-").lower()


def shortened(text: str, most: int) -> str:
    """
    Leave out the middle of a text that is longer than *most* characters.

    The ends of a name tell it from its neighbours; the full text stands in the details.
    """
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}{ELLIPSIS}{text[-tail:]}"


def counted(drawn: Map) -> str:
    """
    Count the inputs by verdict, in words and glyphs.
    """
    counts = drawn["summary"]["inputs"]
    total = sum(counts.values())
    said = ", ".join(
        f"{words['glyph']} {counts[words['id']]:,} {words['words']}"
        for words in drawn["verdicts"]
        if counts[words["id"]]
    )
    noun = "input" if total == 1 else "inputs"
    return f"{total:,} {noun}: {said}" if said else f"{total:,} {noun}"


def words_of_type(kind: str) -> str:
    """
    Write a CloudFormation type as words: ``AWS::Events::EventBus`` as ``EventBridge event bus``.
    """
    service, _, name = kind.removeprefix("AWS::").rpartition("::")
    words = (word if word.isupper() else word.lower() for word in _CAMEL.split(name))
    said = " ".join(_ABBREVIATIONS.get(word, word) for word in words)
    return f"{_SERVICES.get(service, service)} {said}".lstrip()


def chosen(
    drawn: Map, most: int, *, inputs_only: bool = False
) -> tuple[list[NodeData], list[EdgeData]]:
    """
    Give the nodes and edges to show where nothing can be unfolded or moved.

    A role that one workload acts with is drawn as that workload.

    Args:
        drawn: The map.
        most: Up to how many nodes all of it is shown, where no power over a whole service joins
            nearly everything; else the ways of inputs with the data behind, or above that the
            ways of as many inputs as fit, the worst first.
        inputs_only: Show the ways of inputs only, however small the map is.
    """
    holders = {node["id"]: node["inside"] or node["id"] for node in drawn["nodes"]}
    edges = {edge["id"]: edge for edge in _between(drawn["edges"], holders)}
    on_ways = {name for way in drawn["inputs"] for name in way["path"] if name in edges}
    tangled = any(_is_power(node) for node in drawn["nodes"])
    choices = []
    if not inputs_only:
        choices = [on_ways | _data_behind(drawn["nodes"], edges.values(), on_ways)]
        if not tangled or not on_ways:
            choices.insert(0, set(edges))
    for shown in choices:
        if len(_ends(edges, shown)) <= most:
            break
    else:
        shown = _as_many(drawn["inputs"], edges, most)
    nodes = _ends(edges, shown)
    return (
        [node for node in drawn["nodes"] if node["id"] in nodes],
        [edge for name, edge in _bundled(drawn["bundles"], edges).items() if name in shown],
    )


def _bundled(bundles: Iterable[BundleData], edges: Mapping[str, EdgeData]) -> dict[str, EdgeData]:
    """
    Leave of each bundle the first edge, with the words for all.
    """
    left = dict(edges)
    for bundle in bundles:
        first, *others = (name for name in bundle["edges"] if name in left)
        left[first] = {**left[first], "label": bundle["words"]}
        for name in others:
            del left[name]
    return left


def _is_power(node: NodeData) -> bool:
    return node["kind"] == Kind.ROLE and not node["logical_id"]


def _ends(edges: Mapping[str, EdgeData], shown: Iterable[str]) -> set[str]:
    return {end for name in shown for end in (edges[name]["source"], edges[name]["target"])}


def _as_many(ways: Iterable[InputData], edges: Mapping[str, EdgeData], most: int) -> set[str]:
    """
    Give the edges on the ways of as many inputs as fit, the worst first.
    """
    shown: set[str] = set()
    nodes: set[str] = set()
    for way in ways:
        on_way = {name for name in way["path"] if name in edges}
        ends = _ends(edges, on_way)
        if len(nodes | ends) <= most:
            nodes |= ends
            shown |= on_way
    return shown


def _data_behind(
    nodes: Iterable[NodeData], edges: Collection[EdgeData], on_ways: set[str]
) -> set[str]:
    """
    Give the edges by which what is on the ways reaches stores, itself or by a shared role.
    """
    known = {node["id"]: node for node in nodes}
    first = {end for edge in edges if edge["id"] in on_ways for end in _both(edge)}
    acting = [
        edge
        for edge in edges
        if edge["flow"] == Flow.IDENTITY
        and edge["source"] in first
        and not _is_power(known[edge["target"]])
    ]
    sources = first | {edge["target"] for edge in acting}
    reaching = [
        edge
        for edge in edges
        if known[edge["target"]]["kind"] == Kind.STORE and edge["source"] in sources
    ]
    used = {edge["source"] for edge in reaching}
    return {edge["id"] for edge in (*reaching, *(one for one in acting if one["target"] in used))}


def _both(edge: EdgeData) -> tuple[str, str]:
    return edge["source"], edge["target"]


def _between(edges: Iterable[EdgeData], holders: Mapping[str, str]) -> Iterator[EdgeData]:
    for edge in edges:
        source, target = holders[edge["source"]], holders[edge["target"]]
        if edge["flow"] != Flow.IDENTITY or source != target:
            yield {**edge, "source": source, "target": target}


class _Mapping:
    """
    Collects the data of one map.
    """

    def __init__(self, assessment: Assessment, attacks: AttackMap) -> None:
        self._assessment = assessment
        self._attacks = attacks
        self._graph = attacks.graph
        self._edge_ids = {id(edge): f"e{number}" for number, edge in enumerate(self._graph.edges)}
        self._at: dict[tuple[str, str], list[int]] = {}
        for number, finding in enumerate(assessment.findings):
            place = (finding.stack or finding.template, finding.logical_id)
            self._at.setdefault(place, []).append(number)

    def map(self) -> Map:
        nodes = [self._node(node) for node in self._graph.nodes]
        edges = list(self._edges())
        return Map(
            summary=self._summary(),
            verdicts=[
                Words(id=str(slug(verdict)), words=str(verdict), glyph=glyph, meaning=meaning)
                for verdict, (glyph, meaning) in _VERDICTS.items()
            ],
            risks=[Words(id=str(risk), words=risk.words, glyph="", meaning="") for risk in Risk],
            severities=[str(severity) for severity in Severity],
            flows={str(flow): words for flow, words in _FLOWS.items()},
            nodes=nodes,
            edges=edges,
            bundles=list(self._bundles(nodes, edges)),
            inputs=[self._way(way) for way in self._attacks.inputs],
            exposures=list(self._exposures()),
            findings=list(self._findings(nodes)),
            matrix=matrix_of(self._assessment, self._graph),
        )

    def _summary(self) -> Summary:
        stacks = (
            node.resource.template.origin.stack for node in self._graph.nodes if node.resource
        )
        return Summary(
            refused=self._assessment.refused,
            headline=printable(summary(self._assessment, uncertain=True)),
            resources=self._assessment.resources,
            functions=len(self._attacks.functions),
            stacks=sorted({printable(stack) for stack in stacks if stack}),
            inputs={str(slug(verdict)): self._attacks.count(verdict) for verdict in _VERDICTS},
            unread=[
                printable(f"{unread.resource.logical_id}.{unread.place}".rstrip("."))
                for unread in self._graph.unread
            ],
        )

    def _node(self, node: Node) -> NodeData:
        resource = node.resource
        if resource is None:
            return NodeData(
                id=printable(node.id),
                inside=None,
                kind=str(node.kind),
                icon=_NOT_IN_TEMPLATES.get(node, _ICONS_OF_KINDS[node.kind]),
                label=printable(node.part),
                below=_BELOW.get(node.kind, "in every account"),
                stack="",
                construct="",
                logical_id="",
                type="",
                source=None,
                verdict=None,
                sensitive=False,
                blast={},
                findings=[],
            )
        function = resource.type == FUNCTION and not node.part
        verdict = self._attacks.verdicts.on(node) if function else None
        return NodeData(
            id=printable(node.id),
            inside=self._inside(node),
            kind=str(node.kind),
            icon="entry" if node.part else _icon(node, resource),
            label=printable(node.part or _name(resource)),
            below=printable(f"of {_name(resource)}" if node.part else words_of_type(resource.type)),
            stack=printable(resource.template.origin.stack),
            construct=printable(resource.construct_path),
            logical_id=printable(resource.logical_id),
            type=printable(resource.type),
            source=_place(resource.source),
            verdict=slug(verdict),
            sensitive=is_sensitive(node),
            blast=self._blast(node) if function else {},
            findings=[] if node.part else self._on(resource),
        )

    def _inside(self, node: Node) -> str | None:
        """
        Name the workload that alone acts with a role: nothing else leads to the role.

        What a power over all roles leads to does not count: it leads to every one of them.
        """
        entering = [edge for edge in self._graph.entering(node) if not edge.source.power]
        if node.kind is Kind.ROLE and len(entering) == 1 and entering[0].flow is Flow.IDENTITY:
            return printable(entering[0].source.id)
        return None

    def _blast(self, function: Node) -> dict[str, list[str]]:
        blast = self._attacks.blast(function)
        reached = {str(flow): blast.nodes(flow) for flow in _TAKEN}
        return {
            flow: [printable(node.id) for node in nodes] for flow, nodes in reached.items() if nodes
        }

    def _on(self, resource: Resource) -> list[int]:
        origin = resource.template.origin
        return self._at.get((origin.stack or origin.file, resource.logical_id), [])

    def _edges(self) -> Iterator[EdgeData]:
        worst: dict[int, Verdict] = {}
        for way in reversed(self._attacks.inputs):
            worst.update((id(edge), way.verdict) for edge in way.path)
        for edge in self._graph.edges:
            ends = (edge.source.resource, edge.target.resource)
            yield EdgeData(
                id=self._edge_ids[id(edge)],
                source=printable(edge.source.id),
                target=printable(edge.target.id),
                flow=str(edge.flow),
                guard=str(edge.guard) if edge.flow is Flow.REQUEST else "",
                waf=_answer(edge.waf) if edge.flow is Flow.REQUEST else "",
                limited=printable(edge.limited),
                certain=edge.certain,
                label=printable(edge.label),
                via=printable(edge.via.logical_id),
                place=printable(edge.place),
                verdict=slug(worst.get(id(edge))),
                findings=[] if edge.via in ends else self._on(edge.via),
            )

    def _bundles(
        self, nodes: Iterable[NodeData], edges: Iterable[EdgeData]
    ) -> Iterator[BundleData]:
        """
        Give the edges that nothing tells apart: on no way, without a finding, between two nodes.
        """
        holders = {node["id"]: node["inside"] or node["id"] for node in nodes}
        told = {self._edge_ids[id(edge)] for way in self._attacks.exposures for edge in way.path}
        alike: dict[tuple[object, ...], list[EdgeData]] = {}
        for edge in _between(edges, holders):
            if not (edge["verdict"] or edge["findings"] or edge["id"] in told):
                key = tuple(edge[part] for part in _ALIKE)
                alike.setdefault(key, []).append(edge)
        for bundle in alike.values():
            if len(bundle) > 1:
                label = bundle[0]["label"] or _FLOWS[Flow(bundle[0]["flow"])]
                yield BundleData(
                    edges=[edge["id"] for edge in bundle], words=_several(len(bundle), label)
                )

    def _way(self, way: Input) -> InputData:
        cut = self._attacks.cut(way)
        return InputData(
            function=printable(way.function.id),
            entry=printable(_entry(way)),
            verdict=str(slug(way.verdict)),
            path=self._hops(way.path),
            cut=None
            if cut is None
            else CutData(
                edge=self._edge_ids[id(cut.edge)], closes=cut.closes, fix=printable(cut.fix)
            ),
            why=printable(way.reason),
        )

    def _exposures(self) -> Iterator[ExposureData]:
        for exposure in self._attacks.exposures:
            yield ExposureData(
                target=printable(exposure.target.id),
                path=self._hops(exposure.path),
                certain=exposure.certain,
                waf=_answer(exposure.behind_waf),
            )

    def _hops(self, path: Iterable[Edge]) -> list[str]:
        return [self._edge_ids[id(edge)] for edge in path]

    def _findings(self, nodes: Iterable[NodeData]) -> Iterator[FindingData]:
        where = {number: node["id"] for node in nodes for number in node["findings"]}
        gating = frozenset(self._assessment.gating)
        for number, finding in enumerate(self._assessment.findings):
            yield self._finding(finding, where.get(number), gates=finding in gating)

    def _finding(self, finding: Finding, node: str | None, *, gates: bool) -> FindingData:
        reason = self._assessment.acknowledged.get(finding)
        return FindingData(
            rule=printable(finding.rule_id),
            severity=str(finding.severity),
            risk=str(finding.risk),
            message=printable(finding.message),
            fix=printable(finding.fix),
            stack=printable(finding.stack or finding.template),
            logical_id=printable(finding.logical_id),
            construct=printable(finding.construct_path),
            type=printable(finding.resource_type),
            property=printable(finding.property_path),
            source=_place(finding.source),
            trace=[printable(hop) for hop in finding.trace],
            references=[printable(page) for page in finding.references],
            certain=finding.certain,
            gates=gates,
            acknowledged=None if reason is None else printable(reason),
            node=node,
        )


def _several(count: int, label: str) -> str:
    """
    Count what one word names, as in ``44 alarms``, or say how often something is there.
    """
    return (
        f"{count:,} {label}s"
        if _WORD.fullmatch(label)
        else f"{count:,} \N{MULTIPLICATION SIGN} {label}"
    )


def _icon(node: Node, resource: Resource) -> str:
    return _ICONS.get(resource.type, _ICONS_OF_KINDS[node.kind])


def _name(resource: Resource) -> str:
    """
    Call a resource what the user called it: the end of its construct path below the stack.
    """
    path = [part for part in resource.construct_path.split("/") if part not in _SAYS_NOTHING]
    below = path[resource.template.origin.stack.count("/") + 1 :]
    return "/".join(below) or resource.logical_id


def _place(source: SourceLine | None) -> Place | None:
    return Place(file=printable(source.file), line=source.line) if source else None


def _answer(answer: Answer) -> str:
    return {Answer.YES: "yes", Answer.NO: "no"}.get(answer, "maybe")


def _entry(way: Input) -> str:
    """
    Name where something comes in: the first node inside before the function, or who is outside.
    """
    first = way.path[0]
    direct = first.target == way.function or first.source.kind is not Kind.OUTSIDER
    inside = first.source if direct else first.target
    return inside.part or (_name(inside.resource) if inside.resource else inside.name)
