"""A function URL that only a distribution with a web ACL may call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    check_reason,
    refusal,
    refuse_decided,
)
from secure_constructs.constructs._gateway import check_sites
from secure_constructs.constructs.distribution import SecureDistribution, api_behavior
from secure_constructs.constructs.function import SecureFunction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_cloudfront as cloudfront
    from aws_cdk import aws_iam as iam
    from constructs import Construct

    from secure_constructs.constructs.web_acl import SecureWebAcl

_DECIDED: Final[Mapping[str, Decision]] = {
    "auth_type": Decision(
        because="only the distribution may call the URL, so every request must be signed",
    ),
}


class SecureFunctionUrl(lambda_.FunctionUrl):
    """
    A function URL behind a distribution with a web ACL.

    - The URL itself accepts requests only that are signed for the distribution in front, by
      origin access control. Both permissions name that distribution of this account.
      https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-lambda.html
    - The distribution is a `SecureDistribution`: web ACL, HTTPS only, TLS 1.2 or later, logs.
      Nothing is cached.
    - Callers use the name of the distribution. What it signs says that a request passed the web
      ACL, not who sent it: either CloudFront asks viewers for a signature
      (``trusted_key_groups``), or ``public`` says why anyone may call, or how the function knows.

    What callers must know:

    - CloudFront signs by the ``Authorization`` header, so one that a caller sends does not
      arrive. Send a token in a header of another name.
    - With PUT, POST and PATCH they send the SHA-256 of the body as ``x-amz-content-sha256``:
      Lambda takes no unsigned bodies. A browser form cannot.

    Nothing validates bodies on the way, and nothing limits callers but the web ACL and the
    concurrency of the function. A `SecureApi` does both.

    Cost (us-east-1 list price, 2026-11): nothing by itself; see `SecureDistribution`.

    Attributes:
        distribution: The distribution in front; ``distribution.domain_name`` is what to call.

    Args:
        scope: Where to build it.
        id: Its id there.
        function: The function, or an alias of it, that answers.
        certificate: The certificate for ``domain_names``, in us-east-1.
        cors: Which web sites may call from a browser; origins are named, never ``*``.
            Default: none.
        default_domain: Why callers use the name that CloudFront makes up, under which it accepts
            TLS 1.0 as well. Give either this, or ``certificate`` and ``domain_names``.
        domain_names: The names callers use.
        geo_restriction: From which countries it may be called. Default: all.
        invoke_mode: Whether the answer is sent whole or as it is made. Default: whole.
        public: Why CloudFront asks nobody who they are. Give either this or
            ``trusted_key_groups``.
        trusted_key_groups: The keys that callers' URLs or cookies must be signed by
            (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html).
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
        function: lambda_.IFunction,
        certificate: acm.ICertificate | None = None,
        cors: lambda_.FunctionUrlCorsOptions | None = None,
        default_domain: str | None = None,
        domain_names: Sequence[str] | None = None,
        geo_restriction: cloudfront.GeoRestriction | None = None,
        invoke_mode: lambda_.InvokeMode | None = None,
        public: str | None = None,
        trusted_key_groups: Sequence[cloudfront.IKeyGroup] | None = None,
        web_acl: SecureWebAcl | str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureFunctionUrl, scope, id, decided, _DECIDED)
        _check_callers(scope, id, public=public, trusted_key_groups=trusted_key_groups)
        if cors is not None:
            check_sites(SecureFunctionUrl, scope, id, "allowed_origins", cors.allowed_origins)
        if isinstance(function, SecureFunction):
            function.admit("its URL")
        super().__init__(
            scope,
            id,
            auth_type=lambda_.FunctionUrlAuthType.AWS_IAM,
            cors=cors,
            function=function,
            invoke_mode=invoke_mode,
        )
        self.distribution: Final = SecureDistribution(
            self,
            "Distribution",
            certificate=certificate,
            default_behavior=api_behavior(
                origins.FunctionUrlOrigin.with_origin_access_control(self),
                trusted_key_groups=trusted_key_groups,
            ),
            default_domain=default_domain,
            default_root_object=None,
            domain_names=domain_names,
            geo_restriction=geo_restriction,
            log_file_prefix=f"{id}/",
            web_acl=web_acl,
        )

    @PythonOnly
    def grant_invoke_url(self, grantee: iam.IGrantable) -> iam.Grant:
        """
        Refused: only the distribution calls the URL.

        Args:
            grantee: Who would.

        Raises:
            ConstructError: Always.
        """
        raise refusal(
            SecureFunctionUrl, self, "", "grant_invoke_url", grantee,
            because="whoever may call the URL itself calls it past the web ACL",
            instead="let them call the distribution, or invoke the function: "
            "function.grant_invoke(...)",
        )  # fmt: skip


def _check_callers(
    scope: Construct,
    construct_id: str,
    *,
    public: str | None,
    trusted_key_groups: Sequence[cloudfront.IKeyGroup] | None,
) -> None:
    if public is not None:
        check_reason(
            SecureFunctionUrl, scope, construct_id, "public", public,
            gives_up="CloudFront signs for whoever calls it",
        )  # fmt: skip
        if trusted_key_groups:
            raise refusal(
                SecureFunctionUrl, scope, construct_id, "public", public,
                because="callers need a signature as well",
                instead="leave out one of them",
            )  # fmt: skip
    elif not trusted_key_groups:
        raise refusal(
            SecureFunctionUrl, scope, construct_id, "trusted_key_groups", trusted_key_groups,
            because="CloudFront would sign for whoever calls it, so anyone could run the function",
            instead="pass the key groups of those who may, or public with the reason why anyone "
            "may, or how the function knows its callers",
        )  # fmt: skip
