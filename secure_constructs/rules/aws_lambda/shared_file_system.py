"""Functions that share what one of them leaves on a file system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_FUNCTION: Final = "AWS::Lambda::Function"
_AT: Final = "FileSystemConfigs.*.Arn"
_POINT = {"Point": {"Type": "AWS::EFS::AccessPoint", "Properties": {"FileSystemId": "fs-1"}}}
_MOUNTS = {
    "FileSystemConfigs": [{"Arn": {"Fn::GetAtt": ["Point", "Arn"]}, "LocalMountPath": "/mnt/data"}]
}


class SharedFileSystem(Rule):
    """
    Several functions mount the same part of a file system.

    What one leaves there outlives it and is read by the others, under the same user: one that is
    taken over reads their data, and plants what they load next.
    """

    id = "lambda-shared-file-system"
    control = "lambda.file-system-of-its-own"
    risk = Risk.PERSISTENT_DATA
    severity = Severity.LOW
    resource_types = (_FUNCTION,)
    fix = "give each function an access point of its own, with its own path and posix_user"
    references = (
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html",
        "https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html",
    )

    passes = (
        Example("the only one", _MOUNTS, beside=_POINT),
        Example(
            "each has its own",
            _MOUNTS,
            beside={
                **_POINT,
                "Other": {
                    "Type": _FUNCTION,
                    "Properties": {
                        "FileSystemConfigs": [{"Arn": {"Fn::GetAtt": ["Second", "Arn"]}}]
                    },
                },
                "Second": _POINT["Point"],
            },
        ),
        Example(
            "the first one says it for all",
            _MOUNTS,
            type=_FUNCTION,
            beside={**_POINT},
        ),
    )
    fails = (
        Example(
            "two of them",
            _MOUNTS,
            beside={**_POINT, "Other": {"Type": _FUNCTION, "Properties": _MOUNTS}},
        ),
    )

    def check(self, function: Resource, template: Template) -> Iterator[Finding]:
        for mounted in function.blocks("FileSystemConfigs"):
            point = template.find(mounted.get("Arn"), "AWS::EFS::AccessPoint")
            if point is None:
                continue
            sharing = template.referrers(point, _FUNCTION, at=_AT)
            if len(sharing) > 1 and sharing[0] == function:
                with_whom = ", ".join(other.logical_id for other in sharing[1:])
                message = f"{point.logical_id} is shared with {with_whom}"
                yield self.finding(mounted, "Arn", message)
