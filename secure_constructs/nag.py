"""
cdk-nag beside the guardrails, as a companion.

Its packs run as they are, and their findings are acknowledged as they always were
(``AwsSolutions::AwsSolutions-S1``).
Each finding says which of ours covers it already, so that nothing has to be mended,
or accepted, twice.
A pack that fails, fails the synth: on its own CDK's CLI counts it as one that found nothing.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import jsii

from secure_constructs.errors import ConfigError
from secure_constructs.peers import control_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from secure_constructs.findings import Finding


def companions_of(
    packs: Iterable[cdk.IPolicyValidationPlugin], *, findings: Callable[[], Sequence[Finding]]
) -> list[Companion]:
    """
    Wrap packs of cdk-nag.

    Args:
        packs: The packs.
        findings: Gives what ours found, once they have run.

    Raises:
        ConfigError: cdk-nag is not installed, or what was given is no pack.
    """
    try:
        from cdk_nag import NagPack  # noqa: PLC0415 - an extra, and 125 ms to import
    except ImportError:
        message = (
            "nag_packs needs cdk-nag, which is not installed; "
            "install secure-constructs[nag], or leave nag_packs out"
        )
        raise ConfigError(message) from None
    wrapped: list[Companion] = []
    for pack in packs:
        if not isinstance(pack, NagPack):
            given = f"{pack.__name__}" if isinstance(pack, type) else f"{type(pack).__name__}"
            message = (
                f"nag_packs takes packs of cdk-nag, not {given}; "
                "give instances, such as AwsSolutionsChecks()"
            )
            raise ConfigError(message)
        wrapped.append(Companion(pack, findings=findings))
    return wrapped


@jsii.implements(cdk.IPolicyValidationPlugin)
class Companion:
    """
    A pack of cdk-nag that says what ours found at the same place.

    Args:
        pack: The pack.
        findings: Gives what ours found.
    """

    def __init__(self, pack: Any, *, findings: Callable[[], Sequence[Finding]]) -> None:
        self._pack = pack
        self._findings = findings
        self._name = str(pack.name)

    @property
    def name(self) -> str:
        """
        The name of the pack, so that acknowledgments made for it hold.
        """
        return self._name

    def validate(self, context: cdk.IPolicyValidationContext) -> dict[str, Any]:
        """
        Run the pack; called by CDK.

        Args:
            context: Where the app is.

        Returns:
            The report of the pack, as a plain map.
        """
        try:
            report = self._pack.validate_scope(jsii.get(context, "appConstruct"))
            ours = _by_control(self._findings())
            violations = [
                _told(violation, resource, ours)
                for violation in report.violations
                for resource in violation.violating_resources
            ]
        except BaseException as error:  # noqa: BLE001 - a pack that fails must not pass the synth
            violations = [_failed(self._name, error)]
        failing = any(violation["severity"] != "warning" for violation in violations)
        return {"success": not failing, "violations": violations}


def _by_control(findings: Iterable[Finding]) -> dict[tuple[str, str], str]:
    return {(finding.control, finding.construct_path): finding.rule_id for finding in findings}


def _told(
    violation: cdk.PolicyViolation,
    resource: cdk.PolicyViolatingResource,
    ours: dict[tuple[str, str], str],
) -> dict[str, Any]:
    """
    Give one finding of a pack at one construct, with the rule of ours that covers it.
    """
    rule = str(violation.rule_name)
    path = str(resource.construct_path or "")
    place = path.removesuffix("/Resource").removesuffix("/Default")
    covered = ours.get((control_of(rule, tool="cdk-nag"), place), "")
    return {
        "ruleName": rule,
        "severity": violation.severity if violation.severity == "warning" else "error",
        "description": f"{rule}: {violation.description}"
        + (f" (covered by {covered})" if covered else ""),
        "violatingResources": [
            {"constructPath": path, "locations": [str(each) for each in resource.locations]}
        ],
        **({"ruleMetadata": {"coveredBy": covered}} if covered else {}),
    }


def _failed(name: str, error: BaseException) -> dict[str, Any]:
    text = "".join(traceback.format_exception(error))
    return {
        "ruleName": f"{name}-failed",
        "severity": "fatal",
        "description": f"the pack {name} failed ({type(error).__name__}: {error}), "
        "so nothing is known to pass it",
        "fix": f"leave the pack out until it is mended\n{text[-3000:]}",
        "violatingResources": [{"constructPath": "", "locations": []}],
    }
