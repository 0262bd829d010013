"""Permissions whose source never calls."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_CALLEES = ("AWS::Lambda::Function", "AWS::Lambda::Alias", "AWS::Lambda::Version")


_FUNCTION_ARN = {"Fn::GetAtt": ["Handler", "Arn"]}
_HANDLER = {"Handler": {"Type": "AWS::Lambda::Function"}}
_MAY = {"FunctionName": {"Ref": "Handler"}, "Action": "lambda:InvokeFunction"}

# Source of events -> what makes it call a function, and the property that names the function.
_CALLS = {
    "AWS::Events::Rule": (("AWS::Events::Rule", "Targets.*.Arn"),),
    "AWS::SNS::Topic": (
        ("AWS::SNS::Subscription", "Endpoint"),
        ("AWS::SNS::Topic", "Subscription.*.Endpoint"),
    ),
}


class OrphanPermission(Rule):
    """
    A permission outlived the trigger it was made for.

    Its source no longer calls the function in this template, but still may: whoever can change the
    source brings the old trigger back without touching the function, and nobody expects it.
    """

    id = "lambda-orphan-permission"
    control = "lambda.orphan-permission"
    risk = Risk.OBSOLETE_RESOURCES
    severity = Severity.LOW
    resource_types = ("AWS::Lambda::Permission",)
    fix = "remove the permission, or add the function to the targets of its source"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    )

    passes = (
        Example(
            "the rule calls the function",
            {**_MAY, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": _FUNCTION_ARN}]},
                },
            },
        ),
        Example(
            "the function is subscribed to the topic",
            {**_MAY, "SourceArn": {"Ref": "Orders"}},
            beside={
                **_HANDLER,
                "Orders": {"Type": "AWS::SNS::Topic"},
                "Subscription": {
                    "Type": "AWS::SNS::Subscription",
                    "Properties": {"TopicArn": {"Ref": "Orders"}, "Endpoint": _FUNCTION_ARN},
                },
            },
        ),
        Example(
            "the rule calls an alias, and the permission is for the function",
            {**_MAY, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "Live": {
                    "Type": "AWS::Lambda::Alias",
                    "Properties": {"FunctionName": {"Ref": "Handler"}},
                },
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": {"Ref": "Live"}}]},
                },
            },
        ),
        Example(
            "the rule calls a version, and the permission is for the function",
            {**_MAY, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "First": {
                    "Type": "AWS::Lambda::Version",
                    "Properties": {"FunctionName": {"Ref": "Handler"}},
                },
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": {"Ref": "First"}}]},
                },
            },
        ),
        Example(
            "the rule calls the function, and the permission is for an alias",
            {"FunctionName": {"Ref": "Live"}, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "Live": {
                    "Type": "AWS::Lambda::Alias",
                    "Properties": {"FunctionName": {"Ref": "Handler"}},
                },
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": _FUNCTION_ARN}]},
                },
            },
        ),
        Example(
            "the rule calls the version that the alias is for",
            {"FunctionName": {"Ref": "Live"}, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                "First": {"Type": "AWS::Lambda::Version"},
                "Live": {
                    "Type": "AWS::Lambda::Alias",
                    "Properties": {"FunctionVersion": {"Fn::GetAtt": ["First", "Version"]}},
                },
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": {"Ref": "First"}}]},
                },
            },
        ),
        Example(
            "a source of another stack",
            {**_MAY, "SourceArn": "arn:aws:sns:eu-west-1:111122223333:orders"},
            beside=_HANDLER,
        ),
    )
    fails = (
        Example(
            "the rule calls something else",
            {**_MAY, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {
                        "Targets": [{"Id": "t", "Arn": "arn:aws:sqs:eu-west-1:111122223333:orders"}]
                    },
                },
            },
        ),
        Example(
            "nothing is subscribed to the topic",
            {**_MAY, "SourceArn": {"Ref": "Orders"}},
            beside={**_HANDLER, "Orders": {"Type": "AWS::SNS::Topic"}},
        ),
    )
    uncertain = (
        Example(
            "a target of the rule is not known",
            {**_MAY, "SourceArn": {"Fn::GetAtt": ["Paid", "Arn"]}},
            beside={
                **_HANDLER,
                "Paid": {
                    "Type": "AWS::Events::Rule",
                    "Properties": {"Targets": [{"Id": "t", "Arn": {"Ref": "Target"}}]},
                },
            },
            sections={"Parameters": {"Target": {"Type": "String"}}},
        ),
    )

    def check(self, permission: Resource, template: Template) -> Iterator[Finding]:
        source = template.find(permission.get("SourceArn"), *_CALLS)
        callee = template.find(permission.get("FunctionName"), *_CALLEES)
        if source is None or callee is None:
            return
        for function in chain((callee,), _behind(callee, template)):
            for kind, at in _CALLS[source.type]:
                for caller in template.referrers(function, kind, at=at):
                    if caller == source or template.find(caller.get("TopicArn")) == source:
                        return
        if source.type == "AWS::Events::Rule":
            for target in source.blocks("Targets"):
                target.text("Arn")  # one that is not known may be the function
        yield self.finding(
            permission,
            "SourceArn",
            f"{source.logical_id} may invoke {callee.logical_id}, and does not",
            trace=(source.logical_id, callee.logical_id),
        )


def _behind(callee: Resource, template: Template) -> Iterator[Resource]:
    """
    Give what else the permission may be about: the function of an alias, the aliases of a function.
    """
    for at in ("FunctionName", "FunctionVersion"):
        if found := template.find(callee.get(at), *_CALLEES):
            yield found
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        yield from template.referrers(callee, kind, at="FunctionName")
