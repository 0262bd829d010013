"""What CloudFront distributions hand on, and who gets in."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.graph import Flow, Guard
from tests.paths.edges.reading import FUNCTION, between, graph, leads, made, said, steps

INTERNET = "the internet"


def front(host: Any, more: dict[str, Any] | None = None, **config: Any) -> dict[str, Any]:
    properties = {
        "DefaultCacheBehavior": {"TargetOriginId": "o"},
        "Origins": [{"Id": "o", "DomainName": host}],
        **config,
    }
    return {
        "Front": made("AWS::CloudFront::Distribution", DistributionConfig=properties),
        **(more or {}),
    }


BUCKET = {"Pages": made("AWS::S3::Bucket", BucketName="pages")}


@pytest.mark.parametrize(
    ("acl", "seen"), [("arn:acl", Answer.YES), ("", Answer.NO), ({"Ref": "Unknown"}, Answer.MAYBE)]
)
def test_knows_its_web_acl(acl: Any, seen: Answer) -> None:
    found = graph(front("example.com", WebACLId=acl))

    assert said(between(found, INTERNET, "Front")) == ("distribution", Guard.NONE, seen)


@pytest.mark.parametrize(
    "host",
    [
        {"Fn::GetAtt": ["Pages", "RegionalDomainName"]},
        {"Fn::Sub": "${Pages}.s3.eu-west-1.amazonaws.com"},
        "pages.s3.eu-west-1.amazonaws.com",
    ],
)
def test_reads_the_bucket_behind_it(host: Any) -> None:
    assert between(graph(front(host, BUCKET)), "Front", "Pages").flow is Flow.READ


@pytest.mark.parametrize(
    ("behaviour", "flows"),
    [
        ({}, {Flow.READ}),
        ({"AllowedMethods": ["GET", "HEAD", "OPTIONS"]}, {Flow.READ}),
        ({"AllowedMethods": ["GET", "HEAD", "PUT"]}, {Flow.READ, Flow.WRITE}),
        ({"AllowedMethods": {"Ref": "Unknown"}}, {Flow.READ, Flow.WRITE}),
    ],
)
def test_writes_to_a_bucket_whose_policy_lets_it(
    behaviour: dict[str, Any], flows: set[Flow]
) -> None:
    policy = made(
        "AWS::S3::BucketPolicy",
        Bucket={"Ref": "Pages"},
        PolicyDocument={
            "Statement": {
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": "*",
                "Condition": {
                    "StringEquals": {
                        "aws:SourceArn": {"Fn::Sub": "arn:x:cloudfront::1:distribution/${Front}"}
                    }
                },
            }
        },
    )
    host = {"Fn::GetAtt": ["Pages", "RegionalDomainName"]}
    default = {"TargetOriginId": "o", **behaviour}
    found = graph(front(host, {**BUCKET, "Policy": policy}, DefaultCacheBehavior=default))

    ways = {edge.flow for edge in found.edges if str(edge).startswith("Front -> Pages")}
    assert ways == flows


def test_hands_on_to_a_rest_api_by_a_name_of_its_own() -> None:
    found = graph(
        front(
            "api.example.com",
            {
                "Api": made("AWS::ApiGateway::RestApi"),
                "Name": made("AWS::ApiGateway::DomainName", DomainName="api.example.com"),
                "Mapping": made(
                    "AWS::ApiGateway::BasePathMapping",
                    DomainName={"Ref": "Name"},
                    RestApiId={"Ref": "Api"},
                ),
                "Method": made(
                    "AWS::ApiGateway::Method",
                    HttpMethod="GET",
                    RestApiId={"Ref": "Api"},
                    ResourceId={"Fn::GetAtt": ["Api", "RootResourceId"]},
                ),
            },
        )
    )

    assert between(found, "Front", "Api GET /").flow is Flow.HANDOVER


def test_hands_on_to_a_load_balancer() -> None:
    balancer = {"Balancer": made("AWS::ElasticLoadBalancingV2::LoadBalancer", Scheme="internal")}
    found = graph(front({"Fn::GetAtt": ["Balancer", "DNSName"]}, balancer))

    assert steps(found) == {f"{INTERNET} -> Front", "Front -> Balancer"}


def test_asks_for_signatures_only_where_every_behaviour_does() -> None:
    signed = {"TargetOriginId": "o", "TrustedKeyGroups": ["k"]}
    closed = graph(front("example.com", DefaultCacheBehavior=signed))
    half = graph(front("x", DefaultCacheBehavior=signed, CacheBehaviors=[{"TargetOriginId": "o"}]))

    assert between(closed, INTERNET, "Front").guard is Guard.AUTHORIZER
    assert between(half, INTERNET, "Front").guard is Guard.NONE


def test_runs_functions_at_the_edge() -> None:
    behaviour = {
        "TargetOriginId": "o",
        "LambdaFunctionAssociations": [
            {"EventType": "viewer-request", "LambdaFunctionARN": {"Ref": "Version"}}
        ],
    }
    version = made("AWS::Lambda::Version", FunctionName={"Ref": "Handler"})
    more = {"Handler": FUNCTION, "Version": version}
    found = graph(front("example.com", more, DefaultCacheBehavior=behaviour))

    assert between(found, "Front", "Handler").label == "viewer-request"


def test_a_distribution_that_is_off_answers_nobody() -> None:
    assert graph(front("example.com", BUCKET, Enabled=False)).edges == ()


@pytest.mark.parametrize("host", [{"Ref": "Unknown"}, {"a": "map"}])
def test_notes_an_origin_that_is_not_known_and_reads_the_others(host: Any) -> None:
    origins = [{"DomainName": host}, {"DomainName": {"Fn::GetAtt": ["Pages", "DomainName"]}}]
    found = graph(front("", BUCKET, Origins=origins))

    assert leads(found, "Front", "Pages")
    assert [unread.place for unread in found.unread] == ["DistributionConfig.Origins.0.DomainName"]


@pytest.mark.parametrize("config", ["text", [1], {"Origins": "text"}, {"CacheBehaviors": 7}])
def test_survives_a_configuration_of_the_wrong_shape(config: Any) -> None:
    assert graph({"Front": made("AWS::CloudFront::Distribution", DistributionConfig=config)}).unread


PAGES = {"Fn::GetAtt": ["Pages", "DomainName"]}
GROUP = {"Items": [{"Id": "g", "Members": {"Items": [{"OriginId": "a"}, {"OriginId": "o"}]}}]}


@pytest.mark.parametrize(
    ("behaviour", "groups", "led"),
    [
        ("o", {}, True),
        ("g", GROUP, True),
        ({"Ref": "Unknown"}, {}, True),
        ("another", GROUP, False),
    ],
)
def test_hands_on_to_origins_that_a_behaviour_leads_to(
    behaviour: Any,
    groups: dict[str, Any],
    led: bool,  # noqa: FBT001 (a parameter of pytest)
) -> None:
    config = {"DefaultCacheBehavior": {"TargetOriginId": behaviour}, "OriginGroups": groups}
    found = graph(front(PAGES, BUCKET, **config))

    assert leads(found, "Front", "Pages") is led


@pytest.mark.parametrize(
    ("before", "path", "comes"),
    [
        ([], "/pages/*", True),
        (["/pages/*"], "/pages/*", False),
        (["pages/*"], "/pages/*", False),
        (["*"], "*.html", False),
        (["/*"], "/pages/*", False),
        (["/pages/*"], "/pages/old/*", False),
        (["/pages/old/*"], "/pages/*", True),
        (["/page?/*"], "/pages/*", True),
        (["/*.html"], "/pages/*", True),
        ([{"Ref": "Unknown"}], "/pages/*", True),
        (["/*"], {"Ref": "Unknown"}, True),
    ],
)
def test_what_an_earlier_behaviour_takes_comes_to_no_later_one(
    before: list[Any],
    path: Any,
    comes: bool,  # noqa: FBT001 (a parameter of pytest)
) -> None:
    elsewhere = [{"PathPattern": one, "TargetOriginId": "another"} for one in before]
    own = {"PathPattern": path, "TargetOriginId": "o"}
    config = {
        "DefaultCacheBehavior": {"TargetOriginId": "another"},
        "CacheBehaviors": [*elsewhere, own],
    }
    found = graph(front(PAGES, BUCKET, **config))

    assert leads(found, "Front", "Pages") is comes


def test_what_listed_behaviours_take_comes_not_to_the_default_one() -> None:
    config = {
        "DefaultCacheBehavior": {"TargetOriginId": "o"},
        "CacheBehaviors": [{"PathPattern": "*", "TargetOriginId": "another"}],
    }

    assert not leads(graph(front(PAGES, BUCKET, **config)), "Front", "Pages")
