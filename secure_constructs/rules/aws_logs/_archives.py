"""Logs that are kept for long, and how they are encrypted."""

from __future__ import annotations

from typing import Final

from secure_constructs.rules._values import filled
from secure_constructs.template import Resource

GROUP: Final = "AWS::Logs::LogGroup"

LONGEST: Final = 90
"""
How many days logs are kept before they are an archive: longer than any incident is looked into.
"""


def is_archive(group: Resource) -> bool:
    """
    Say whether logs are kept for more than a quarter of a year, or for ever.
    """
    days = group.number("RetentionInDays")
    return days is None or days > LONGEST


def is_without_key(group: Resource) -> bool:
    """
    Say whether logs are encrypted with the key of the service.
    """
    return not filled(group, "KmsKeyId")
