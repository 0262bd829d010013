"""A WebSocket API whose connections are opened through a web ACL only, by known callers."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    logical_id_of,
    refusal,
    refuse_decided,
    resource_of,
)
from secure_constructs.constructs._gateway import (
    ACCESS_LOG_FIELDS,
    check_sites,
    log_access,
    origin_of,
    throttle,
)
from secure_constructs.constructs._vended_logs import place_of
from secure_constructs.constructs.distribution import SecureDistribution, api_behavior
from secure_constructs.constructs.origin_gate import ORIGIN_HEADER, OriginGate, TokenIssuer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from aws_cdk import aws_certificatemanager as acm

    from secure_constructs.constructs.web_acl import SecureWebAcl

__all__ = ["SecureWebSocketApi", "SecureWebSocketApiGrants", "TokenIssuer"]

# https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
_ACCESS_LOG_FIELDS: Final[Mapping[str, str]] = {
    **ACCESS_LOG_FIELDS,
    "eventType": "$context.eventType",
    "connectionId": "$context.connectionId",
    "principalId": "$context.authorizer.principalId",
    "authorizeStatus": "$context.authorize.status",
    "authorizeError": "$context.authorize.error",
}

_DECIDED_ONCE: Final = (
    "A WebSocket API lets a caller in once, by the authorizer of $connect, for all its messages."
)

_DECIDED: Final[Mapping[str, Decision]] = {
    "api_key_selection_expression": Decision(
        because="a key that every client carries tells nobody apart",
    ),
    "connect_route_options": Decision(
        because="the route has the authorizer that checks the way as well",
        instead="pass connect_handler",
    ),
    "default_route_options": Decision(
        because="whatever nobody thought of would reach code",
        instead="use route('$default', ...) if a handler checks what it gets",
    ),
    "disable_execute_api_endpoint": Decision(
        because="the default endpoint is off exactly when there is a domain_mapping",
    ),
    "disconnect_route_options": Decision(
        because="the handler is all there is to it",
        instead="pass disconnect_handler",
    ),
}


class SecureWebSocketApi(apigatewayv2.WebSocketApi):
    """
    A WebSocket API behind a distribution with a web ACL.

    - Callers connect to the distribution in front, ``api.distribution``, a `SecureDistribution`.
    - It shows the API a secret in the header ``x-origin-verify``. The authorizer of ``$connect``
      turns away what comes without, pages of sites that are not in ``allow_origins``, and
      callers without a token (`TokenIssuer`) or without the consent of a function of yours.
      A connection without the header is answered 401 and runs no code.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html
    - A token comes in the ``Authorization`` header, or, as browsers cannot set one, as a
      protocol: ``new WebSocket(url, ["chat.v1", "bearer." + token])``. The ``connect_handler``
      must choose another one in its ``Sec-WebSocket-Protocol`` header. A token in the URL would
      stand in logs, and is not read.
    - The stage throttles and logs each event as JSON; the log outlives the stack.
    - The default endpoint is off where the API has a name of its own (``domain_mapping``).

    What it does not protect:

    - The web ACL sees the request that opens a connection, and nothing that is said on it:
      handlers of messages validate what they get. A message is at most 128 KB.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
    - Who is let in once stays until the connection closes, 2 hours at most, whatever becomes of
      the token. Disconnect those you lock out (``api.grants.disconnect``).
    - The handler of ``$connect`` is given the header with the secret.
    - The API still answers on the internet, as `SecureHttpApi` says, and the secret is replaced
      in the same way.

    Cost (us-east-1 list price, 2026-11): 1.00 USD for a million messages and 0.25 USD for a
    million minutes of connection, 0.40 USD a month for the secret, and what the stack shares: a
    web ACL (10 USD) and a key (1 USD). https://aws.amazon.com/api-gateway/pricing/

    Attributes:
        access_log: Where each event is logged.
        distribution: The distribution in front; ``distribution.domain_name`` is what to connect to.
        gate: The authorizer, with its secret.
        stage: The stage.

    Args:
        scope: Where to build it.
        id: Its id there.
        allow_origins: Which web sites may connect from a browser, by scheme and host; programs
            that are no browsers name no site. Empty, no browser may.
        authorizer: Who decides whether a caller may connect: a `TokenIssuer`, or a function that
            is given the event of the API and answers ``{"isAuthorized": true, "context": {}}``.
        api_name: Its name in the console. Default: the id.
        authorizer_concurrency: How many connections may be decided about at once; the account
            keeps that many for it. None sets no limit but the throttle.
        certificate: The certificate for ``domain_names``, in us-east-1.
        connect_handler: What runs when a connection is opened. Default: nothing.
        default_domain: Why callers use the name that CloudFront makes up, under which it accepts
            TLS 1.0 as well. Give either this, or ``certificate`` and ``domain_names``.
        description: What it is for. Default: none.
        disconnect_handler: What runs when a connection is closed. Default: nothing.
        domain_mapping: A name of the API itself, by which the distribution reaches it.
            Default: the default endpoint.
        domain_names: The names callers use.
        geo_restriction: From which countries connections may be opened. Default: all.
        log_retention: How long the log is kept.
        origin_secret_generation: How many secrets there have been; see `SecureHttpApi`.
        route_selection_expression: Which part of a message names its route.
        stage_name: The name of its stage; callers do not see it.
        throttling_burst_limit: How many messages may come at once.
        throttling_rate_limit: How many messages a second each route answers.
        web_acl: The web ACL in front. Default: one that the distributions of the stack share;
            see `SecureDistribution`.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        allow_origins: Sequence[str],
        authorizer: TokenIssuer | lambda_.IFunction,
        api_name: str | None = None,
        authorizer_concurrency: int | None = 20,
        certificate: acm.ICertificate | None = None,
        connect_handler: lambda_.IFunction | None = None,
        default_domain: str | None = None,
        description: str | None = None,
        disconnect_handler: lambda_.IFunction | None = None,
        domain_mapping: apigatewayv2.DomainMappingOptions | None = None,
        domain_names: Sequence[str] | None = None,
        geo_restriction: cloudfront.GeoRestriction | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        origin_secret_generation: int = 1,
        route_selection_expression: str = "$request.body.action",
        stage_name: str = "live",
        throttling_burst_limit: int = 100,
        throttling_rate_limit: int = 50,
        web_acl: SecureWebAcl | str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureWebSocketApi, scope, id, decided, _DECIDED)
        limits = throttle(
            SecureWebSocketApi,
            scope,
            id,
            burst_limit=throttling_burst_limit,
            rate_limit=throttling_rate_limit,
        )
        check_sites(SecureWebSocketApi, scope, id, "allow_origins", allow_origins)
        self._scope = scope
        self._id = id
        self._connects = False
        self.gate: Final = OriginGate(
            scope,
            f"{id}Gate",
            api=SecureWebSocketApi,
            api_id=id,
            authorizer=authorizer,
            concurrency=authorizer_concurrency,
            generation=origin_secret_generation,
            sites=allow_origins,
        )
        super().__init__(
            scope,
            id,
            api_name=api_name,
            description=description,
            route_selection_expression=route_selection_expression,
        )
        if domain_mapping is not None:
            resource: apigatewayv2.CfnApi = resource_of(self)
            resource.disable_execute_api_endpoint = True
        self.stage: Final = apigatewayv2.WebSocketStage(
            self,
            "Stage",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            domain_mapping=domain_mapping,
            stage_name=stage_name,
            throttle=limits,
            web_socket_api=self,
        )
        self.access_log: Final = log_access(self, self.stage, _ACCESS_LOG_FIELDS, log_retention)
        self._add_connect(connect_handler)
        if disconnect_handler is not None:
            self.route("$disconnect", disconnect_handler)
        self.distribution: Final = SecureDistribution(
            self,
            "Distribution",
            certificate=certificate,
            default_behavior=api_behavior(
                origin_of(self.gate, self, domain_mapping, f"/{stage_name}"),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            ),
            default_domain=default_domain,
            default_root_object=None,
            domain_names=domain_names,
            geo_restriction=geo_restriction,
            log_file_prefix=f"{id}/",
            web_acl=web_acl,
        )
        # A new secret is let in before the edge sends it.
        self.distribution.node.add_dependency(self.gate.function)

    @cached_property
    def grants(self) -> SecureWebSocketApiGrants:
        """
        Exact permissions on the connections.
        """
        return SecureWebSocketApiGrants(self)

    def route(
        self, route_key: str, handler: lambda_.IFunction, *, return_response: bool = False
    ) -> apigatewayv2.WebSocketRoute:
        """
        Answer messages of a kind, on connections that were authorized.

        Nothing inspects or validates the message on the way: the function does.

        Args:
            route_key: What the message says it is, or ``$default`` for what no route is for.
            handler: The function that answers.
            return_response: Whether what the function returns is sent to the caller.
                Default: the function sends by itself, with ``grants.send``.

        Returns:
            The route.

        Raises:
            ConstructError: The route is the one that lets callers in.
        """
        name = re.sub(r"\W", "", route_key)
        return self.add_route(
            route_key,
            integration=integrations.WebSocketLambdaIntegration(f"{name}Integration", handler),
            return_response=return_response or None,
        )

    @PythonOnly
    def add_route(
        self,
        /,
        route_key: str,
        *,
        integration: apigatewayv2.WebSocketRouteIntegration,
        **options: Any,
    ) -> apigatewayv2.WebSocketRoute:
        """
        Answer messages of a kind, the stock way.

        Args:
            route_key: What the message says it is.
            integration: What answers.
            options: What the stock method takes beside it.

        Raises:
            ConstructError: The route is the one that lets callers in.
        """
        if self._connects and route_key == "$connect":
            raise self._refusal(
                "route_key", route_key,
                because="it has the authorizer that checks the way already",
                instead="pass connect_handler to the API",
            )  # fmt: skip
        route = super().add_route(route_key, integration=integration, **options)
        if route_key != "$connect":
            acknowledge(route, "AwsSolutions-APIG4", reason=_DECIDED_ONCE, scope=self._scope)
        return route

    @PythonOnly
    def grant_manage_connections(self, identity: iam.IGrantable) -> iam.Grant:
        """
        Let someone send to connections of this stage, look at them and close them.

        Args:
            identity: Who may.
        """
        return self.grants.manage_connections(identity)

    def _add_connect(self, handler: lambda_.IFunction | None) -> None:
        source = [f"route.request.header.{ORIGIN_HEADER}"]
        integration: apigatewayv2.WebSocketRouteIntegration
        if handler is None:
            integration = integrations.WebSocketMockIntegration(
                "ConnectIntegration",
                request_templates={"200": '{"statusCode": 200}'},
                template_selection_expression="200",
            )
        else:
            integration = integrations.WebSocketLambdaIntegration("ConnectIntegration", handler)
        self.add_route(
            "$connect",
            authorizer=authorizers.WebSocketLambdaAuthorizer(
                "KnownCallers", self.gate.function, identity_source=source
            ),
            integration=integration,
        )
        self._connects = True

    def _refusal(self, prop: str, value: object, *, because: str, instead: str) -> Exception:
        return refusal(
            SecureWebSocketApi, self._scope, self._id, prop, value, because=because, instead=instead
        )


class SecureWebSocketApiGrants:
    """
    Exact permissions on the connections of a stage.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html

    Args:
        api: The API.
    """

    def __init__(self, api: SecureWebSocketApi) -> None:
        self._api = api

    def send(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone send to whoever is connected.

        Args:
            grantee: Who may.
        """
        return self._on_connections(grantee, "POST")

    def read_status(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone see since when a caller is connected, and from where.

        Args:
            grantee: Who may.
        """
        return self._on_connections(grantee, "GET")

    def disconnect(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone close a connection.

        Args:
            grantee: Who may.
        """
        return self._on_connections(grantee, "DELETE")

    def manage_connections(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Let someone do all three.

        Args:
            grantee: Who may.
        """
        return self._on_connections(grantee, "POST", "GET", "DELETE")

    def _on_connections(self, grantee: iam.IGrantable, *methods: str) -> iam.Grant:
        start = f"{place_of('execute-api')}:{self._api.api_id}"
        stage = self._api.stage.stage_name
        if isinstance(grantee.grant_principal, Construct):
            name = logical_id_of(self._api)
            place = "<AWS::Region>:<AWS::AccountId>"
            shown = f"arn:<AWS::Partition>:execute-api:{place}:<{name}>/{stage}"
            acknowledge(
                grantee.grant_principal,
                *(
                    f"AwsSolutions-IAM5[Resource::{shown}/{method}/@connections/*]"
                    for method in methods
                ),
                reason="Connections come and go, so they cannot be named one by one; the grant is "
                "for those of one stage.",
            )
        return iam.Grant.add_to_principal(
            actions=["execute-api:ManageConnections"],
            grantee=grantee,
            resource_arns=[f"{start}/{stage}/{method}/@connections/*" for method in methods],
        )
