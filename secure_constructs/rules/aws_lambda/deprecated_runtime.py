"""Runtimes that AWS no longer patches."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._stack import alike, others
from secure_constructs.runtimes import lifecycle
from secure_constructs.template import Resource, Template


class DeprecatedRuntime(Rule):
    """
    The runtime of the function no longer receives security patches.

    After its end AWS fixes no vulnerability of the runtime, and after a while refuses to create
    and then to update functions that use it, so that not even your own fixes can be deployed. A
    runtime whose end is 90 days away or less is an uncertain finding: it depends on how long the
    function stays as it is. Each runtime past its end is named once for a stack.
    """

    id = "lambda-deprecated-runtime"
    control = "lambda.runtime-supported"
    risk = Risk.OBSOLETE_RESOURCES
    severity = Severity.MEDIUM
    resource_types = ("AWS::Lambda::Function",)
    fix = "choose a supported runtime, for example runtime=Runtime.PYTHON_3_13"
    references = ("https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",)

    passes = (
        Example("a supported runtime", {"Runtime": "python3.13"}),
        Example("an image, which has no runtime", {"PackageType": "Image"}),
        Example("a runtime newer than the data", {"Runtime": "python9.9"}),
    )
    fails = (
        Example("a runtime past its end", {"Runtime": "python3.7"}),
        Example(
            "it speaks for another of the same",
            {"Runtime": "python3.7"},
            beside={
                "Ship": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "python3.7"}},
                "Bill": {"Type": "AWS::Lambda::Function", "Properties": {"Runtime": "java25"}},
            },
        ),
        Example(
            "the default of a parameter",
            {"Runtime": {"Ref": "R"}},
            sections={"Parameters": {"R": {"Type": "String", "Default": "nodejs12.x"}}},
        ),
    )
    uncertain = (
        Example(
            "a parameter decides",
            {"Runtime": {"Ref": "R"}},
            sections={"Parameters": {"R": {"Type": "String"}}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        runtime = function.text("Runtime")
        life = lifecycle(runtime) if runtime else None
        if life is None or not life.ends_soon():
            return
        newer = f"; {life.successor} follows it" if life.successor else ""
        if life.ended():
            if sharing := alike(function, "AWS::Lambda::Function", _runtime):
                also = others(sharing, "nor has it for")
                message = f"{runtime} has had no patches since {life.deprecated}{also}{newer}"
                yield self.finding(function, "Runtime", message)
        else:
            yield self.finding(
                function, "Runtime", f"{runtime} ends on {life.deprecated}{newer}", certain=False
            )


def _runtime(function: Resource) -> str | None:
    return function.text("Runtime")
