"""Operations of OpenAPI documents that anyone on the internet may call."""

from __future__ import annotations

from collections.abc import Callable

from secure_constructs.rules._purposes import purpose_of
from secure_constructs.services.exposure import reached_by_few
from secure_constructs.services.openapi import Operation, document_of
from secure_constructs.template import Known, Resource, Template


def open_operations(
    api: Resource,
    template: Template,
    *,
    for_whom: Callable[[str], bool],
    is_open: Callable[[Operation], bool],
) -> Known[Operation]:
    """
    Give the operations that anyone may call, of those that the document of an API defines.

    Args:
        api: The API.
        template: The template it stands in.
        for_whom: Says of the purpose of an operation whether it is asked for.
        is_open: Says of an operation whether nothing of its own keeps callers out.
    """
    document = document_of(api)
    if document is None or reached_by_few(api, template):
        return Known((), complete=True, place="Body")
    return document.matching(
        lambda operation: (
            for_whom(purpose_of(operation.method, operation.path)) and is_open(operation)
        )
    )
