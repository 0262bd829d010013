"""What the engine says about a resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NAMESPACE: Final = "Secure-Constructs"
"""
What the id of an acknowledgment of our findings begins with, before ``::``.
"""

CARRIED: Final = "(said by the construct)"
"""
Ends the reason of an acknowledgment that one of our constructs records for its user.

Whether the finding it is about arises depends on the app around the construct,
so one that accepts nothing is no fault of the user's.
"""


class Severity(StrEnum):
    """
    How much harm a fault does, and how easily it is exploited.

    The same scale holds for every rule:

    - ``CRITICAL``: anyone on the internet takes over the account, its data or its secrets,
      with nothing else needed.
    - ``HIGH``: one step from there: exploitable by an outsider or by one weak function.
    - ``MEDIUM``: a control is missing that would have stopped or bounded an attack.
    - ``LOW``: hygiene: harder to notice, to investigate or to clean up after.
    """

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """
        The position on the scale; 0 is the worst.
        """
        return _RANKS[self]

    def at_least(self, other: Severity) -> bool:
        """
        Say whether this is as bad as *other*, or worse.
        """
        return self.rank <= other.rank


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


class Risk(StrEnum):
    """
    The serverless top ten, and two risks of the later list of twelve.
    """

    EVENT_DATA_INJECTION = "SAS-1"
    BROKEN_AUTHENTICATION = "SAS-2"
    INSECURE_DEPLOYMENT = "SAS-3"
    OVER_PRIVILEGED = "SAS-4"
    INADEQUATE_MONITORING = "SAS-5"
    THIRD_PARTY_DEPENDENCIES = "SAS-6"
    SECRETS_STORAGE = "SAS-7"
    DENIAL_OF_SERVICE = "SAS-8"
    EXECUTION_FLOW = "SAS-9"
    VERBOSE_ERRORS = "SAS-10"
    OBSOLETE_RESOURCES = "SAS-11"
    PERSISTENT_DATA = "SAS-12"

    @property
    def words(self) -> str:
        """
        The risk in plain words.
        """
        return self.name.replace("_", " ").lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """
    A place in the user's code or template.

    Args:
        file: The file, relative to the working directory where it lies below it.
        line: Counted from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One fault of one resource.

    Args:
        rule_id: The rule that found it, kebab-case.
        control: The control that is missing, in the vocabulary shared with other tools.
        risk: The serverless risk it belongs to.
        severity: How bad it is.
        certain: False when it depends on a value that is not known before deployment.
        message: What is wrong, in one clause.
        fix: What to do, as an imperative clause.
        logical_id: The resource in its template.
        resource_type: Its CloudFormation type.
        property_path: The property at fault, dotted; empty when it is the resource as a whole.
        construct_path: The construct in the app; empty for templates CDK did not make.
        stack: The stack the resource belongs to; empty for a lone template.
        template: The template file; empty when it was given in memory.
        source: The line of user code, or of the template, where it is known.
        trace: Logical ids hop by hop, for paths and escalations.
        references: Pages that say why.
        framework: True when CDK made the resource for itself, so the user never wrote it.
    """

    rule_id: str
    control: str
    risk: Risk
    severity: Severity
    certain: bool
    message: str
    fix: str
    logical_id: str
    resource_type: str
    property_path: str
    construct_path: str = ""
    stack: str = ""
    template: str = ""
    source: SourceLine | None = None
    trace: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    framework: bool = False
