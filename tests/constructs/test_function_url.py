from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from secure_constructs.constructs import SecureFunction, SecureFunctionUrl
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]
    Found = Callable[[cdk.Stack, str], dict[str, Any]]
    Only = Callable[[cdk.Stack, str], dict[str, Any]]

ANYONE = "The prices are public."
WHY = "Its callers are programs of ours, which speak TLS 1.3."


@pytest.fixture
def plain_stack(app: cdk.App) -> cdk.Stack:
    return cdk.Stack(app, "Shop", env=cdk.Environment(region="us-east-1"))


def function(stack: cdk.Stack) -> SecureFunction:
    return SecureFunction(
        stack,
        "Prices",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
    )


def url(stack: cdk.Stack, **props: Any) -> SecureFunctionUrl:
    if "trusted_key_groups" not in props:
        props = {"public": ANYONE, **props}
    return SecureFunctionUrl(
        stack, "Url", **{"function": function(stack), "default_domain": WHY, **props}
    )


def behavior(distribution: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = distribution["DistributionConfig"]["DefaultCacheBehavior"]
    return found


def test_takes_signed_requests_only(stack: cdk.Stack, only: Only) -> None:
    url(stack)
    assert only(stack, "AWS::Lambda::Url")["AuthType"] == "AWS_IAM"


def test_both_permissions_name_the_distribution(stack: cdk.Stack, found: Found) -> None:
    created = url(stack)
    permissions = [
        resource["Properties"] for resource in found(stack, "AWS::Lambda::Permission").values()
    ]
    assert {permission["Action"] for permission in permissions} == {
        "lambda:InvokeFunction",
        "lambda:InvokeFunctionUrl",
    }
    for permission in permissions:
        assert permission["Principal"] == "cloudfront.amazonaws.com"
        arn = permission["SourceArn"]["Fn::Join"][1]
        assert {"Ref": "AWS::AccountId"} in arn
        assert arn[-1] == stack.resolve(created.distribution.distribution_id)
        if permission["Action"] == "lambda:InvokeFunction":
            assert permission["InvokedViaFunctionUrl"] is True


def test_lets_nobody_past_the_web_acl(plain_stack: cdk.Stack) -> None:
    role = iam.Role(plain_stack, "Partner", assumed_by=iam.AccountRootPrincipal())
    with pytest.raises(ConstructError, match="calls it past the web ACL; let them"):
        url(plain_stack).grant_invoke_url(role)


def test_the_distribution_signs_and_has_a_web_acl(stack: cdk.Stack, only: Only) -> None:
    url(stack)
    config = only(stack, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]
    (origin,) = config["Origins"]
    assert origin["OriginAccessControlId"]
    access = only(stack, "AWS::CloudFront::OriginAccessControl")["OriginAccessControlConfig"]
    assert access["OriginAccessControlOriginType"] == "lambda"
    assert access["SigningBehavior"] == "always"


def test_caches_nothing_and_passes_every_method_by_https(stack: cdk.Stack, only: Only) -> None:
    url(stack)
    found = behavior(only(stack, "AWS::CloudFront::Distribution"))
    assert found["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert found["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"
    assert "POST" in found["AllowedMethods"]
    assert found["ViewerProtocolPolicy"] == "https-only"


def test_asks_viewers_for_a_signature(stack: cdk.Stack, only: Only) -> None:
    group = cloudfront.KeyGroup.from_key_group_id(stack, "Partners", "partners")
    url(stack, trusted_key_groups=[group])
    found = behavior(only(stack, "AWS::CloudFront::Distribution"))
    assert found["TrustedKeyGroups"] == ["partners"]


def test_streams_and_names_the_sites_that_may_call(stack: cdk.Stack, only: Only) -> None:
    url(
        stack,
        cors=lambda_.FunctionUrlCorsOptions(allowed_origins=["https://shop.example.com"]),
        invoke_mode=lambda_.InvokeMode.RESPONSE_STREAM,
    )
    found = only(stack, "AWS::Lambda::Url")
    assert found["Cors"]["AllowOrigins"] == ["https://shop.example.com"]
    assert found["InvokeMode"] == "RESPONSE_STREAM"


def test_takes_an_alias(stack: cdk.Stack, only: Only) -> None:
    alias = lambda_.Alias(stack, "Live", alias_name="live", version=function(stack).current_version)
    SecureFunctionUrl(stack, "Url", function=alias, default_domain=WHY, public=ANYONE)
    assert only(stack, "AWS::Lambda::Url")["Qualifier"] == "live"


def test_its_web_acl_may_be_in_another_region(app: cdk.App, stack: cdk.Stack, only: Only) -> None:
    assert stack.region == "us-east-1"
    europe = cdk.Stack(app, "Europe", env=cdk.Environment(region="eu-west-1"))
    url(europe)
    config = only(europe, "AWS::CloudFront::Distribution")["DistributionConfig"]
    assert config["WebACLId"]["Fn::GetStackOutput"]["StackName"] == "Europe-edge"


@pytest.mark.parametrize(
    ("props", "match"),
    [
        ({"public": None}, "does not take trusted_key_groups.* anyone could run the function"),
        ({"public": " "}, "say why in a sentence"),
        ({"public": ANYONE, "trusted_key_groups": ["group"]}, "leave out one of them"),
        ({"auth_type": lambda_.FunctionUrlAuthType.NONE}, "does not take auth_type"),
        (
            {"cors": lambda_.FunctionUrlCorsOptions(allowed_origins=["https://*.example.com"])},
            "name the sites",
        ),
    ],
)
def test_refuses_what_would_open_it(
    plain_stack: cdk.Stack, props: dict[str, Any], match: str
) -> None:
    with pytest.raises(ConstructError, match=match):
        url(plain_stack, **props)


def test_refuses_tls_1_0_without_a_reason(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="default_domain with the reason"):
        url(plain_stack, default_domain=None)


def test_passes_cdk_nag(plain_stack: cdk.Stack) -> None:
    import cdk_nag

    url(plain_stack)
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    cdk.Validations.of(app).add_plugins(cdk_nag.AwsSolutionsChecks(), cdk_nag.ServerlessChecks())
    app.synth()


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    url(stack)
    assert {name for name in synthesized(stack)["Resources"] if name.startswith("Url")} == {
        "UrlD4FAABD0",
        "UrlDistribution5D752FB4",
        "UrlDistributionOrigin1FunctionUrlOriginAccessControl2D7D599D",
        "UrlDistributionOrigin1InvokeFromApiForShopUrlDistributionOrigin1F3CFCFEF40442A34",
        "UrlDistributionOrigin1InvokeFunctionFromCloudFrontForShopUrlDistributionOrigin1F3CFCFEF769BAF0D",
    }
