"""A REST API that knows its callers, its requests and its limits."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from secure_constructs.constructs._base import (
    Decision,
    acknowledge,
    check_number,
    check_reason,
    pseudo,
    refusal,
    refuse_decided,
    resource_of,
    settle,
    shared,
)
from secure_constructs.constructs._gateway import check_sites
from secure_constructs.constructs._vended_logs import place_of
from secure_constructs.constructs.models import (
    DescribesItself,
    JsonSchema,
    SchemaError,
    request_schema,
)
from secure_constructs.constructs.web_acl import SecureWebAcl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

# jsii knows an enum's member by name only; these are the words CloudFormation knows.
_TLS_1_3: Final = "SecurityPolicy_TLS13_1_3_2025_09"
_STRICT: Final = "STRICT"

_COGNITO: Final = apigateway.AuthorizationType.COGNITO
# The finding of the guardrails that a public route accepts, with its reason.
# Which of them it is depends on what the path is for.
_PUBLIC_METHOD: Final = (
    "Secure-Constructs::apigateway-method-open-by-nature",
    "Secure-Constructs::apigateway-method-without-authorizer",
)
_NOT_COGNITO: Final = "Callers are known by an authorizer that is not Cognito."

HttpMethod: TypeAlias = Literal["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"]
_METHODS: Final = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_METHODS_WITH_BODY: Final = ("PATCH", "POST", "PUT")

# A placeholder in a path: {order_id}, or {rest+} for what is left of it.
_PATH_PARAMETER: Final = re.compile(r"\{(\w+)\+?\}")

# One line of JSON for each request: who, what, how it was judged, how it ended. No text of the
# caller's own choosing, which could break the JSON or forge a line.
_ACCESS_LOG_FIELDS: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "domainName": "$context.domainName",
    "stage": "$context.stage",
    "apiId": "$context.apiId",
    "accountId": "$context.accountId",
    "sourceIp": "$context.identity.sourceIp",
    "caller": "$context.identity.caller",
    "clientCertificateSerial": "$context.identity.clientCert.serialNumber",
    "tlsVersion": "$context.tlsVersion",
    "cipherSuite": "$context.cipherSuite",
    "principalId": "$context.authorizer.principalId",
    "subject": "$context.authorizer.claims.sub",
    "authorizerStatus": "$context.authorizer.status",
    "authorizerError": "$context.authorizer.error",
    "authorizerLatency": "$context.authorizer.latency",
    "authorizeStatus": "$context.authorize.status",
    "authorizeError": "$context.authorize.error",
    "authenticateStatus": "$context.authenticate.status",
    "authenticateError": "$context.authenticate.error",
    "wafStatus": "$context.waf.status",
    "wafError": "$context.waf.error",
    "wafResponseCode": "$context.wafResponseCode",
    "webAclArn": "$context.webaclArn",
    "errorResponseType": "$context.error.responseType",
    "errorMessage": "$context.error.message",
    "integrationStatus": "$context.integration.integrationStatus",
    "integrationLatency": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "xrayTraceId": "$context.xrayTraceId",
}

# For answers that API Gateway gives by itself; a function sets its own headers.
_RESPONSE_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "'no-store'",
    "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
    "X-Content-Type-Options": "'nosniff'",
}

_DECIDED: Final[Mapping[str, Decision]] = {
    "clone_from": Decision(
        because="an API copied from another brings methods that nothing here has checked",
        instead="define its routes",
    ),
    "default_method_options": Decision(
        because="every method has the authorizer of the API",
        instead="pass authorizer, and public=... to the route that needs none",
    ),
    "deploy": Decision(because="the web ACL and the throttle belong to the stage it deploys"),
    "deploy_options": Decision(
        because="logs, tracing, metrics and throttling of the stage are part of the protection",
        instead="set stage_name, throttling_rate_limit and throttling_burst_limit",
    ),
    "disable_execute_api_endpoint": Decision(
        because="the default endpoint is off exactly when there is a domain_name",
    ),
    "endpoint_configuration": Decision(
        because="TLS 1.3 and the strict access mode are those of a regional endpoint",
        instead="leave it out, and put CloudFront in front for callers far away",
    ),
    "endpoint_types": Decision(
        because="TLS 1.3 and the strict access mode are those of a regional endpoint",
        instead="leave it out, and put CloudFront in front for callers far away",
    ),
    "min_compression_size": Decision(
        because="API Gateway would unpack bodies behind the web ACL, which sees them packed",
        instead="leave it out, and let the function compress its answers",
    ),
    "minimum_compression_size": Decision(
        because="API Gateway would unpack bodies behind the web ACL, which sees them packed",
        instead="leave it out, and let the function compress its answers",
    ),
}


class SecureApi(apigateway.RestApi):
    """
    A REST API with an authorizer, request validation, a web ACL, limits and logs.

    - Every method needs the authorizer, unless its route is ``public`` for a reason. A method
      that is added the stock way, ``api.root.add_method(...)``, gets the authorizer and the
      request validator too.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    - Bodies are validated against a closed model, whatever content type the caller claims; API
      Gateway lets a body through unseen when it knows no model for its content type.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
    - A web ACL stands in front, shared by the APIs of the stack.
    - The stage traces, measures, throttles, logs each request as JSON and errors in the
      execution log, and never logs bodies. Both logs are kept for ``log_retention`` and outlive
      the stack.
    - TLS 1.3 only, and only for the host that was asked for (``STRICT``). Clients that speak
      TLS 1.2 at most cannot call it.
      https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
    - Errors of API Gateway say a fixed sentence and the request id.

    API Gateway writes logs as the role in the account's settings for the Region, and refuses a
    stage with logs when there is none. Pass ``cloud_watch_role=True`` in one stack for each
    account and Region, unless the account has it already.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html

    Cost (us-east-1 list price, 2026-11): 3.50 USD for a million requests, and nothing by itself but
    the web ACL that the stack shares (10 USD a month). https://aws.amazon.com/api-gateway/pricing/

    ::

        api = SecureApi(self, "Api", authorizer=apigateway.AuthorizationType.IAM)
        api.route("POST", "/orders", place_order, body=PlaceOrder)
        api.route("GET", "/orders/{order_id}", read_order)

    Attributes:
        access_log: Where each request is logged.
        execution_log: Where errors of API Gateway are logged.
        request_validator: Validates body and parameters; for methods added the stock way.
        web_acl: The web ACL in front.

    Args:
        scope: Where to build it.
        id: Its id there.
        authorizer: Who decides whether a caller may: an authorizer (Cognito, or a function), or
            ``AuthorizationType.IAM`` for callers that sign with AWS credentials.
        binary_media_types: Content types whose bodies are not text. Default: none.
        cloud_watch_role: Also set the role that API Gateway logs as, for the whole account in
            this Region. Default: the account has it.
        default_cors_preflight_options: Which web sites may call from a browser; origins are
            named, never ``*``. Default: none.
        description: What it is for. Default: none.
        domain_name: A name of your own with its certificate, in this Region. The default
            endpoint is off then. With ``mtls`` the name takes TLS 1.2 as well, since AWS has no
            mutual TLS with the newer policies. Default: the default endpoint only.
        log_retention: How long both logs are kept.
        policy: Who may call from where, beside the authorizer. Default: everyone the authorizer
            lets in.
        rest_api_name: Its name in the console. Default: the id.
        stage_name: The name of its stage, the first part of the path on the default endpoint.
        throttling_burst_limit: How many requests may come at once.
        throttling_rate_limit: How many requests a second each method answers.
        web_acl: The web ACL in front. Default: the one that the stack shares.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        authorizer: apigateway.IAuthorizer | Literal[apigateway.AuthorizationType.IAM],
        binary_media_types: Sequence[str] | None = None,
        cloud_watch_role: bool = False,
        default_cors_preflight_options: apigateway.CorsOptions | None = None,
        description: str | None = None,
        domain_name: apigateway.DomainNameOptions | None = None,
        log_retention: logs.RetentionDays = logs.RetentionDays.THREE_MONTHS,
        policy: iam.PolicyDocument | None = None,
        rest_api_name: str | None = None,
        stage_name: str = "prod",
        throttling_burst_limit: int = 100,
        throttling_rate_limit: int = 50,
        web_acl: SecureWebAcl | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureApi, scope, id, decided, _DECIDED)
        _check_authorizer(scope, id, authorizer)
        for prop, limit in (
            ("throttling_burst_limit", throttling_burst_limit),
            ("throttling_rate_limit", throttling_rate_limit),
        ):
            check_number(SecureApi, scope, id, prop, limit, least=1, most=10_000, unit="requests")
        origins = _named_origins(scope, id, default_cors_preflight_options)
        self._scope = scope
        self._id = id
        self._models: dict[str, apigateway.IModel] = {}
        super().__init__(
            scope,
            id,
            binary_media_types=binary_media_types,
            cloud_watch_role=False,
            default_cors_preflight_options=default_cors_preflight_options,
            default_method_options=_default_method(authorizer),
            deploy_options=apigateway.StageOptions(
                data_trace_enabled=False,
                logging_level=apigateway.MethodLoggingLevel.ERROR,
                metrics_enabled=True,
                stage_name=stage_name,
                throttling_burst_limit=throttling_burst_limit,
                throttling_rate_limit=throttling_rate_limit,
                tracing_enabled=True,
            ),
            description=description,
            disable_execute_api_endpoint=domain_name is not None,
            domain_name=_hardened(scope, id, domain_name) if domain_name else None,
            endpoint_configuration=apigateway.EndpointConfiguration(
                types=[apigateway.EndpointType.REGIONAL]
            ),
            policy=policy,
            rest_api_name=rest_api_name,
        )
        settle(self, scope)
        resource: apigateway.CfnRestApi = resource_of(self)
        resource.security_policy = _TLS_1_3
        resource.endpoint_access_mode = _STRICT

        stage = self.deployment_stage
        self.access_log: Final = logs.LogGroup(
            self, "AccessLog", removal_policy=cdk.RemovalPolicy.RETAIN, retention=log_retention
        )
        # API Gateway would make this group itself, and keep it for ever.
        self.execution_log: Final = logs.LogGroup(
            self,
            "ExecutionLog",
            log_group_name=f"API-Gateway-Execution-Logs_{self.rest_api_id}/{stage_name}",
            removal_policy=cdk.RemovalPolicy.RETAIN,
            retention=log_retention,
        )
        node = stage.node
        stage_resource = cast("apigateway.CfnStage", node.default_child)
        stage_resource.access_log_setting = apigateway.CfnStage.AccessLogSettingProperty(
            # Its attribute ends in the characters for all its streams.
            destination_arn=f"{place_of('logs')}:log-group:{self.access_log.log_group_name}",
            format=json.dumps(_ACCESS_LOG_FIELDS, separators=(",", ":")),
        )
        node.add_dependency(self.execution_log)
        if cloud_watch_role:
            node.add_dependency(shared(scope, "ApiGatewayAccount", _Account))

        self.web_acl: Final = web_acl or shared(scope, "WebAcl", SecureWebAcl)
        self.web_acl.associate(stage)
        self.request_validator: Final = self.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        )
        # A method that names no validator has none: the L2 has no default for it.
        cdk.PropertyInjectors.of(self).add(_ValidatesByDefault(self.request_validator))
        self._answer_plainly(origins)
        if _authorization_type(authorizer) != _COGNITO:
            acknowledge(self, "AwsSolutions-COG4", reason=_NOT_COGNITO)

    def route(
        self,
        http_method: HttpMethod,
        path: str,
        handler: lambda_.IFunction | apigateway.Integration,
        *,
        authorization_scopes: Sequence[str] | None = None,
        authorizer: apigateway.IAuthorizer
        | Literal[apigateway.AuthorizationType.IAM]
        | None = None,
        body: type[DescribesItself] | JsonSchema | apigateway.IModel | None = None,
        headers: Mapping[str, bool] | None = None,
        public: str | None = None,
        query_parameters: Mapping[str, bool] | None = None,
    ) -> apigateway.Method:
        """
        Add an operation: who may call it, what it takes, and what answers it.

        A function is called with the whole request (proxy integration), by this operation of
        this API in this account only, and not by the console's test button.
        https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions

        Args:
            http_method: Its method.
            path: Its path, such as ``/orders/{order_id}``. What is missing of it is added.
            handler: The function that answers, or an integration.
            authorization_scopes: What the token must allow, for a Cognito authorizer: one of
                these. Default: an identity token will do.
            authorizer: Who decides here, in place of the API's authorizer.
            body: What the body must look like: a Pydantic model class, a JSON Schema, a model of
                this API, or ``EMPTY_BODY``. POST, PUT and PATCH need one.
                Default: GET, HEAD and DELETE take no body into account.
            headers: The headers it knows, and whether a request must have them.
                Default: none is needed.
            public: Why anyone may call it. Default: the authorizer decides.
            query_parameters: The query parameters it knows, and whether a request must have
                them. Default: none is needed.

        Returns:
            The method, for what it leaves open, such as its metrics.

        Raises:
            ConstructError: The operation would be open, or its body unchecked.
        """
        self._check_route(http_method, path, body=body, authorizer=authorizer, public=public)
        model = None if body is None else self._model(body, _route_name(http_method, path))
        resource = self.root.resource_for_path(path)
        known = {
            f"method.request.path.{parameter}": True for parameter in _PATH_PARAMETER.findall(path)
        }
        for place, given in (("querystring", query_parameters), ("header", headers)):
            for parameter, required in (given or {}).items():
                known[f"method.request.{place}.{parameter}"] = required
        decides: apigateway.IAuthorizer | None = None
        kind: apigateway.AuthorizationType | None = None
        if public is not None:
            kind = apigateway.AuthorizationType.NONE
        elif authorizer is not None:
            decides = _as_authorizer(authorizer)
        method = resource.add_method(
            http_method,
            handler if isinstance(handler, apigateway.Integration) else _proxy(handler),
            authorization_scopes=authorization_scopes,
            authorization_type=kind,
            authorizer=decides,
            # The second key is for every other content type, and for none.
            request_models={"application/json": model, "$default": model} if model else None,
            request_parameters=known or None,
            request_validator=self.request_validator,
        )
        if not isinstance(handler, apigateway.Integration):
            _only_for_this_account(method)
        if public is not None:
            reason = f"Public: {public}"
            acknowledge(
                method, "AwsSolutions-APIG4", "AwsSolutions-COG4", *_PUBLIC_METHOD, reason=reason
            )
        elif authorizer and _authorization_type(authorizer) != _COGNITO:
            acknowledge(method, "AwsSolutions-COG4", reason=_NOT_COGNITO)
        return method

    def _check_route(
        self,
        http_method: str,
        path: str,
        *,
        body: object,
        authorizer: object,
        public: str | None,
    ) -> None:
        if http_method not in _METHODS:
            raise self._refusal(
                "http_method", http_method,
                because="what may be called, and with which body, is known for each method",
                instead=f"name one of {', '.join(_METHODS)}",
            )  # fmt: skip
        if not path.startswith("/"):
            raise self._refusal(
                "path", path, because="a path starts with a slash", instead=f"pass '/{path}'"
            )
        if body is None and http_method in _METHODS_WITH_BODY:
            raise self._refusal(
                "body", body,
                because=f"{http_method} {path} would hand the function whatever comes",
                instead="pass a Pydantic model or a JSON Schema, or EMPTY_BODY where it takes none",
            )  # fmt: skip
        if public is not None:
            check_reason(
                SecureApi, self._scope, self._id, "public", public,
                gives_up=f"anyone may call {http_method} {path}",
            )  # fmt: skip
            if authorizer is not None:
                raise self._refusal(
                    "public", public,
                    because="the same route has an authorizer",
                    instead="leave out one of them",
                )  # fmt: skip

    def _refusal(self, prop: str, value: object, *, because: str, instead: str) -> Exception:
        return refusal(
            SecureApi, self._scope, self._id, prop, value, because=because, instead=instead
        )

    def _model(
        self, body: type[DescribesItself] | JsonSchema | apigateway.IModel, route: str
    ) -> apigateway.IModel:
        if not isinstance(body, (Mapping, type)):
            return body
        if isinstance(body, type) and not isinstance(body, DescribesItself):
            raise self._refusal(
                "body", body.__name__,
                because="the class does not say what it accepts",
                instead="pass a Pydantic model, or a class with model_json_schema()",
            )  # fmt: skip
        try:
            schema = request_schema(body)
        except SchemaError as error:
            name = body.__name__ if isinstance(body, type) else f"the schema of {route}"
            raise self._refusal(
                "body", name,
                because=f"{error.problem} (at {error.place or 'its top'})",
                instead=error.fix,
            ) from error  # fmt: skip
        text = json.dumps(schema)
        if text not in self._models:
            title = re.sub(r"\W", "", str(schema.get("title", "")))
            taken = any(json.loads(known).get("title") == title for known in self._models)
            self._models[text] = self._add_schema(
                f"{route if taken or not title else title}Model", schema
            )
        return self._models[text]

    def _add_schema(self, construct_id: str, schema: Mapping[str, Any]) -> apigateway.IModel:
        resource = apigateway.CfnModel(
            self,
            construct_id,
            content_type="application/json",
            rest_api_id=self.rest_api_id,
            schema=schema,
        )
        # A stage serves the models it was deployed with: a changed one needs a new deployment.
        if deployment := self.latest_deployment:
            deployment.node.add_dependency(resource)
            deployment.add_to_logical_id({"model": {construct_id: schema}})
        return apigateway.Model.from_model_name(self, f"{construct_id}Name", resource.ref)

    def _answer_plainly(self, origins: Sequence[str]) -> None:
        headers = dict(_RESPONSE_HEADERS)
        if origins:
            # Only one origin can stand there. Another site sees that the call failed, not why.
            headers["Access-Control-Allow-Origin"] = f"'{origins[0]}'"
            headers["Vary"] = "'Origin'"
        for kind, sentence in (
            ("4XX", "The request was not accepted."),
            ("5XX", "The request could not be handled."),
        ):
            template = json.dumps({"message": sentence, "requestId": "$context.requestId"})
            self.add_gateway_response(
                f"Default{kind.title()}",
                response_headers=headers,
                templates={"application/json": template},
                type=_default_response(kind),
            )


@jsii.implements(apigateway.IAuthorizer)
class _CallersSign:
    """
    IAM as an authorizer, so that a default of another kind can give way to it.
    """

    @property
    def authorizer_id(self) -> str:
        return ""

    @property
    def authorization_type(self) -> apigateway.AuthorizationType:
        return apigateway.AuthorizationType.IAM


@jsii.implements(cdk.IPropertyInjector)
class _ValidatesByDefault:
    """
    Gives a method of the API the API's request validator, where it names none itself.
    """

    def __init__(self, validator: apigateway.IRequestValidator) -> None:
        self._validator = validator

    @property
    def construct_unique_id(self) -> str:
        return _method_id()

    def inject(
        self,
        original_props: Any,
        *,
        scope: Construct,  # noqa: ARG002
        id: str,  # noqa: ARG002
    ) -> Any:
        options = original_props.get("options") or {}
        if original_props.get("httpMethod") == "OPTIONS" or {
            "requestValidator",
            "requestValidatorOptions",
        } & {key for key, value in options.items() if value is not None}:
            return original_props
        return {**original_props, "options": {**options, "requestValidator": self._validator}}


class _Account(Construct):
    """
    The role that API Gateway writes logs as, for all APIs of the account in the Region.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name(
                    "service-role/AmazonAPIGatewayPushToCloudWatchLogs"
                )
            ],
        )
        # Other APIs of the account log as this role: it must not go with one stack.
        role.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        account = apigateway.CfnAccount(self, "Resource", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(cdk.RemovalPolicy.RETAIN)
        acknowledge(
            role,
            "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]",
            reason="API Gateway takes no account role without the rights of this policy, which "
            "AWS keeps for the purpose; only the service can assume the role.",
        )


def _check_authorizer(scope: Construct, construct_id: str, authorizer: object) -> None:
    if isinstance(authorizer, apigateway.AuthorizationType):
        if authorizer == apigateway.AuthorizationType.IAM:
            return
    elif hasattr(authorizer, "authorizer_id"):
        return
    raise refusal(
        SecureApi, scope, construct_id, "authorizer", authorizer,
        because="someone has to decide who may call",
        instead="pass an authorizer (CognitoUserPoolsAuthorizer for a user pool, TokenAuthorizer "
        "or RequestAuthorizer for a function) or AuthorizationType.IAM, and public=... to the "
        "route that anyone may call",
    )  # fmt: skip


def _authorization_type(
    authorizer: apigateway.IAuthorizer | Literal[apigateway.AuthorizationType.IAM],
) -> apigateway.AuthorizationType | None:
    if isinstance(authorizer, apigateway.AuthorizationType):
        return authorizer
    return authorizer.authorization_type


def _as_authorizer(
    authorizer: apigateway.IAuthorizer | Literal[apigateway.AuthorizationType.IAM],
) -> apigateway.IAuthorizer:
    if isinstance(authorizer, apigateway.AuthorizationType):
        return _callers_sign()
    return authorizer


def _default_method(
    authorizer: apigateway.IAuthorizer | Literal[apigateway.AuthorizationType.IAM],
) -> apigateway.MethodOptions:
    if isinstance(authorizer, apigateway.AuthorizationType):
        return apigateway.MethodOptions(authorization_type=authorizer)
    return apigateway.MethodOptions(authorizer=authorizer)


@cache
def _default_response(kind: str) -> apigateway.ResponseType:
    return apigateway.ResponseType.of(f"DEFAULT_{kind}")


@cache
def _method_id() -> str:
    return apigateway.Method.PROPERTY_INJECTION_ID


@cache
def _callers_sign() -> apigateway.IAuthorizer:
    return cast("apigateway.IAuthorizer", _CallersSign())


def _named_origins(
    scope: Construct, construct_id: str, cors: apigateway.CorsOptions | None
) -> Sequence[str]:
    origins = cors.allow_origins if cors else []
    check_sites(SecureApi, scope, construct_id, "allow_origins", origins)
    return origins


def _hardened(
    scope: Construct, construct_id: str, domain: apigateway.DomainNameOptions
) -> apigateway.DomainNameOptions:
    for prop in ("endpoint_access_mode", "endpoint_type", "security_policy"):
        value = getattr(domain, prop)
        if value is not None:
            raise refusal(
                SecureApi, scope, construct_id, f"domain_name.{prop}", value.name,
                because="the name takes the strictest connections AWS has for it",
            )  # fmt: skip
    if domain.mtls and domain.mtls.version is None:
        raise refusal(
            SecureApi, scope, construct_id, "domain_name.mtls", domain.mtls,
            because="without a version, whoever writes the trust store decides who is trusted",
            instead="pass the version of the object with the certificates",
        )  # fmt: skip
    # AWS has no mutual TLS with the policies that start with SecurityPolicy_:
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html
    mutual = domain.mtls is not None
    return apigateway.DomainNameOptions(
        base_path=domain.base_path,
        certificate=domain.certificate,
        domain_name=domain.domain_name,
        endpoint_access_mode=None if mutual else apigateway.EndpointAccessMode.STRICT,
        endpoint_type=apigateway.EndpointType.REGIONAL,
        mtls=domain.mtls,
        security_policy=apigateway.SecurityPolicy.TLS_1_2
        if mutual
        else apigateway.SecurityPolicy.TLS13_1_3_2025_09,
    )


def _route_name(http_method: str, path: str) -> str:
    words = re.findall(r"\w+", path)
    return "".join((http_method.title(), *(word[0].upper() + word[1:] for word in words)))


def _proxy(handler: lambda_.IFunction) -> apigateway.LambdaIntegration:
    return apigateway.LambdaIntegration(handler, allow_test_invoke=False)


def _only_for_this_account(method: apigateway.Method) -> None:
    for child in method.node.children:
        if isinstance(child, lambda_.CfnPermission):
            child.source_account = pseudo("ACCOUNT_ID")
