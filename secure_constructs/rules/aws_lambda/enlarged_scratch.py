"""Functions that keep much on a disk that outlives their invocations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_DEFAULT: Final = 512


class EnlargedScratch(Rule):
    """
    The function asks for more room in ``/tmp``, which the next invocation finds as it was left.

    Files of one customer are still there when the same copy serves another, and code that is taken
    over reads them, or leaves some for it. Who needs the room has to tidy up, hence the
    strict pack.
    """

    id = "lambda-enlarged-scratch"
    control = "lambda.scratch-space"
    risk = Risk.PERSISTENT_DATA
    severity = Severity.LOW
    recommended = False
    resource_types = ("AWS::Lambda::Function",)
    fix = "leave ephemeral_storage_size out and stream, or remove what was written before returning"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html",
    )

    passes = (
        Example("the default", {"Runtime": "python3.13"}),
        Example("the default, in so many words", {"EphemeralStorage": {"Size": 512}}),
    )
    fails = (Example("more", {"EphemeralStorage": {"Size": "2048"}}),)

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        size = function.number("EphemeralStorage.Size") or _DEFAULT
        if size > _DEFAULT:
            yield self.finding(
                function,
                "EphemeralStorage.Size",
                f"/tmp keeps up to {size:,} MB between invocations",
            )
