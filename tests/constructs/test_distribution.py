from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3

from secure_constructs.constructs import SecureBucket, SecureDistribution, SecureWebAcl
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    from constructs import Construct

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

DISTRIBUTION = "AWS::CloudFront::Distribution"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/a"
SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03"
WHY = "A page for colleagues, who all use current browsers."


@pytest.fixture
def plain_stack(app: cdk.App) -> cdk.Stack:
    return cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))


@pytest.fixture
def europe(stack: cdk.Stack, app: cdk.App) -> cdk.Stack:  # noqa: ARG001 - judged with the others
    return cdk.Stack(app, "Europe", env=cdk.Environment(region="eu-west-1"))


def pages(stack: cdk.Stack) -> cloudfront.BehaviorOptions:
    bucket = SecureBucket(stack, "Pages")
    return cloudfront.BehaviorOptions(
        origin=origins.S3BucketOrigin.with_origin_access_control(bucket)
    )


def elsewhere(**options: Any) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(origin=origins.HttpOrigin("shop.example.com"), **options)


def site(stack: cdk.Stack, **props: Any) -> SecureDistribution:
    if "default_behavior" not in props:
        props["default_behavior"] = pages(stack)
    return SecureDistribution(
        stack,
        "Site",
        certificate=acm.Certificate.from_certificate_arn(stack, "Certificate", CERTIFICATE),
        domain_names=["shop.example.com"],
        **props,
    )


def config(distribution: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = distribution["DistributionConfig"]
    return found


def edge_of(app: Construct, name: str = "EuropeEdge") -> cdk.Stack:
    edge = app.node.find_child(name)
    assert isinstance(edge, cdk.Stack)
    return edge


def test_stands_behind_a_web_acl_in_the_same_stack_in_us_east_1(
    stack: cdk.Stack, only: Only
) -> None:
    distribution = site(stack)
    acl = only(stack, "AWS::WAFv2::WebACL")
    assert acl["Scope"] == "CLOUDFRONT"
    assert config(only(stack, DISTRIBUTION))["WebACLId"] == stack.resolve(distribution.web_acl_arn)


def test_the_distributions_of_a_stack_share_a_web_acl_and_a_log(
    stack: cdk.Stack, only: Only, found: Found
) -> None:
    first = site(stack)
    second = SecureDistribution(
        stack, "Other", default_behavior=elsewhere(), default_domain=WHY, default_root_object=None
    )
    only(stack, "AWS::WAFv2::WebACL")
    assert first.web_acl_arn == second.web_acl_arn
    assert {
        config(resource["Properties"])["Logging"]["Prefix"]
        for resource in found(stack, DISTRIBUTION).values()
    } == {"Site/", "Other/"}


def test_elsewhere_the_web_acl_stands_in_a_stack_beside_it(
    europe: cdk.Stack, app: cdk.App, only: Only
) -> None:
    site(europe)
    edge = edge_of(app)
    assert edge.region == "us-east-1"
    assert edge.stack_name == "Europe-edge"
    assert only(edge, "AWS::WAFv2::WebACL")["Scope"] == "CLOUDFRONT"
    reference = config(only(europe, DISTRIBUTION))["WebACLId"]["Fn::GetStackOutput"]
    assert (reference["StackName"], reference["Region"]) == ("Europe-edge", "us-east-1")
    assert edge in europe.dependencies


def test_another_region_is_reached_without_custom_resources(
    europe: cdk.Stack, app: cdk.App, found: Found
) -> None:
    site(europe)
    for stack in (europe, edge_of(app)):
        assert not found(stack, "AWS::Lambda::Function")
        assert not found(stack, "AWS::IAM::Role")


def test_the_edge_stack_is_in_the_account_of_its_stack(app: cdk.App) -> None:
    env = cdk.Environment(account="111122223333", region="eu-west-1")
    site(cdk.Stack(app, "Europe", env=env))
    assert edge_of(app).account == "111122223333"


def test_each_stage_has_an_edge_of_its_own(app: cdk.App) -> None:
    names = []
    for name in ("Beta", "Prod"):
        stage = cdk.Stage(app, name, env=cdk.Environment(region="eu-west-1"))
        site(cdk.Stack(stage, "Europe"))
        names.append(edge_of(stage).stack_name)
    assert names == ["Beta-Europe-edge", "Prod-Europe-edge"]


def test_a_nested_stack_shares_the_edge_of_its_parent(europe: cdk.Stack, app: cdk.App) -> None:
    nested = cdk.NestedStack(europe, "Nested")
    site(nested)
    SecureDistribution(europe, "Other", default_behavior=elsewhere(), default_domain=WHY)
    assert edge_of(app).stack_name == "Europe-edge"
    app.synth()


@pytest.mark.parametrize("env", [None, cdk.Environment(region="cn-north-1")])
def test_refuses_to_guess_where_its_web_acl_belongs(
    app: cdk.App, env: cdk.Environment | None
) -> None:
    stack = cdk.Stack(app, "Anywhere", env=env)
    with pytest.raises(ConstructError, match=r"web_acl=.*us-east-1.*pass a SecureWebAcl"):
        site(stack)


def test_a_stack_of_any_region_takes_a_given_web_acl(app: cdk.App, only: Only) -> None:
    stack = cdk.Stack(app, "Anywhere")
    acl = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b"
    site(stack, web_acl=acl)
    assert config(only(stack, DISTRIBUTION))["WebACLId"] == acl


def test_takes_a_web_acl_of_another_stack_and_region(
    stack: cdk.Stack, europe: cdk.Stack, only: Only
) -> None:
    acl = SecureWebAcl(stack, "Acl", web_acl_scope="CLOUDFRONT")
    site(europe, web_acl=acl)
    reference = config(only(europe, DISTRIBUTION))["WebACLId"]["Fn::GetStackOutput"]
    assert reference["StackName"] == "Shop"


def test_refuses_a_regional_web_acl(stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="its scope is REGIONAL"):
        site(stack, web_acl=SecureWebAcl(stack, "Acl"))


def test_viewers_speak_tls_1_2_or_later(stack: cdk.Stack, only: Only) -> None:
    site(stack)
    assert config(only(stack, DISTRIBUTION))["ViewerCertificate"] == {
        "AcmCertificateArn": CERTIFICATE,
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }


def test_viewers_may_be_held_to_tls_1_3(stack: cdk.Stack, only: Only) -> None:
    site(stack, minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_3_2025)
    certificate = config(only(stack, DISTRIBUTION))["ViewerCertificate"]
    assert certificate["MinimumProtocolVersion"] == "TLSv1.3_2025"


def test_the_name_of_cloudfront_needs_a_reason(stack: cdk.Stack, only: Only) -> None:
    SecureDistribution(stack, "Site", default_behavior=pages(stack), default_domain=WHY)
    assert "ViewerCertificate" not in config(only(stack, DISTRIBUTION))


@pytest.mark.parametrize(
    ("names", "match"),
    [
        ({}, r"does not take certificate"),
        ({"default_domain": " "}, r"say why in a sentence"),
        ({"default_domain": WHY, "domain_names": ["a.example"]}, r"leave out one of them"),
    ],
)
def test_refuses_viewers_of_tls_1_0_without_a_reason(
    stack: cdk.Stack, names: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConstructError, match=match):
        SecureDistribution(stack, "Site", default_behavior=elsewhere(), **names)


def test_every_behavior_is_https_with_security_headers(stack: cdk.Stack, only: Only) -> None:
    distribution = site(stack, additional_behaviors={"api/*": elsewhere()})
    distribution.add_behavior("more/*", origins.HttpOrigin("more.example.com"))
    found = config(only(stack, DISTRIBUTION))
    behaviors = [found["DefaultCacheBehavior"], *found["CacheBehaviors"]]
    assert [behavior.get("PathPattern") for behavior in behaviors] == [None, "api/*", "more/*"]
    for behavior in behaviors:
        assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"
        assert behavior["ResponseHeadersPolicyId"] == SECURITY_HEADERS


def test_keeps_what_a_behavior_says(stack: cdk.Stack, only: Only) -> None:
    distribution = site(stack)
    distribution.add_behavior(
        "api/*",
        origins.HttpOrigin("api.example.com"),
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    )
    (behavior,) = config(only(stack, DISTRIBUTION))["CacheBehaviors"]
    assert behavior["ViewerProtocolPolicy"] == "https-only"
    assert "DELETE" in behavior["AllowedMethods"]
    assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"


def test_reads_a_bucket_as_itself(stack: cdk.Stack, only: Only) -> None:
    site(stack)
    (origin,) = config(only(stack, DISTRIBUTION))["Origins"]
    assert origin["OriginAccessControlId"]
    access = only(stack, "AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    assert access["SigningBehavior"] == "always"


def test_reaches_other_origins_by_tls_1_2(stack: cdk.Stack, only: Only) -> None:
    site(stack, default_behavior=elsewhere(), default_root_object=None)
    (origin,) = config(only(stack, DISTRIBUTION))["Origins"]
    assert origin["CustomOriginConfig"] == {
        "OriginProtocolPolicy": "https-only",
        "OriginSSLProtocols": ["TLSv1.2"],
    }


def test_serves_a_page_for_the_root(stack: cdk.Stack, only: Only) -> None:
    site(stack)
    assert config(only(stack, DISTRIBUTION))["DefaultRootObject"] == "index.html"


def test_logs_without_cookies_to_a_bucket_that_stays(
    stack: cdk.Stack, synthesized: Synthesized, only: Only
) -> None:
    distribution = site(stack)
    logging = config(only(stack, DISTRIBUTION))["Logging"]
    assert logging["IncludeCookies"] is False
    assert logging["Bucket"] == stack.resolve(distribution.log_bucket.bucket_regional_domain_name)
    name = stack.resolve(distribution.log_bucket.bucket_name)["Ref"]
    bucket = synthesized(stack)["Resources"][name]
    assert bucket["DeletionPolicy"] == "Retain"
    # CloudFront writes by ACL, and refuses a bucket that knows none.
    (rule,) = bucket["Properties"]["OwnershipControls"]["Rules"]
    assert rule == {"ObjectOwnership": "BucketOwnerPreferred"}
    assert all(bucket["Properties"]["PublicAccessBlockConfiguration"].values())
    assert bucket["Properties"]["LifecycleConfiguration"]["Rules"][1]["ExpirationInDays"] == 365


def test_logs_beside_the_web_acl_as_cloudfront_delivers_to_no_opt_in_region(
    stack: cdk.Stack,  # noqa: ARG001 - judged with the others
    app: cdk.App,
    only: Only,
    found: Found,
) -> None:
    milan = cdk.Stack(app, "Milan", env=cdk.Environment(region="eu-south-1"))
    site(milan, default_behavior=elsewhere(), default_root_object=None)
    assert not found(milan, "AWS::S3::Bucket")
    bucket = config(only(milan, DISTRIBUTION))["Logging"]["Bucket"]["Fn::Join"][1]
    assert bucket[0]["Fn::GetStackOutput"]["Region"] == "us-east-1"
    assert bucket[1] == ".s3.us-east-1.amazonaws.com"


def test_takes_a_log_bucket(stack: cdk.Stack, only: Only) -> None:
    logs = s3.Bucket.from_bucket_name(stack, "Logs", "logs")
    site(stack, log_bucket=logs, log_file_prefix="edge/")
    logging = config(only(stack, DISTRIBUTION))["Logging"]
    assert logging["Prefix"] == "edge/"
    assert logging["Bucket"].startswith("logs.s3.")


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("enable_logging", False),
        ("log_includes_cookies", True),
        ("ssl_support_method", cloudfront.SSLMethod.VIP),
        ("web_acl_id", "arn"),
        ("minimum_protocol_version", cloudfront.SecurityPolicyProtocol.TLS_V1_2_2019),
        ("default_root_object", "/index.html"),
    ],
)
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=rf"'Shop/Site' does not take {prop}.* because"):
        site(plain_stack, **{"default_behavior": elsewhere(), prop: value})


def test_refuses_plain_http_for_one_path(plain_stack: cdk.Stack) -> None:
    distribution = site(plain_stack)
    with pytest.raises(ConstructError, match="viewer_protocol_policy"):
        distribution.add_behavior(
            "old/*",
            origins.HttpOrigin("old.example.com"),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.ALLOW_ALL,
        )


def test_refuses_the_website_of_a_bucket(plain_stack: cdk.Stack) -> None:
    bucket = s3.Bucket(plain_stack, "Old", website_index_document="index.html")
    behavior = cloudfront.BehaviorOptions(origin=origins.S3StaticWebsiteOrigin(bucket))
    with pytest.raises(ConstructError, match="with_origin_access_control"):
        site(plain_stack, default_behavior=behavior)


def test_tells_a_misspelt_prop(plain_stack: cdk.Stack) -> None:
    with pytest.raises(TypeError, match="did you mean 'comment'"):
        site(plain_stack, default_behavior=elsewhere(), coment="x")


def test_passes_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    site(plain_stack)
    SecureDistribution(plain_stack, "Other", default_behavior=elsewhere(), default_domain=WHY)
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    site(stack)
    assert set(synthesized(stack)["Resources"]) == {
        "Pages127DFD1A",
        "PagesPolicy302966A4",
        "SecureConstructsAccessLogsBucket9C39A5C3",
        "SecureConstructsAccessLogsBucketPolicy5315FFC7",
        "SecureConstructsEdgeLogs428E5FAF",
        "SecureConstructsEdgeLogsPolicyB2B7BED2",
        "SecureConstructsEdgeWebAcl53EEEC13",
        "SecureConstructsEdgeWebAclLog36B73678",
        "SecureConstructsEdgeWebAclLogPolicyResourcePolicy4AB1F59A",
        "SecureConstructsEdgeWebAclLogging2E83EE01",
        "SiteE53D7754",
        "SiteOrigin1S3OriginAccessControl278A1C77",
    }
