"""Buckets are told from other origins by their addresses."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.assessment import check_template


def judged(host: Any) -> list[str]:
    template = {
        "Resources": {
            "Pages": {"Type": "AWS::S3::Bucket"},
            "Site": {
                "Type": "AWS::CloudFront::Distribution",
                "Properties": {"DistributionConfig": {"Origins": [{"DomainName": host}]}},
            },
        }
    }
    return [
        finding.property_path
        for finding in check_template(template)
        if finding.rule_id == "cloudfront-bucket-without-origin-access" and finding.certain
    ]


@pytest.mark.parametrize(
    "host",
    [
        "pages.s3.amazonaws.com",
        "pages.s3.eu-west-1.amazonaws.com",
        "pages.s3-eu-west-1.amazonaws.com",
        "pages.s3.dualstack.eu-west-1.amazonaws.com",
        "pages.s3.cn-north-1.amazonaws.com.cn",
        {"Fn::Sub": "${Pages}.s3.amazonaws.com"},
        {"Fn::Sub": "${Pages}.s3.${AWS::Region}.${AWS::URLSuffix}"},
        {"Fn::GetAtt": ["Pages", "DomainName"]},
        {"Fn::GetAtt": "Pages.RegionalDomainName"},
    ],
)
def test_knows_a_bucket(host: Any) -> None:
    assert judged(host) == ["DistributionConfig.Origins.0.OriginAccessControlId"]


@pytest.mark.parametrize(
    "host",
    [
        "api.example.com",
        "pages.s3-website-eu-west-1.amazonaws.com",
        "pages.s3-website.eu-central-1.amazonaws.com",
        "abc123.execute-api.eu-west-1.amazonaws.com",
        "abc123.lambda-url.eu-west-1.on.aws",
        "s3.example.com",
    ],
)
def test_knows_what_is_no_bucket(host: Any) -> None:
    assert judged(host) == []
