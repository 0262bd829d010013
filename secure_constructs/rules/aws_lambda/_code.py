"""Functions with code, and what is promised of them."""

from __future__ import annotations

from typing import Any, Final

from secure_constructs.template import Resource
from secure_constructs.vocabulary import EXACT_GRANTS

ROLE: Final = "Role"
READER: Final[dict[str, Any]] = {
    "Runtime": "python3.13",
    "Handler": "index.handler",
    "Role": {"Fn::GetAtt": [ROLE, "Arn"]},
}

PROMISED: Final[dict[str, Any]] = {"Metadata": {EXACT_GRANTS: True}}


def promised(function: Resource) -> bool:
    """
    Whether the grants of a function are promised to be what its code calls.
    """
    metadata = function.body.get("Metadata")
    if not isinstance(metadata, dict) or EXACT_GRANTS not in metadata:
        return False
    return bool(function.template.resolve(metadata[EXACT_GRANTS]))


def code(expression: str) -> dict[str, Any]:
    """
    Give the properties of a function whose handler evaluates one expression.
    """
    source = f"import os\nimport boto3\n\ndef handler(event, context):\n    return {expression}\n"
    return {**READER, "Code": {"ZipFile": source}}


def allowing(*actions: str, on: Any = "*") -> dict[str, Any]:
    """
    Give a role of a function with one statement.
    """
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    trust = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"Service": "lambda.amazonaws.com"},
    }
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Statement": trust},
            "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": statement}}],
        },
    }
