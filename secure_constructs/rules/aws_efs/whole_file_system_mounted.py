"""Access points that lead to the whole file system."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class WholeFileSystemMounted(Rule):
    """
    The access point leads to the root of the file system, or to it as any user.

    A Lambda function is short-lived, its file system is not: what one function leaves there, every
    other client of the root reads and changes. One function that is taken over reads the data of
    all, and plants what the next one runs.
    """

    id = "efs-whole-file-system-mounted"
    control = "efs.access-point-bounded"
    risk = Risk.PERSISTENT_DATA
    severity = Severity.LOW
    resource_types = ("AWS::EFS::AccessPoint",)
    fix = 'pass path="/orders" and posix_user=PosixUser(uid="1001", gid="1001") to the access point'
    references = (
        "https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html",
    )

    passes = (
        Example(
            "a folder and a user of its own",
            {
                "RootDirectory": {"Path": "/orders"},
                "PosixUser": {"Uid": "1001", "Gid": "1001"},
            },
        ),
    )
    fails = (
        Example("everything", {"FileSystemId": "fs-1"}),
        Example(
            "the root, as a user of its own",
            {"RootDirectory": {"Path": "/"}, "PosixUser": {"Uid": "1001", "Gid": "1001"}},
        ),
        Example("a folder, as any user", {"RootDirectory": {"Path": "/orders"}}),
    )

    def check(self, point: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        if (point.text("RootDirectory.Path") or "/") == "/":
            yield self.finding(point, "RootDirectory.Path", "it leads to the whole file system")
        elif not point.has("PosixUser.Uid"):
            yield self.finding(point, "PosixUser", "it lets its clients say which user they are")
