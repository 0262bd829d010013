"""What is meant to outlive its stack."""

from __future__ import annotations

from typing import Final

from secure_constructs.template import Block, Resource

_RETAINED: Final = ("Retain", "RetainExceptOnCreate")


def is_retained(resource: Resource) -> bool:
    """
    Say whether CloudFormation leaves a resource alone when its stack is deleted.
    """
    return resource.attribute("DeletionPolicy") in _RETAINED


def is_kept(store: Resource) -> bool:
    """
    Say whether the template itself says that what a store holds is to be kept.

    By its deletion policy, by protection against deletion, or by keeping old versions.
    """
    return (
        is_retained(store)
        or any(place.flag("DeletionProtectionEnabled") for place in _places(store))
        or store.text("VersioningConfiguration.Status") == "Enabled"
    )


def _places(store: Resource) -> tuple[Block, ...]:
    return (store, *store.blocks("Replicas"))
