"""Uploads that a function signs: whoever holds the signature puts the object in, past the API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.code.calls import SIGNED_FORM, Call
from secure_constructs.code.functions import read_function
from secure_constructs.code.usage import target_of
from secure_constructs.iam.roles import identities
from secure_constructs.paths.edges._upload_fronts import uploads
from secure_constructs.paths.edges.grants import granted_to
from secure_constructs.paths.graph import INTERNET, Edge, Flow, Guard, node_of
from secure_constructs.template import Resource, Template

_BUCKET: Final = "AWS::S3::Bucket"
_PUTS: Final = frozenset({"put_object", "upload_part", SIGNED_FORM})
TYPES: Final = ("AWS::Lambda::Function",)


def edges(function: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the uploads that the code of a function signs for others to send.

    Only the code of functions that may put objects into a bucket is read.
    """
    role = identities(template).role_of(function)
    buckets = [
        edge.target.resource
        for edge in (granted_to(role.resource) if role is not None else ())
        if edge.flow is Flow.WRITE
        and edge.target.resource is not None
        and edge.target.resource.type == _BUCKET
    ]
    for call in read_function(function).calls if buckets else ():
        if call.signed and call.service == "s3" and call.operation in _PUTS:
            named = target_of(function, call)
            for bucket in buckets if named is None else [named]:
                sure = named is not None or len(buckets) == 1
                yield from uploads(_upload(function, bucket, call, sure=sure), [function])


def _upload(function: Resource, bucket: Resource, call: Call, *, sure: bool) -> Edge:
    return Edge(
        source=INTERNET,
        target=node_of(bucket),
        flow=Flow.REQUEST,
        label=f"upload signed at {call.place}",
        via=function,
        guard=Guard.AUTHORIZER,
        certain=sure and call.certain,
        asynchronous=True,
    )
