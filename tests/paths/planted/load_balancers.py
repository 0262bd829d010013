"""
Load balancers in front of functions.

One without a way to the internet has no outsider, and nothing that is known to call: *unknown*.
"""

from __future__ import annotations

from typing import Any

from tests.paths.planted import Expected, Planted, Templates
from tests.paths.planted._shapes import (
    FUNCTION_ROLE,
    WEB_ACL,
    arn,
    attribute,
    changed,
    function,
    join,
    ref,
    resource,
)

_LOAD_BALANCER_TO_FUNCTION: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            ("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="elasticloadbalancing.amazonaws.com",
            ),
            "Balancer": resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
                Scheme="internet-facing",
                SecurityGroups=[attribute("BalancerSecurityGroup", "GroupId")],
                Subnets=["subnet-0a1b2c31", "subnet-0a1b2c32"],
                Type="application",
            ),
            "BalancerSecurityGroup": resource(
                "AWS::EC2::SecurityGroup",
                GroupDescription=(
                    "Automatically created Security Group for ELB ShopBalancerB7604E3E"
                ),
                SecurityGroupEgress=[
                    {
                        "CidrIp": "255.255.255.255/32",
                        "Description": "Disallow all traffic",
                        "FromPort": 252,
                        "IpProtocol": "icmp",
                        "ToPort": 86,
                    }
                ],
                SecurityGroupIngress=[
                    {
                        "CidrIp": "0.0.0.0/0",
                        "Description": "Allow from anyone on port 443",
                        "FromPort": 443,
                        "IpProtocol": "tcp",
                        "ToPort": 443,
                    }
                ],
                VpcId="vpc-0a1b2c3d",
            ),
            "BalancerHttps": resource(
                "AWS::ElasticLoadBalancingV2::Listener",
                Certificates=[
                    {
                        "CertificateArn": (
                            "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d"
                        )
                    }
                ],
                DefaultActions=[
                    {"TargetGroupArn": ref("BalancerHttpsOrdersGroup"), "Type": "forward"}
                ],
                LoadBalancerArn=ref("Balancer"),
                Port=443,
                Protocol="HTTPS",
                SslPolicy="ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
            ),
            "BalancerHttpsOrdersGroup": resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                after=[("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY")],
                TargetType="lambda",
                Targets=[{"Id": arn("Orders")}],
            ),
        }
    }
}
LOAD_BALANCER_TO_FUNCTION = Planted(
    name="load_balancer_to_function",
    what=("A load balancer on the internet hands requests to a function, without a web ACL."),
    templates=_LOAD_BALANCER_TO_FUNCTION,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _LOAD_BALANCER_TO_FUNCTION,
        {
            "Shop": {
                "WebAcl": WEB_ACL,
                "Association": resource(
                    "AWS::WAFv2::WebACLAssociation",
                    ResourceArn=ref("Balancer"),
                    WebACLArn=arn("WebAcl"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "behind-waf"}),
)

_INTERNAL_LOAD_BALANCER: Templates = {
    "Shop": {
        "Resources": {
            "OrdersServiceRole": FUNCTION_ROLE,
            "Orders": function("OrdersServiceRole"),
            ("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY"): resource(
                "AWS::Lambda::Permission",
                Action="lambda:InvokeFunction",
                FunctionName=arn("Orders"),
                Principal="elasticloadbalancing.amazonaws.com",
            ),
            "Balancer": resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
                Scheme="internet-facing",
                SecurityGroups=[attribute("BalancerSecurityGroup", "GroupId")],
                Subnets=["subnet-0a1b2c31", "subnet-0a1b2c32"],
                Type="application",
            ),
            "BalancerSecurityGroup": resource(
                "AWS::EC2::SecurityGroup",
                GroupDescription=(
                    "Automatically created Security Group for ELB ShopBalancerB7604E3E"
                ),
                SecurityGroupEgress=[
                    {
                        "CidrIp": "255.255.255.255/32",
                        "Description": "Disallow all traffic",
                        "FromPort": 252,
                        "IpProtocol": "icmp",
                        "ToPort": 86,
                    }
                ],
                SecurityGroupIngress=[
                    {
                        "CidrIp": "0.0.0.0/0",
                        "Description": "Allow from anyone on port 443",
                        "FromPort": 443,
                        "IpProtocol": "tcp",
                        "ToPort": 443,
                    }
                ],
                VpcId="vpc-0a1b2c3d",
            ),
            "BalancerHttps": resource(
                "AWS::ElasticLoadBalancingV2::Listener",
                Certificates=[
                    {
                        "CertificateArn": (
                            "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d"
                        )
                    }
                ],
                DefaultActions=[
                    {"TargetGroupArn": ref("BalancerHttpsOrdersGroup"), "Type": "forward"}
                ],
                LoadBalancerArn=ref("Balancer"),
                Port=443,
                Protocol="HTTPS",
                SslPolicy="ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
            ),
            "BalancerHttpsOrdersGroup": resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                after=[("OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY")],
                TargetType="lambda",
                Targets=[{"Id": arn("Orders")}],
            ),
        }
    }
}
INTERNAL_LOAD_BALANCER = Planted(
    name="internal_load_balancer",
    what=("A load balancer meant for the VPC faces the internet."),
    templates=_INTERNAL_LOAD_BALANCER,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _INTERNAL_LOAD_BALANCER,
        {
            "Shop": {
                "Balancer": resource(
                    "AWS::ElasticLoadBalancingV2::LoadBalancer",
                    LoadBalancerAttributes=[
                        {"Key": "deletion_protection.enabled", "Value": "false"}
                    ],
                    Scheme="internal",
                    SecurityGroups=[attribute("BalancerSecurityGroup", "GroupId")],
                    Subnets=["subnet-0a1b2c33", "subnet-0a1b2c34"],
                    Type="application",
                )
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)

_PERMISSION = "OrdersInvoke2UTWxhlfyqbT5FTn5jvgbLgjFfJwzswGk55DU1HY"
_BEHIND_API: dict[str, Any] = {
    "OrdersServiceRole": FUNCTION_ROLE,
    "Orders": function("OrdersServiceRole"),
    _PERMISSION: resource(
        "AWS::Lambda::Permission",
        Action="lambda:InvokeFunction",
        FunctionName=arn("Orders"),
        Principal="elasticloadbalancing.amazonaws.com",
    ),
    "Balancer": resource(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
        Scheme="internal",
        SecurityGroups=["sg-0a1b2c3d"],
        Subnets=["subnet-0a1b2c33", "subnet-0a1b2c34"],
        Type="application",
    ),
    "BalancerHttp": resource(
        "AWS::ElasticLoadBalancingV2::Listener",
        DefaultActions=[{"TargetGroupArn": ref("BalancerHttpOrdersGroup"), "Type": "forward"}],
        LoadBalancerArn=ref("Balancer"),
        Port=80,
        Protocol="HTTP",
    ),
    "BalancerHttpOrdersGroup": resource(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        after=[_PERMISSION],
        TargetType="lambda",
        Targets=[{"Id": arn("Orders")}],
    ),
    "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
    "ApiDeployment": resource(
        "AWS::ApiGateway::Deployment", after=["ApiANY"], RestApiId=ref("Api")
    ),
    "ApiDeploymentStageprod": resource(
        "AWS::ApiGateway::Stage",
        DeploymentId=ref("ApiDeployment"),
        RestApiId=ref("Api"),
        StageName="prod",
    ),
}

_NETWORK_LOAD_BALANCER_BEHIND_API: Templates = {
    "Shop": {
        "Resources": {
            **_BEHIND_API,
            "Inner": resource(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                LoadBalancerAttributes=[{"Key": "deletion_protection.enabled", "Value": "false"}],
                Scheme="internal",
                Subnets=["subnet-0a1b2c33", "subnet-0a1b2c34"],
                Type="network",
            ),
            "InnerTcp": resource(
                "AWS::ElasticLoadBalancingV2::Listener",
                DefaultActions=[
                    {"TargetGroupArn": ref("InnerTcpBalancerGroup"), "Type": "forward"}
                ],
                LoadBalancerArn=ref("Inner"),
                Port=80,
                Protocol="TCP",
            ),
            "InnerTcpBalancerGroup": resource(
                "AWS::ElasticLoadBalancingV2::TargetGroup",
                after=["BalancerHttp", "BalancerHttpOrdersGroup"],
                Port=80,
                Protocol="TCP",
                TargetType="alb",
                Targets=[{"Id": ref("Balancer"), "Port": 80}],
                VpcId="vpc-0a1b2c3d",
            ),
            "Link": resource(
                "AWS::ApiGateway::VpcLink", Name="ShopLink2639877D", TargetArns=[ref("Inner")]
            ),
            "ApiANY": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={
                    "ConnectionId": ref("Link"),
                    "ConnectionType": "VPC_LINK",
                    "IntegrationHttpMethod": "ANY",
                    "Type": "HTTP_PROXY",
                    "Uri": "http://orders.shop.internal/",
                },
                ResourceId=attribute("Api", "RootResourceId"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
NETWORK_LOAD_BALANCER_BEHIND_API = Planted(
    name="network_load_balancer_behind_api",
    what=(
        "A REST API hands requests through a VPC link to a network load balancer, and that to a "
        "function behind another; the twin has a web ACL at the stage."
    ),
    templates=_NETWORK_LOAD_BALANCER_BEHIND_API,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _NETWORK_LOAD_BALANCER_BEHIND_API,
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

_LISTENER_BEHIND_API: Templates = {
    "Shop": {
        "Resources": {
            **_BEHIND_API,
            "Link": resource(
                "AWS::ApiGatewayV2::VpcLink",
                Name="ShopLink180F6FDC8",
                SecurityGroupIds=[],
                SubnetIds=["subnet-0a1b2c33", "subnet-0a1b2c34"],
            ),
            "ApiANY": resource(
                "AWS::ApiGateway::Method",
                AuthorizationType="NONE",
                HttpMethod="ANY",
                Integration={
                    "ConnectionId": ref("Link"),
                    "ConnectionType": "VPC_LINK",
                    "IntegrationHttpMethod": "ANY",
                    "IntegrationTarget": ref("BalancerHttp"),
                    "Type": "HTTP_PROXY",
                    "Uri": "http://orders.shop.internal/",
                },
                ResourceId=attribute("Api", "RootResourceId"),
                RestApiId=ref("Api"),
            ),
        }
    }
}
LISTENER_BEHIND_API = Planted(
    name="listener_behind_api",
    what=(
        "A REST API hands requests to a listener in the VPC, and that to a function; the method "
        "of the twin answers by itself."
    ),
    templates=_LISTENER_BEHIND_API,
    expected=Expected(verdicts={"Orders": "exposed"}),
    safe_templates=changed(
        _LISTENER_BEHIND_API,
        {
            "Shop": {
                "Link": None,
                "ApiANY": resource(
                    "AWS::ApiGateway::Method",
                    AuthorizationType="NONE",
                    HttpMethod="ANY",
                    Integration={
                        "RequestTemplates": {"application/json": '{"statusCode": 204}'},
                        "Type": "MOCK",
                    },
                    ResourceId=attribute("Api", "RootResourceId"),
                    RestApiId=ref("Api"),
                ),
            }
        },
    ),
    safe_expected=Expected(verdicts={"Orders": "unknown"}),
)

PLANTED = (
    LOAD_BALANCER_TO_FUNCTION,
    INTERNAL_LOAD_BALANCER,
    NETWORK_LOAD_BALANCER_BEHIND_API,
    LISTENER_BEHIND_API,
)
