"""
URLs of functions, alone and behind distributions.

A URL is behind the web ACL of a distribution only if nobody can call it past it: it wants signed
requests, and the distribution signs them.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FRONT_BEHIND_WEB_ACL,
    FUNCTION_ROLE,
    arn,
    attribute,
    changed,
    function,
    join,
    policy,
    resource,
)

_URL_WITHOUT_AUTH: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn=arn("Orders")
            ),
            "Ordersinvokefunctionurl": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=arn("Orders"),
                FunctionUrlAuthType="NONE",
                Principal="*",
            ),
            "Ordersinvokefunction": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                InvokedViaFunctionUrl=True,
                Principal="*",
            ),
        }
    }
}
URL_WITHOUT_AUTH = Planted(
    name="url_without_auth",
    what=(
        "Anyone may call the URL of a function; in the twin only a "
        "distribution with a web ACL, which signs, may."
    ),
    templates=_URL_WITHOUT_AUTH,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _URL_WITHOUT_AUTH,
        {
            "Shop": {
                "Ordersinvokefunctionurl": None,
                "Ordersinvokefunction": None,
                "OrdersFunctionUrl": resource(
                    "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Orders")
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
                            }
                        ],
                        "WebACLId": (
                            "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"
                        ),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_URL_PAST_DISTRIBUTION: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn=arn("Orders")
            ),
            "Ordersinvokefunctionurl": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=arn("Orders"),
                FunctionUrlAuthType="NONE",
                Principal="*",
            ),
            "Ordersinvokefunction": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                InvokedViaFunctionUrl=True,
                Principal="*",
            ),
            "Cdn": resource(
                "AWS::CloudFront::Distribution",
                DistributionConfig={
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
                        }
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
        }
    }
}
URL_PAST_DISTRIBUTION = Planted(
    name="url_past_distribution",
    what=(
        "A distribution with a web ACL stands before a function URL "
        "that anyone may still call past it."
    ),
    templates=_URL_PAST_DISTRIBUTION,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _URL_PAST_DISTRIBUTION,
        {
            "Shop": {
                "Ordersinvokefunctionurl": None,
                "Ordersinvokefunction": None,
                "OrdersFunctionUrl": resource(
                    "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Orders")
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
                            }
                        ],
                        "WebACLId": (
                            "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"
                        ),
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_URL_BEHIND_BARE_DISTRIBUTION: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Orders")
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
                        }
                    ],
                },
            ),
        }
    }
}
URL_BEHIND_BARE_DISTRIBUTION = Planted(
    name="url_behind_bare_distribution",
    what=("A distribution signs its requests to a function URL, but has no web ACL."),
    templates=_URL_BEHIND_BARE_DISTRIBUTION,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _URL_BEHIND_BARE_DISTRIBUTION,
        {
            "Shop": {
                "Cdn": resource(
                    "AWS::CloudFront::Distribution",
                    DistributionConfig={
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
                            }
                        ],
                        "WebACLId": (
                            "arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"
                        ),
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_URL_OPEN_TO_ACCOUNTS: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "LedgerFunctionUrl": resource(
                "AWS::Lambda::Url", AuthType="AWS_IAM", TargetFunctionArn=arn("Ledger")
            ),
            "Open": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunctionUrl",
                FunctionName=arn("Ledger"),
                FunctionUrlAuthType="AWS_IAM",
                Principal="*",
            ),
        }
    }
}
URL_OPEN_TO_ACCOUNTS = Planted(
    name="url_open_to_accounts",
    what=(
        "A function URL wants signed requests, and lets every AWS "
        "account sign them; in the twin one function behind a web ACL "
        "may."
    ),
    templates=_URL_OPEN_TO_ACCOUNTS,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(
        _URL_OPEN_TO_ACCOUNTS,
        {
            "Shop": {
                "Open": None,
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "lambda:InvokeFunctionUrl",
                        "Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}},
                        "Effect": "Allow",
                        "Resource": arn("Ledger"),
                    },
                    {
                        "Action": "lambda:InvokeFunction",
                        "Condition": {"Bool": {"lambda:InvokedViaFunctionUrl": True}},
                        "Effect": "Allow",
                        "Resource": arn("Ledger"),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ledger": "provenance", "Front": "behind-waf"}),
)

PLANTED = (
    URL_WITHOUT_AUTH,
    URL_PAST_DISTRIBUTION,
    URL_BEHIND_BARE_DISTRIBUTION,
    URL_OPEN_TO_ACCOUNTS,
)
