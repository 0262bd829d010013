"""Maps to draw: a service that is sound, its twin that is not, hostile names, 500 resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.assessment import Assessment
from secure_constructs.config import Config
from secure_constructs.findings import Finding, Risk, Severity, SourceLine
from secure_constructs.iam.answers import Answer
from secure_constructs.paths.attack_map import AttackMap
from secure_constructs.paths.graph import (
    ACCOUNTS,
    AWS,
    DEVICES,
    INTERNET,
    MEMBERS,
    Edge,
    Flow,
    Graph,
    Guard,
    Kind,
    Node,
    Unread,
    node_of,
)
from secure_constructs.reports._map import Map, map_of
from secure_constructs.template import Origin, Template

HOSTILE_NAMES: Final = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "</style></noscript></svg><b onclick=alert(1)>&lt;",
    "\u202egnp.exe\u202c \u2066\u05e9\u05dc\u05d5\u05dd",
    "line\nbreak\r\n\x00\x1b[31m\u2028\ud800",
    "__proto__",
    "constructor",
    '"]; click n0 "javascript:alert(1)" %%{init: {}}%% `x` #quot;',
    "x" * 10_000,
    "\u05d4\u05d6\u05de\u05e0\u05d5\u05ea",
)
"""
What a template may name a thing, and no report may obey.
"""

_TYPES: Final = {
    "api": "AWS::ApiGateway::RestApi",
    "bucket": "AWS::S3::Bucket",
    "bus": "AWS::Events::EventBus",
    "function": "AWS::Lambda::Function",
    "graphql": "AWS::AppSync::GraphQLApi",
    "key": "AWS::KMS::Key",
    "pool": "AWS::Cognito::UserPool",
    "queue": "AWS::SQS::Queue",
    "role": "AWS::IAM::Role",
    "rule": "AWS::Events::Rule",
    "schedule": "AWS::Scheduler::Schedule",
    "secret": "AWS::SecretsManager::Secret",
    "table": "AWS::DynamoDB::Table",
    "thing": "AWS::IoT::TopicRule",
    "topic": "AWS::SNS::Topic",
    "url": "AWS::Lambda::Url",
    "workflow": "AWS::StepFunctions::StateMachine",
}
_CLASSIFIED: Final = [{"Key": "data-classification", "Value": "confidential"}]
_PROPERTIES: Final[dict[str, dict[str, Any]]] = {
    "bucket": {"BucketEncryption": {}, "Tags": _CLASSIFIED},
    "function": {"ReservedConcurrentExecutions": 10, "TracingConfig": {"Mode": "Active"}},
    "url": {"AuthType": "NONE"},
    "table": {"Tags": _CLASSIFIED},
}


class Plan:
    """
    A stack, written down as its connections.

    Args:
        stack: Its name.
        resources: Logical id to kind of resource.
    """

    def __init__(self, stack: str, resources: dict[str, str]) -> None:
        body = {
            name: {"Type": _TYPES[kind], "Properties": _PROPERTIES.get(kind, {})}
            for name, kind in resources.items()
        }
        lines = zip(resources, range(41, 41 + len(resources)), strict=True)
        self.template = Template(
            {"Resources": body},
            origin=Origin(
                file=f"cdk.out/{stack}.template.json",
                stack=stack,
                construct_paths={name: f"{stack}/{name}/Resource" for name in resources},
                sources={name: SourceLine(file="app.py", line=line) for name, line in lines},
            ),
        )
        self.edges: list[Edge] = []

    def node(self, name: str) -> Node:
        logical_id, _, part = name.partition(" ")
        if name in self.template.resources:
            logical_id, part = name, ""
        return node_of(self.template.resources[logical_id], part)

    def join(self, source: str | Node, flow: Flow, target: str, **facts: Any) -> None:
        start = self.node(source) if isinstance(source, str) else source
        end = self.node(target)
        via = facts.pop("via", None)
        resource = self.template.resources[via] if via else end.resource or start.resource
        assert resource is not None
        self.edges.append(Edge(source=start, target=end, flow=flow, via=resource, **facts))


def finding(plan: Plan, name: str, rule_id: str, severity: Severity, **changes: Any) -> Finding:
    resource = plan.template.resources[name]
    facts: dict[str, Any] = {
        "control": "lambda.url-auth",
        "risk": Risk.BROKEN_AUTHENTICATION,
        "certain": True,
        "message": "auth is NONE, so anyone may call",
        "fix": "set auth_type=FunctionUrlAuthType.AWS_IAM, or put a SecureApi in front",
        "property_path": "AuthType",
        "references": ("https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",),
        "source": resource.source,
    }
    return Finding(
        rule_id=rule_id,
        severity=severity,
        logical_id=name,
        resource_type=resource.type,
        construct_path=resource.construct_path,
        stack=resource.template.origin.stack,
        **{**facts, **changes},
    )


def judged(findings: tuple[Finding, ...] = (), resources: int = 0, **more: Any) -> Assessment:
    facts = {"acknowledged": {}, "config": Config(), **more}
    ranked = tuple(sorted(findings, key=lambda found: found.severity.rank))
    return Assessment(findings=ranked, resources=resources, **facts)


def drawn(plan: Plan, *findings: Finding, unread: tuple[Unread, ...] = (), **more: Any) -> Map:
    assessment = judged(findings, len(plan.template.resources), **more)
    return map_of(assessment, AttackMap(Graph(plan.edges, unread)))


def sound() -> Map:
    """Give the map of a service whose every input passes the web ACL or has sound provenance."""
    plan = Plan(
        "Orders",
        {
            "Api": "api",
            "Customers": "pool",
            "PlaceOrder": "function",
            "ListOrders": "function",
            "PlaceOrderRole": "role",
            "ListOrdersRole": "role",
            "Incoming": "queue",
            "Fulfil": "function",
            "FulfilRole": "role",
            "OrdersTable": "table",
            "PaymentToken": "secret",
            "Nightly": "schedule",
            "Cleanup": "function",
        },
    )
    _shop(plan, Answer.YES)
    return drawn(plan)


def _shop(plan: Plan, waf: Answer) -> None:
    for verb, function in (("POST", "PlaceOrder"), ("GET", "ListOrders")):
        route = f"Api {verb} /orders"
        guard = Guard.AUTHORIZER
        plan.join(INTERNET, Flow.REQUEST, route, guard=guard, waf=waf, label=f"{verb} /orders")
        plan.join(route, Flow.HANDOVER, function)
        plan.join(function, Flow.IDENTITY, f"{function}Role")
    plan.join("PlaceOrderRole", Flow.WRITE, "Incoming", label="sqs:SendMessage")
    plan.join("Incoming", Flow.HANDOVER, "Fulfil", asynchronous=True)
    plan.join("Fulfil", Flow.IDENTITY, "FulfilRole")
    plan.join("FulfilRole", Flow.WRITE, "OrdersTable", label="dynamodb:PutItem")
    plan.join("FulfilRole", Flow.READ, "PaymentToken", label="secretsmanager:GetSecretValue")
    plan.join("ListOrdersRole", Flow.READ, "OrdersTable", label="dynamodb:Query")
    plan.join(AWS, Flow.REQUEST, "Nightly", label="every night")
    plan.join("Nightly", Flow.HANDOVER, "Cleanup", asynchronous=True)


def exposed() -> Map:
    """Give the map of the same service as it is often written."""
    plan = Plan(
        "Orders",
        {
            "Api": "api",
            "PlaceOrder": "function",
            "ListOrders": "function",
            "PlaceOrderRole": "role",
            "ListOrdersRole": "role",
            "Incoming": "queue",
            "Fulfil": "function",
            "FulfilRole": "role",
            "OrdersTable": "table",
            "PaymentToken": "secret",
            "Nightly": "schedule",
            "Cleanup": "function",
            "RefundUrl": "url",
            "Refund": "function",
            "RefundRole": "role",
            "Uploads": "bucket",
            "ImportPrices": "function",
            "ImportPricesRole": "role",
            "Warehouse": "topic",
            "NotifyWarehouse": "function",
            "Sensors": "thing",
            "Measure": "function",
            "PartnerBus": "bus",
            "PartnerRule": "rule",
            "OnPartner": "function",
            "ReconcileCustomerInvoicesWithThePaymentProviderEveryHour": "function",
            "Ledger": "queue",
        },
    )
    _shop(plan, Answer.YES)
    plan.join(INTERNET, Flow.REQUEST, "RefundUrl", label="function URL", place="AuthType")
    plan.join("RefundUrl", Flow.HANDOVER, "Refund")
    plan.join("Refund", Flow.IDENTITY, "RefundRole")
    plan.join("RefundRole", Flow.READ, "PaymentToken", label="secretsmanager:GetSecretValue")
    plan.join("RefundRole", Flow.WRITE, "OrdersTable", label="dynamodb:*")
    plan.join("RefundRole", Flow.CONTROL, "Fulfil", label="lambda:UpdateFunctionCode")
    plan.join(
        MEMBERS,
        Flow.REQUEST,
        "Uploads",
        label="s3:PutObject",
        guard=Guard.IAM,
        place="Policies.0",
        via="ImportPricesRole",
    )
    plan.join("Uploads", Flow.HANDOVER, "ImportPrices", asynchronous=True, label="ObjectCreated")
    plan.join("ImportPrices", Flow.IDENTITY, "ImportPricesRole")
    plan.join("ImportPricesRole", Flow.WRITE, "OrdersTable", label="dynamodb:PutItem")
    plan.join("ImportPricesRole", Flow.READ, "Uploads", label="s3:GetObject")
    plan.join("ImportPricesRole", Flow.WRITE, "Uploads", label="s3:PutObject")
    plan.join("ImportPricesRole", Flow.WRITE, "Warehouse", label="sns:Publish", certain=False)
    plan.join("Warehouse", Flow.HANDOVER, "NotifyWarehouse", asynchronous=True)
    limit = "the rule names each column it takes"
    plan.join(DEVICES, Flow.REQUEST, "Sensors", label="sensors/+", limited=limit)
    plan.join("Sensors", Flow.HANDOVER, "Measure", asynchronous=True)
    limit = "the policy of the bus names the organization"
    plan.join(ACCOUNTS, Flow.REQUEST, "PartnerBus", label="events:PutEvents", limited=limit)
    plan.join("PartnerBus", Flow.HANDOVER, "PartnerRule")
    plan.join("PartnerRule", Flow.HANDOVER, "OnPartner", asynchronous=True)
    reconcile = "ReconcileCustomerInvoicesWithThePaymentProviderEveryHour"
    plan.join("Ledger", Flow.HANDOVER, reconcile, asynchronous=True)
    accepted = finding(
        plan,
        "PartnerBus",
        "events-open-bus",
        Severity.MEDIUM,
        message="other accounts may put events on the bus",
        fix="pin the account in the policy of the bus",
        risk=Risk.EVENT_DATA_INJECTION,
        property_path="Policy",
    )
    return drawn(
        plan,
        finding(plan, "RefundUrl", "lambda-url-without-auth", Severity.HIGH),
        finding(
            plan,
            "RefundRole",
            "iam-privilege-escalation",
            Severity.CRITICAL,
            message="it can give itself the permissions of FulfilRole by lambda:UpdateFunctionCode",
            fix="grant the exact function with grants.invoke()",
            risk=Risk.OVER_PRIVILEGED,
            property_path="Policies.0",
            trace=("Refund", "RefundRole", "Fulfil", "FulfilRole"),
        ),
        finding(
            plan,
            "Uploads",
            "s3-without-malware-scan",
            Severity.MEDIUM,
            message="what strangers upload reaches ImportPrices as it is",
            fix="use SecureUpload, which hands on what GuardDuty found clean",
            risk=Risk.EVENT_DATA_INJECTION,
            property_path="NotificationConfiguration",
        ),
        finding(
            plan,
            "Ledger",
            "sqs-without-dead-letter-queue",
            Severity.LOW,
            message="messages that fail are lost",
            fix="pass dead_letter_queue=",
            risk=Risk.INADEQUATE_MONITORING,
            property_path="RedrivePolicy",
        ),
        finding(
            plan,
            "Measure",
            "lambda-without-reserved-concurrency",
            Severity.MEDIUM,
            certain=False,
            message="whether concurrency is bounded is not known",
            fix="set reserved_concurrent_executions=",
            risk=Risk.DENIAL_OF_SERVICE,
            property_path="ReservedConcurrentExecutions",
        ),
        accepted,
        acknowledged={accepted: "two partners in one organization, reviewed in May"},
        unread=(Unread(resource=plan.template.resources["Ledger"], place="Policies.0.Resource"),),
    )


def tangled() -> Map:
    """Give the map of functions that may do everything to all there is of some services."""
    functions = [f"Do{number}" for number in range(6)]
    stores = [f"Store{number}" for number in range(6)]
    plan = Plan(
        "Tangled",
        {
            "Api": "api",
            **dict.fromkeys(functions, "function"),
            **{f"{name}Role": "role" for name in functions},
            **dict.fromkeys(stores, "table"),
            "Uploads": "bucket",
        },
    )
    powers = [Node(Kind.ROLE, part=f"{verb} any dynamodb resource") for verb in ("read", "write")]
    assume = Node(Kind.ROLE, part="pass any role to lambda.amazonaws.com")
    for name in functions:
        role = plan.node(f"{name}Role")
        plan.join(INTERNET, Flow.REQUEST, f"Api POST /{name}", guard=Guard.IAM)
        plan.join(f"Api POST /{name}", Flow.HANDOVER, name)
        plan.join(name, Flow.IDENTITY, f"{name}Role")
        plan.join(f"{name}Role", Flow.WRITE, "Uploads", label="s3:PutObject")
        plan.join(f"{name}Role", Flow.READ, "Uploads", label="s3:GetObject")
        for power in (*powers, assume):
            assert role.resource is not None
            plan.edges.append(
                Edge(source=role, target=power, flow=Flow.IDENTITY, via=role.resource)
            )
        plan.join(assume, Flow.ASSUME, f"{name}Role")
    for store in stores:
        plan.join(powers[0], Flow.READ, store)
        plan.join(powers[1], Flow.WRITE, store)
        plan.join("Do0Role", Flow.READ, store)
    plan.join("Uploads", Flow.HANDOVER, "Do0")
    return drawn(plan)


def hostile() -> Map:
    """Give a map on which every text is one that no report may obey."""
    names = dict.fromkeys(HOSTILE_NAMES, "function")
    plan = Plan("Hostile", {"Api": "api", **names})
    for number, name in enumerate(HOSTILE_NAMES):
        route = f"Api {name}"
        plan.join(
            INTERNET, Flow.REQUEST, route, label=name, place=name, limited=name * (number % 2)
        )
        plan.join(route, Flow.HANDOVER, name, label=name)
    findings = [
        finding(
            plan,
            name,
            "lambda-url-without-auth",
            Severity.HIGH,
            message=name,
            fix=name,
            property_path=name,
            trace=(name, name),
            references=(f"javascript:{name}", "https://docs.aws.amazon.com/"),
            source=SourceLine(file=name, line=1),
        )
        for name in HOSTILE_NAMES
    ]
    return drawn(plan, *findings, acknowledged={findings[0]: HOSTILE_NAMES[0]})


def large(services: int = 50, stacks: int = 5) -> Map:
    """Give the map of an app with ten resources for each service, in some stacks."""
    plans = [Plan(f"Team{number}", dict(_large(services // stacks))) for number in range(stacks)]
    findings: list[Finding] = []
    for plan in plans:
        findings.extend(_serve(plan, services // stacks))
    assessment = judged(tuple(findings), sum(len(plan.template.resources) for plan in plans))
    edges = (edge for plan in plans for edge in plan.edges)
    return map_of(assessment, AttackMap(Graph(edges)))


def _serve(plan: Plan, services: int) -> Iterator[Finding]:
    for number in range(services):
        waf = Answer.YES if number % 5 else Answer.NO
        for verb in ("GET", "POST"):
            plan.join(
                INTERNET,
                Flow.REQUEST,
                f"Api{number} {verb} /things",
                guard=Guard.AUTHORIZER,
                waf=waf,
                label=f"{verb} /things",
            )
        plan.join(f"Api{number} GET /things", Flow.HANDOVER, f"Read{number}")
        plan.join(f"Api{number} POST /things", Flow.HANDOVER, f"Write{number}")
        plan.join(f"Queue{number}", Flow.HANDOVER, f"Work{number}", asynchronous=True)
        for verb in ("Read", "Write", "Work"):
            plan.join(f"{verb}{number}", Flow.IDENTITY, f"{verb}Role{number}")
        plan.join(f"WriteRole{number}", Flow.WRITE, f"Queue{number}", label="sqs:SendMessage")
        plan.join(f"ReadRole{number}", Flow.READ, f"Table{number}", label="dynamodb:Query")
        plan.join(f"WorkRole{number}", Flow.WRITE, f"Table{number}", label="dynamodb:PutItem")
        plan.join(f"WorkRole{number}", Flow.READ, f"Secret{number}")
        if number % 3 == 0 and number:
            plan.join(f"WorkRole{number}", Flow.WRITE, f"Queue{number - 1}")
        yield finding(plan, f"Read{number}", "lambda-tracing-declined", Severity.LOW)
        yield finding(plan, f"Table{number}", "dynamodb-without-backup", Severity.MEDIUM)


def _large(services: int) -> Iterator[tuple[str, str]]:
    for number in range(services):
        yield f"Api{number}", "api"
        for verb in ("Read", "Write", "Work"):
            yield f"{verb}{number}", "function"
            yield f"{verb}Role{number}", "role"
        yield f"Queue{number}", "queue"
        yield f"Table{number}", "table"
        yield f"Secret{number}", "secret"


def watched() -> Map:
    """
    Draw a topic that many alarms tell.
    """
    alarms = {f"Alarm{number}": "key" for number in range(44)}
    plan = Plan("Shop", {"Topic": "topic", **alarms})
    for name in alarms:
        plan.join(AWS, Flow.REQUEST, "Topic", via=name, label="alarm")
    return drawn(plan)
