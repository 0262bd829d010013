"""AppSync: GraphQL APIs and event APIs, and the data sources behind their fields and channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import (
    DEFAULT_BUS,
    INTERNET,
    Edge,
    Flow,
    Guard,
    Kind,
    Node,
    node_of,
)
from secure_constructs.paths.partial import answer_to, each
from secure_constructs.paths.targets import target_of
from secure_constructs.paths.web_acls import web_acl_before
from secure_constructs.services.appsync import EVENTS, GRAPHQL, is_private
from secure_constructs.template import Block, Resource, Template, Undecided

_RESOLVER: Final = "AWS::AppSync::Resolver"
_STEP: Final = "AWS::AppSync::FunctionConfiguration"
_SOURCE: Final = "AWS::AppSync::DataSource"
_CHANNELS: Final = "AWS::AppSync::ChannelNamespace"
_SCHEMA: Final = "AWS::AppSync::GraphQLSchema"
_FUNCTION: Final = "AWS::Lambda::Function"
TYPES: Final = (GRAPHQL, EVENTS, _RESOLVER, _CHANNELS)

# Mode -> who is asked, and the directive that opens a field to it beside the default mode.
# https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
_MODES: Final = {
    "API_KEY": (Guard.API_KEY, "@aws_api_key"),
    "AMAZON_COGNITO_USER_POOLS": (Guard.AUTHORIZER, "@aws_cognito_user_pools"),
    "AWS_IAM": (Guard.IAM, "@aws_iam"),
    "AWS_LAMBDA": (Guard.AUTHORIZER, "@aws_lambda"),
    "OPENID_CONNECT": (Guard.AUTHORIZER, "@aws_oidc"),
}
# What a data source names its target by.
_NAMED_BY: Final = (
    "LambdaConfig.LambdaFunctionArn",
    "DynamoDBConfig.TableName",
    "EventBridgeConfig.EventBusArn",
    "RelationalDatabaseConfig.RdsHttpEndpointConfig.DbClusterIdentifier",
)
_WRITES: Final = ("BatchPut", "BatchDelete", "DeleteItem", "PutItem", "TransactWrite", "UpdateItem")
_READS: Final = ("BatchGet", "GetItem", "Query", "Scan", "TransactGet")


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who calls an API by which kind of authorization, and what its fields or channels reach.
    """
    if resource.type in {GRAPHQL, EVENTS}:
        modes = _graphql_modes(resource) if resource.type == GRAPHQL else _event_modes(resource)
        called = each(modes, lambda mode: _called(resource, *mode))
        asked = each(_providers(resource), lambda provider: _asked(resource, provider, template))
        yield from each((called, asked), iter)
    elif resource.type == _RESOLVER:
        yield from _resolved(resource, template)
    else:
        yield from _handled(resource, template)


def _providers(api: Resource) -> Iterator[Block]:
    yield api
    yield from api.blocks("AdditionalAuthenticationProviders")
    yield from api.blocks("EventConfig.AuthProviders")


def _graphql_modes(api: Resource) -> Iterator[tuple[str, str, bool]]:
    """
    Give the kinds of authorization an API takes, where they stand, and whether a field takes them.
    """
    yield api.text("AuthenticationType") or "", "AuthenticationType", True
    schemas = api.template.referrers(api, _SCHEMA, at="ApiId")
    definitions = [schema.get("Definition") for schema in schemas]
    known = bool(definitions) and all(type(text) is str for text in definitions)
    for provider in api.blocks("AdditionalAuthenticationProviders"):
        mode = provider.text("AuthenticationType") or ""
        place = provider.at("AuthenticationType")
        directive = _MODES.get(mode, (Guard.NONE, ""))[1]
        if not known:
            yield mode, place, False
        elif directive and any(directive in text for text in definitions):
            yield mode, place, True


def _event_modes(api: Resource) -> Iterator[tuple[str, str, bool]]:
    seen: set[str] = set()
    for mode in api.blocks("EventConfig.DefaultPublishAuthModes"):
        kind = mode.text("AuthType") or ""
        if kind not in seen:
            seen.add(kind)
            yield kind, mode.at("AuthType"), True


def _called(api: Resource, mode: str, place: str, sure: bool) -> Iterator[Edge]:  # noqa: FBT001
    guard = _MODES.get(mode, (Guard.NONE, ""))[0]
    if guard is Guard.IAM or answer_to(lambda: is_private(api)) is Answer.YES:
        return  # by roles, and networks, that are known elsewhere or not at all
    yield Edge(
        source=INTERNET,
        target=node_of(api),
        flow=Flow.REQUEST,
        label="GraphQL" if api.type == GRAPHQL else "publish",
        via=api,
        place=place,
        guard=guard,
        waf=web_acl_before(api),
        certain=sure,
    )


def _asked(api: Resource, provider: Block, template: Template) -> Iterator[Edge]:
    """
    Give what the function of an authorizer is shown: requests before anyone was asked.
    """
    place = "LambdaAuthorizerConfig.AuthorizerUri"
    function = target_of(provider.get(place), template, _FUNCTION)
    if function is None:
        return
    node = node_of(api, f"authorizer {provider.path}".rstrip())
    for edge in _called(api, "", place, sure=True):
        yield edge._replace(target=node, label="authorizer", place=provider.at(place))
    yield Edge(
        source=node,
        target=function,
        flow=Flow.HANDOVER,
        label="authorizer",
        via=api,
        place=provider.at(place),
    )


def _resolved(resolver: Resource, template: Template) -> Iterator[Edge]:
    api = template.find(resolver.get("ApiId"), GRAPHQL)
    node = node_of(api) if api is not None else node_of(resolver, kind=Kind.ENTRY)
    label = f"{resolver.text('TypeName') or ''}.{resolver.text('FieldName') or ''}"

    def read(block: Resource) -> Iterator[Edge]:
        source = _source(block.get("DataSourceName"), resolver.get("ApiId"), template)
        if source is not None:
            for target in _behind(source, template):
                yield _reached(node, target, block, label)

    yield from each(_steps(resolver, template), read)


def _steps(resolver: Resource, template: Template) -> Iterator[Resource]:
    """
    Give what names the data sources of a field: the resolver itself, or each step of its pipeline.
    """
    yield resolver
    for value in resolver.items("PipelineConfig.Functions"):
        step = template.find(value, _STEP)
        if step is not None:
            yield step


def _behind(source: Resource, template: Template) -> Iterator[Node]:
    for place in _NAMED_BY:
        value = source.get(place)
        target = target_of(value, template)
        if target is not None:
            yield target
        elif place.endswith("EventBusArn") and str(value).endswith("/default"):
            yield DEFAULT_BUS


def _reached(node: Node, target: Node, block: Resource, label: str) -> Edge:
    return Edge(
        source=node,
        target=target,
        flow=_flow(target, block, label),
        label=label,
        via=block,
        place="DataSourceName",
        asynchronous=target.kind is Kind.CHANNEL,
    )


def _flow(target: Node, block: Resource, label: str) -> Flow:
    """
    Say what a resolver does to a data source: by its template or code, else by the kind of field.
    """
    if target.kind is Kind.WORKLOAD:
        return Flow.HANDOVER
    if target.kind is Kind.CHANNEL:
        return Flow.WRITE
    text = f"{block.get('RequestMappingTemplate')}{block.get('Code')}"
    if any(operation in text for operation in _WRITES):
        return Flow.WRITE
    if any(operation in text for operation in _READS):
        return Flow.READ
    return Flow.WRITE if label.startswith(("Mutation.", "On")) else Flow.READ


def _source(name: Any, api: Any, template: Template) -> Resource | None:
    source = template.find(name, _SOURCE)
    if source is None and isinstance(name, str):
        source = template.once_for_all("data sources", _sources).get((str(api), name))
    return source


def _sources(templates: Sequence[Template]) -> Mapping[tuple[str, str], Resource]:
    return {
        (str(source.get("ApiId")), str(source.get("Name"))): source
        for template in templates
        for source in template.of_type(_SOURCE)
    }


def _handled(channels: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the functions that see what is published to a namespace, or who subscribes.
    """
    api = template.find(channels.get("ApiId"), EVENTS)
    node = node_of(api) if api is not None else node_of(channels, kind=Kind.ENTRY)
    name = channels.text("Name") or "channel"
    for handler in ("OnPublish", "OnSubscribe"):
        place = f"HandlerConfigs.{handler}.Integration.DataSourceName"
        if not channels.has(place):
            continue
        source = _source(channels.get(place), channels.get("ApiId"), template)
        if source is None:
            raise Undecided(place)
        label = f"{handler} {name}"
        for target in _behind(source, template):
            yield _reached(node, target, channels, label)._replace(place=place)
