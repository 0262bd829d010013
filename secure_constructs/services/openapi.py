"""OpenAPI documents that APIs are made of: Swagger 2, OpenAPI 3, API Gateway's extensions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from secure_constructs.template import UNRESOLVED, Block, Known, Resource, Undecided

_METHODS: Final = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace"})
_ANY: Final = "x-amazon-apigateway-any-method"
_AUTHORIZER: Final = "x-amazon-apigateway-authorizer"
_SCHEMES: Final = (("securityDefinitions",), ("components", "securitySchemes"))
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Guard(Enum):
    """
    Who decides whether a caller may come in.
    """

    IAM = auto()
    AUTHORIZER = auto()
    """
    A user pool, a token issuer, or a function.
    """
    API_KEY = auto()
    OPEN = auto()


class Operation(NamedTuple):
    """
    One method of one path.

    Args:
        document: The document it stands in.
        path: Such as ``/orders/{id}``.
        method: In capitals; ``ANY`` for every method.
        block: Its definition.
    """

    document: Document
    path: str
    method: str
    block: Block

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def guard(self) -> Guard:
        """
        Who decides about its callers.

        API Gateway reads security per operation.
        Whether a requirement at the root of the document counts is not documented.

        Raises:
            Undecided: It names a scheme that the document does not define,
                or has no requirement while the document as a whole has one.
        """
        extension = self.block.text(("x-amazon-apigateway-auth", "type"))
        if extension is not None and extension.upper() != "NONE":
            return Guard.IAM if extension.upper() == "AWS_IAM" else Guard.AUTHORIZER
        if not self.block.has("security") and self.document.block.get("security"):
            raise Undecided(self.block.at("security"))
        guards = {self.document.scheme(name) for name in self.schemes}
        for guard in (Guard.IAM, Guard.AUTHORIZER, Guard.API_KEY):
            if guard in guards:
                return guard
        return Guard.OPEN

    @property
    def schemes(self) -> Iterator[str]:
        """
        The security schemes it asks for, by name.
        """
        for requirement in self.block.blocks("security"):
            yield from requirement

    @property
    def integration(self) -> Block:
        """
        What it passes requests to.
        """
        return self.block.block(("x-amazon-apigateway-integration",))

    @property
    def harmless(self) -> bool:
        """
        Whether it gives away nothing but what the template says: a preflight, or a mock of a read.
        """
        return harmless(self.method, self.integration.text("type"))

    @property
    def validates(self) -> tuple[bool, bool]:
        """
        Whether API Gateway checks bodies, and parameters, before it passes requests on.
        """
        extension = ("x-amazon-apigateway-request-validator",)
        name = self.block.text(extension) or self.document.block.text(extension)
        if name is None:
            return False, False
        validator = self.document.block.block(("x-amazon-apigateway-request-validators", name))
        return (
            bool(validator.flag("validateRequestBody")),
            bool(validator.flag("validateRequestParameters")),
        )


class Document(NamedTuple):
    """
    An OpenAPI document.

    Args:
        block: Its root.
    """

    block: Block

    @property
    def operations(self) -> Known[Operation]:
        """
        The operations it defines, as far as they are known; many rules ask for them.
        """
        return self.block.resource.once("operations", lambda _: self._operations())

    def _operations(self) -> Known[Operation]:
        try:
            paths = self.block.block("paths")
        except Undecided as undecided:
            return Known((), complete=False, place=undecided.place)
        found: list[Operation] = []
        unknown: list[str] = []
        for path in paths:
            item = paths.get((path,))
            if not isinstance(item, dict):
                unknown.append(paths.at((path,)))
                continue
            for key in paths.block((path,)):
                method = "ANY" if key == _ANY else key.upper()
                if key != _ANY and key.lower() not in _METHODS:
                    if key == "$ref" or key.startswith("Fn::"):
                        unknown.append(paths.at((path, key)))
                elif isinstance(item[key], dict):
                    found.append(Operation(self, path, method, paths.block((path, key))))
                else:
                    unknown.append(paths.at((path, key)))
        place = unknown[0] if unknown else paths.path
        return Known(tuple(found), complete=not unknown, place=place)

    def matching(self, test: Callable[[Operation], bool]) -> Known[Operation]:
        """
        Give the operations that pass a test, as far as that is known.
        """
        found: list[Operation] = []
        unknown: list[str] = []
        try:
            for operation in self.operations:
                try:
                    if test(operation):
                        found.append(operation)
                except Undecided as undecided:
                    unknown.append(undecided.place)
        except Undecided as undecided:
            unknown.append(undecided.place)
        place = unknown[0] if unknown else self.block.path
        return Known(tuple(found), complete=not unknown, place=place)

    def scheme(self, name: str) -> Guard:
        """
        Say who decides under the security scheme *name*.

        A scheme that is neither IAM's nor has an authorizer of API Gateway is documentation only:
        the import leaves it out.

        Raises:
            Undecided: There is no scheme of that name.
        """
        if name == "NONE":  # written by SAM for a route that opts out of the default authorizer
            return Guard.OPEN
        scheme = self.definition(name)
        if not scheme:
            raise Undecided(self.block.at(("securityDefinitions", name)))
        authtype = scheme.text(("x-amazon-apigateway-authtype",)) or ""
        if authtype.lower() == "awssigv4":
            return Guard.IAM
        if scheme.has((_AUTHORIZER,)):
            return Guard.AUTHORIZER
        if (scheme.text("type") or "").lower() == "apikey":
            return Guard.API_KEY
        return Guard.OPEN

    def definition(self, name: str) -> Block:
        """
        Give the definition of the security scheme *name*; an empty block where there is none.
        """
        found = (self.block.block((*place, name)) for place in _SCHEMES)
        return next((scheme for scheme in found if scheme), Block(self.block.resource, "", {}))

    @property
    def authorizers(self) -> Iterator[tuple[str, Block]]:
        """
        The authorizers of API Gateway that it defines, with the name of their scheme.
        """
        for place in _SCHEMES:
            for name in self.block.block(place):
                authorizer = self.block.block((*place, name)).block((_AUTHORIZER,))
                if authorizer:
                    yield name, authorizer


def document_of(api: Resource) -> Document | None:
    """
    Read the document an API is made of.

    Returns:
        The document; None when the API has none.

    Raises:
        Undecided: It lies in a bucket, or is put in place by a macro.
    """
    return api.once("OpenAPI document", _read)


def _read(api: Resource) -> Document | None:
    if api.has("BodyS3Location"):
        raise Undecided("BodyS3Location")
    body = api.get("Body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError as broken:
            raise Undecided("Body") from broken
    if body is None:
        return None
    if body is UNRESOLVED or not isinstance(body, dict):
        raise Undecided("Body")
    return Document(Block(api, "Body", body))


def listed(operations: tuple[Operation, ...]) -> str:
    """
    Name operations in a message: the first few, and how many more there are.
    """
    shown = ", ".join(str(operation) for operation in operations[:3])
    rest = len(operations) - 3
    return f"{shown} and {rest} more" if rest > 0 else shown


def harmless(method: str, integration: str | None) -> bool:
    """
    Say whether a method gives away nothing but what the template says.

    Browsers send a preflight without credentials, so it cannot ask for any;
    a mock that answers reads says only what the template says.
    """
    method = method.upper()
    return method == "OPTIONS" or (method in _READS and (integration or "").upper() == "MOCK")
