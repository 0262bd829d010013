"""
Clients of JavaScript that have a method for each operation: those of SDK v2, and v3's whole ones.

Which client a name holds is read from where it is made; names of properties and of what other
files export count as well, since a name for a client is hardly ever used for something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from secure_constructs.code.operations import need_of, service, service_of_package, snake_case

if TYPE_CHECKING:
    from secure_constructs.code._tokens import Tokens

# Classes of SDK v2 that are named otherwise than the packages of v3.
_CLASSES: Final = {
    "cloudwatchevents": "events",
    "cognitoidentityserviceprovider": "cognito-idp",
    "cur": "cur",
    "iotdata": "iot-data",
    "lexruntime": "lex-runtime",
    "rdsdataservice": "rds-data",
    "stepfunctions": "stepfunctions",
}
DOCUMENT: Final = {
    "BatchExecuteStatement": "batch_execute_statement",
    "BatchGet": "batch_get_item",
    "BatchWrite": "batch_write_item",
    "Delete": "delete_item",
    "ExecuteStatement": "execute_statement",
    "ExecuteTransaction": "execute_transaction",
    "Get": "get_item",
    "Put": "put_item",
    "Query": "query",
    "Scan": "scan",
    "TransactGet": "transact_get_items",
    "TransactWrite": "transact_write_items",
    "Update": "update_item",
}
"""
Operations as the document client names them.
"""
# Methods that make a request named by their first argument.
_SIGNING: Final = frozenset({"getSignedUrl", "getSignedUrlPromise"})
_NAMING: Final = _SIGNING | {"makeRequest", "waitFor"}
_SPECIAL: Final = {
    ("s3", "upload"): "upload_file",
    ("s3", "createPresignedPost"): "generate_presigned_post",
    ("rds", "getAuthToken"): "generate_db_auth_token",
}
# Powertools' providers, by package and class: what each of their methods asks for.
_CONFIG: Final = ("start_configuration_session", "get_latest_configuration")
_PROVIDERS: Final[dict[tuple[str, str], tuple[str, dict[str, tuple[str, ...]]]]] = {
    ("appconfig", "AppConfigProvider"): ("appconfigdata", {"get": _CONFIG}),
    ("dynamodb", "DynamoDBProvider"): (
        "dynamodb",
        {"get": ("get_item",), "getMultiple": ("query",)},
    ),
    ("secrets", "SecretsProvider"): ("secretsmanager", {"get": ("get_secret_value",)}),
    ("ssm", "SSMProvider"): (
        "ssm",
        {
            "get": ("get_parameter",),
            "getMultiple": ("get_parameters_by_path",),
            "getParametersByName": ("get_parameters",),
            "set": ("put_parameter",),
        },
    ),
}
_PROVIDED_BY: Final = "@aws-lambda-powertools/parameters/"


class Client(NamedTuple):
    """
    A client that a name may hold.

    Args:
        service: Its service, as boto3 names it.
        document: Whether it is the document client of DynamoDB.
        provider: The provider of Powertools that it is.
    """

    service: str
    document: bool = False
    provider: tuple[str, str] | None = None


class Asked(NamedTuple):
    """
    A method of a client that is called.

    Args:
        position: Of the method's name.
        service: The service.
        operation: The operation; nothing when it is named only at run time.
        signed: Whether the request is only signed.
        called: Whether the method is called there, and not handed on.
    """

    position: int
    service: str
    operation: str
    signed: bool = False
    called: bool = True


def client_of(path: tuple[str, ...]) -> Client | None:
    """
    Give the client that a class makes, such as ``DynamoDB.DocumentClient``.
    """
    if not path:
        return None
    plain = path[0].lower()
    dashed = snake_case(path[0]).replace("_", "-")
    names = (_CLASSES.get(plain, plain), service_of_package(plain), service_of_package(dashed))
    found = next((name for name in names if service(name) is not None), None)
    return None if found is None else Client(found, document=path[1:] == ("DocumentClient",))


def provider_of(package: str, name: str) -> Client | None:
    """
    Give the provider of Powertools that a class makes.
    """
    key = (package.removeprefix(_PROVIDED_BY), name)
    if not package.startswith(_PROVIDED_BY) or key not in _PROVIDERS:
        return None
    return Client(_PROVIDERS[key][0], provider=key)


def taker_of(tokens: Tokens, position: int) -> int:
    """
    Find the sign before an expression that says what takes it, through functions put around it.

    Returns:
        The position of ``=`` or ``:``; 0 when there is none.
    """
    texts = tokens.texts
    at = position - 1
    while at > 0 and texts[at] in ("await", "("):
        at -= 1
        if texts[at + 1] == "(" and tokens.is_name(at):
            at -= 1
            while at > 1 and texts[at] == ".":
                at -= 2
    return at if at > 0 and texts[at] in ("=", ":") else 0


def holder_of(tokens: Tokens, position: int) -> str:
    """
    Give the name that takes what an expression makes; nothing when no name does.
    """
    at = taker_of(tokens, position) - 1
    while at > 0 and tokens.texts[at] in ("?", "|", "&"):
        at -= 1
    if at < 0 or not (tokens.is_name(at) or tokens.is_text(at)):
        return ""
    return tokens.said(at).removeprefix("#")


def asked_of(tokens: Tokens, position: int, clients: frozenset[Client]) -> Iterator[Asked]:
    """
    Give the requests that the expression after a client makes: ``.getObject(…)``.

    Args:
        tokens: The file.
        position: Of the last token of the client.
        clients: What the client may be.
    """
    following = tokens.following(position, 3)
    if following[0] == "[":
        literal = tokens.is_text(position + 2) and following[2] == "]"
        method, at = (tokens.said(position + 2) if literal else ""), position + 2
        if not method:
            called = "](" in "".join(tokens.following(position, 12))
            for client in clients:
                yield Asked(at, client.service, "", called=called)
            return
    elif following[0] in (".", "?."):
        method, at = following[1], position + 2
    else:
        return
    called = following[2] in ("(", "?.", "]")
    for client in clients if called or method not in _NAMING else ():
        for operation in _operations(tokens, at, method, client):
            signed = method in _SIGNING
            yield Asked(at, client.service, operation, signed=signed, called=called)


def _operations(tokens: Tokens, at: int, method: str, client: Client) -> tuple[str, ...]:
    if client.provider is not None:
        return _PROVIDERS[client.provider][1].get(method, ())
    operation = _operation(tokens, at, method, client)
    return () if operation is None else (operation,)


def _operation(tokens: Tokens, at: int, method: str, client: Client) -> str | None:
    """
    Give the operation that a method makes; ``None`` when it makes none that is known.
    """
    if method in _NAMING:
        first = tokens.said(at + 2) if tokens.is_text(at + 2) else ""
        if not first:
            return ""
        named = snake_case(first)
        described = service(client.service)
        if method == "waitFor" and described is not None:
            return described.waiters.get(named, "")
        return named
    if client.document:
        return DOCUMENT.get(method[:1].upper() + method[1:])
    special = _SPECIAL.get((client.service, method))
    if special is not None:
        return special
    operation = snake_case(method)
    return operation if need_of(client.service, operation).known else None
