"""Steps of a workflow that can be called around it."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.callers import PERMISSION, STATE_MACHINE, URL, callers
from secure_constructs.template import Resource, Template

_OUTSIDE = ("apigateway.", "elasticloadbalancing.", "vpc-lattice.", "*")


_STEP = {
    "Fulfilment": {
        "Type": STATE_MACHINE,
        "Properties": {"DefinitionSubstitutions": {"Ship": {"Fn::GetAtt": ["Subject", "Arn"]}}},
    }
}
_CALLBACK = "waitForTaskToken"


class StepCallableFromOutside(Rule):
    """
    A step of a workflow can be called from outside, around the steps before it.

    The workflow checks, pays, then ships; whoever calls the function of the last step through its
    API or URL skips the checks, or repeats the step as often as they like.
    """

    id = "stepfunctions-step-callable-from-outside"
    control = "flow.step-exposed"
    risk = Risk.EXECUTION_FLOW
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "give the API a function of its own that starts the workflow, and the step to it alone"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
        "https://docs.aws.amazon.com/step-functions/latest/dg/security-iam.html",
    )

    passes = (
        Example("only the workflow calls it", {"Runtime": "python3.13"}, beside=_STEP),
        Example(
            "an API calls it, and no workflow does",
            {"Runtime": "python3.13"},
            beside={
                "Url": {
                    "Type": URL,
                    "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                }
            },
        ),
    )
    fails = (
        Example(
            "its URL leads past the workflow",
            {"Runtime": "python3.13"},
            beside={
                **_STEP,
                "Url": {
                    "Type": URL,
                    "Properties": {"TargetFunctionArn": {"Fn::GetAtt": ["Subject", "Arn"]}},
                },
            },
        ),
        Example(
            "an API leads past the workflow",
            {"Runtime": "python3.13"},
            beside={
                **_STEP,
                "AllowApi": {
                    "Type": PERMISSION,
                    "Properties": {
                        "FunctionName": {"Ref": "Subject"},
                        "Principal": "apigateway.amazonaws.com",
                    },
                },
            },
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        calling = callers(function)
        machine = next((caller for caller in calling if caller.type == STATE_MACHINE), None)
        if machine is None or _waits(machine):
            return
        for caller in calling:
            if caller.type == URL or (
                caller.type == PERMISSION and (caller.text("Principal") or "").startswith(_OUTSIDE)
            ):
                yield self.finding(
                    function,
                    "",
                    f"{caller.logical_id} lets callers in past {machine.logical_id}",
                    trace=(caller.logical_id, function.logical_id, machine.logical_id),
                )
                return


def _waits(machine: Resource) -> bool:
    """
    Say whether the workflow waits for answers that may well come through an API.
    """
    return any(_CALLBACK in str(machine.get(path)) for path in ("DefinitionString", "Definition"))
