"""Distributions in their main variants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins

from secure_constructs.constructs import SecureBucket, SecureDistribution, SecureWebAcl

if TYPE_CHECKING:
    import aws_cdk as cdk

CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555"


def distribution(stack: cdk.Stack) -> None:
    """
    Build distributions, in a stack whose Region is known.
    """
    pages = SecureDistribution(
        stack,
        "Pages",
        certificate=acm.Certificate.from_certificate_arn(stack, "PagesCertificate", CERTIFICATE),
        default_behavior=cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(
                SecureBucket(stack, "PagesBucket")
            )
        ),
        domain_names=["pages.example.com"],
        geo_restriction=cloudfront.GeoRestriction.allowlist("AT", "CH", "DE"),
        minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025,
    )
    pages.add_behavior("partner/*", origins.HttpOrigin("partner.example.com"))
    SecureDistribution(
        stack,
        "Preview",
        default_behavior=cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
        default_domain="A preview for colleagues, who all use current browsers.",
        default_root_object=None,
    )


def distribution_anywhere(stack: cdk.Stack) -> None:
    """
    Build a distribution in a stack whose Region is not known.
    """
    SecureDistribution(
        stack,
        "Anywhere",
        default_behavior=cloudfront.BehaviorOptions(origin=origins.HttpOrigin("example.com")),
        default_domain="A preview for colleagues, who all use current browsers.",
        default_root_object=None,
        web_acl=SecureWebAcl(stack, "AnywhereAcl", web_acl_scope="CLOUDFRONT"),
    )
