"""What HTTP and WebSocket APIs have in common: the stage, its log, and the way in front."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import aws_cdk as cdk
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_logs as logs

from secure_constructs.constructs._base import (
    check_number,
    refusal,
    region_of,
    remembered,
    resource_of,
    stack_of,
)
from secure_constructs.constructs._vended_logs import place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aws_cdk import aws_cloudfront as cloudfront
    from constructs import Construct

    from secure_constructs.constructs.origin_gate import OriginGate

# No text of the caller's own choosing is among them.
ACCESS_LOG_FIELDS: Final[Mapping[str, str]] = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "status": "$context.status",
    "domainName": "$context.domainName",
    "stage": "$context.stage",
    "apiId": "$context.apiId",
    "sourceIp": "$context.identity.sourceIp",
    "issuer": "$context.authorizer.issuer",
    "authorizerStatus": "$context.authorizer.status",
    "authorizerError": "$context.authorizer.error",
    "authorizerLatency": "$context.authorizer.latency",
    "errorResponseType": "$context.error.responseType",
    "errorMessage": "$context.error.message",
    "integrationStatus": "$context.integration.integrationStatus",
    "integrationLatency": "$context.integration.latency",
    "integrationError": "$context.integration.error",
}
"""What is logged of each request to any stage, by name."""


def throttle(
    construct: type, scope: Construct, construct_id: str, *, burst_limit: int, rate_limit: int
) -> apigatewayv2.ThrottleSettings:
    """
    How many requests a stage answers.

    Args:
        construct: The class that was called.
        scope: Where the API was to be made.
        construct_id: Its id there.
        burst_limit: How many may come at once.
        rate_limit: How many a second.

    Raises:
        ConstructError: One of them is not from 1 to 10,000.
    """
    limits = {"throttling_burst_limit": burst_limit, "throttling_rate_limit": rate_limit}
    for prop, limit in limits.items():
        check_number(
            construct, scope, construct_id, prop, limit, least=1, most=10_000, unit="requests"
        )
    return apigatewayv2.ThrottleSettings(burst_limit=burst_limit, rate_limit=rate_limit)


def check_sites(
    construct: type, scope: Construct, construct_id: str, prop: str, sites: Iterable[str] | None
) -> None:
    """
    Refuse web sites that are not named.

    Args:
        construct: The class that was called.
        scope: Where it was to be made.
        construct_id: Its id there.
        prop: The prop as the caller wrote it.
        sites: The sites, by scheme and host.

    Raises:
        ConstructError: They are one text, or any site would do.
    """
    if isinstance(sites, str):
        raise refusal(
            construct, scope, construct_id, prop, sites,
            because="it is a list of sites",
            instead=f"pass [{sites!r}]",
        )  # fmt: skip
    for site in sites or ():
        if "*" in site or site == "null":
            raise refusal(
                construct, scope, construct_id, prop, site,
                because="a page of any site could call with its visitor's rights",
                instead="name the sites",
            )  # fmt: skip


def log_access(
    scope: Construct,
    stage: apigatewayv2.IStage,
    fields: Mapping[str, str],
    retention: logs.RetentionDays,
) -> logs.LogGroup:
    """
    Log each request to a stage as a line of JSON, in a group that outlives the stack.

    Args:
        scope: The API.
        stage: Its stage.
        fields: What to log, by name.
        retention: How long it is kept.
    """
    group = logs.LogGroup(
        scope, "AccessLog", removal_policy=cdk.RemovalPolicy.RETAIN, retention=retention
    )
    resource: apigatewayv2.CfnStage = resource_of(stage)
    resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
        # The attribute of the group ends in the characters for all its streams.
        destination_arn=f"{place_of('logs')}:log-group:{group.log_group_name}",
        format=json.dumps(fields, separators=(",", ":")),
    )
    return group


def origin_of(
    gate: OriginGate,
    api: apigatewayv2.IApi,
    mapping: apigatewayv2.DomainMappingOptions | None,
    path: str | None = None,
) -> cloudfront.IOrigin:
    """
    An API as the distribution in front reaches it.

    Args:
        gate: What knows the secret.
        api: The API.
        mapping: The name of its own that it is reached by, if it has one.
        path: What comes before the path of a request at the default endpoint.
            Default: nothing.
    """
    if mapping is not None:
        path = f"/{mapping.mapping_key}" if mapping.mapping_key else None
        return gate.origin(mapping.domain_name.domain_name_ref.domain_name, path)
    stack = stack_of(api)
    suffix = remembered(stack, "url suffix", lambda: stack.url_suffix)
    return gate.origin(f"{api.api_id}.execute-api.{region_of(api)}.{suffix}", path)
