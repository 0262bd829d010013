"""A distribution that inspects, encrypts and records what the internet sends."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_reason,
    is_token,
    refusal,
    refuse_decided,
    region_of,
    remembered,
    resource_of,
    shared,
    stack_of,
)
from secure_constructs.constructs.bucket import SecureBucket
from secure_constructs.constructs.web_acl import SecureWebAcl

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    from aws_cdk import aws_certificatemanager as acm
    from constructs import Construct

_EDGE_REGION: Final = "us-east-1"
_LOG_DAYS: Final = 365

# Partitions with a CloudFront of their own, or none, and with no us-east-1.
_OTHER_PARTITIONS: Final = ("cn-", "us-gov-", "us-iso", "eu-isoe", "eusc-")

_TLS_1_2: Final = cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021
_CURRENT_TLS: Final = frozenset(
    {
        cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        cloudfront.SecurityPolicyProtocol.TLS_V1_2_2025,
        cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025,
    }
)

_OUTDATED_VIEWER_TLS: Final = "Secure-Constructs::cloudfront-outdated-viewer-tls"

_DECIDED: Final[Mapping[str, Decision]] = {
    "enable_logging": Decision(
        because="what is answered from the cache leaves no trace anywhere else",
        instead="leave it out, or pass a log_bucket of your own",
    ),
    "log_includes_cookies": Decision(
        because="a session cookie in a log is a session for everyone who reads the log",
    ),
    "ssl_support_method": Decision(
        because="addresses of its own serve clients of before 2010, for 600 USD a month",
    ),
    "web_acl_id": Decision(
        because="the web ACL must be one for distributions",
        instead="pass web_acl, which takes an ARN as well",
    ),
}


class SecureDistribution(cloudfront.Distribution):
    """
    A distribution with a web ACL, current TLS, private buckets, security headers and logs.

    - A web ACL of scope ``CLOUDFRONT`` stands in front. AWS wants it in us-east-1: a stack there
      has it itself, and for a stack in another Region it stands in a second stack beside it,
      ``<stack id>Edge``, deployed first. Its ARN comes by ``Fn::GetStackOutput``, so there is no
      custom resource. A stack whose Region is not known must be given ``web_acl``.
      https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-web-awswaf.html
    - Viewers use TLS 1.2 or later, and HTTPS only. That needs a certificate: under its own name,
      ``d111111abcdef8.cloudfront.net``, CloudFront accepts TLS 1.0 whatever the distribution says.
      https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
    - A bucket is read by origin access control: ``S3BucketOrigin.with_origin_access_control``. The
      website of a bucket, which has to be public, is refused. CDK does not show what is inside
      another origin, so it is the guardrails that report a public bucket or plain HTTP there.
      https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    - Browsers are sent security headers, by the managed policy ``SecurityHeadersPolicy``.
      https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
    - Requests are logged, without cookies, for a year, in a bucket that outlives the stack. It
      stands in us-east-1 with the web ACL, as CloudFront delivers to no opt-in Region. CloudFront
      writes it by ACL, so its ACLs are on; Block Public Access is on as well.
      https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html

    AWS WAF looks at the first 64 KB of a body, and not at what is said on a WebSocket after the
    handshake.

    Cost (list price, 2026-11): nothing by the month but the web ACL, 10 USD, which all
    distributions of a stack share; 0.085 USD for each GB and 0.01 USD for 10,000 requests
    (Europe and North America), and 0.023 USD a month for each GB of logs.
    https://aws.amazon.com/cloudfront/pricing/

    Attributes:
        log_bucket: Where requests are logged.
        web_acl_arn: The ARN of the web ACL in front.

    Args:
        scope: Where to build it.
        id: Its id there.
        default_behavior: Where requests go, and how. What it leaves open is decided here: plain
            HTTP is redirected to HTTPS, and browsers are sent security headers.
        additional_behaviors: The same for path patterns. Default: none.
        certificate: The certificate for ``domain_names``, in us-east-1.
        comment: What it is for. Default: none.
        default_domain: Why viewers use the name that CloudFront makes up, under which it accepts
            TLS 1.0 as well. Give either this, or ``certificate`` and ``domain_names``.
        default_root_object: What is served for ``/``. None passes the request for the root on to
            an origin that is no bucket.
        domain_names: The names viewers use.
        enable_ipv6: Answer by IPv6 as well.
        enabled: Answer viewers at all.
        error_responses: What viewers see of errors. Default: what the origin says.
        geo_restriction: Which countries may call. Default: all.
        http_version: The newest version of HTTP to speak.
        log_bucket: Where requests are logged; its ACLs must be on. Default: a bucket that the
            distributions of the stack share.
        log_file_prefix: What the names of its log objects start with.
            Default: the id and a slash.
        minimum_protocol_version: The oldest TLS that viewers may speak: ``TLS_V1_2_2021``, or a
            later one.
        price_class: How many places of the world answer. Default: all.
        publish_additional_metrics: Measure origin latency and cache hits too, at a price.
        web_acl: The web ACL in front: a `SecureWebAcl` of scope ``CLOUDFRONT``, or the ARN of one.
            Default: one that the distributions of the stack share.

    Raises:
        ConstructError: A prop would undo what the construct guarantees, or the Region in which
            to build the web ACL is not known.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        default_behavior: cloudfront.BehaviorOptions,
        additional_behaviors: Mapping[str, cloudfront.BehaviorOptions] | None = None,
        certificate: acm.ICertificate | None = None,
        comment: str | None = None,
        default_domain: str | None = None,
        default_root_object: str | None = "index.html",
        domain_names: Sequence[str] | None = None,
        enable_ipv6: bool = True,
        enabled: bool = True,
        error_responses: Sequence[cloudfront.ErrorResponse] | None = None,
        geo_restriction: cloudfront.GeoRestriction | None = None,
        http_version: cloudfront.HttpVersion = cloudfront.HttpVersion.HTTP2_AND_3,
        log_bucket: s3.IBucket | None = None,
        log_file_prefix: str | None = None,
        minimum_protocol_version: cloudfront.SecurityPolicyProtocol = _TLS_1_2,
        price_class: cloudfront.PriceClass | None = None,
        publish_additional_metrics: bool = False,
        web_acl: SecureWebAcl | str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureDistribution, scope, id, decided, _DECIDED)
        _check_name(
            scope, id, certificate=certificate, domain_names=domain_names, reason=default_domain
        )
        if minimum_protocol_version not in _CURRENT_TLS:
            raise refusal(
                SecureDistribution, scope, id, "minimum_protocol_version",
                getattr(minimum_protocol_version, "name", minimum_protocol_version),
                because="older TLS can be forced down to ciphers that can be broken",
                instead="pass TLS_V1_2_2021 or later",
            )  # fmt: skip
        if default_root_object is not None and default_root_object.startswith("/"):
            raise refusal(
                SecureDistribution, scope, id, "default_root_object", default_root_object,
                because="CloudFront would ask the origin for a key that starts with two slashes",
                instead=f"pass {default_root_object.lstrip('/')!r}",
            )  # fmt: skip
        self._scope = scope
        self._id = id
        behavior = self._hardened(default_behavior)
        behaviors = {
            path: self._hardened(options) for path, options in (additional_behaviors or {}).items()
        }
        self.web_acl_arn: Final = _arn_of_web_acl(scope, id, web_acl)
        self.log_bucket: Final = log_bucket or _shared_logs(scope)
        super().__init__(
            scope,
            id,
            additional_behaviors=behaviors or None,
            certificate=certificate,
            comment=comment,
            default_behavior=behavior,
            default_root_object=default_root_object,
            domain_names=domain_names,
            enable_ipv6=enable_ipv6,
            enabled=enabled,
            error_responses=error_responses,
            geo_restriction=geo_restriction,
            http_version=http_version,
            log_bucket=self.log_bucket,
            log_file_prefix=f"{id}/" if log_file_prefix is None else log_file_prefix,
            log_includes_cookies=False,
            minimum_protocol_version=minimum_protocol_version if certificate else None,
            price_class=price_class,
            publish_additional_metrics=publish_additional_metrics or None,
            ssl_support_method=cloudfront.SSLMethod.SNI if certificate else None,
            web_acl_id=self.web_acl_arn,
        )
        if geo_restriction is None:
            acknowledge(
                self,
                "AwsSolutions-CFR1",
                reason="It serves every country; who may call is decided by other means.",
                scope=scope,
            )
        if default_domain is not None:
            acknowledge(
                self, "AwsSolutions-CFR4", _OUTDATED_VIEWER_TLS, reason=default_domain, scope=scope
            )

    @PythonOnly
    def add_behavior(
        self, /, path_pattern: str, origin: cloudfront.IOrigin, **options: Any
    ) -> None:
        """
        Say where requests for a path pattern go, and how.

        Args:
            path_pattern: Which requests, such as ``images/*``.
            origin: Where they go.
            options: What ``BehaviorOptions`` takes beside the origin.

        Raises:
            ConstructError: The behaviour would undo what the construct guarantees.
        """
        behavior = self._hardened(cloudfront.BehaviorOptions(origin=origin, **options))
        super().add_behavior(
            path_pattern,
            origin,
            **{
                prop: getattr(behavior, prop)
                for prop in _behavior_props()
                if prop != "origin" and getattr(behavior, prop) is not None
            },
        )

    def _hardened(
        self, options: cloudfront.BehaviorOptions | Mapping[str, Any]
    ) -> cloudfront.BehaviorOptions:
        if isinstance(options, Mapping):
            options = cloudfront.BehaviorOptions(**options)
        if options.viewer_protocol_policy == cloudfront.ViewerProtocolPolicy.ALLOW_ALL:
            raise self._refusal(
                "viewer_protocol_policy", "ALLOW_ALL",
                because="whoever sits on the way could read and change what viewers are sent",
                instead="leave it out to redirect, or pass HTTPS_ONLY",
            )  # fmt: skip
        if isinstance(options.origin, origins.S3StaticWebsiteOrigin):
            raise self._refusal(
                "origin", options.origin,
                because="website endpoints speak plain HTTP and serve public buckets only",
                instead="use S3BucketOrigin.with_origin_access_control(bucket)",
            )  # fmt: skip
        props = {prop: getattr(options, prop) for prop in _behavior_props()}
        if options.viewer_protocol_policy is None:
            props["viewer_protocol_policy"] = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS
        if options.response_headers_policy is None:
            props["response_headers_policy"] = _security_headers()
        return cloudfront.BehaviorOptions(**props)

    def _refusal(self, prop: str, value: object, *, because: str, instead: str) -> Exception:
        return refusal(
            SecureDistribution, self._scope, self._id, prop, value, because=because, instead=instead
        )


def api_behavior(
    origin: cloudfront.IOrigin,
    *,
    allowed_methods: cloudfront.AllowedMethods | None = None,
    trusted_key_groups: Sequence[cloudfront.IKeyGroup] | None = None,
) -> cloudfront.BehaviorOptions:
    """
    What a distribution does for an API: every request goes to the origin as the viewer sent it.

    Nothing is cached, as an answer may be for one caller only, and plain HTTP is refused: to
    redirect a program that has sent its token in the clear is too late.

    Args:
        origin: The API.
        allowed_methods: What viewers may call. Default: every method.
        trusted_key_groups: Whose signatures CloudFront asks for. Default: nobody's.
    """
    return cloudfront.BehaviorOptions(
        allowed_methods=allowed_methods or _every_method(),
        cache_policy=_uncached(),
        origin=origin,
        origin_request_policy=_all_but_host(),
        trusted_key_groups=trusted_key_groups,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    )


def edge_scope(scope: Construct) -> cdk.Stack:
    """
    The stack of what a distribution needs in us-east-1.

    Args:
        scope: Any construct in the stack of the distribution.

    Returns:
        The same stack, where that is in us-east-1 or its Region is not known; else a second
        one beside it, which all distributions of the stack share.
    """
    stack = stack_of(scope)
    return remembered(stack, "edge", lambda: _edge_of(stack))


def _edge_of(stack: cdk.Stack) -> cdk.Stack:
    while (parent := stack.nested_stack_parent) is not None:
        stack = parent
    region = region_of(stack)
    if is_token(region) or region == _EDGE_REGION or region.startswith(_OTHER_PARTITIONS):
        return stack
    stage = cast("Construct", cdk.Stage.of(stack))
    edge_id = f"{stack.node.id}Edge"
    # A nested stack and its parent share one.
    if isinstance(made := stage.node.try_find_child(edge_id), cdk.Stack):
        return made
    account = stack.account
    return cdk.Stack(
        stage,
        edge_id,
        description=f"What CloudFront needs in us-east-1 for {stack.stack_name}",
        env=cdk.Environment(
            account=None if is_token(account) else account,
            region=_EDGE_REGION,
        ),
        # The name of a stack is unique in the account: one made up here could be another app's.
        stack_name=f"{stack.stack_name}-edge",
    )


def _arn_of_web_acl(scope: Construct, construct_id: str, web_acl: SecureWebAcl | str | None) -> str:
    if isinstance(web_acl, str):
        return web_acl
    if web_acl is None:
        region = region_of(scope)
        if is_token(region) or region.startswith(_OTHER_PARTITIONS):
            why = (
                "the Region of its stack is not known, and the web ACL has to be in us-east-1"
                if is_token(region)
                else f"its stack is in {region}, where us-east-1 is not within reach"
            )
            raise refusal(
                SecureDistribution, scope, construct_id, "web_acl", None,
                because=why,
                instead="give the stack env=Environment(region=...), or pass a SecureWebAcl with "
                "web_acl_scope='CLOUDFRONT' or the ARN of one",
            )  # fmt: skip
        web_acl = shared(edge_scope(scope), "EdgeWebAcl", _edge_web_acl)
    elif web_acl.web_acl.scope != "CLOUDFRONT":
        raise refusal(
            SecureDistribution, scope, construct_id, "web_acl", web_acl,
            because="its scope is REGIONAL, and a distribution takes one of scope CLOUDFRONT",
            instead="build it with web_acl_scope='CLOUDFRONT' in us-east-1, or leave it out",
        )  # fmt: skip
    return _across_regions(scope, web_acl, web_acl.web_acl_arn)


def _edge_web_acl(scope: Construct, construct_id: str) -> SecureWebAcl:
    return SecureWebAcl(scope, construct_id, web_acl_scope="CLOUDFRONT")


def _across_regions(scope: Construct, producer: Construct, value: str) -> str:
    # By default CDK carries a value to another Region with two custom resources, whose functions
    # may write any parameter under a prefix. A weak reference is resolved by CloudFormation.
    if region_of(producer) == region_of(scope):
        return value
    return cdk.Stack.consume_reference(value, cdk.ReferenceStrength.WEAK)


def _shared_logs(scope: Construct) -> s3.IBucket:
    return remembered(stack_of(scope), "edge logs", lambda: _edge_logs(scope))


def _edge_logs(scope: Construct) -> s3.IBucket:
    edge = edge_scope(scope)
    bucket = shared(edge, "EdgeLogs", _log_bucket)
    if region_of(edge) == region_of(scope):
        return bucket
    resource: s3.CfnBucket = resource_of(bucket)
    return s3.Bucket.from_bucket_attributes(
        stack_of(scope),
        "SecureConstructsEdgeLogs",
        bucket_name=_across_regions(scope, bucket, resource.ref),
        region=_EDGE_REGION,
    )


def _log_bucket(scope: Construct, construct_id: str) -> SecureBucket:
    bucket = SecureBucket(
        scope,
        construct_id,
        lifecycle_rules=[
            s3.LifecycleRule(id="ExpireLogs", expiration=cdk.Duration.days(_LOG_DAYS))
        ],
        noncurrent_version_expiration=cdk.Duration.days(7),
    )
    # CloudFront refuses a bucket that knows no ACLs; it adds itself to the ACL.
    resource: s3.CfnBucket = resource_of(bucket)
    resource.ownership_controls = s3.CfnBucket.OwnershipControlsProperty(
        rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerPreferred")]
    )
    return bucket


def _check_name(
    scope: Construct,
    construct_id: str,
    *,
    certificate: acm.ICertificate | None,
    domain_names: Sequence[str] | None,
    reason: str | None,
) -> None:
    if reason is not None:
        check_reason(
            SecureDistribution, scope, construct_id, "default_domain", reason,
            gives_up="CloudFront accepts TLS 1.0 under its own name",
        )  # fmt: skip
        if certificate or domain_names:
            raise refusal(
                SecureDistribution, scope, construct_id, "default_domain", reason,
                because="it has a name of its own as well",
                instead="leave out one of them",
            )  # fmt: skip
    elif not (certificate and domain_names):
        missing = "domain_names" if certificate else "certificate"
        raise refusal(
            SecureDistribution, scope, construct_id, missing, None,
            because="under its own name CloudFront accepts TLS 1.0, whatever the distribution says",
            instead="pass certificate and domain_names, or default_domain with the reason why "
            "viewers need no better",
        )  # fmt: skip


@cache
def _behavior_props() -> tuple[str, ...]:
    parameters = inspect.signature(cloudfront.BehaviorOptions.__init__).parameters
    return tuple(name for name in parameters if name != "self")


@cache
def _security_headers() -> cloudfront.IResponseHeadersPolicy:
    return cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS


@cache
def _every_method() -> cloudfront.AllowedMethods:
    return cloudfront.AllowedMethods.ALLOW_ALL


@cache
def _uncached() -> cloudfront.ICachePolicy:
    return cloudfront.CachePolicy.CACHING_DISABLED


@cache
def _all_but_host() -> cloudfront.IOriginRequestPolicy:
    return cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
