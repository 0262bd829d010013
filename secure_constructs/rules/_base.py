"""What a rule is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.template import OUTPUT, PARAMETER, Block, Resource, Template

if TYPE_CHECKING:
    from secure_constructs.config import Config

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})

SUBJECT = "Subject"
"""
The logical id of the resource an example is about; resources beside it refer to it by this name.
"""


class Example(NamedTuple):
    """
    A resource that a rule accepts or refuses.

    Args:
        title: What is special about it, as a clause.
        properties: Its properties.
        beside: Other resources of the template, by logical id.
        type: Its type; the first type of the rule by default.
        sections: Other sections of the template: Parameters, Conditions, Mappings; those that are
            judged, where the rule is about parameters or outputs.
        attributes: Attributes beside the properties, such as DeletionPolicy.
    """

    title: str
    properties: Mapping[str, Any] = _NOTHING
    beside: Mapping[str, Any] = _NOTHING
    type: str = ""
    sections: Mapping[str, Any] = _NOTHING
    attributes: Mapping[str, Any] = _NOTHING

    def template(self, rule: Rule) -> dict[str, Any]:
        """
        Give the example as a CloudFormation template.
        """
        if self.is_declaration(rule):
            return {**self.sections, "Resources": dict(self.beside)}
        subject = {"Type": self.type or rule.resource_types[0], **self.attributes}
        if self.properties:
            subject["Properties"] = dict(self.properties)
        return {**self.sections, "Resources": {SUBJECT: subject, **self.beside}}

    def is_declaration(self, rule: Rule) -> bool:
        """
        Say whether it is about the parameters or outputs in its sections, and no resource.
        """
        return (self.type or rule.resource_types[0]) in {PARAMETER, OUTPUT}


class Rule:
    """
    One fault that a resource can have.

    A rule is one file with one class, found by its place in the package.
    Its docstring says what the fault is in one sentence, then why it matters.

    A check may use the typed accessors of :class:`~secure_constructs.template.Block` freely:
    where they meet a value that is not known, the engine reports the resource
    as uncertain for this rule instead of guessing.
    """

    id: ClassVar[str]
    """
    Names the fault, in kebab-case: the service, then the name of the file.
    """
    control: ClassVar[str]
    """
    The control that is missing, in the vocabulary shared with other tools.
    """
    risk: ClassVar[Risk]
    severity: ClassVar[Severity]
    resource_types: ClassVar[tuple[str, ...]]
    fix: ClassVar[str]
    """
    What to do, as an imperative clause in the API the user touched.
    """
    references: ClassVar[tuple[str, ...]]
    recommended: ClassVar[bool] = True
    """
    False for what is right for some users only: it belongs to the strict pack.
    """
    passes: ClassVar[tuple[Example, ...]]
    fails: ClassVar[tuple[Example, ...]]
    uncertain: ClassVar[tuple[Example, ...]] = ()

    def check(self, resource: Any, template: Template, /) -> Iterator[Finding]:
        """
        Give a finding for the fault, if *resource* has it.

        Args:
            resource: A resource of one of :attr:`resource_types`.
            template: The template it stands in.
        """
        raise NotImplementedError

    def under(self, config: Config) -> Rule:
        """
        Give the rule with what the platform team set: as it is, for most rules.

        Args:
            config: What the team decided.
        """
        del config
        return self

    def finding(  # noqa: PLR0913 - one fact each
        self,
        block: Block,
        path: str | tuple[str, ...],
        message: str,
        *,
        certain: bool = True,
        trace: tuple[str, ...] = (),
        fix: str = "",
    ) -> Finding:
        """
        Describe the fault of a resource.

        Args:
            block: The resource, or the block in it that is at fault.
            path: The property at fault, seen from the block; empty for the block as a whole.
            message: What is wrong, as a clause that names the value found.
            certain: False when it depends on a value that is not known.
            trace: Logical ids hop by hop, for what takes several resources.
            fix: What to do, where this case needs another advice than the rule gives.
        """
        resource: Resource = block.resource
        origin = resource.template.origin
        return Finding(
            rule_id=self.id,
            control=self.control,
            risk=self.risk,
            severity=self.severity,
            certain=certain,
            message=message,
            fix=fix or self.fix,
            logical_id=resource.logical_id,
            resource_type=resource.type,
            property_path=block.at(path),
            construct_path=resource.construct_path,
            stack=origin.stack,
            template=origin.file,
            source=resource.source,
            trace=trace,
            references=self.references,
            framework=resource.framework,
        )

    @property
    def summary(self) -> str:
        """
        The fault in one sentence.
        """
        return _paragraphs(self)[0]

    @property
    def reason(self) -> str:
        """
        Why it matters.
        """
        return "\n\n".join(_paragraphs(self)[1:])


def _paragraphs(rule: Rule) -> list[str]:
    text = type(rule).__doc__ or ""
    return [" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip()] or [""]
