"""
Behaviours of distributions, and functions at the edge.

A web ACL on the distribution says nothing of an origin that answers to everyone.
"""

from __future__ import annotations

from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    BASIC_EXECUTION,
    FUNCTION_ROLE,
    GATE_SECRET,
    WEB_ACL,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    ref,
    resource,
)

_BEHAVIOUR_TO_REST_API: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiorders", "ApiordersPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiorders": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="orders",
                RestApiId=ref("Api"),
            ),
            ("ApiordersPOSTApiPermissionShopApi4E8988D1POSTorders"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/${ApiDeploymentStageprod}/POST/orders"
                ),
            ),
            "ApiordersPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Orders.Arn}/invocations"
                    ),
                },
                ResourceId=ref("Apiorders"),
                RestApiId=ref("Api"),
            ),
            "Site": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "SitePolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Site"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:GetObject",
                            "Condition": {
                                "StringEquals": {
                                    "AWS:SourceArn": join(
                                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:"
                                        "distribution/${Cdn}"
                                    )
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudfront.amazonaws.com"},
                            "Resource": join("${Site.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "CdnOrigin1S3OriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": "ShopCdnOrigin1S3OriginAccessControlE770725A",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "CacheBehaviors": [
                        {
                            "AllowedMethods": [
                                "GET",
                                "HEAD",
                                "OPTIONS",
                                "PUT",
                                "PATCH",
                                "POST",
                                "DELETE",
                            ],
                            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                            "Compress": True,
                            "PathPattern": "/live/*",
                            "TargetOriginId": "ShopCdnOrigin244D10080",
                            "ViewerProtocolPolicy": "redirect-to-https",
                        }
                    ],
                    "DefaultCacheBehavior": {
                        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                        "Compress": True,
                        "TargetOriginId": "ShopCdnOrigin1026DA201",
                        "ViewerProtocolPolicy": "redirect-to-https",
                    },
                    "Enabled": True,
                    "HttpVersion": "http2",
                    "IPV6Enabled": True,
                    "Origins": [
                        {
                            "DomainName": attribute("Site", "RegionalDomainName"),
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginAccessControlId": attribute(
                                "CdnOrigin1S3OriginAccessControl", "Id"
                            ),
                            "S3OriginConfig": {"OriginAccessIdentity": ""},
                        },
                        {
                            "CustomOriginConfig": {
                                "OriginProtocolPolicy": "https-only",
                                "OriginSSLProtocols": ["TLSv1.2"],
                            },
                            "DomainName": {
                                "Fn::Select": [
                                    2,
                                    {
                                        "Fn::Split": [
                                            "/",
                                            join(
                                                "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                                                "${ApiDeploymentStageprod}/"
                                            ),
                                        ]
                                    },
                                ]
                            },
                            "Id": "ShopCdnOrigin244D10080",
                            "OriginPath": {
                                "Fn::Join": [
                                    "",
                                    [
                                        "/",
                                        {
                                            "Fn::Select": [
                                                3,
                                                {
                                                    "Fn::Split": [
                                                        "/",
                                                        join(
                                                            "https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/"
                                                            "${ApiDeploymentStageprod}/"
                                                        ),
                                                    ]
                                                },
                                            ]
                                        },
                                    ],
                                ]
                            },
                        },
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
        }
    }
}
BEHAVIOUR_TO_REST_API = Planted(
    name="behaviour_to_rest_api",
    what=(
        "One behaviour of a distribution with a web ACL leads to a "
        "REST API that anyone may call past it; in the twin the stage "
        "has its own."
    ),
    templates=_BEHAVIOUR_TO_REST_API,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _BEHAVIOUR_TO_REST_API,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                        "${Api}/stages/${ApiDeploymentStageprod}"
                    ),
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_FUNCTION_AT_EDGE: Templates = {
    "Shop": {
        "Resources": {
            "Site": {
                "Type": "AWS::S3::Bucket",
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "SitePolicy": resource(
                "AWS::S3::BucketPolicy",
                Bucket=ref("Site"),
                PolicyDocument={
                    "Statement": [
                        {
                            "Action": "s3:GetObject",
                            "Condition": {
                                "StringEquals": {
                                    "AWS:SourceArn": join(
                                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:"
                                        "distribution/${Cdn}"
                                    )
                                }
                            },
                            "Effect": "Allow",
                            "Principal": {"Service": "cloudfront.amazonaws.com"},
                            "Resource": join("${Site.Arn}/*"),
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "EdgeFnServiceRole": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {
                                "Service": ["edgelambda.amazonaws.com", "lambda.amazonaws.com"]
                            },
                        }
                    ],
                    "Version": "2012-10-17",
                },
                ManagedPolicyArns=[BASIC_EXECUTION],
            ),
            "EdgeFn": function("EdgeFnServiceRole"),
            "EdgeFnCurrentVersion": resource("AWS::Lambda::Version", FunctionName=ref("EdgeFn")),
            "CdnOrigin1S3OriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": "ShopCdnOrigin1S3OriginAccessControlE770725A",
                    "OriginAccessControlOriginType": "s3",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "DefaultCacheBehavior": {
                        "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                        "Compress": True,
                        "LambdaFunctionAssociations": [
                            {
                                "EventType": "viewer-request",
                                "LambdaFunctionARN": ref("EdgeFnCurrentVersion"),
                            }
                        ],
                        "TargetOriginId": "ShopCdnOrigin1026DA201",
                        "ViewerProtocolPolicy": "redirect-to-https",
                    },
                    "Enabled": True,
                    "HttpVersion": "http2",
                    "IPV6Enabled": True,
                    "Origins": [
                        {
                            "DomainName": attribute("Site", "RegionalDomainName"),
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginAccessControlId": attribute(
                                "CdnOrigin1S3OriginAccessControl", "Id"
                            ),
                            "S3OriginConfig": {"OriginAccessIdentity": ""},
                        }
                    ],
                },
            ),
        }
    }
}
FUNCTION_AT_EDGE = Planted(
    name="function_at_edge",
    what=("A function at the edge looks at every request of a distribution that has no web ACL."),
    templates=_FUNCTION_AT_EDGE,
    expected=Expected(verdicts={"EdgeFn": "exposed"}),
    safe_templates=changed(
        _FUNCTION_AT_EDGE,
        {
            "Shop": {
                "WebAcl": resource(
                    "AWS::WAFv2::WebACL",
                    DefaultAction={"Allow": {}},
                    Rules=[
                        {
                            "Action": {"Block": {}},
                            "Name": "rate",
                            "Priority": 0,
                            "Statement": {
                                "RateBasedStatement": {"AggregateKeyType": "IP", "Limit": 1000}
                            },
                            "VisibilityConfig": {
                                "CloudWatchMetricsEnabled": True,
                                "MetricName": "rate",
                                "SampledRequestsEnabled": True,
                            },
                        }
                    ],
                    Scope="CLOUDFRONT",
                    VisibilityConfig={
                        "CloudWatchMetricsEnabled": True,
                        "MetricName": "WebAcl",
                        "SampledRequestsEnabled": True,
                    },
                ),
                "Cdn": resource(
                    "AWS::CloudFront::Distribution",
                    DistributionConfig={
                        "DefaultCacheBehavior": {
                            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                            "Compress": True,
                            "LambdaFunctionAssociations": [
                                {
                                    "EventType": "viewer-request",
                                    "LambdaFunctionARN": ref("EdgeFnCurrentVersion"),
                                }
                            ],
                            "TargetOriginId": "ShopCdnOrigin1026DA201",
                            "ViewerProtocolPolicy": "redirect-to-https",
                        },
                        "Enabled": True,
                        "HttpVersion": "http2",
                        "IPV6Enabled": True,
                        "Origins": [
                            {
                                "DomainName": attribute("Site", "RegionalDomainName"),
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginAccessControlId": attribute(
                                    "CdnOrigin1S3OriginAccessControl", "Id"
                                ),
                                "S3OriginConfig": {"OriginAccessIdentity": ""},
                            }
                        ],
                        "WebACLId": arn("WebAcl"),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"EdgeFn": "behind-waf"}),
)

_ONE_BEHAVIOUR_UNSIGNED: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Orders")
            ),
            "SearchServiceRole": FUNCTION_ROLE,
            "Search": function("SearchServiceRole"),
            "SearchFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn=arn("Search")
            ),
            "Searchinvokefunctionurl": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=arn("Search"),
                FunctionUrlAuthType="NONE",
                Principal="*",
            ),
            "Searchinvokefunction": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Search"),
                InvokedViaFunctionUrl=True,
                Principal="*",
            ),
            "CdnOrigin1FunctionUrlOriginAccessControl": resource(
                "AWS::CloudFront::OriginAccessControl",
                OriginAccessControlConfig={
                    "Name": ("ShopCdnOrigin1FunctionUrlOriginAccessControlF137FB5E"),
                    "OriginAccessControlOriginType": "lambda",
                    "SigningBehavior": "always",
                    "SigningProtocol": "sigv4",
                },
            ),
            "CdnOrigin1InvokeFromApiForShopCdnOrigin1026DA201": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=attribute("OrdersFunctionUrl", "FunctionArn"),
                Principal="cloudfront.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                ),
            ),
            ("CdnOrigin1InvokeFunctionFromCloudFrontForShopCdnOrigin1026DA201"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=attribute("OrdersFunctionUrl", "FunctionArn"),
                InvokedViaFunctionUrl=True,
                Principal="cloudfront.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                ),
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
                    "CacheBehaviors": [
                        {
                            "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                            "Compress": True,
                            "PathPattern": "/search",
                            "TargetOriginId": "ShopCdnOrigin244D10080",
                            "ViewerProtocolPolicy": "redirect-to-https",
                        }
                    ],
                    "DefaultCacheBehavior": {
                        "AllowedMethods": [
                            "GET",
                            "HEAD",
                            "OPTIONS",
                            "PUT",
                            "PATCH",
                            "POST",
                            "DELETE",
                        ],
                        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                        "Compress": True,
                        "TargetOriginId": "ShopCdnOrigin1026DA201",
                        "ViewerProtocolPolicy": "https-only",
                    },
                    "Enabled": True,
                    "HttpVersion": "http2",
                    "IPV6Enabled": True,
                    "Origins": [
                        {
                            "CustomOriginConfig": {
                                "OriginProtocolPolicy": "https-only",
                                "OriginSSLProtocols": ["TLSv1.2"],
                            },
                            "DomainName": {
                                "Fn::Select": [
                                    2,
                                    {
                                        "Fn::Split": [
                                            "/",
                                            attribute("OrdersFunctionUrl", "FunctionUrl"),
                                        ]
                                    },
                                ]
                            },
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginAccessControlId": attribute(
                                "CdnOrigin1FunctionUrlOriginAccessControl", "Id"
                            ),
                        },
                        {
                            "CustomOriginConfig": {
                                "OriginProtocolPolicy": "https-only",
                                "OriginSSLProtocols": ["TLSv1.2"],
                            },
                            "DomainName": {
                                "Fn::Select": [
                                    2,
                                    {
                                        "Fn::Split": [
                                            "/",
                                            attribute("SearchFunctionUrl", "FunctionUrl"),
                                        ]
                                    },
                                ]
                            },
                            "Id": "ShopCdnOrigin244D10080",
                        },
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
        }
    }
}
ONE_BEHAVIOUR_UNSIGNED = Planted(
    name="one_behaviour_unsigned",
    what=(
        "Two behaviours lead to two function URLs; one of them may be called past the distribution."
    ),
    templates=_ONE_BEHAVIOUR_UNSIGNED,
    expected=Expected(verdicts={"Orders": "behind-waf", "Search": "exposed"}),
    safe_templates=changed(
        _ONE_BEHAVIOUR_UNSIGNED,
        {
            "Shop": {
                "Searchinvokefunctionurl": None,
                "Searchinvokefunction": None,
                "SearchFunctionUrl": resource(
                    "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Search")
                ),
                "CdnOrigin2FunctionUrlOriginAccessControl": resource(
                    "AWS::CloudFront::OriginAccessControl",
                    OriginAccessControlConfig={
                        "Name": ("ShopCdnOrigin2FunctionUrlOriginAccessControl2CC58930"),
                        "OriginAccessControlOriginType": "lambda",
                        "SigningBehavior": "always",
                        "SigningProtocol": "sigv4",
                    },
                ),
                "CdnOrigin2InvokeFromApiForShopCdnOrigin244D10080": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunctionUrl",
                    FunctionName=attribute("SearchFunctionUrl", "FunctionArn"),
                    Principal="cloudfront.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                    ),
                ),
                ("CdnOrigin2InvokeFunctionFromCloudFrontForShopCdnOrigin244D10080"): resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=attribute("SearchFunctionUrl", "FunctionArn"),
                    InvokedViaFunctionUrl=True,
                    Principal="cloudfront.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Cdn}"
                    ),
                ),
                "Cdn": resource(
                    "AWS::CloudFront::Distribution",
                    DistributionConfig={
                        "CacheBehaviors": [
                            {
                                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6",
                                "Compress": True,
                                "PathPattern": "/search",
                                "TargetOriginId": "ShopCdnOrigin244D10080",
                                "ViewerProtocolPolicy": "redirect-to-https",
                            }
                        ],
                        "DefaultCacheBehavior": {
                            "AllowedMethods": [
                                "GET",
                                "HEAD",
                                "OPTIONS",
                                "PUT",
                                "PATCH",
                                "POST",
                                "DELETE",
                            ],
                            "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
                            "Compress": True,
                            "TargetOriginId": "ShopCdnOrigin1026DA201",
                            "ViewerProtocolPolicy": "https-only",
                        },
                        "Enabled": True,
                        "HttpVersion": "http2",
                        "IPV6Enabled": True,
                        "Origins": [
                            {
                                "CustomOriginConfig": {
                                    "OriginProtocolPolicy": "https-only",
                                    "OriginSSLProtocols": ["TLSv1.2"],
                                },
                                "DomainName": {
                                    "Fn::Select": [
                                        2,
                                        {
                                            "Fn::Split": [
                                                "/",
                                                attribute("OrdersFunctionUrl", "FunctionUrl"),
                                            ]
                                        },
                                    ]
                                },
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginAccessControlId": attribute(
                                    "CdnOrigin1FunctionUrlOriginAccessControl", "Id"
                                ),
                            },
                            {
                                "CustomOriginConfig": {
                                    "OriginProtocolPolicy": "https-only",
                                    "OriginSSLProtocols": ["TLSv1.2"],
                                },
                                "DomainName": {
                                    "Fn::Select": [
                                        2,
                                        {
                                            "Fn::Split": [
                                                "/",
                                                attribute("SearchFunctionUrl", "FunctionUrl"),
                                            ]
                                        },
                                    ]
                                },
                                "Id": "ShopCdnOrigin244D10080",
                                "OriginAccessControlId": attribute(
                                    "CdnOrigin2FunctionUrlOriginAccessControl", "Id"
                                ),
                            },
                        ],
                        "WebACLId": (
                            "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"
                        ),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf", "Search": "behind-waf"}),
)

_EVERY_METHOD = ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE")


def _behaviour(origin: str, **more: Any) -> dict[str, Any]:
    return {
        **more,
        "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
        "Compress": True,
        "TargetOriginId": origin,
        "ViewerProtocolPolicy": "redirect-to-https",
    }


def _to_api(path: str, **more: Any) -> dict[str, Any]:
    return _behaviour("ShopCdnOrigin244D10080", PathPattern=path, **more)


def _cdn(*behaviours: dict[str, Any]) -> dict[str, Any]:
    """
    Give a distribution with a bucket, and with an API that answers to its key alone.
    """
    return resource(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            "CacheBehaviors": [*behaviours],
            "DefaultCacheBehavior": _behaviour("ShopCdnOrigin1026DA201"),
            "Enabled": True,
            "HttpVersion": "http2",
            "IPV6Enabled": True,
            "Origins": [
                {
                    "DomainName": attribute("Site", "RegionalDomainName"),
                    "Id": "ShopCdnOrigin1026DA201",
                    "OriginAccessControlId": "E2QWRUHAPOMQZL",
                    "S3OriginConfig": {"OriginAccessIdentity": ""},
                },
                {
                    "CustomOriginConfig": {
                        "OriginProtocolPolicy": "https-only",
                        "OriginSSLProtocols": ["TLSv1.2"],
                    },
                    "DomainName": join("${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"),
                    "Id": "ShopCdnOrigin244D10080",
                    "OriginCustomHeaders": [
                        {"HeaderName": "x-api-key", "HeaderValue": GATE_SECRET}
                    ],
                    "OriginPath": join("/${ApiDeploymentStageprod}"),
                },
            ],
        },
    )


_ORDERS: dict[str, Any] = _BEHAVIOUR_TO_REST_API["Shop"]["Resources"]
_PATH_TO_REST_API: Templates = {
    "Shop": {
        "Resources": {
            **_ORDERS,
            "ApiordersPOST": {
                **_ORDERS["ApiordersPOST"],
                "Properties": {
                    **_ORDERS["ApiordersPOST"]["Properties"],
                    "ApiKeyRequired": True,
                },
            },
            "Key": resource("AWS::ApiGateway::ApiKey", Enabled=True, Value=GATE_SECRET),
            "Cdn": _cdn(
                _behaviour(
                    "ShopCdnOrigin244D10080",
                    AllowedMethods=[*_EVERY_METHOD],
                    PathPattern="/orders*",
                )
            ),
        }
    }
}
PATH_TO_REST_API = Planted(
    name="path_to_rest_api",
    what=(
        "A distribution hands a path on to a route that answers to it alone, and has no web ACL; "
        "the twin hands on another path."
    ),
    templates=_PATH_TO_REST_API,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _behaviour(
                        "ShopCdnOrigin244D10080",
                        AllowedMethods=[*_EVERY_METHOD],
                        PathPattern="/live/*",
                    )
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)
METHOD_TO_REST_API = Planted(
    name="method_to_rest_api",
    what=(
        "A distribution hands writes on to a route that answers to it alone, and has no web ACL; "
        "the twin hands on what only reads."
    ),
    templates=_PATH_TO_REST_API,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PATH_TO_REST_API,
        {"Shop": {"Cdn": _cdn(_behaviour("ShopCdnOrigin244D10080", PathPattern="/orders*"))}},
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)
ORIGIN_OF_NO_BEHAVIOUR = Planted(
    name="origin_of_no_behaviour",
    what=(
        "A path is rewritten on its way to a route that answers to the distribution alone; in the "
        "twin no behaviour leads to its origin."
    ),
    templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _behaviour(
                        "ShopCdnOrigin244D10080",
                        AllowedMethods=[*_EVERY_METHOD],
                        FunctionAssociations=[
                            {
                                "EventType": "viewer-request",
                                "FunctionARN": (
                                    "arn:aws:cloudfront::111122223333:function/rewrite"
                                ),
                            }
                        ],
                        PathPattern="/live/*",
                    )
                )
            }
        },
    ),
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(_PATH_TO_REST_API, {"Shop": {"Cdn": _cdn()}}),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)

FIRST_BEHAVIOUR = Planted(
    name="first_behaviour",
    what=(
        "The behaviour that leads to a route comes before one that leads elsewhere; in the twin "
        "what comes first takes every request to the path."
    ),
    templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _to_api("/ord*", AllowedMethods=[*_EVERY_METHOD]),
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="/orders*"),
                )
            }
        },
    ),
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="/orders*"),
                    _to_api("/ord*", AllowedMethods=[*_EVERY_METHOD]),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)
METHODS_OF_FIRST_BEHAVIOUR = Planted(
    name="methods_of_first_behaviour",
    what=(
        "The behaviour that takes every method comes before one that only reads; in the twin the "
        "one that only reads comes first, and what it does not take goes to no other."
    ),
    templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(_to_api("/ord*", AllowedMethods=[*_EVERY_METHOD]), _to_api("/orders*"))
            }
        },
    ),
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(_to_api("/orders*"), _to_api("/ord*", AllowedMethods=[*_EVERY_METHOD]))
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)
REWRITTEN_AFTER_FIRST = Planted(
    name="rewritten_after_first_behaviour",
    what=(
        "The path of a route goes elsewhere, and another is rewritten to it; in the twin none is."
    ),
    templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="/orders*"),
                    _to_api(
                        "/live/*",
                        AllowedMethods=[*_EVERY_METHOD],
                        FunctionAssociations=[
                            {
                                "EventType": "viewer-request",
                                "FunctionARN": "arn:aws:cloudfront::111122223333:function/rewrite",
                            }
                        ],
                    ),
                )
            }
        },
    ),
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _PATH_TO_REST_API,
        {
            "Shop": {
                "Cdn": _cdn(
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="/orders*"),
                    _to_api("/live/*", AllowedMethods=[*_EVERY_METHOD]),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)


_SIGNED = {"TrustedKeyGroups": ["0a1b2c3d"]}
_URL: dict[str, Any] = {
    name: found
    for name, found in _ONE_BEHAVIOUR_UNSIGNED["Shop"]["Resources"].items()
    if not name.startswith("Search")
}


def _site(*behaviours: dict[str, Any]) -> dict[str, Any]:
    """
    Give a distribution before a function URL that answers to it alone.
    """
    config = _URL["Cdn"]["Properties"]["DistributionConfig"]
    return resource(
        "AWS::CloudFront::Distribution",
        DistributionConfig={
            **config,
            "CacheBehaviors": [*behaviours],
            "Origins": config["Origins"][:1],
        },
    )


_SIGNED_TOO_LATE: Templates = {
    "Shop": {
        "Resources": {
            **_URL,
            "Token": resource("AWS::SecretsManager::Secret", GenerateSecretString={}),
            "OrdersReads": policy(
                "OrdersReads",
                "OrdersServiceRole",
                {
                    "Action": "secretsmanager:GetSecretValue",
                    "Effect": "Allow",
                    "Resource": ref("Token"),
                },
            ),
            "Cdn": _site(
                _behaviour("ShopCdnOrigin1026DA201", PathPattern="/app/*"),
                _behaviour("ShopCdnOrigin1026DA201", PathPattern="*", **_SIGNED),
            ),
        }
    }
}
SIGNED_TOO_LATE = Planted(
    name="signed_too_late",
    what=(
        "A behaviour that takes anyone comes before the one that asks for a signature; in the twin "
        "the signature is asked of every request first."
    ),
    templates=_SIGNED_TOO_LATE,
    expected=Expected(
        verdicts={"Orders": "behind-waf"}, open_paths=frozenset({("internet", "Token")})
    ),
    safe_templates=changed(
        _SIGNED_TOO_LATE,
        {
            "Shop": {
                "Cdn": _site(
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="*", **_SIGNED),
                    _behaviour("ShopCdnOrigin1026DA201", PathPattern="/app/*"),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

PLANTED = (
    BEHAVIOUR_TO_REST_API,
    FUNCTION_AT_EDGE,
    ONE_BEHAVIOUR_UNSIGNED,
    PATH_TO_REST_API,
    METHOD_TO_REST_API,
    ORIGIN_OF_NO_BEHAVIOUR,
    FIRST_BEHAVIOUR,
    METHODS_OF_FIRST_BEHAVIOUR,
    REWRITTEN_AFTER_FIRST,
    SIGNED_TOO_LATE,
)
