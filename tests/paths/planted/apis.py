"""
REST, HTTP and WebSocket APIs in front of functions, queues and streams.

A stage of a REST API is judged by its own web ACL, and a function by the worst of its doors.
HTTP and WebSocket APIs take no web ACL: they are behind one only if a distribution has it and an
authorizer wants the header that only the distribution sends. A WebSocket API asks its authorizer
when a connection is made, which holds for all its routes. An authorizer is a function that takes
requests like any other. What a service integration puts into a store has *provenance* if its route
is behind a web ACL. Signed requests are worth what those are worth who may sign them. A private
API, or one whose requests nobody in the template may sign, has no outsider: *unknown*.
"""

from __future__ import annotations

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FORM,
    FRONT_BEHIND_WEB_ACL,
    FUNCTION_ROLE,
    GATE_SECRET,
    REGION,
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

_REST_ROUTE_WITHOUT_WEB_ACL: Templates = {
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
        }
    }
}
REST_ROUTE_WITHOUT_WEB_ACL = Planted(
    name="rest_route_without_web_acl",
    what=("A REST API hands requests that no web ACL has seen to a function."),
    templates=_REST_ROUTE_WITHOUT_WEB_ACL,
    expected=Expected(
        verdicts={"Orders": "exposed"}, inputs={"Orders": frozenset({("POST /orders", "exposed")})}
    ),
    safe_templates=changed(
        _REST_ROUTE_WITHOUT_WEB_ACL,
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
    safe_expected=Expected(
        verdicts={"Orders": "behind-waf"},
        inputs={"Orders": frozenset({("POST /orders", "behind-waf")})},
    ),
)

_REST_OPENAPI_BODY: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/*/GET/orders/{id}"
                ),
            ),
            "Api": resource(
                "AWS::ApiGateway::RestApi",
                Body={
                    "openapi": "3.0.1",
                    "info": {"title": "orders", "version": "1"},
                    "paths": {
                        "/orders/{id}": {
                            "get": {
                                "responses": {"200": {"description": "ok"}},
                                "x-amazon-apigateway-integration": {
                                    "type": "aws_proxy",
                                    "httpMethod": "POST",
                                    "uri": join(
                                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                        "2015-03-31/functions/${Orders.Arn}/invocations"
                                    ),
                                },
                            }
                        }
                    },
                },
                Name="Api",
            ),
            "ApiDeployment": resource("AWS::ApiGateway::Deployment", RestApiId=ref("Api")),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
        }
    }
}
REST_OPENAPI_BODY = Planted(
    name="rest_openapi_body",
    what=("A REST API written as an OpenAPI body hands requests to a function, without a web ACL."),
    templates=_REST_OPENAPI_BODY,
    expected=Expected(
        verdicts={"Orders": "exposed"},
        inputs={"Orders": frozenset({("GET /orders/{id}", "exposed")})},
    ),
    safe_templates=changed(
        _REST_OPENAPI_BODY,
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
    safe_expected=Expected(
        verdicts={"Orders": "behind-waf"},
        inputs={"Orders": frozenset({("GET /orders/{id}", "behind-waf")})},
    ),
)

_REST_SECOND_DOOR: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Shop": resource("AWS::ApiGateway::RestApi", Name="Shop"),
            "ShopDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Shoporders", "ShopordersPOST"],
                RestApiId=ref("Shop"),
            ),
            "ShopDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ShopDeployment"),
                RestApiId=ref("Shop"),
                StageName="prod",
            ),
            "Shoporders": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Shop", "RootResourceId"),
                PathPart="orders",
                RestApiId=ref("Shop"),
            ),
            "ShopordersPOSTApiPermissionShop4B46D482POSTorders": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Shop}/${ShopDeploymentStageprod}/POST/orders"
                ),
            ),
            "ShopordersPOST": resource(
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
                ResourceId=ref("Shoporders"),
                RestApiId=ref("Shop"),
            ),
            "Internal": resource("AWS::ApiGateway::RestApi", Name="Internal"),
            "InternalDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Internalinternal", "InternalinternalPOST"],
                RestApiId=ref("Internal"),
            ),
            "InternalDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("InternalDeployment"),
                RestApiId=ref("Internal"),
                StageName="prod",
            ),
            "Internalinternal": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Internal", "RootResourceId"),
                PathPart="internal",
                RestApiId=ref("Internal"),
            ),
            ("InternalinternalPOSTApiPermissionShopInternalC69D24BDPOSTinternal"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Internal}/${InternalDeploymentStageprod}/POST/"
                    "internal"
                ),
            ),
            "InternalinternalPOST": resource(
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
                ResourceId=ref("Internalinternal"),
                RestApiId=ref("Internal"),
            ),
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                    "${Shop}/stages/${ShopDeploymentStageprod}"
                ),
                WebACLArn=arn("WebAcl"),
            ),
        }
    }
}
REST_SECOND_DOOR = Planted(
    name="rest_second_door",
    what=(
        "Of two APIs in front of one function only one has a web ACL, so the other goes round it."
    ),
    templates=_REST_SECOND_DOOR,
    expected=Expected(
        verdicts={"Orders": "exposed"},
        inputs={
            "Orders": frozenset({("POST /internal", "exposed"), ("POST /orders", "behind-waf")})
        },
    ),
    safe_templates=changed(
        _REST_SECOND_DOOR,
        {
            "Shop": {
                "InternalAssociation": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                        "${Internal}/stages/${InternalDeploymentStageprod}"
                    ),
                    WebACLArn=arn("WebAcl"),
                )
            }
        },
    ),
    safe_expected=Expected(
        verdicts={"Orders": "behind-waf"},
        inputs={
            "Orders": frozenset({("POST /internal", "behind-waf"), ("POST /orders", "behind-waf")})
        },
    ),
)

_REST_SECOND_STAGE: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Shop": resource("AWS::ApiGateway::RestApi", Name="Shop"),
            "ShopDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Shoporders", "ShopordersPOST"],
                RestApiId=ref("Shop"),
            ),
            "ShopDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ShopDeployment"),
                RestApiId=ref("Shop"),
                StageName="prod",
            ),
            "Shoporders": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Shop", "RootResourceId"),
                PathPart="orders",
                RestApiId=ref("Shop"),
            ),
            "ShopordersPOSTApiPermissionShop4B46D482POSTorders": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Shop}/${ShopDeploymentStageprod}/POST/orders"
                ),
            ),
            "ShopordersPOST": resource(
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
                ResourceId=ref("Shoporders"),
                RestApiId=ref("Shop"),
            ),
            "WebAcl": WEB_ACL,
            "Association": resource(
                "AWS::WAFv2::WebACLAssociation",
                ResourceArn=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                    "${Shop}/stages/${ShopDeploymentStageprod}"
                ),
                WebACLArn=arn("WebAcl"),
            ),
            "Try": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ShopDeployment"),
                RestApiId=ref("Shop"),
                StageName="try",
            ),
        }
    }
}
REST_SECOND_STAGE = Planted(
    name="rest_second_stage",
    what=("A second stage of the same API has no web ACL, and runs the same functions."),
    templates=_REST_SECOND_STAGE,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _REST_SECOND_STAGE,
        {
            "Shop": {
                "TryAssociation": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                        "${Shop}/stages/${Try}"
                    ),
                    WebACLArn=arn("WebAcl"),
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_REST_LAMBDA_AUTHORIZER: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "GateServiceRole": FUNCTION_ROLE,
            "Gate": function("GateServiceRole"),
            "GateShopAuthorizer66110BC7Permissions": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Gate"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/authorizers/${Authorizer}"
                ),
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiorders", "ApiordersPOST", "Authorizer"],
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
                AuthorizationType="CUSTOM",
                AuthorizerId=ref("Authorizer"),
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
            "Authorizer": resource(
                "AWS::ApiGateway::Authorizer",
                AuthorizerResultTtlInSeconds=300,
                AuthorizerUri={
                    "Fn::Join": [
                        "",
                        [
                            "arn:",
                            {"Fn::Select": [1, {"Fn::Split": [":", arn("Gate")]}]},
                            ":apigateway:",
                            {"Fn::Select": [3, {"Fn::Split": [":", arn("Gate")]}]},
                            ":lambda:path/2015-03-31/functions/",
                            arn("Gate"),
                            "/invocations",
                        ],
                    ]
                },
                IdentitySource="method.request.header.Authorization",
                Name="ShopAuthorizer66110BC7",
                RestApiId=ref("Api"),
                Type="TOKEN",
            ),
        }
    }
}
REST_LAMBDA_AUTHORIZER = Planted(
    name="rest_lambda_authorizer",
    what=(
        "A token does not replace the web ACL: whoever sends one runs "
        "the authorizer, and who signs up runs the handler."
    ),
    templates=_REST_LAMBDA_AUTHORIZER,
    expected=Expected(verdicts={"Orders": "exposed", "Gate": "exposed"}),
    safe_templates=changed(
        _REST_LAMBDA_AUTHORIZER,
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
    safe_expected=Expected(verdicts={"Orders": "behind-waf", "Gate": "behind-waf"}),
)

_REST_IAM_OPEN_POLICY: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "LedgerApi": resource(
                "AWS::ApiGateway::RestApi",
                Name="LedgerApi",
                Policy={
                    "Statement": [
                        {
                            "Action": "execute-api:Invoke",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": "execute-api:/*/POST/entries",
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "LedgerApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["LedgerApientries", "LedgerApientriesPOST"],
                RestApiId=ref("LedgerApi"),
            ),
            "LedgerApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("LedgerApiDeployment"),
                RestApiId=ref("LedgerApi"),
                StageName="prod",
            ),
            "LedgerApientries": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("LedgerApi", "RootResourceId"),
                PathPart="entries",
                RestApiId=ref("LedgerApi"),
            ),
            ("LedgerApientriesPOSTApiPermissionShopLedgerApi1F56987CPOSTentries"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ledger"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${LedgerApi}/${LedgerApiDeploymentStageprod}/POST/"
                    "entries"
                ),
            ),
            "LedgerApientriesPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="AWS_IAM",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Ledger.Arn}/invocations"
                    ),
                },
                ResourceId=ref("LedgerApientries"),
                RestApiId=ref("LedgerApi"),
            ),
        }
    }
}
REST_IAM_OPEN_POLICY = Planted(
    name="rest_iam_open_policy",
    what=(
        "A REST API that takes signed requests is opened to every "
        "account by its resource policy; the twin names the role of "
        "one function, which is behind a web ACL."
    ),
    templates=_REST_IAM_OPEN_POLICY,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(
        _REST_IAM_OPEN_POLICY,
        {
            "Shop": {
                **FRONT_BEHIND_WEB_ACL,
                "FrontServiceRole": FUNCTION_ROLE,
                "FrontServiceRoleDefaultPolicy": policy(
                    "FrontServiceRoleDefaultPolicy",
                    "FrontServiceRole",
                    {
                        "Action": "execute-api:Invoke",
                        "Effect": "Allow",
                        "Resource": join(
                            "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                            "AccountId}:${LedgerApi}/${LedgerApiDeploymentStageprod}/POST/"
                            "entries"
                        ),
                    },
                ),
                "Front": function("FrontServiceRole", after=["FrontServiceRoleDefaultPolicy"]),
                "LedgerApi": resource(
                    "AWS::ApiGateway::RestApi",
                    Name="LedgerApi",
                    Policy={
                        "Statement": [
                            {
                                "Action": "execute-api:Invoke",
                                "Effect": "Allow",
                                "Principal": {"AWS": arn("FrontServiceRole")},
                                "Resource": "execute-api:/*/POST/entries",
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ledger": "provenance", "Front": "behind-waf"}),
)

_REST_PRIVATE: Templates = {
    "Shop": {
        "Resources": {
            "LedgerServiceRole": FUNCTION_ROLE,
            "Ledger": function("LedgerServiceRole"),
            "LedgerApi": resource(
                "AWS::ApiGateway::RestApi",
                EndpointConfiguration={"Types": ["REGIONAL"]},
                Name="LedgerApi",
                Policy={
                    "Statement": [
                        {
                            "Action": "execute-api:Invoke",
                            "Effect": "Allow",
                            "Principal": {"AWS": "*"},
                            "Resource": "execute-api:/*",
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "LedgerApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["LedgerApientries", "LedgerApientriesPOST"],
                RestApiId=ref("LedgerApi"),
            ),
            "LedgerApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("LedgerApiDeployment"),
                RestApiId=ref("LedgerApi"),
                StageName="prod",
            ),
            "LedgerApientries": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("LedgerApi", "RootResourceId"),
                PathPart="entries",
                RestApiId=ref("LedgerApi"),
            ),
            ("LedgerApientriesPOSTApiPermissionShopLedgerApi1F56987CPOSTentries"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Ledger"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${LedgerApi}/${LedgerApiDeploymentStageprod}/POST/"
                    "entries"
                ),
            ),
            "LedgerApientriesPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "IntegrationHttpMethod": "POST",
                    "Type": "AWS_PROXY",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Ledger.Arn}/invocations"
                    ),
                },
                ResourceId=ref("LedgerApientries"),
                RestApiId=ref("LedgerApi"),
            ),
        }
    }
}
REST_PRIVATE = Planted(
    name="rest_private",
    what=("A private REST API is made regional, so the internet reaches what only the VPC should."),
    templates=_REST_PRIVATE,
    expected=Expected(verdicts={"Ledger": "exposed"}),
    safe_templates=changed(
        _REST_PRIVATE,
        {
            "Shop": {
                "LedgerApi": resource(
                    "AWS::ApiGateway::RestApi",
                    EndpointConfiguration={"Types": ["PRIVATE"]},
                    Name="LedgerApi",
                    Policy={
                        "Statement": [
                            {
                                "Action": "execute-api:Invoke",
                                "Condition": {
                                    "StringEquals": {"aws:SourceVpce": "vpce-0123456789abcdef0"}
                                },
                                "Effect": "Allow",
                                "Principal": {"AWS": "*"},
                                "Resource": "execute-api:/*",
                            }
                        ],
                        "Version": "2012-10-17",
                    },
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Ledger": "unknown"}),
)

_REST_TO_QUEUE: Templates = {
    "Shop": {
        "Resources": {
            "Jobs": {
                "Type": "AWS::SQS::Queue",
                "UpdateReplacePolicy": "Delete",
                "DeletionPolicy": "Delete",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "sqs:ChangeMessageVisibility",
                        "sqs:DeleteMessage",
                        "sqs:GetQueueAttributes",
                        "sqs:GetQueueUrl",
                        "sqs:ReceiveMessage",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerSqsEventSourceShopJobs0BA8D2FB": resource(
                "AWS::Lambda::EventSourceMapping",
                EventSourceArn=arn("Jobs"),
                FunctionName=ref("Worker"),
            ),
            "Sender": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "SenderDefaultPolicy": policy(
                "SenderDefaultPolicy",
                "Sender",
                {
                    "Action": ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"],
                    "Effect": "Allow",
                    "Resource": arn("Jobs"),
                },
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apijobs", "ApijobsPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apijobs": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="jobs",
                RestApiId=ref("Api"),
            ),
            "ApijobsPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "Credentials": arn("Sender"),
                    "IntegrationHttpMethod": "POST",
                    "PassthroughBehavior": "NEVER",
                    "RequestParameters": {"integration.request.header.Content-Type": FORM},
                    "RequestTemplates": {
                        "application/json": (
                            "Action=SendMessage&MessageBody=$util.urlEncode($input.body)"
                        )
                    },
                    "Type": "AWS",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:sqs:path/"
                        "${AWS::AccountId}/${Jobs.QueueName}"
                    ),
                },
                ResourceId=ref("Apijobs"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
REST_TO_QUEUE = Planted(
    name="rest_to_queue",
    what=(
        "A REST API puts requests into a queue by itself, without a "
        "web ACL, and a function takes them out."
    ),
    templates=_REST_TO_QUEUE,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _REST_TO_QUEUE,
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
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_REST_TO_STREAM: Templates = {
    "Shop": {
        "Resources": {
            "Clicks": {
                "Type": "AWS::Kinesis::Stream",
                "Properties": {
                    "RetentionPeriodHours": 24,
                    "ShardCount": 1,
                    "StreamEncryption": {
                        "Fn::If": [
                            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions",
                            ref("AWS::NoValue"),
                            {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
                        ]
                    },
                },
                "UpdateReplacePolicy": "Retain",
                "DeletionPolicy": "Retain",
            },
            "WorkerServiceRole": FUNCTION_ROLE,
            "WorkerServiceRoleDefaultPolicy": policy(
                "WorkerServiceRoleDefaultPolicy",
                "WorkerServiceRole",
                {
                    "Action": [
                        "kinesis:DescribeStream",
                        "kinesis:DescribeStreamConsumer",
                        "kinesis:DescribeStreamSummary",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                        "kinesis:ListStreams",
                        "kinesis:SubscribeToShard",
                    ],
                    "Effect": "Allow",
                    "Resource": arn("Clicks"),
                },
            ),
            "Worker": function("WorkerServiceRole", after=["WorkerServiceRoleDefaultPolicy"]),
            "WorkerKinesisEventSourceShopClicks480CC7EC": resource(
                "AWS::Lambda::EventSourceMapping",
                BatchSize=100,
                EventSourceArn=arn("Clicks"),
                FunctionName=ref("Worker"),
                StartingPosition="LATEST",
            ),
            "Sender": resource(
                "AWS::IAM::Role",
                AssumeRolePolicyDocument={
                    "Statement": [
                        {
                            "Action": "sts:AssumeRole",
                            "Effect": "Allow",
                            "Principal": {"Service": "apigateway.amazonaws.com"},
                        }
                    ],
                    "Version": "2012-10-17",
                },
            ),
            "SenderDefaultPolicy": policy(
                "SenderDefaultPolicy",
                "Sender",
                {
                    "Action": ["kinesis:ListShards", "kinesis:PutRecord", "kinesis:PutRecords"],
                    "Effect": "Allow",
                    "Resource": arn("Clicks"),
                },
            ),
            "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
            "ApiDeployment": resource(
                "AWS::ApiGateway::Deployment",
                after=["Apiclicks", "ApiclicksPOST"],
                RestApiId=ref("Api"),
            ),
            "ApiDeploymentStageprod": resource(
                "AWS::ApiGateway::Stage",
                DeploymentId=ref("ApiDeployment"),
                RestApiId=ref("Api"),
                StageName="prod",
            ),
            "Apiclicks": resource(
                "AWS::ApiGateway::Resource",
                ParentId=attribute("Api", "RootResourceId"),
                PathPart="clicks",
                RestApiId=ref("Api"),
            ),
            "ApiclicksPOST": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="POST",
                Integration={
                    "Credentials": arn("Sender"),
                    "IntegrationHttpMethod": "POST",
                    "RequestTemplates": {
                        "application/json": join(
                            '{"StreamName": "${Clicks}", "Data": '
                            '"$util.base64Encode($input.body)", "PartitionKey": '
                            '"$context.requestId"}'
                        )
                    },
                    "Type": "AWS",
                    "Uri": join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:kinesis:action/PutRecord"
                    ),
                },
                ResourceId=ref("Apiclicks"),
                RestApiId=ref("Api"),
            ),
        },
        "Conditions": {
            "AwsCdkKinesisEncryptedStreamsUnsupportedRegions": {
                "Fn::Or": [
                    {"Fn::Equals": [REGION, "cn-north-1"]},
                    {"Fn::Equals": [REGION, "cn-northwest-1"]},
                ]
            }
        },
    }
}
REST_TO_STREAM = Planted(
    name="rest_to_stream",
    what=("A REST API puts records into a Kinesis stream by itself, without a web ACL."),
    templates=_REST_TO_STREAM,
    expected=Expected(verdicts={"Worker": "exposed"}),
    safe_templates=changed(
        _REST_TO_STREAM,
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
    safe_expected=Expected(verdicts={"Worker": "provenance"}),
)

_HTTP_ROUTE: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "Api": resource("AWS::ApiGatewayV2::Api", Name="Api", ProtocolType="HTTP"),
            "ApiDefaultStage": resource(
                "AWS::ApiGatewayV2::Stage", ApiId=ref("Api"), AutoDeploy=True, StageName="$default"
            ),
            "ApiPOSTordersOrders": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("Api"),
                IntegrationType="AWS_PROXY",
                IntegrationUri=arn("Orders"),
                PayloadFormatVersion="2.0",
            ),
            "ApiPOSTordersOrdersPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/*/*/orders"
                ),
            ),
            "ApiPOSTorders": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("Api"),
                AuthorizationType="NONE",
                RouteKey="POST /orders",
                Target=join("integrations/${ApiPOSTordersOrders}"),
            ),
        }
    }
}
HTTP_ROUTE = Planted(
    name="http_route",
    what=(
        "An HTTP API takes no web ACL, and nothing stands in front of "
        "it; in the twin an authorizer wants the header that only the "
        "distribution sends."
    ),
    templates=_HTTP_ROUTE,
    expected=Expected(
        verdicts={"Orders": "exposed"}, inputs={"Orders": frozenset({("POST /orders", "exposed")})}
    ),
    safe_templates=changed(
        _HTTP_ROUTE,
        {
            "Shop": {
                "GateServiceRole": FUNCTION_ROLE,
                "Gate": function(
                    "GateServiceRole",
                    code="""\
import os


def handler(event, context):
    sent = event["headers"].get("x-origin-verify")
    return {"isAuthorized": sent == os.environ["ORIGIN_SECRET"]}
""",
                    more={"Environment": {"Variables": {"ORIGIN_SECRET": GATE_SECRET}}},
                ),
                "ApiPOSTorders": resource(
                    "AWS::ApiGatewayV2::Route",
                    ApiId=ref("Api"),
                    AuthorizationType="CUSTOM",
                    AuthorizerId=ref("ApiOriginGate"),
                    RouteKey="POST /orders",
                    Target=join("integrations/${ApiPOSTordersOrders}"),
                ),
                "ApiOriginGate": resource(
                    "AWS::ApiGatewayV2::Authorizer",
                    ApiId=ref("Api"),
                    AuthorizerPayloadFormatVersion="2.0",
                    AuthorizerResultTtlInSeconds=300,
                    AuthorizerType="REQUEST",
                    AuthorizerUri=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Gate.Arn}/invocations"
                    ),
                    EnableSimpleResponses=True,
                    IdentitySource=["$request.header.x-origin-verify"],
                    Name="OriginGate",
                ),
                "ApiShopApiOriginGate0AD015E2Permission": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Gate"),
                    Principal="apigateway.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                        "AccountId}:${Api}/authorizers/${ApiOriginGate}"
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
                                "DomainName": join(
                                    "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
                                ),
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginCustomHeaders": [
                                    {"HeaderName": "x-origin-verify", "HeaderValue": GATE_SECRET}
                                ],
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

_HTTP_PAST_DISTRIBUTION: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "GateServiceRole": FUNCTION_ROLE,
            "Gate": function(
                "GateServiceRole",
                code="""\
def handler(event, context):
    return {"isAuthorized": event["headers"].get("authorization") == "Bearer shop"}
""",
            ),
            "Api": resource("AWS::ApiGatewayV2::Api", Name="Api", ProtocolType="HTTP"),
            "ApiDefaultStage": resource(
                "AWS::ApiGatewayV2::Stage", ApiId=ref("Api"), AutoDeploy=True, StageName="$default"
            ),
            "ApiPOSTordersOrders": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("Api"),
                IntegrationType="AWS_PROXY",
                IntegrationUri=arn("Orders"),
                PayloadFormatVersion="2.0",
            ),
            "ApiPOSTordersOrdersPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/*/*/orders"
                ),
            ),
            "ApiPOSTorders": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("Api"),
                AuthorizationType="CUSTOM",
                AuthorizerId=ref("ApiTokens"),
                RouteKey="POST /orders",
                Target=join("integrations/${ApiPOSTordersOrders}"),
            ),
            "ApiTokens": resource(
                "AWS::ApiGatewayV2::Authorizer",
                ApiId=ref("Api"),
                AuthorizerPayloadFormatVersion="2.0",
                AuthorizerResultTtlInSeconds=300,
                AuthorizerType="REQUEST",
                AuthorizerUri=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                    "2015-03-31/functions/${Gate.Arn}/invocations"
                ),
                EnableSimpleResponses=True,
                IdentitySource=["$request.header.Authorization"],
                Name="Tokens",
            ),
            "ApiShopApiTokens56ABB78BPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Gate"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Api}/authorizers/${ApiTokens}"
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
                            "DomainName": join(
                                "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
                            ),
                            "Id": "ShopCdnOrigin1026DA201",
                            "OriginCustomHeaders": [
                                {"HeaderName": "x-origin-verify", "HeaderValue": GATE_SECRET}
                            ],
                        }
                    ],
                    "WebACLId": ("arn:aws:wafv2:us-east-1:111122223333:global/webacl/edge/0a1b"),
                },
            ),
        }
    }
}
HTTP_PAST_DISTRIBUTION = Planted(
    name="http_past_distribution",
    what=(
        "A distribution with a web ACL stands in front of an HTTP API, "
        "which still answers under its own name."
    ),
    templates=_HTTP_PAST_DISTRIBUTION,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _HTTP_PAST_DISTRIBUTION,
        {
            "Shop": {
                "ApiTokens": None,
                "ApiShopApiTokens56ABB78BPermission": None,
                "Gate": function(
                    "GateServiceRole",
                    code="""\
import os


def handler(event, context):
    sent = event["headers"].get("x-origin-verify")
    return {"isAuthorized": sent == os.environ["ORIGIN_SECRET"]}
""",
                    more={"Environment": {"Variables": {"ORIGIN_SECRET": GATE_SECRET}}},
                ),
                "ApiPOSTorders": resource(
                    "AWS::ApiGatewayV2::Route",
                    ApiId=ref("Api"),
                    AuthorizationType="CUSTOM",
                    AuthorizerId=ref("ApiOriginGate"),
                    RouteKey="POST /orders",
                    Target=join("integrations/${ApiPOSTordersOrders}"),
                ),
                "ApiOriginGate": resource(
                    "AWS::ApiGatewayV2::Authorizer",
                    ApiId=ref("Api"),
                    AuthorizerPayloadFormatVersion="2.0",
                    AuthorizerResultTtlInSeconds=300,
                    AuthorizerType="REQUEST",
                    AuthorizerUri=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Gate.Arn}/invocations"
                    ),
                    EnableSimpleResponses=True,
                    IdentitySource=["$request.header.x-origin-verify"],
                    Name="OriginGate",
                ),
                "ApiShopApiOriginGate0AD015E2Permission": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Gate"),
                    Principal="apigateway.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                        "AccountId}:${Api}/authorizers/${ApiOriginGate}"
                    ),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_HTTP_OPENAPI_BODY: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            "OrdersApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
                ),
            ),
            "ReportServiceRole": FUNCTION_ROLE,
            "Report": function("ReportServiceRole"),
            "ReportApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Report"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
                ),
            ),
            "GateServiceRole": FUNCTION_ROLE,
            "Gate": function(
                "GateServiceRole",
                code="""\
import os


def handler(event, context):
    sent = event["headers"].get("x-origin-verify")
    return {"isAuthorized": sent == os.environ["ORIGIN_SECRET"]}
""",
                more={"Environment": {"Variables": {"ORIGIN_SECRET": GATE_SECRET}}},
            ),
            "GateApi": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Gate"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
                ),
            ),
            "Api": resource(
                "AWS::ApiGatewayV2::Api",
                Body={
                    "openapi": "3.0.1",
                    "info": {"title": "shop", "version": "1"},
                    "paths": {
                        "/orders": {
                            "post": {
                                "responses": {"default": {"description": "ok"}},
                                "x-amazon-apigateway-integration": {
                                    "type": "aws_proxy",
                                    "httpMethod": "POST",
                                    "payloadFormatVersion": "2.0",
                                    "uri": join(
                                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                        "2015-03-31/functions/${Orders.Arn}/invocations"
                                    ),
                                },
                                "security": [{"gate": []}],
                            }
                        },
                        "/report": {
                            "get": {
                                "responses": {"default": {"description": "ok"}},
                                "x-amazon-apigateway-integration": {
                                    "type": "aws_proxy",
                                    "httpMethod": "POST",
                                    "payloadFormatVersion": "2.0",
                                    "uri": join(
                                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                        "2015-03-31/functions/${Report.Arn}/invocations"
                                    ),
                                },
                            }
                        },
                    },
                    "components": {
                        "securitySchemes": {
                            "gate": {
                                "type": "apiKey",
                                "in": "header",
                                "name": "x-origin-verify",
                                "x-amazon-apigateway-authorizer": {
                                    "type": "request",
                                    "identitySource": "$request.header.x-origin-verify",
                                    "authorizerPayloadFormatVersion": "2.0",
                                    "enableSimpleResponses": True,
                                    "authorizerUri": join(
                                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                        "2015-03-31/functions/${Gate.Arn}/invocations"
                                    ),
                                },
                            }
                        }
                    },
                },
            ),
            "Stage": resource(
                "AWS::ApiGatewayV2::Stage", ApiId=ref("Api"), AutoDeploy=True, StageName="$default"
            ),
        }
    }
}
HTTP_OPENAPI_BODY = Planted(
    name="http_openapi_body",
    what=(
        "An HTTP API written as an OpenAPI body has one route without "
        "its authorizer, and no web ACL before it."
    ),
    templates=_HTTP_OPENAPI_BODY,
    expected=Expected(
        verdicts={"Orders": "exposed", "Report": "exposed"},
        inputs={
            "Orders": frozenset({("POST /orders", "exposed")}),
            "Report": frozenset({("GET /report", "exposed")}),
        },
    ),
    safe_templates=changed(
        _HTTP_OPENAPI_BODY,
        {
            "Shop": {
                "Api": resource(
                    "AWS::ApiGatewayV2::Api",
                    Body={
                        "openapi": "3.0.1",
                        "info": {"title": "shop", "version": "1"},
                        "paths": {
                            "/orders": {
                                "post": {
                                    "responses": {"default": {"description": "ok"}},
                                    "x-amazon-apigateway-integration": {
                                        "type": "aws_proxy",
                                        "httpMethod": "POST",
                                        "payloadFormatVersion": "2.0",
                                        "uri": join(
                                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                            "2015-03-31/functions/${Orders.Arn}/invocations"
                                        ),
                                    },
                                    "security": [{"gate": []}],
                                }
                            },
                            "/report": {
                                "get": {
                                    "responses": {"default": {"description": "ok"}},
                                    "x-amazon-apigateway-integration": {
                                        "type": "aws_proxy",
                                        "httpMethod": "POST",
                                        "payloadFormatVersion": "2.0",
                                        "uri": join(
                                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                            "2015-03-31/functions/${Report.Arn}/invocations"
                                        ),
                                    },
                                    "security": [{"gate": []}],
                                }
                            },
                        },
                        "components": {
                            "securitySchemes": {
                                "gate": {
                                    "type": "apiKey",
                                    "in": "header",
                                    "name": "x-origin-verify",
                                    "x-amazon-apigateway-authorizer": {
                                        "type": "request",
                                        "identitySource": "$request.header.x-origin-verify",
                                        "authorizerPayloadFormatVersion": "2.0",
                                        "enableSimpleResponses": True,
                                        "authorizerUri": join(
                                            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                                            "2015-03-31/functions/${Gate.Arn}/invocations"
                                        ),
                                    },
                                }
                            }
                        },
                    },
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
                                "DomainName": join(
                                    "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
                                ),
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginCustomHeaders": [
                                    {"HeaderName": "x-origin-verify", "HeaderValue": GATE_SECRET}
                                ],
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
    safe_expected=Expected(verdicts={"Orders": "behind-waf", "Report": "behind-waf"}),
)

_WEBSOCKET_ROUTE: Templates = {
    "Shop": {
        "Resources": {
            "ConnectServiceRole": FUNCTION_ROLE,
            "Connect": function("ConnectServiceRole"),
            "SayServiceRole": FUNCTION_ROLE,
            "Say": function("SayServiceRole"),
            "Chat": resource(
                "AWS::ApiGatewayV2::Api",
                Name="Chat",
                ProtocolType="WEBSOCKET",
                RouteSelectionExpression="$request.body.action",
            ),
            "ChatconnectRouteConnectPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Connect"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Chat}/*$connect"
                ),
            ),
            "ChatconnectRouteConnect": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("Chat"),
                IntegrationType="AWS_PROXY",
                IntegrationUri=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                    "2015-03-31/functions/${Connect.Arn}/invocations"
                ),
            ),
            "ChatconnectRoute": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("Chat"),
                AuthorizationType="NONE",
                RouteKey="$connect",
                Target=join("integrations/${ChatconnectRouteConnect}"),
            ),
            "ChatsayRouteSayPermission": resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Say"),
                Principal="apigateway.amazonaws.com",
                SourceArn=join(
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                    "AccountId}:${Chat}/*say"
                ),
            ),
            "ChatsayRouteSay": resource(
                "AWS::ApiGatewayV2::Integration",
                ApiId=ref("Chat"),
                IntegrationType="AWS_PROXY",
                IntegrationUri=join(
                    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                    "2015-03-31/functions/${Say.Arn}/invocations"
                ),
            ),
            "ChatsayRoute": resource(
                "AWS::ApiGatewayV2::Route",
                ApiId=ref("Chat"),
                AuthorizationType="NONE",
                RouteKey="say",
                Target=join("integrations/${ChatsayRouteSay}"),
            ),
            "Live": resource(
                "AWS::ApiGatewayV2::Stage", ApiId=ref("Chat"), AutoDeploy=True, StageName="live"
            ),
        }
    }
}
WEBSOCKET_ROUTE = Planted(
    name="websocket_route",
    what=("A WebSocket API takes no web ACL, and its routes lead straight to functions."),
    templates=_WEBSOCKET_ROUTE,
    expected=Expected(verdicts={"Connect": "exposed", "Say": "exposed"}),
    safe_templates=changed(
        _WEBSOCKET_ROUTE,
        {
            "Shop": {
                "GateServiceRole": FUNCTION_ROLE,
                "Gate": function(
                    "GateServiceRole",
                    code="""\
import os


def handler(event, context):
    sent = event["headers"].get("x-origin-verify")
    return {"isAuthorized": sent == os.environ["ORIGIN_SECRET"]}
""",
                    more={"Environment": {"Variables": {"ORIGIN_SECRET": GATE_SECRET}}},
                ),
                "ChatconnectRoute": resource(
                    "AWS::ApiGatewayV2::Route",
                    ApiId=ref("Chat"),
                    AuthorizationType="CUSTOM",
                    AuthorizerId=ref("ChatOriginGate"),
                    RouteKey="$connect",
                    Target=join("integrations/${ChatconnectRouteConnect}"),
                ),
                "ChatOriginGate": resource(
                    "AWS::ApiGatewayV2::Authorizer",
                    ApiId=ref("Chat"),
                    AuthorizerType="REQUEST",
                    AuthorizerUri=join(
                        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/"
                        "2015-03-31/functions/${Gate.Arn}/invocations"
                    ),
                    IdentitySource=["route.request.header.x-origin-verify"],
                    Name="OriginGate",
                ),
                "ChatShopChatOriginGateADF75360Permission": resource(
                    "AWS::Lambda::Permission",
                    Action="lambda:InvokeFunction",
                    FunctionName=arn("Gate"),
                    Principal="apigateway.amazonaws.com",
                    SourceArn=join(
                        "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::"
                        "AccountId}:${Chat}/authorizers/${ChatOriginGate}"
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
                                "DomainName": join(
                                    "${Chat}.execute-api.${AWS::Region}.${AWS::URLSuffix}"
                                ),
                                "Id": "ShopCdnOrigin1026DA201",
                                "OriginCustomHeaders": [
                                    {"HeaderName": "x-origin-verify", "HeaderValue": GATE_SECRET}
                                ],
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
    safe_expected=Expected(verdicts={"Connect": "behind-waf", "Say": "behind-waf"}),
)

_SAM_EVENTS: Templates = {
    "Shop": {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {
            "Orders": resource(
                "AWS::Serverless::Function",
                Runtime="python3.13",
                Handler="index.handler",
                InlineCode="def handler(event, context): ...",
                Policies=[{"SQSSendMessagePolicy": {"QueueName": attribute("Jobs", "QueueName")}}],
                Events={
                    "Post": {"Type": "HttpApi", "Properties": {"Method": "post", "Path": "/orders"}}
                },
            ),
            "Worker": resource(
                "AWS::Serverless::Function",
                Runtime="python3.13",
                Handler="index.handler",
                InlineCode="def handler(event, context): ...",
                Events={"Jobs": {"Type": "SQS", "Properties": {"Queue": arn("Jobs")}}},
            ),
            "Jobs": resource("AWS::SQS::Queue"),
        },
    }
}
SAM_EVENTS = Planted(
    name="sam_events",
    what=(
        "A SAM template with two events: an HTTP API nobody guards, "
        "and a queue the function of that API writes."
    ),
    templates=_SAM_EVENTS,
    expected=Expected(verdicts={"Orders": "exposed", "Worker": "exposed"}),
    safe_templates=changed(
        _SAM_EVENTS,
        {
            "Shop": {
                "Orders": resource(
                    "AWS::Serverless::Function",
                    Runtime="python3.13",
                    Handler="index.handler",
                    InlineCode="def handler(event, context): ...",
                    Policies=[
                        {"SQSSendMessagePolicy": {"QueueName": attribute("Jobs", "QueueName")}}
                    ],
                    Events={
                        "Post": {
                            "Type": "Api",
                            "Properties": {
                                "Method": "post",
                                "Path": "/orders",
                                "RestApiId": ref("Api"),
                            },
                        }
                    },
                ),
                "Api": resource("AWS::Serverless::Api", StageName="live"),
                "WebAcl": resource(
                    "AWS::WAFv2::WebACL",
                    Scope="REGIONAL",
                    DefaultAction={"Allow": {}},
                    VisibilityConfig={
                        "CloudWatchMetricsEnabled": True,
                        "MetricName": "WebAcl",
                        "SampledRequestsEnabled": True,
                    },
                ),
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    after="ApiliveStage",
                    ResourceArn={
                        "Fn::Sub": (
                            "arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/"
                            "${Api}/stages/live"
                        )
                    },
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf", "Worker": "provenance"}),
)

PLANTED = (
    REST_ROUTE_WITHOUT_WEB_ACL,
    REST_OPENAPI_BODY,
    REST_SECOND_DOOR,
    REST_SECOND_STAGE,
    REST_LAMBDA_AUTHORIZER,
    REST_IAM_OPEN_POLICY,
    REST_PRIVATE,
    REST_TO_QUEUE,
    REST_TO_STREAM,
    HTTP_ROUTE,
    HTTP_PAST_DISTRIBUTION,
    HTTP_OPENAPI_BODY,
    WEBSOCKET_ROUTE,
    SAM_EVENTS,
)
