"""Which log groups have a key of their own."""

from __future__ import annotations

from typing import Final

from secure_constructs.rules._values import filled
from secure_constructs.template import Resource, Template

GROUP: Final = "AWS::Logs::LogGroup"


def keyless(group: Resource) -> bool:
    """
    Say whether a log group has no key of its own.
    """
    return not filled(group, "KmsKeyId")


def keyed_other(template: Template) -> Resource | None:
    """
    Give a log group of the template that has a key of its own.
    """
    return template.once("a log group has a key", _keyed)


def _keyed(template: Template) -> Resource | None:
    return next((group for group in template.of_type(GROUP) if not keyless(group)), None)
