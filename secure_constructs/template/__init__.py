"""A read-only model of what was synthesized: stacks, resources, references, assets."""

from secure_constructs.template.assembly import Assembly, read_assembly
from secure_constructs.template.block import Block
from secure_constructs.template.files import read_template
from secure_constructs.template.model import (
    OUTPUT,
    PARAMETER,
    Origin,
    Resource,
    Template,
)
from secure_constructs.template.values import (
    UNRESOLVED,
    Attribute,
    Known,
    Pseudo,
    Text,
    Undecided,
    Unknown,
)

__all__ = [
    "OUTPUT",
    "PARAMETER",
    "UNRESOLVED",
    "Assembly",
    "Attribute",
    "Block",
    "Known",
    "Origin",
    "Pseudo",
    "Resource",
    "Template",
    "Text",
    "Undecided",
    "Unknown",
    "read_assembly",
    "read_template",
]
