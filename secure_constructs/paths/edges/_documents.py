"""The routes that OpenAPI documents define, for each kind of API that takes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.paths.edges._integrations import passed_on
from secure_constructs.paths.edges._requests import asked, gated, requests
from secure_constructs.paths.graph import Edge, Guard, node_of
from secure_constructs.paths.partial import each
from secure_constructs.services.openapi import Document, Operation
from secure_constructs.services.openapi import Guard as Decider
from secure_constructs.template import Resource, Template, Undecided

_AUTHORIZER: Final = ("x-amazon-apigateway-authorizer",)
_GUARDS: Final = {
    Decider.OPEN: Guard.NONE,
    Decider.API_KEY: Guard.API_KEY,
    Decider.AUTHORIZER: Guard.AUTHORIZER,
    Decider.IAM: Guard.IAM,
}


def documented(document: Document, api: Resource, template: Template) -> Iterator[Edge]:
    """
    Give the requests to the operations of a document, what those pass them on to, and who is asked.
    """
    operations = each(document.operations, lambda found: _operation(found, api, template))
    authorizers = each(
        document.authorizers, lambda found: asked(api, *found, "identitySource", "authorizerUri")
    )
    yield from each((operations, authorizers), iter)


def _operation(operation: Operation, api: Resource, template: Template) -> Iterator[Edge]:
    if operation.harmless:
        return
    try:
        guard, certain = _GUARDS[operation.guard], True
    except Undecided:
        guard, certain = Guard.NONE, False
    route = node_of(api, str(operation))
    yield from requests(
        route,
        api,
        operation.block,
        "security",
        label=str(operation),
        guard=guard,
        certain=certain,
        closed=_closed(operation, api) if certain else Answer.NO,
    )
    yield from passed_on(route, operation.integration, template)


def _closed(operation: Operation, api: Resource) -> Answer:
    """
    Say whether an operation answers only what comes through a distribution.
    """
    definitions = [operation.document.definition(name) for name in operation.schemes]
    answers = [
        gated(api, definition.block(_AUTHORIZER), "identitySource", "authorizerUri")
        for definition in definitions
    ]
    return Answer.all(answers) if answers else Answer.NO
