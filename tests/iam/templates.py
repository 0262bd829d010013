"""Small templates of roles, users and groups."""

from __future__ import annotations

from typing import Any

from secure_constructs.template import Template


def allow(*actions: str, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


def deny(*actions: str, on: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": on, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def arn(logical_id: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [logical_id, "Arn"]}


def trust(service: str = "lambda", **principal: Any) -> dict[str, Any]:
    named = principal or {"Service": f"{service}.amazonaws.com"}
    return document({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": named})


def role(*statements: dict[str, Any], trusts: Any = None, **properties: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "p", "PolicyDocument": document(*statements)}] if statements else []
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": trusts or trust(),
            "Policies": inline,
            **properties,
        },
    }


def user(*statements: dict[str, Any], **properties: Any) -> dict[str, Any]:
    inline = [{"PolicyName": "p", "PolicyDocument": document(*statements)}] if statements else []
    return {"Type": "AWS::IAM::User", "Properties": {"Policies": inline, **properties}}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def template(**resources: Any) -> Template:
    parameters = {"Given": {"Type": "String"}}
    return Template({"Parameters": parameters, "Resources": resources})


ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
