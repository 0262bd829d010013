"""Hooks as the gallery shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secure_constructs.constructs import GuardrailHook

if TYPE_CHECKING:
    from aws_cdk import Stack


def guardrail_hook(stack: Stack) -> None:
    """
    One that refuses, and one that only says what it would refuse, but for some stacks.
    """
    GuardrailHook(stack, "Guardrails")
    GuardrailHook(
        stack,
        "Trial",
        alias="Private::Guardrails::Trial",
        exclude_reason="CloudFormation of the landing zone, which its owner judges.",
        exclude_stacks=["StackSet-*"],
        failure_mode="WARN",
    )
