"""Alarms as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secure_constructs.constructs import SecureAlarms

if TYPE_CHECKING:
    from aws_cdk import Stack


def alarms(stack: Stack) -> None:
    """
    Alarms on all of the stack, whatever else it shows.
    """
    SecureAlarms(stack, "Alarms", emails=["ops@shop.example"]).watch_all()
