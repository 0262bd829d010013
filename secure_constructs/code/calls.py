"""The calls that source code makes, and what keeps them from being known."""

from __future__ import annotations

from typing import Final, NamedTuple

ANY: Final = "*"
"""
Stands for a service or an operation that the source leaves open.
"""

ABOUT: Final = frozenset(
    {
        "Bucket",
        "DeliveryStreamName",
        "EventBusName",
        "FunctionName",
        "KeyId",
        "Name",
        "QueueUrl",
        "SecretId",
        "StreamARN",
        "StreamName",
        "TableName",
        "TargetArn",
        "TopicArn",
        "stateMachineArn",
    }
)
"""
The parameters that name the resource a call is about.
"""


class Place(NamedTuple):
    """
    A line of a file of the asset.

    Args:
        file: The file, as seen from the asset.
        line: The line, from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Name(NamedTuple):
    """
    What a call is about, as far as the source says.

    Args:
        text: The name, or that of the environment variable which holds it.
        variable: Whether it stands in an environment variable.
    """

    text: str
    variable: bool = False


class Call(NamedTuple):
    """
    A request to an AWS service.

    Args:
        service: The service as boto3 names it.
        operation: The operation as boto3 names it: ``put_item``.
        place: Where.
        certain: Whether it surely is this request, made with the function's own role,
            in code that the handler reaches.
        keywords: The parameters that are set, as far as that tells.
        about: The resources named, each the value of one parameter; none when that is not known.
        signed: Whether the request is only signed, for someone else to send.
    """

    place: Place
    service: str
    operation: str
    certain: bool = True
    keywords: tuple[str, ...] = ()
    about: tuple[tuple[str, Name], ...] = ()
    signed: bool = False


SIGNED_FORM: Final = "generate_presigned_post"
"""
The operation that signs a form for browsers to send to S3.
"""


class Gap(NamedTuple):
    """
    Something that keeps calls from being known.

    Args:
        place: Where.
        reason: What it is, as a clause.
        service: The service whose calls are not known; `ANY` for all of them.
    """

    place: Place
    reason: str
    service: str = ANY

    def __str__(self) -> str:
        return f"{self.reason} ({self.place})"


class Reading(NamedTuple):
    """
    What is known of a function's code.

    Args:
        language: ``python``, ``javascript``, or nothing when it is neither.
        files: The files that were read, as seen from the asset.
        calls: The calls found.
        gaps: What was not understood; empty when everything was.
        present: Whether there is code to read beside the template.
    """

    language: str = ""
    files: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    gaps: tuple[Gap, ...] = ()
    present: bool = True

    @property
    def complete(self) -> bool:
        """
        Whether all calls are known.
        """
        return bool(self.files) and not self.gaps
