"""What uploads start without a queue between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.template import Block, Resource

CUSTOM_NOTIFICATIONS: Final = "Custom::S3BucketNotifications"
"""
The resource with which CDK sets up the notifications of a bucket.
"""

# How a template says it, and how the API does, as CDK's own resource calls it.
_PLACES: Final = (
    ("LambdaConfigurations", "Event", "Function"),
    ("LambdaFunctionConfigurations", "Events", "LambdaFunctionArn"),
)


def direct_triggers(notifier: Resource) -> Iterator[tuple[Block, str]]:
    """
    Give each setting by which an upload starts a function, and the property that names it.
    """
    configuration = notifier.block("NotificationConfiguration")
    for place, event, target in _PLACES:
        for started in configuration.blocks(place):
            if any("ObjectRemoved" not in name for name in started.texts(event)):
                yield started, target
