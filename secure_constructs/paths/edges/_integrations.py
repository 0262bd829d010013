"""What API Gateway passes requests to: functions, and operations of other services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from secure_constructs.paths.graph import DEFAULT_BUS, Edge, Flow, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.paths.web_acls import LOAD_BALANCER
from secure_constructs.template import UNRESOLVED, Block, Template, Text, Undecided

FUNCTION: Final = "AWS::Lambda::Function"

# https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html#apigw-Type-Integration-uri
_URI: Final = re.compile(r":apigateway:.*?:(?P<service>[^:/]+):(?P<kind>path|action)/(?P<rest>.*)")
_FUNCTION_NAME: Final = re.compile(r":function:([^:/]+)")
_QUERY_ACTION: Final = re.compile(r"\bAction=(\w+)")

# Service -> the types its operations are done to, and what requests name those by.
_NAMED_BY: Final = {
    "dynamodb": (("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"), ("TableName",)),
    "events": (("AWS::Events::EventBus",), ("EventBusName",)),
    "firehose": (("AWS::KinesisFirehose::DeliveryStream",), ("DeliveryStreamName",)),
    "kinesis": (("AWS::Kinesis::Stream",), ("StreamName", "StreamARN")),
    "lambda": ((FUNCTION,), ("FunctionName",)),
    "s3": (("AWS::S3::Bucket",), ("bucket",)),
    "secretsmanager": (("AWS::SecretsManager::Secret",), ("SecretId",)),
    "sns": (("AWS::SNS::Topic",), ("TopicArn", "TargetArn")),
    "sqs": (("AWS::SQS::Queue",), ("QueueUrl",)),
    "ssm": (("AWS::SSM::Parameter",), ("Name",)),
    "states": (("AWS::StepFunctions::StateMachine",), ("StateMachineArn",)),
}
# Service in the subtype of an HTTP API -> the same in an ARN.
_SUBTYPES: Final = {
    "EventBridge": "events",
    "Kinesis": "kinesis",
    "SQS": "sqs",
    "StepFunctions": "states",
}
_RUN: Final = frozenset({"lambda", "states"})
_OF_S3: Final = {"GET": "GetObject", "HEAD": "HeadObject", "DELETE": "DeleteObject"}
_READS: Final = ("batchget", "describe", "get", "head", "list", "query", "receive", "scan")
_CALLER_DECIDES: Final = re.compile(r"\$input|\$\{?request|(?:method|route)\.request|[{]\w+[}]")

# Each kind of API spells the properties of an integration in its own way.
_URI_NAMES: Final = ("Uri", "IntegrationUri", "uri")
_METHOD_NAMES: Final = ("IntegrationHttpMethod", "IntegrationMethod", "httpMethod")
_TYPE_NAMES: Final = ("Type", "IntegrationType", "type")
_SUBTYPE_NAMES: Final = ("IntegrationSubtype", "integrationSubtype")
_PARAMETER_NAMES: Final = ("RequestParameters", "requestParameters")
_TEMPLATE_NAMES: Final = ("RequestTemplates", "requestTemplates")
_LINK_NAMES: Final = ("ConnectionId", "connectionId")
_LISTENER_NAMES: Final = ("IntegrationTarget", "integrationTarget", *_URI_NAMES)

_LINK: Final = "AWS::ApiGateway::VpcLink"
_LISTENER: Final = "AWS::ElasticLoadBalancingV2::Listener"


def passed_on(source: Node, integration: Block, template: Template) -> Iterator[Edge]:
    """
    Give what an integration passes requests to, where that is in the templates.

    Raises:
        Undecided: What it passes them to is not known, or chosen by the caller.
    """
    kind = (integration.text(_named(integration, _TYPE_NAMES)) or "").upper()
    subtype = integration.text(_named(integration, _SUBTYPE_NAMES))
    if subtype is not None:
        service, _, operation = subtype.partition("-")
        if service in _SUBTYPES:
            place = _named(integration, _PARAMETER_NAMES)
            action = f"{_SUBTYPES[service]}:{operation}"
            yield from _done(source, integration, action, place, template)
        return
    place = _named(integration, _URI_NAMES)
    uri = integration.text(place)
    if uri is None or kind == "MOCK":
        return
    match = _URI.search(uri)
    if match is None or match["service"] == "lambda":
        if match is None and kind in {"HTTP", "HTTP_PROXY"}:
            yield from _through_link(source, integration, template)
        else:
            yield from _invoked(source, integration, uri, place, template)
        return
    service = match["service"].rpartition(".")[2]
    operation = match["rest"] if match["kind"] == "action" else _operation(integration, service)
    yield from _done(source, integration, f"{service}:{operation}", place, template)


def function_of(uri: Any, template: Template) -> Node | None:
    """
    Give the function that an integration or an authorizer invokes; that of an alias, too.
    """
    function = target_of(uri, template, FUNCTION)
    if function is None and isinstance(uri, str) and (match := _FUNCTION_NAME.search(uri)):
        function = target_of(match[1], template, FUNCTION)
    return function


def _invoked(
    source: Node, integration: Block, uri: str, place: str, template: Template
) -> Iterator[Edge]:
    function = function_of(uri, template)
    if function is None:
        if "${stageVariables." in uri or (isinstance(uri, Text) and not uri.known):
            raise Undecided(integration.at(place))
        return
    parameters = integration.get(_named(integration, _PARAMETER_NAMES))
    yield Edge(
        source=source,
        target=function,
        flow=Flow.HANDOVER,
        label="integration",
        via=integration.resource,
        place=integration.at(place),
        asynchronous="'Event'" in _texts_of(parameters),
    )


def _through_link(source: Node, integration: Block, template: Template) -> Iterator[Edge]:
    """
    Give the load balancer that a VPC link leads to, by what it targets or by a listener.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
    """
    link = template.find(integration.get(_named(integration, _LINK_NAMES)), _LINK)
    block, places = (link, ("TargetArns",)) if link else (integration, _LISTENER_NAMES)
    for place in places:
        for arn in block.items(place).elements:
            listener = template.find(arn, _LISTENER)
            named = arn if listener is None else listener.get("LoadBalancerArn")
            balancer = target_of(named, template, LOAD_BALANCER)
            if balancer is not None:
                yield Edge(
                    source=source,
                    target=balancer,
                    flow=Flow.HANDOVER,
                    label="integration",
                    via=block.resource,
                    place=block.at(place),
                )


def _operation(integration: Block, service: str) -> str:
    """
    Find the operation that a request is for, where the path does not tell.
    """
    if service == "s3":
        method = (integration.text(_named(integration, _METHOD_NAMES)) or "").upper()
        return _OF_S3.get(method, "PutObject")
    parameters = integration.get(_named(integration, _PARAMETER_NAMES))
    for name, value in parameters.items() if isinstance(parameters, dict) else ():
        if isinstance(value, str) and str(name).lower().endswith((".action", ".x-amz-target")):
            return value.strip("'").rpartition(".")[2]
    for text in _texts_of(integration.get(_named(integration, _TEMPLATE_NAMES))):
        if match := _QUERY_ACTION.search(text):
            return match[1]
    return {"sqs": "SendMessage", "sns": "Publish"}.get(service, "")


def _done(
    source: Node, integration: Block, action: str, place: str, template: Template
) -> Iterator[Edge]:
    service, _, operation = action.partition(":")
    if service not in _NAMED_BY:
        return
    types, names = _NAMED_BY[service]
    reads = operation.lower().startswith(_READS)
    for target in _targets(integration, types, names, template):
        yield Edge(
            source=source,
            target=target,
            flow=Flow.READ if reads else Flow.INVOKE if service in _RUN else Flow.WRITE,
            label=action.rstrip(":"),
            via=integration.resource,
            place=integration.at(place),
            asynchronous=not reads,
        )


def _targets(
    integration: Block, types: tuple[str, ...], names: tuple[str, ...], template: Template
) -> Iterator[Node]:
    """
    Give what an operation is done to: whatever of its types the request speaks of.
    """
    uri_place = _named(integration, _URI_NAMES)
    uri = integration.get(uri_place)
    parameters = integration.get(_named(integration, _PARAMETER_NAMES))
    bodies = integration.get(_named(integration, _TEMPLATE_NAMES))
    texts = [text for value in (uri, parameters, bodies) for text in _texts_of(value)]
    named = [*_set(parameters, names), *(name for text in texts for name in _spelled(text, names))]
    resources = (text.resources for text in texts if isinstance(text, Text))
    found = {
        node_of(resource): None for some in resources for resource in some if resource.type in types
    }
    for name in (*named, *_segments(uri)):
        target = target_of(name, template, *types)
        if target is not None:
            found[target] = None
    if found:
        yield from found
    elif "EventBusName" in names and all(name == "default" for name in named):
        yield DEFAULT_BUS
    elif any(_unknown(name) for name in (*named, uri)):
        raise Undecided(integration.at(uri_place))


def _unknown(name: Any) -> bool:
    """
    Say whether a name is not known before deployment, or is what the caller makes it.
    """
    if isinstance(name, Text) and not name.known:
        return True
    return name is UNRESOLVED or bool(isinstance(name, str) and _CALLER_DECIDES.search(name))


def _set(parameters: Any, names: tuple[str, ...]) -> Iterator[Any]:
    """
    Give the values of parameters that go by one of some names.
    """
    wanted = {name.lower() for name in names}
    for key, value in parameters.items() if isinstance(parameters, dict) else ():
        if str(key).lower().rpartition(".")[2] in wanted:
            yield value.strip("'") if type(value) is str else value


def _segments(uri: Any) -> Iterator[str]:
    """
    Give the parts of a path in a URI, one of which may be a name.
    """
    match = _URI.search(uri) if type(uri) is str else None
    if match is not None and match["kind"] == "path":
        yield from match["rest"].split("/")


def _spelled(text: str, names: tuple[str, ...]) -> Iterator[str]:
    """
    Give the values that a request spells out under some names, in JSON or in a form.
    """
    decoded = unquote(text)
    for name in names:
        for match in re.finditer(
            rf"\b{name}[\"']?\s*[:=]\s*[\"']?([^\"'&,\s}}]+)", decoded, re.IGNORECASE
        ):
            yield match[1]


def _texts_of(value: Any) -> list[str]:
    """
    Give the texts of a map, or of a single text; those of parameters with their names.
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    return [text for text in value.values() if isinstance(text, str)]


def _named(block: Block, names: tuple[str, ...]) -> str:
    return next((name for name in names if block.has(name)), names[0])
