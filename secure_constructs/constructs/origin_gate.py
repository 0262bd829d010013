"""What makes sure that requests to an API come through the distribution in front of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from secure_constructs.constructs._base import (
    acknowledge,
    check_number,
    is_token,
    refusal,
    seconds,
    settle,
    stack_of,
)
from secure_constructs.constructs._origin_secrets import check_generation, origin_secrets
from secure_constructs.constructs._shipped import shipped_code, shipped_runtime
from secure_constructs.constructs.function import SecureFunction
from secure_constructs.constructs.key import SecureKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_secretsmanager as secretsmanager

ORIGIN_HEADER: Final = "x-origin-verify"

_HANDLER: Final = "origin_gate"
_SECRET_LENGTH: Final = 64
_TIMEOUT_SECONDS: Final = 10

# All variables of a function together may be 4 KB; the other ones are short.
_MOST_ROUTE_BYTES: Final = 3000

_NOT_ROTATED: Final = (
    "Replaced by a deployment that raises origin_secret_generation: a rotation function would "
    "have to be allowed to rewrite the distribution, its web ACL included, and the value opens "
    "nothing by itself."
)
_UNRESERVED: Final = (
    "API Gateway asks it at most as often as the throttle of the API lets requests through."
)
_ASKED_FIRST: Final = (
    "It sees the headers of a request and turns away what did not come through the distribution."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssuer:
    """
    Who issues the tokens that callers bring, and for whom they must be.

    Tokens are JSON Web Tokens signed with RSA, as API Gateway's own authorizer takes them.

    Args:
        issuer: The issuer, an ``https`` URL as it stands in the tokens, such as
            ``https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example`` or
            ``user_pool.user_pool_provider_url``.
        audience: For whom the tokens are: ids of clients, one of which is in the ``aud`` of a
            token, or in its ``client_id``.
    """

    issuer: str
    audience: tuple[str, ...]


class OriginGate(Construct):
    """
    A Lambda authorizer that knows a secret, which the distribution in front sends as a header.

    API Gateway has no web ACL for HTTP and WebSocket APIs, and lets a route have one authorizer
    only. So this one asks both: whether the request came through the distribution, and who sent
    it, by a token or by a function of the app.

    Attributes:
        function: The authorizer.
        secret: The secret, which nobody has seen but Secrets Manager, CloudFront and the gate.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: type,
        api_id: str,
        authorizer: TokenIssuer | lambda_.IFunction,
        concurrency: int | None,
        generation: int,
        sites: Sequence[str] | None = None,
    ) -> None:
        if concurrency is not None:
            check_number(
                api, scope, api_id, "authorizer_concurrency", concurrency,
                least=1, most=1_000_000, unit="instances",
            )  # fmt: skip
        check_generation(api, scope, api_id, "origin_secret_generation", generation)
        environment = {"ORIGIN_HEADER": ORIGIN_HEADER, **_authority(api, scope, api_id, authorizer)}
        if sites is not None:
            environment["ALLOWED_ORIGINS"] = json.dumps(list(sites))
        super().__init__(scope, id)
        settle(self, scope)
        self._api = api
        self._api_id = api_id
        self._routes: dict[str, dict[str, Any]] = {}
        known = origin_secrets(
            self,
            "Secret",
            description="What the distribution shows the API, so that nobody goes round it",
            generation=generation,
            key=SecureKey.of(self),
            length=_SECRET_LENGTH,
            reason=_NOT_ROTATED,
        )
        self.secret: Final = known[0]
        names = ("ORIGIN_SECRET", "PREVIOUS_ORIGIN_SECRET")
        secrets: dict[str, secretsmanager.ISecret] = dict(zip(names, known, strict=False))
        self.function: Final = SecureFunction(
            self,
            "Function",
            code=shipped_code(f"{_HANDLER}.py"),
            description=f"Lets in what comes through the distribution before {api_id}",
            environment=environment,
            handler=f"{_HANDLER}.handler",
            reserved_concurrent_executions=concurrency,
            runtime=shipped_runtime(),
            secrets=secrets,
            timeout=seconds(_TIMEOUT_SECONDS),
            unreserved=_UNRESERVED if concurrency is None else None,
        )
        acknowledge(
            self.function, "Secure-Constructs::input-past-web-acl", reason=_ASKED_FIRST, scope=self
        )
        self.delegates: Final = not isinstance(authorizer, TokenIssuer)
        if not isinstance(authorizer, TokenIssuer):
            authorizer.grant_invoke(self.function)

    def origin(self, domain_name: str, path: str | None = None) -> cloudfront.IOrigin:
        """
        The API as the distribution reaches it: with the secret in a header.

        CloudFormation puts the value there, so it is in no template; whoever may read the
        configuration of the distribution can read it.

        Args:
            domain_name: The host of the API.
            path: What comes before the path of a request. Default: nothing.
        """
        return origins.HttpOrigin(
            domain_name,
            custom_headers={ORIGIN_HEADER: self.secret.secret_value.unsafe_unwrap()},
            origin_path=path,
        )

    def tell(self, route_key: str, **facts: object) -> None:
        """
        Tell the authorizer what is special about a route.

        Args:
            route_key: The route, such as ``GET /orders``.
            facts: ``public=True``, or the ``scopes`` of which a token needs one.

        Raises:
            ConstructError: There are too many such routes for the variables of a function.
        """
        self._routes[route_key] = facts
        if len(json.dumps(self._routes)) > _MOST_ROUTE_BYTES:
            raise refusal(
                self._api, cast("Construct", self.node.scope), self._api_id, "route", route_key,
                because="the authorizer has no room for more public routes and scopes",
                instead="check scopes in the handler, or split the API",
            )  # fmt: skip
        self.function.add_environment("ROUTES", json.dumps(self._routes, sort_keys=True))


def _authority(api: type, scope: Construct, api_id: str, authorizer: object) -> Mapping[str, str]:
    if isinstance(authorizer, TokenIssuer):
        issuer = authorizer.issuer
        if not is_token(issuer) and not issuer.startswith("https://"):
            raise refusal(
                api, scope, api_id, "authorizer.issuer", issuer,
                because="keys that are fetched over plain HTTP could be anyone's",
                instead="pass the https URL that stands in the tokens",
            )  # fmt: skip
        audience: object = authorizer.audience
        if not audience or isinstance(audience, str):
            raise refusal(
                api, scope, api_id, "authorizer.audience", audience,
                because="a token that was issued for another app would open this one",
                instead="pass the ids of your clients",
            )  # fmt: skip
        names = list(authorizer.audience)
        text = stack_of(scope).to_json_string(names) if is_token(names) else json.dumps(names)
        return {"TOKEN_ISSUER": issuer, "TOKEN_AUDIENCE": text}
    if hasattr(authorizer, "function_arn"):
        return {"AUTHORIZER_FUNCTION": authorizer.function_arn}
    raise refusal(
        api, scope, api_id, "authorizer", authorizer,
        because="someone has to decide who may call, and API Gateway asks one authorizer only, "
        "which has to check the way as well",
        instead="pass TokenIssuer(issuer=..., audience=...), or a function that answers "
        '{"isAuthorized": true}',
    )  # fmt: skip
