"""What a trail records."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from secure_constructs.template import Resource

_EVERY_BUCKET = {
    "arn:aws:s3",
    "arn:aws:s3:::",
    "arn:${AWS::Partition}:s3",
    "arn:${AWS::Partition}:s3:::",
}


def records_objects(trail: Resource, bucket: Resource | None = None) -> bool:
    """
    Say whether a trail records reads and writes of all objects.

    Args:
        trail: The trail.
        bucket: The bucket whose objects they are; all buckets when left out.
    """
    for selector in trail.blocks("EventSelectors"):
        for data in selector.blocks("DataResources"):
            if data.text("Type") == "AWS::S3::Object" and _names(data.items("Values"), bucket):
                return True
    return _advanced(trail)


def records_some_objects(trail: Resource) -> bool:
    """
    Say whether a trail records reads or writes of the objects of any bucket.
    """
    return any(
        data.text("Type") == "AWS::S3::Object" and data.items("Values")
        for selector in trail.blocks("EventSelectors")
        for data in selector.blocks("DataResources")
    ) or _advanced(trail)


def _advanced(trail: Resource) -> bool:
    return any(
        field.text("Field") == "resources.type"
        and "AWS::S3::Object" in tuple(field.texts("Equals"))
        for selector in trail.blocks("AdvancedEventSelectors")
        for field in selector.blocks("FieldSelectors")
    )


def _names(values: Iterable[Any], bucket: Resource | None) -> bool:
    for value in values:
        if isinstance(value, str) and value in _EVERY_BUCKET:
            return True
        if bucket is not None and bucket.template.find(value, bucket.type) == bucket:
            return True
    return False
