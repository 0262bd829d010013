"""Small templates, put together from the parts that the hand calculations speak of."""

from __future__ import annotations

import json
from typing import Any

from secure_constructs.cost import Ceiling, ceiling_of
from secure_constructs.template import Origin, Template

Resources = dict[str, dict[str, Any]]


def ceiling(
    resources: Resources, *, region: str = "us-east-1", stack: str = "", **more: Any
) -> Ceiling:
    """
    The ceiling of a stack in one region.
    """
    return ceiling_of([template(resources, region, stack)], **more)


def template(resources: Resources, region: str = "us-east-1", stack: str = "") -> Template:
    environment = {"AWS::Region": region} if region else {}
    origin = Origin(stack=stack, environment=environment)
    return Template({"Resources": resources}, origin=origin)


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [name, "Arn"]}


def ref(name: str) -> dict[str, Any]:
    return {"Ref": name}


def sub(text: str) -> dict[str, Any]:
    return {"Fn::Sub": text}


def function(name: str, may: dict[str, str] | None = None, **properties: Any) -> Resources:
    """
    A function of 128 MB and 3 s, unless told otherwise, and what its role may do on what.
    """
    statements = [
        {"Effect": "Allow", "Action": action, "Resource": _within(action, target)}
        for action, target in (may or {}).items()
    ]
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = resource(
        "AWS::IAM::Role",
        AssumeRolePolicyDocument={"Statement": [trust]},
        Policies=[{"PolicyName": "own", "PolicyDocument": {"Statement": statements}}]
        if statements
        else [],
    )
    own = resource("AWS::Lambda::Function", Role=arn(f"{name}Role"), **properties)
    return {name: own, f"{name}Role": role}


def _within(action: str, target: str) -> Any:
    return sub("${" + target + ".Arn}/*") if action.startswith("s3:") else arn(target)


def rest_api(
    *routes: tuple[str, str, str],
    settings: list[dict[str, Any]] | None = None,
    stage: dict[str, Any] | None = None,
    method: dict[str, Any] | None = None,
) -> Resources:
    """
    A REST API with one stage.

    Args:
        routes: Verb, path and function.
        settings: The ``MethodSettings`` of the stage.
        stage: Other properties of the stage.
        method: Other properties of each method.
    """
    made: Resources = {
        "Api": resource("AWS::ApiGateway::RestApi", Name="api"),
        "Stage": resource(
            "AWS::ApiGateway::Stage",
            RestApiId=ref("Api"),
            StageName="prod",
            **({"MethodSettings": settings} if settings else {}),
            **(stage or {}),
        ),
    }
    for verb, path, target in routes:
        made[f"Path{path}"] = resource(
            "AWS::ApiGateway::Resource",
            RestApiId=ref("Api"),
            ParentId={"Fn::GetAtt": ["Api", "RootResourceId"]},
            PathPart=path,
        )
        made[f"{verb}{path}"] = resource(
            "AWS::ApiGateway::Method",
            RestApiId=ref("Api"),
            ResourceId=ref(f"Path{path}"),
            HttpMethod=verb,
            **{"AuthorizationType": "NONE", **(method or {})},
            Integration={
                "Type": "AWS_PROXY",
                "IntegrationHttpMethod": "POST",
                "Uri": sub(
                    "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
                    "${" + target + ".Arn}/invocations"
                ),
            },
        )
    return made


def throttled(rate: float, burst: float, path: str = "/*", verb: str = "*") -> dict[str, Any]:
    return {
        "ResourcePath": path,
        "HttpMethod": verb,
        "ThrottlingRateLimit": rate,
        "ThrottlingBurstLimit": burst,
    }


def v2_api(protocol: str, routes: dict[str, str], rate: float, burst: float) -> Resources:
    """
    An HTTP or WebSocket API with one stage.
    """
    made: Resources = {
        "Api": resource("AWS::ApiGatewayV2::Api", Name="api", ProtocolType=protocol),
        "Stage": resource(
            "AWS::ApiGatewayV2::Stage",
            ApiId=ref("Api"),
            StageName="prod",
            DefaultRouteSettings={"ThrottlingRateLimit": rate, "ThrottlingBurstLimit": burst},
        ),
    }
    for number, (key, target) in enumerate(routes.items()):
        made[f"Integration{number}"] = resource(
            "AWS::ApiGatewayV2::Integration",
            ApiId=ref("Api"),
            IntegrationType="AWS_PROXY",
            IntegrationUri=arn(target),
        )
        made[f"Route{number}"] = resource(
            "AWS::ApiGatewayV2::Route",
            ApiId=ref("Api"),
            RouteKey=key,
            AuthorizationType="NONE",
            Target=sub("integrations/${" + f"Integration{number}" + "}"),
        )
    return made


def url(target: str) -> Resources:
    """
    A function URL that anyone may call.
    """
    return {"Url": resource("AWS::Lambda::Url", TargetFunctionArn=arn(target), AuthType="NONE")}


def event_source(source: str, target: str, **properties: Any) -> Resources:
    mapping = resource(
        "AWS::Lambda::EventSourceMapping",
        EventSourceArn=arn(source),
        FunctionName=ref(target),
        **properties,
    )
    return {f"{source}To{target}": mapping}


def workflow(definition: dict[str, Any], **properties: Any) -> Resources:
    """
    A state machine; ``${Name}`` in the definition is the ARN of a resource.
    """
    text = json.dumps(definition)
    machine = resource("AWS::StepFunctions::StateMachine", DefinitionString=sub(text), **properties)
    return {"Machine": machine}


ENDLESS = function("F", {"sqs:SendMessage": "Queue"}, ReservedConcurrentExecutions=1)
"""
A queue that a pipe empties into itself.
"""
ENDLESS |= url("F")
ENDLESS |= {
    "Queue": resource("AWS::SQS::Queue"),
    "Pipe": resource("AWS::Pipes::Pipe", Source=arn("Queue"), Target=arn("Queue")),
}
