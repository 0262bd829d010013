"""What the CDK writes in nearly every stack, word for word but for the hashes of its ids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_REFERENCE = re.compile(r"\$\{([^}]+)\}")

REGION = {"Ref": "AWS::Region"}
ACCOUNT = {"Ref": "AWS::AccountId"}
PARTITION = {"Ref": "AWS::Partition"}
SUFFIX = {"Ref": "AWS::URLSuffix"}
FORM = "'application/x-www-form-urlencoded'"
GATE_SECRET = "{{resolve:secretsmanager:gate:SecretString:::}}"


def ref(logical_id: str) -> dict[str, Any]:
    return {"Ref": logical_id}


def attribute(logical_id: str, name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, name]}


def arn(logical_id: str) -> dict[str, Any]:
    return attribute(logical_id, "Arn")


def join(*texts: str) -> dict[str, Any]:
    """
    Join what stands between ``${}``, a reference or an attribute, as the CDK joins its tokens.
    """
    parts = [
        piece
        if number % 2 == 0
        else attribute(*piece.split(".", 1))
        if "." in piece
        else ref(piece)
        for number, piece in enumerate(_REFERENCE.split("".join(texts)))
        if piece
    ]
    return {"Fn::Join": ["", parts]}


def resource(kind: str, *, after: Any = None, **properties: Any) -> dict[str, Any]:
    depends = {} if after is None else {"DependsOn": after}
    return {"Type": kind, **({"Properties": properties} if properties else {}), **depends}


def changed(
    templates: Mapping[str, Mapping[str, Any]], changes: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Any]]:
    """
    Give templates in which some resources are others, or none.
    """
    return {
        stack: {**body, "Resources": _replaced(body["Resources"], changes.get(stack, {}))}
        for stack, body in templates.items()
    }


def _replaced(resources: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    together = {**resources, **changes}
    return {name: found for name, found in together.items() if found is not None}


LAMBDA_TRUST: dict[str, Any] = {
    "Statement": [
        {
            "Action": "sts:AssumeRole",
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
    "Version": "2012-10-17",
}
BASIC_EXECUTION = join(
    "arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
)
FUNCTION_ROLE: dict[str, Any] = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": LAMBDA_TRUST,
        "ManagedPolicyArns": [BASIC_EXECUTION],
    },
}


def function(
    role: str,
    *,
    code: str = "def handler(event, context): ...",
    after: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Code": {"ZipFile": code},
            "Handler": "index.handler",
            "Role": arn(role),
            "Runtime": "python3.13",
            **(more or {}),
        },
        "DependsOn": sorted([*after, role]),
    }


def policy(name: str, role: str, *statements: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Type": "AWS::IAM::Policy",
        "Properties": {
            "PolicyDocument": {"Statement": list(statements), "Version": "2012-10-17"},
            "PolicyName": name,
            "Roles": [ref(role)],
        },
    }


WEB_ACL: dict[str, Any] = resource(
    "AWS::WAFv2::WebACL",
    DefaultAction={"Allow": {}},
    Rules=[
        {
            "Action": {"Block": {}},
            "Name": "rate",
            "Priority": 0,
            "Statement": {"RateBasedStatement": {"AggregateKeyType": "IP", "Limit": 1000}},
            "VisibilityConfig": {
                "CloudWatchMetricsEnabled": True,
                "MetricName": "rate",
                "SampledRequestsEnabled": True,
            },
        }
    ],
    Scope="REGIONAL",
    VisibilityConfig={
        "CloudWatchMetricsEnabled": True,
        "MetricName": "WebAcl",
        "SampledRequestsEnabled": True,
    },
)
FRONT_BEHIND_WEB_ACL: dict[str, Any] = {
    "Api": resource("AWS::ApiGateway::RestApi", Name="Api"),
    "ApiDeployment": resource(
        "AWS::ApiGateway::Deployment", after=["Apiorders", "ApiordersPOST"], RestApiId=ref("Api")
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
        FunctionName=arn("Front"),
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
                "2015-03-31/functions/${Front.Arn}/invocations"
            ),
        },
        ResourceId=ref("Apiorders"),
        RestApiId=ref("Api"),
    ),
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
FRONT_WITH_OPEN_URL: dict[str, Any] = {
    "FrontFunctionUrl": resource(
        "AWS::Lambda::Url", AuthType="NONE", TargetFunctionArn=arn("Front")
    ),
    "Frontinvokefunctionurl": resource(
        "AWS::Lambda::Permission",
        Action="lambda:InvokeFunctionUrl",
        FunctionName=arn("Front"),
        FunctionUrlAuthType="NONE",
        Principal="*",
    ),
    "Frontinvokefunction": resource(
        "AWS::Lambda::Permission",
        Action="lambda:InvokeFunction",
        FunctionName=arn("Front"),
        InvokedViaFunctionUrl=True,
        Principal="*",
    ),
}
FRONT_WITHOUT_API = dict.fromkeys(FRONT_BEHIND_WEB_ACL)
FRONT_WITHOUT_URL = dict.fromkeys(FRONT_WITH_OPEN_URL)
NOTIFICATIONS_HANDLER: dict[str, Any] = {
    ("BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role"): FUNCTION_ROLE,
    ("BucketNotificationsHandler050a0587b7544547bf325f094a3db834"): function(
        "BucketNotificationsHandler050a0587b7544547bf325f094a3db834Role",
        code="import boto3",
        more={"Timeout": 300},
    ),
}
