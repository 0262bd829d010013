"""An HTTP API that is reached through a web ACL only, by callers that are known."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    check_reason,
    refusal,
    refuse_decided,
    seconds,
)
from secure_constructs.constructs._gateway import (
    ACCESS_LOG_FIELDS,
    check_sites,
    log_access,
    origin_of,
    throttle,
)
from secure_constructs.constructs.distribution import SecureDistribution, api_behavior
from secure_constructs.constructs.origin_gate import ORIGIN_HEADER, OriginGate, TokenIssuer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_cloudfront as cloudfront
    from constructs import Construct

    from secure_constructs.constructs.web_acl import SecureWebAcl

__all__ = ["SecureHttpApi", "TokenIssuer"]

HttpMethod: TypeAlias = Literal["ANY", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
_METHODS: Final = ("ANY", "DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")

_CACHE_SECONDS: Final = 60

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
_ACCESS_LOG_FIELDS: Final[Mapping[str, str]] = {
    **ACCESS_LOG_FIELDS,
    "httpMethod": "$context.httpMethod",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "accountId": "$context.accountId",
    "subject": "$context.authorizer.subject",
}

_ONE_AUTHORIZER: Final = Decision(
    because="every route has the authorizer that checks the way as well",
    instead="pass authorizer, and public=... to the route that needs no caller known",
)
_DECIDED: Final[Mapping[str, Decision]] = {
    "create_default_stage": Decision(
        because="logs and throttling belong to the stage it makes",
    ),
    "default_authorizer": _ONE_AUTHORIZER,
    "default_authorization_scopes": Decision(
        because="the authorizer that checks the way knows scopes by route",
        instead="pass authorization_scopes to route()",
    ),
    "default_integration": Decision(
        because="whatever nobody thought of would reach code",
        instead="add the routes you serve",
    ),
    "disable_execute_api_endpoint": Decision(
        because="the default endpoint is off exactly when there is a default_domain_mapping",
    ),
}


class SecureHttpApi(apigatewayv2.HttpApi):
    """
    An HTTP API behind a distribution with a web ACL.

    AWS has no web ACL for HTTP APIs, no resource policy and no validation of bodies
    (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-vs-rest.html). Where
    those matter and the price does not, a `SecureApi` is the better choice.

    - Callers use the distribution in front, ``api.distribution``, a `SecureDistribution`.
    - It shows the API a secret in the header ``x-origin-verify``. The authorizer of every route
      turns away what comes without, and then asks who is calling: by a token (`TokenIssuer`), or
      by a function of yours. API Gateway lets a route have one authorizer only, so this one
      does both; IAM callers cannot come through a distribution, which changes the host they sign.
    - A request without the header is answered 401 by API Gateway, and runs no code.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
    - Functions behind ``route`` never see the header.
    - The stage throttles and logs each request as JSON; the log outlives the stack.
    - The default endpoint is off where the API has a name of its own
      (``default_domain_mapping``), which nobody but the distribution needs to know.

    What it does not protect:

    - The API still answers on the internet, with 401 or 403, and that counts in its throttle:
      who knows its host can use up the throttle without passing the web ACL.
    - The secret is as safe as the configuration of the distribution, which shows it to whoever
      may call ``cloudfront:GetDistributionConfig``. Who has it passes round the web ACL, and
      still needs a token. It is replaced by a deployment with a higher
      ``origin_secret_generation``; the one before is let in until the next one.
    - A decision is remembered for 60 seconds by header, token and route, so a token may be used
      that long after it expires. That of a function of yours is not remembered.

    Cost (us-east-1 list price, 2026-11): 1.00 USD for a million requests, the authorizer about
    0.50 USD for a million that it decides about, 0.40 USD a month for the secret, and what the
    stack shares: a web ACL (10 USD) and a key (1 USD). https://aws.amazon.com/api-gateway/pricing/

    ::

        api = SecureHttpApi(
            self,
            "Api",
            authorizer=TokenIssuer(issuer=pool_url, audience=(client_id,)),
            certificate=certificate,
            domain_names=["api.example.com"],
        )
        api.route("GET", "/orders/{order_id}", read_order)

    Attributes:
        access_log: Where each request is logged.
        distribution: The distribution in front; ``distribution.domain_name`` is what to call.
        gate: The authorizer, with its secret.
        stage: The stage.

    Args:
        scope: Where to build it.
        id: Its id there.
        authorizer: Who decides whether a caller may: a `TokenIssuer`, or a function that is
            given the request in format 2.0 and answers ``{"isAuthorized": true, "context": {}}``.
        api_name: Its name in the console. Default: the id.
        authorizer_concurrency: How many requests may be decided about at once; the account keeps
            that many for it, and a flood takes no more. None sets no limit but the throttle.
        certificate: The certificate for ``domain_names``, in us-east-1.
        cors_preflight: Which web sites may call from a browser; origins are named, never ``*``.
            Default: none.
        default_domain: Why callers use the name that CloudFront makes up, under which it accepts
            TLS 1.0 as well. Give either this, or ``certificate`` and ``domain_names``.
        default_domain_mapping: A name of the API itself, by which the distribution reaches it.
            Default: the default endpoint.
        description: What it is for. Default: none.
        domain_names: The names callers use.
        geo_restriction: From which countries it may be called. Default: all.
        log_retention: How long the log is kept.
        origin_secret_generation: How many secrets there have been. Raise it by one to replace
            the secret, and by one more to turn away the one before at once.
        throttling_burst_limit: How many requests may come at once.
        throttling_rate_limit: How many requests a second each route answers.
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
        authorizer: TokenIssuer | lambda_.IFunction,
        api_name: str | None = None,
        authorizer_concurrency: int | None = 20,
        certificate: acm.ICertificate | None = None,
        cors_preflight: apigatewayv2.CorsPreflightOptions | None = None,
        default_domain: str | None = None,
        default_domain_mapping: apigatewayv2.DomainMappingOptions | None = None,
        description: str | None = None,
        domain_names: Sequence[str] | None = None,
        geo_restriction: cloudfront.GeoRestriction | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        origin_secret_generation: int = 1,
        throttling_burst_limit: int = 100,
        throttling_rate_limit: int = 50,
        web_acl: SecureWebAcl | str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureHttpApi, scope, id, decided, _DECIDED)
        limits = throttle(
            SecureHttpApi,
            scope,
            id,
            burst_limit=throttling_burst_limit,
            rate_limit=throttling_rate_limit,
        )
        if cors_preflight is not None:
            check_sites(SecureHttpApi, scope, id, "allow_origins", cors_preflight.allow_origins)
        self._scope = scope
        self._id = id
        self._public: apigatewayv2.IHttpRouteAuthorizer | None = None
        self.gate: Final = OriginGate(
            scope,
            f"{id}Gate",
            api=SecureHttpApi,
            api_id=id,
            authorizer=authorizer,
            concurrency=authorizer_concurrency,
            generation=origin_secret_generation,
        )
        super().__init__(
            scope,
            id,
            api_name=api_name,
            cors_preflight=cors_preflight,
            create_default_stage=False,
            default_authorizer=self._known_callers(),
            description=description,
            disable_execute_api_endpoint=default_domain_mapping is not None,
        )
        self.stage: Final = apigatewayv2.HttpStage(
            self,
            "Stage",
            auto_deploy=True,
            detailed_metrics_enabled=True,
            domain_mapping=default_domain_mapping,
            http_api=self,
            throttle=limits,
        )
        self.access_log: Final = log_access(self, self.stage, _ACCESS_LOG_FIELDS, log_retention)
        self.distribution: Final = SecureDistribution(
            self,
            "Distribution",
            certificate=certificate,
            default_behavior=api_behavior(origin_of(self.gate, self, default_domain_mapping)),
            default_domain=default_domain,
            default_root_object=None,
            domain_names=domain_names,
            geo_restriction=geo_restriction,
            log_file_prefix=f"{id}/",
            web_acl=web_acl,
        )
        # A new secret is let in before the edge sends it.
        self.distribution.node.add_dependency(self.gate.function)

    def route(
        self,
        http_method: HttpMethod,
        path: str,
        handler: lambda_.IFunction | apigatewayv2.HttpRouteIntegration,
        *,
        authorization_scopes: Sequence[str] | None = None,
        public: str | None = None,
    ) -> apigatewayv2.HttpRoute:
        """
        Add an operation: who may call it, and what answers it.

        A function is called with the whole request but the secret, by this route of this API.
        Nothing validates the body on the way: the function does.

        Args:
            http_method: Its method, or ``ANY``.
            path: Its path, such as ``/orders/{order_id}``.
            handler: The function that answers, or an integration.
            authorization_scopes: What the token must allow: one of these. A function of yours
                that decides knows the route itself. Default: any token of the issuer will do.
            public: Why the caller need not be known. It has to come through the distribution
                all the same. Default: the authorizer decides.

        Returns:
            The route.

        Raises:
            ConstructError: The operation would be open.
        """
        if http_method not in _METHODS:
            raise self._refusal(
                "http_method", http_method,
                because="the authorizer knows routes by their method",
                instead=f"name one of {', '.join(_METHODS)}",
            )  # fmt: skip
        key = f"{http_method} {path}"
        if public is not None:
            check_reason(
                SecureHttpApi, self._scope, self._id, "public", public,
                gives_up=f"anyone may call {key}",
            )  # fmt: skip
            if authorization_scopes:
                raise self._refusal(
                    "public", public,
                    because="the same route asks for scopes",
                    instead="leave out one of them",
                )  # fmt: skip
            self.gate.tell(key, public=True)
        elif authorization_scopes:
            if self.gate.delegates:
                raise self._refusal(
                    "authorization_scopes", list(authorization_scopes),
                    because="a function decides, which is told the route",
                    instead="let the function check them",
                )  # fmt: skip
            self.gate.tell(key, scopes=list(authorization_scopes))
        name = _route_name(http_method, path)
        if not isinstance(handler, apigatewayv2.HttpRouteIntegration):
            handler = integrations.HttpLambdaIntegration(
                f"{name}Integration", handler, parameter_mapping=_without_secret()
            )
        return apigatewayv2.HttpRoute(
            self,
            name,
            authorizer=None if public is None else self._known_way(),
            http_api=self,
            integration=handler,
            route_key=apigatewayv2.HttpRouteKey.with_(path, apigatewayv2.HttpMethod[http_method]),
        )

    @PythonOnly
    def add_routes(
        self,
        /,
        *,
        integration: apigatewayv2.HttpRouteIntegration,
        path: str,
        methods: Sequence[apigatewayv2.HttpMethod] | None = None,
        **decided: Any,
    ) -> list[apigatewayv2.HttpRoute]:
        """
        Add routes the stock way: with the authorizer of the API.

        The integration is handed the header with the secret as well, unless it removes it.

        Args:
            integration: What answers.
            path: The path.
            methods: The methods. Default: any.
            decided: ``authorizer`` and ``authorization_scopes`` are refused.

        Raises:
            ConstructError: An authorizer would take the place of the one that checks the way.
        """
        for prop, value in decided.items():
            raise self._refusal(prop, value, because=_ONE_AUTHORIZER.because, instead="use route()")
        return super().add_routes(integration=integration, methods=methods, path=path)

    def _known_callers(self) -> apigatewayv2.IHttpRouteAuthorizer:
        source = [f"$request.header.{ORIGIN_HEADER}"]
        if not self.gate.delegates:
            source += ["$request.header.Authorization", "$context.routeKey"]
        return self._authorizer(
            "KnownCallers", source, 0 if self.gate.delegates else _CACHE_SECONDS
        )

    def _known_way(self) -> apigatewayv2.IHttpRouteAuthorizer:
        if self._public is None:
            self._public = self._authorizer(
                "KnownWay",
                [f"$request.header.{ORIGIN_HEADER}", "$context.routeKey"],
                _CACHE_SECONDS,
            )
        return self._public

    def _authorizer(
        self, name: str, source: list[str], remembered_for: int
    ) -> apigatewayv2.IHttpRouteAuthorizer:
        return authorizers.HttpLambdaAuthorizer(
            name,
            self.gate.function,
            identity_source=source,
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=seconds(remembered_for),
        )

    def _refusal(self, prop: str, value: object, *, because: str, instead: str) -> Exception:
        return refusal(
            SecureHttpApi, self._scope, self._id, prop, value, because=because, instead=instead
        )


def _route_name(http_method: str, path: str) -> str:
    words = re.findall(r"\w+", path)
    return "".join((http_method.title(), *(word[0].upper() + word[1:] for word in words)))


@cache
def _without_secret() -> apigatewayv2.ParameterMapping:
    return apigatewayv2.ParameterMapping().remove_header(ORIGIN_HEADER)
