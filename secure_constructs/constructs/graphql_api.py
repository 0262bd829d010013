"""A GraphQL API that knows its callers, bounds their queries and keeps its schema to itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import aws_cdk as cdk
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_number,
    is_token,
    refusal,
    refuse_decided,
    resource_of,
    shared,
)
from secure_constructs.constructs.bus import SecureBus
from secure_constructs.constructs.table import SecureTable
from secure_constructs.constructs.web_acl import SecureWebAcl

if TYPE_CHECKING:
    from typing import Never

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_events as events
    from constructs import Construct

    from secure_constructs.constructs.table import ReadOperation, WriteOperation

Struct = TypeVar("Struct")

# https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html
_DEEPEST: Final = 75
_MOST_RESOLVERS: Final = 10_000

_READS: Final = frozenset({"BatchGetItem", "ConditionCheckItem", "GetItem", "Query"})
_WRITES: Final = frozenset({"BatchWriteItem", "DeleteItem", "PutItem", "UpdateItem"})

_RESOLVED_SECRET: Final = ("{{resolve:secretsmanager", "{{resolve:ssm-secure")

_LOG: Final = Decision(
    because="errors are logged, and never what requests carry",
    instead="set log_retention",
)

_DECIDED: Final[Mapping[str, Decision]] = {
    "introspection_config": Decision(
        because="strangers would read the whole schema, what no app uses as well",
        instead="leave it out, and give developers the schema itself",
    ),
    "log_config": _LOG,
    "schema": Decision(
        because="the CDK has replaced it",
        instead="pass definition=Definition.from_file(...)",
    ),
    "xray_enabled": Decision(because="a query that touches many sources leaves a trace in each"),
}


class SecureGraphqlApi(appsync.GraphqlApi):
    """
    A GraphQL API with known callers, bounded queries, a closed schema, a web ACL and logs.

    - Callers are known by IAM, Cognito, OpenID Connect or a function: an API key is in every
      copy of an app, and identifies nobody.
      https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
    - A query is at most ``query_depth_limit`` deep and runs ``resolver_count_limit`` resolvers.
    - Nobody may ask for the schema.
    - A web ACL stands in front, shared by the APIs of the stack. AWS WAF sees 8 KB of a body
      here, and a larger request is blocked: send files to a bucket.
      https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html
    - Calls are traced. Errors are logged, without headers, arguments and results, in a group
      that outlives the stack and is the only one that the role of the log may write; there is no
      custom resource for its retention.
      https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
    - A data source on a function, a table or a bus has a role with exactly the calls it makes.
      Others have the role that the CDK gives them.

    Cost (us-east-1 list price, 2026-11): 4.00 USD for a million queries and mutations, and nothing
    by itself but the web ACL that the stack shares (10 USD a month).
    https://aws.amazon.com/appsync/pricing/

    ::

        api = SecureGraphqlApi(
            self,
            "Api",
            authorization_config=appsync.AuthorizationConfig(
                default_authorization=appsync.AuthorizationMode(
                    authorization_type=appsync.AuthorizationType.USER_POOL,
                    user_pool_config=appsync.UserPoolConfig(user_pool=customers),
                )
            ),
            definition=appsync.Definition.from_file("schema.graphql"),
        )
        orders = api.add_dynamo_db_data_source("Orders", table, operations=["GetItem", "Query"])

    Attributes:
        request_log: Where errors are logged; the inherited `log_group` names the same group.
        web_acl: The web ACL in front.

    Args:
        scope: Where the API is defined.
        id: Its id there; part of the logical id.
        authorization_config: Who decides whether a caller may, for all fields and for those
            that the schema marks. An OpenID Connect issuer needs the id of your client.
        definition: The schema, or the APIs to merge.
        domain_name: A name of your own with its certificate. Default: the name AppSync gives.
        enhanced_metrics_config: What else to measure, at a price. Default: nothing.
        environment_variables: Values that resolvers read, none of them a secret. Default: none.
        log_retention: How long the log is kept.
        name: Its name in the console. Default: the id.
        owner_contact: Whom to ask about it. Default: nobody.
        query_depth_limit: How deep a query may be, from 1 to 75.
        resolver_count_limit: How many resolvers a query may run, from 1 to 10,000.
        visibility: ``PRIVATE`` if only VPC endpoints lead to it; it cannot be changed.
            Default: the internet leads to it.
        web_acl: The web ACL in front. Default: the one that the stack shares.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        authorization_config: appsync.AuthorizationConfig,
        definition: appsync.Definition,
        domain_name: appsync.DomainOptions | None = None,
        enhanced_metrics_config: appsync.EnhancedMetricsConfig | None = None,
        environment_variables: Mapping[str, str] | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        name: str | None = None,
        owner_contact: str | None = None,
        query_depth_limit: int = 10,
        resolver_count_limit: int = 100,
        visibility: appsync.Visibility | None = None,
        web_acl: SecureWebAcl | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureGraphqlApi, scope, id, decided, _DECIDED)
        modes = _known_callers(scope, id, authorization_config)
        check_number(
            SecureGraphqlApi, scope, id, "query_depth_limit", query_depth_limit,
            least=1, most=_DEEPEST, unit="levels",
        )  # fmt: skip
        check_number(
            SecureGraphqlApi, scope, id, "resolver_count_limit", resolver_count_limit,
            least=1, most=_MOST_RESOLVERS, unit="resolvers",
        )  # fmt: skip
        for key, value in (environment_variables or {}).items():
            if any(marker in value for marker in _RESOLVED_SECRET):
                raise refusal(
                    SecureGraphqlApi, scope, id, f"environment_variables[{key!r}]",
                    because="whoever may look at the API would read the secret",
                    instead="let a function read it, as a data source",
                )  # fmt: skip
        if web_acl is not None and web_acl.web_acl.scope == "CLOUDFRONT":
            raise refusal(
                SecureGraphqlApi, scope, id, "web_acl",
                because="a web ACL of scope CLOUDFRONT protects distributions only",
                instead="pass one of scope REGIONAL",
            )  # fmt: skip
        self._scope = scope
        self._id = id
        handler, stock_modes = _without_permission(scope, id, modes)
        super().__init__(
            scope,
            id,
            name=id if name is None else name,
            authorization_config=appsync.AuthorizationConfig(
                additional_authorization_modes=stock_modes[1:] or None,
                default_authorization=stock_modes[0],
            ),
            definition=definition,
            domain_name=domain_name,
            enhanced_metrics_config=enhanced_metrics_config,
            environment_variables=environment_variables,
            introspection_config=appsync.IntrospectionConfig.DISABLED,
            owner_contact=owner_contact,
            query_depth_limit=query_depth_limit,
            resolver_count_limit=resolver_count_limit,
            visibility=visibility,
            xray_enabled=True,
        )
        arn = self.arn
        # Made by the stack, or AppSync would make it at the first request and keep it for ever.
        self.request_log: Final = logs.LogGroup(
            self,
            "RequestLog",
            log_group_name=f"/aws/appsync/apis/{self.api_id}",
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=log_retention,
        )
        role = iam.Role(self, "RequestLogRole", assumed_by=_appsync())
        self.request_log.grant_write(role)
        resource: appsync.CfnGraphQLApi = resource_of(self)
        resource.log_config = appsync.CfnGraphQLApi.LogConfigProperty(
            cloud_watch_logs_role_arn=role.role_arn,
            exclude_verbose_content=True,
            field_log_level="ERROR",
        )
        self.web_acl: Final = web_acl or shared(scope, "WebAcl", SecureWebAcl)
        wafv2.CfnWebACLAssociation(
            self,
            "WebAclAssociation",
            resource_arn=arn,
            web_acl_arn=self.web_acl.web_acl_arn,
        )
        if handler is not None:
            handler.add_permission(
                f"{id}-appsync",
                action="lambda:InvokeFunction",
                principal=_appsync(),
                source_arn=arn,
            )
        acknowledge(
            self,
            "AwsSolutions-ASC3",
            reason="Requests are logged, without the headers and results that ASC3 wants in the "
            "log: tokens and personal data would be there for everyone who reads it.",
            scope=scope,
        )

    @PythonOnly
    def add_lambda_data_source(
        self, /, id: str, lambda_function: lambda_.IFunction, **options: Any
    ) -> appsync.LambdaDataSource:
        """
        Let fields be answered by a function: the function, and none of its versions.

        Args:
            id: The id of the data source; it becomes its name.
            lambda_function: What answers: a function, an alias or a version.
            options: What the stock method takes beside them.

        Returns:
            The data source, for ``create_resolver``.
        """
        role = self._role(id)
        source = appsync.LambdaDataSource(
            self,
            id,
            api=self,
            lambda_function=lambda_function,
            service_role=role.without_policy_updates(),
            **options,
        )
        iam.Grant.add_to_principal(
            grantee=role,
            actions=["lambda:InvokeFunction"],
            resource_arns=[lambda_function.function_arn],
        )
        return source

    @PythonOnly
    def add_dynamo_db_data_source(
        self,
        /,
        id: str,
        table: dynamodb.ITable,
        *,
        operations: Sequence[ReadOperation | WriteOperation] = (),
        **options: Any,
    ) -> appsync.DynamoDbDataSource:
        """
        Let fields be answered by a table, with the operations its resolvers use.

        Args:
            id: The id of the data source; it becomes its name.
            table: What answers. Of a table that is not a `SecureTable` all indexes may be queried.
            operations: What the resolvers do, such as ``GetItem``. A transaction needs the
                operations it is made of. No ``Scan``: it reads, and bills, the whole table.
            options: What the stock method takes beside them.

        Returns:
            The data source, for ``create_resolver``.

        Raises:
            ConstructError: No operation was named, or one that is not known.
        """
        known = sorted(_READS | _WRITES)
        if isinstance(operations, str) or not operations or not set(operations) <= set(known):
            raise self._refusal(
                f"operations={operations!r} of the data source {id!r}",
                because="its role can do exactly what its resolvers do",
                instead=f"list some of {', '.join(known)}",
            )
        role = self._role(id)
        source = appsync.DynamoDbDataSource(
            self,
            id,
            api=self,
            service_role=role.without_policy_updates(),
            table=table,
            **options,
        )
        _allow_operations(role, table, operations)
        return source

    @PythonOnly
    def add_event_bridge_data_source(
        self,
        /,
        id: str,
        event_bus: events.IEventBus,
        *,
        sources: Sequence[str] = (),
        detail_types: Sequence[str] | None = None,
        **options: Any,
    ) -> appsync.EventBridgeDataSource:
        """
        Let mutations send events, bound by what these say they are.

        Args:
            id: The id of the data source; it becomes its name.
            event_bus: Where events go.
            sources: Their ``source``, such as ``shop.orders``.
            detail_types: Their ``detail-type``. Default: any of those sources.
            options: What the stock method takes beside them.

        Returns:
            The data source, for ``create_resolver``.

        Raises:
            ConstructError: No source was named, or one that stands for many.
        """
        if isinstance(sources, str) or not sources or any("*" in source for source in sources):
            raise self._refusal(
                f"sources={sources!r} of the data source {id!r}",
                because="a rule can trust only what each sender is bound to",
                instead="name each of them in a list",
            )
        role = self._role(id)
        source = appsync.EventBridgeDataSource(
            self,
            id,
            api=self,
            event_bus=event_bus,
            service_role=role.without_policy_updates(),
            **options,
        )
        if isinstance(event_bus, SecureBus):
            event_bus.grants.put_events(role, sources=sources, detail_types=detail_types)
        else:
            conditions: dict[str, Any] = {"events:source": list(sources)}
            if detail_types is not None:
                conditions["events:detail-type"] = list(detail_types)
            iam.Grant.add_to_principal(
                grantee=role,
                actions=["events:PutEvents"],
                conditions={"StringEquals": conditions},
                resource_arns=[event_bus.event_bus_arn],
            )
        return source

    @PythonOnly
    def add_http_data_source(
        self, /, id: str, endpoint: str, **options: Any
    ) -> appsync.HttpDataSource:
        """
        Let fields be answered by a server, over TLS.

        Args:
            id: The id of the data source; it becomes its name.
            endpoint: The address of the server, such as ``https://prices.example.com``.
            options: What the stock method takes beside them.

        Returns:
            The data source, for ``create_resolver``.

        Raises:
            ConstructError: The address is not one of HTTPS.
        """
        address = endpoint.lower()
        if address.startswith("http://") or not (
            is_token(endpoint) or address.startswith("https://")
        ):
            raise self._refusal(
                f"endpoint={endpoint!r} of the data source {id!r}",
                because="whoever sits on the way could read and change what is answered",
                instead="pass an https address",
            )
        return super().add_http_data_source(id, endpoint, **options)

    def _role(self, id: str) -> iam.Role:
        return iam.Role(self, f"{id}Role", assumed_by=_appsync())

    def _refusal(self, prop: str, *, because: str, instead: str) -> Exception:
        return refusal(
            SecureGraphqlApi, self._scope, self._id, prop, because=because, instead=instead
        )


def _struct(kind: type[Struct], value: Struct | Mapping[str, Any] | None) -> Struct | None:
    return kind(**value) if isinstance(value, Mapping) else value


def _known_callers(
    scope: Construct, construct_id: str, config: appsync.AuthorizationConfig
) -> Sequence[appsync.AuthorizationMode]:
    config = cast("appsync.AuthorizationConfig", _struct(appsync.AuthorizationConfig, config))
    default = _struct(appsync.AuthorizationMode, config.default_authorization)
    if default is None:
        raise refusal(
            SecureGraphqlApi, scope, construct_id, "authorization_config", config,
            because="without a default_authorization the CDK makes an API key, which is in "
            "every copy of an app",
            instead="name it: AuthorizationType.IAM, USER_POOL, OIDC or LAMBDA",
        )  # fmt: skip
    modes = (
        default,
        *(
            cast("appsync.AuthorizationMode", _struct(appsync.AuthorizationMode, mode))
            for mode in config.additional_authorization_modes or ()
        ),
    )
    for mode in modes:
        if mode.authorization_type == appsync.AuthorizationType.API_KEY:
            raise refusal(
                SecureGraphqlApi, scope, construct_id, "authorization_config",
                mode.authorization_type.name,
                because="an API key is in every copy of an app, and identifies nobody",
                instead="use AuthorizationType.IAM, USER_POOL, OIDC or LAMBDA",
            )  # fmt: skip
        _check_issuer(
            scope, construct_id, _struct(appsync.OpenIdConnectConfig, mode.open_id_connect_config)
        )
    return modes


def _check_issuer(
    scope: Construct, construct_id: str, issuer: appsync.OpenIdConnectConfig | None
) -> None:
    if issuer is None:
        return
    if not issuer.client_id:
        raise refusal(
            SecureGraphqlApi, scope, construct_id, "open_id_connect_config.client_id",
            because="tokens that the issuer gave to any other app would be accepted",
            instead="pass the id of your client",
        )  # fmt: skip
    address = issuer.oidc_provider
    if not is_token(address) and not address.lower().startswith("https://"):
        raise refusal(
            SecureGraphqlApi, scope, construct_id, "open_id_connect_config.oidc_provider", address,
            because="whoever sits on the way could sign tokens with keys of their own",
            instead="pass an https address",
        )  # fmt: skip


def _without_permission(
    scope: Construct, construct_id: str, modes: Sequence[appsync.AuthorizationMode]
) -> tuple[lambda_.IFunction | None, list[appsync.AuthorizationMode]]:
    # Without a feature flag of theirs the CDK lets every API of every account invoke the
    # authorizer: it is given a stand-in, and the permission is added for this API only.
    handler = None
    stock = []
    for mode in modes:
        config = _struct(appsync.LambdaAuthorizerConfig, mode.lambda_authorizer_config)
        if config is None:
            stock.append(mode)
            continue
        handler = config.handler
        stock.append(
            appsync.AuthorizationMode(
                authorization_type=mode.authorization_type,
                lambda_authorizer_config=appsync.LambdaAuthorizerConfig(
                    handler=lambda_.Function.from_function_attributes(
                        scope,
                        f"{construct_id}Authorizer",
                        function_arn=handler.function_arn,
                        skip_permissions=True,
                    ),
                    results_cache_ttl=config.results_cache_ttl,
                    validation_regex=config.validation_regex,
                ),
            )
        )
    return handler, stock


def _allow_operations(
    role: iam.Role, table: dynamodb.ITable, operations: Sequence[ReadOperation | WriteOperation]
) -> None:
    reads = sorted(_READS.intersection(operations))
    writes = sorted(_WRITES.intersection(operations))
    if isinstance(table, SecureTable):
        if reads:
            table.grants.read_items(role, *cast("Sequence[ReadOperation]", reads))
        if writes:
            table.grants.write_items(role, *cast("Sequence[WriteOperation]", writes))
        return
    arn = table.table_arn
    for actions, resources in (
        ([*reads, *writes], [arn]),
        (["Query"] if "Query" in reads else [], [f"{arn}/index/*"]),
    ):
        if actions:
            iam.Grant.add_to_principal(
                grantee=role,
                actions=[f"dynamodb:{action}" for action in actions],
                resource_arns=resources,
            )


@cache
def _appsync() -> iam.ServicePrincipal:
    return iam.ServicePrincipal("appsync.amazonaws.com")
