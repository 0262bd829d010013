"""Permissions for functions that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Pseudo, Resource, Template, Text

_FUNCTION: Final = "AWS::Lambda::Function"
_ALIAS: Final = "AWS::Lambda::Alias"
_LATEST: Final = "$LATEST"
_ALLOWED = {"Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com"}
_ORDERS = {"Orders": {"Type": _FUNCTION, "Properties": {"FunctionName": "orders"}}}


class PermissionToNothing(Rule):
    """
    The permission is for a function, or an alias of one, that these templates do not make.

    It names one of this very stack, or an alias of one of its functions, that has been renamed or
    removed. Whoever makes a function of that name next is let in with it, and nobody who reads
    the permission knows what it was for.
    """

    id = "lambda-permission-to-nothing"
    control = "lambda.permission-to-nothing"
    risk = Risk.OBSOLETE_RESOURCES
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Permission",)
    fix = "remove the permission, or call grant_invoke of the function or alias that it is for"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    )

    passes = (
        Example("a function of the stack", {**_ALLOWED, "FunctionName": "orders"}, beside=_ORDERS),
        Example("a function of another stack", {**_ALLOWED, "FunctionName": "receipts"}),
        Example(
            "an alias of it",
            {**_ALLOWED, "FunctionName": "orders:live"},
            beside={
                **_ORDERS,
                "Live": {
                    "Type": _ALIAS,
                    "Properties": {"FunctionName": {"Ref": "Orders"}, "Name": "live"},
                },
            },
        ),
        Example(
            "an alias whose name is given at deployment",
            {**_ALLOWED, "FunctionName": "orders:live"},
            beside={
                **_ORDERS,
                "Live": {
                    "Type": _ALIAS,
                    "Properties": {"FunctionName": {"Ref": "Orders"}, "Name": {"Ref": "Stage"}},
                },
            },
            sections={"Parameters": {"Stage": {"Type": "String"}}},
        ),
        Example(
            "a function whose name is only in part that of the stack",
            {
                **_ALLOWED,
                "FunctionName": {"Fn::Sub": "${AWS::StackName}-${AWS::Region}-receipts"},
            },
        ),
        Example("a version of it", {**_ALLOWED, "FunctionName": "orders:7"}, beside=_ORDERS),
        Example(
            "a function of the stack, named after it",
            {**_ALLOWED, "FunctionName": {"Fn::Sub": "${AWS::StackName}-orders"}},
            beside={
                "Orders": {
                    "Type": _FUNCTION,
                    "Properties": {"FunctionName": {"Fn::Sub": "${AWS::StackName}-orders"}},
                }
            },
        ),
    )
    fails = (
        Example(
            "an alias that is not there",
            {**_ALLOWED, "FunctionName": "orders:live"},
            beside=_ORDERS,
        ),
        Example(
            "an alias that is not there, by the ARN of the function",
            {
                **_ALLOWED,
                "FunctionName": "arn:aws:lambda:eu-west-1:111122223333:function:orders:live",
            },
            beside=_ORDERS,
        ),
        Example(
            "another alias",
            {**_ALLOWED, "FunctionName": "orders:live"},
            beside={
                **_ORDERS,
                "Next": {
                    "Type": _ALIAS,
                    "Properties": {"FunctionName": {"Ref": "Orders"}, "Name": "next"},
                },
            },
        ),
        Example(
            "a function named after the stack that is not in it",
            {**_ALLOWED, "FunctionName": {"Fn::Sub": "${AWS::StackName}-receipts"}},
            beside=_ORDERS,
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:
        named = permission.get("FunctionName")
        if not isinstance(named, str):
            return
        if _is_of_stack(named):
            made = {str(function.physical_name) for function in template.everywhere(_FUNCTION)}
            if str(named) not in made:
                message = f"no function of the stack is called {named}"
                yield self.finding(permission, "FunctionName", message)
            return
        function, alias = _split(named)
        if not alias or alias == _LATEST or alias.isdecimal():
            return
        found = template.find(function, _FUNCTION)
        if found is not None and not any(
            made.get("Name") == alias or type(made.get("Name")) is not str
            for made in template.referrers(found, _ALIAS, at="FunctionName")
        ):
            message = f"{found.logical_id} has no alias {alias}"
            yield self.finding(permission, "FunctionName", message)


def _is_of_stack(named: Any) -> bool:
    """
    Say whether a name is the name of the stack and a literal ending.
    """
    return (
        isinstance(named, Text)
        and named.parts[:1] == (Pseudo("AWS::StackName"),)
        and len(named.parts) > 1
        and all(type(part) is str and ":" not in part for part in named.parts[1:])
    )


def _split(named: str) -> tuple[str, str]:
    """
    Take a literal name or ARN apart into the function and its alias or version.
    """
    if type(named) is not str:
        return "", ""
    prefix, colon, rest = named.rpartition(":function:")
    name, _, alias = rest.partition(":")
    return f"{prefix}{colon}{name}", alias
