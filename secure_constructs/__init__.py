"""Secure AWS CDK constructs, and guardrails that judge what was synthesized."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from secure_constructs.assessment import check_assembly, check_template
    from secure_constructs.findings import Finding, Risk, Severity
    from secure_constructs.guardrails import GuardrailAspect, Guardrails, guard, synth

__all__ = [
    "Finding",
    "GuardrailAspect",
    "Guardrails",
    "Risk",
    "Severity",
    "check_assembly",
    "check_template",
    "guard",
    "synth",
]

# Names are imported on first use (PEP 562): `aws_cdk` costs a second and starts Node,
# and the engine does not need it.
_HOMES = {
    "Finding": "findings",
    "GuardrailAspect": "guardrails",
    "Guardrails": "guardrails",
    "Risk": "findings",
    "Severity": "findings",
    "check_assembly": "assessment",
    "check_template": "assessment",
    "guard": "guardrails",
    "synth": "guardrails",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
