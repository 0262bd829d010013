"""
What JavaScript source calls of the AWS SDK, by its tokens.

No grammar is needed to see which commands a file imports and makes. What runs when is not seen, so
only what the handler's own file makes is certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from secure_constructs.code._bundles import holds_sdk, unbundled
from secure_constructs.code._clients import (
    DOCUMENT,
    Client,
    asked_of,
    client_of,
    holder_of,
    provider_of,
    snake_case,
    taker_of,
)
from secure_constructs.code._externals import EXTENSIONS
from secure_constructs.code._signatures import SIGNER, Signatures, Use
from secure_constructs.code._tokens import Token, UnreadableError, tokens_of
from secure_constructs.code.calls import ABOUT, ANY, SIGNED_FORM, Call, Gap, Name, Place, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.operations import need_of, service, service_of_package

_MOST_BYTES: Final = 1_000_000
_MOST_BUNDLED: Final = 5_000_000
_MOST_TOKENS: Final = 500_000
_MOST_FILES: Final = 400
_LONG_LINE: Final = 5_000
_SUFFIXES: Final = ("", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs")

_SENT: Final = Use(sent=True)

_WHOLE: Final = ("*", "default")
_CLIENT: Final = "@aws-sdk/client-"
_DOCUMENTS: Final = "@aws-sdk/lib-dynamodb"
_CONFIG: Final = (
    ("appconfigdata", "start_configuration_session"),
    ("appconfigdata", "get_latest_configuration"),
)
# Package and what is imported from it ("" for anything) -> the operations it makes.
_REQUESTS: Final[dict[tuple[str, str], tuple[tuple[str, str], ...]]] = {
    ("@aws-lambda-powertools/parameters/ssm", "getParameter"): (("ssm", "get_parameter"),),
    ("@aws-lambda-powertools/parameters/ssm", "getParameters"): (
        ("ssm", "get_parameters_by_path"),
    ),
    ("@aws-lambda-powertools/parameters/ssm", "getParametersByName"): (("ssm", "get_parameters"),),
    ("@aws-lambda-powertools/parameters/ssm", "setParameter"): (("ssm", "put_parameter"),),
    ("@aws-lambda-powertools/parameters/secrets", "getSecret"): (
        ("secretsmanager", "get_secret_value"),
    ),
    ("@aws-lambda-powertools/parameters/appconfig", "getAppConfig"): _CONFIG,
    ("@aws-lambda-powertools/idempotency/dynamodb", "DynamoDBPersistenceLayer"): (
        ("dynamodb", "get_item"),
        ("dynamodb", "put_item"),
        ("dynamodb", "update_item"),
        ("dynamodb", "delete_item"),
    ),
    ("@aws-sdk/credential-providers", "fromTemporaryCredentials"): (("sts", "assume_role"),),
    ("@aws-sdk/credential-providers", "fromWebToken"): (("sts", "assume_role_with_web_identity"),),
    ("@aws-sdk/lib-storage", "Upload"): (("s3", "upload_file"),),
    ("@aws-sdk/rds-signer", "Signer"): (("rds", "generate_db_auth_token"),),
    ("@aws-sdk/polly-request-presigner", "getSynthesizeSpeechUrl"): (
        ("polly", "synthesize_speech"),
    ),
    ("@aws-sdk/s3-presigned-post", "createPresignedPost"): (("s3", "generate_presigned_post"),),
    ("@middy/appconfig", ""): _CONFIG,
    ("@middy/dynamodb", ""): (("dynamodb", "get_item"),),
    ("@middy/rds-signer", ""): (("rds", "generate_db_auth_token"),),
    ("@middy/s3", ""): (("s3", "get_object"),),
    ("@middy/secrets-manager", ""): (("secretsmanager", "get_secret_value"),),
    ("@middy/service-discovery", ""): (("servicediscovery", "discover_instances"),),
    ("@middy/ssm", ""): (("ssm", "get_parameters"), ("ssm", "get_parameters_by_path")),
    ("@middy/sts", ""): (("sts", "assume_role"),),
    ("@middy/ws-response", ""): (("apigatewaymanagementapi", "post_to_connection"),),
}
_ASKING: Final = frozenset(package for package, _ in _REQUESTS)
# Packages that ask AWS for nothing by themselves.
_HARMLESS: Final = frozenset(
    {
        "@aws-lambda-powertools/batch",
        "@aws-lambda-powertools/commons",
        "@aws-lambda-powertools/event-handler",
        "@aws-lambda-powertools/idempotency",
        "@aws-lambda-powertools/jmespath",
        "@aws-lambda-powertools/logger",
        "@aws-lambda-powertools/metrics",
        "@aws-lambda-powertools/parameters",
        "@aws-lambda-powertools/parser",
        "@aws-lambda-powertools/tracer",
        "@aws-lambda-powertools/validation",
        "@aws-sdk/cloudfront-signer",
        "@aws-sdk/core",
        "@aws-sdk/credential-provider-node",
        "@aws-sdk/credential-providers",
        "@aws-sdk/dsql-signer",
        "@aws-sdk/lib-dynamodb",
        "@aws-sdk/lib-storage",
        "@aws-sdk/polly-request-presigner",
        "@aws-sdk/rds-signer",
        "@aws-sdk/s3-presigned-post",
        "@aws-sdk/s3-request-presigner",
        "@aws-sdk/types",
        "ajv",
        "aws-jwt-verify",
        "aws-lambda",
        "aws-xray-sdk",
        "aws-xray-sdk-core",
        "axios",
        "bcryptjs",
        "cors",
        "date-fns",
        "dayjs",
        "dotenv",
        "express",
        "fast-xml-parser",
        "got",
        "ioredis",
        "joi",
        "jose",
        "jsonwebtoken",
        "lambda-log",
        "lodash",
        "luxon",
        "moment",
        "mysql2",
        "nanoid",
        "node-fetch",
        "pg",
        "pino",
        "redis",
        "serverless-http",
        "source-map-support",
        "stripe",
        "tslib",
        "ulid",
        "undici",
        "uuid",
        "winston",
        "yup",
        "zod",
    }
)
_HARMLESS_FAMILIES: Final = (
    "@aws-crypto/",
    "@aws-sdk/middleware-",
    "@aws-sdk/util-",
    "@middy/",
    "@smithy/",
)
_BUILT_IN: Final = frozenset(
    [
        "assert",
        "async_hooks",
        "buffer",
        "console",
        "constants",
        "crypto",
        "dgram",
        "diagnostics_channel",
        "dns",
        "domain",
        "events",
        "fs",
        "http",
        "http2",
        "https",
        "module",
        "net",
        "os",
        "path",
        "perf_hooks",
        "process",
        "punycode",
        "querystring",
        "readline",
        "stream",
        "string_decoder",
        "sys",
        "timers",
        "tls",
        "tty",
        "url",
        "util",
        "v8",
        "wasi",
        "worker_threads",
        "zlib",
    ]
)
_UNSEEN: Final = {
    "@aws-sdk/signature-v4": "signs requests of its own",
    "@smithy/signature-v4": "signs requests of its own",
    "aws4": "signs requests of its own",
    "aws4-axios": "signs requests of its own",
    "aws4fetch": "signs requests of its own",
    "child_process": "runs another program",
    "vm": "runs code that it makes",
}


@dataclass(frozen=True, slots=True)
class _Import:
    package: str
    name: str  # "*" for the module as a whole
    line: int


@dataclass(slots=True)
class _File:
    name: str
    tokens: list[Token]
    imports: dict[str, _Import] = field(default_factory=dict)
    packages: list[tuple[str, int]] = field(default_factory=list)
    handed_on: list[tuple[str, int]] = field(default_factory=list)
    clients: dict[str, frozenset[Client]] = field(default_factory=dict)
    constants: dict[str, Name] = field(default_factory=dict)
    bound: Counter[str] = field(default_factory=Counter)  # name -> how often it is bound
    asking: tuple[tuple[str, int], ...] = ()
    extension: list[tuple[int, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    minified: bool = False
    certain: bool = False


def read_javascript(folder: Folder, handler: str, *, layers: bool = False) -> Reading:
    """
    Read the calls that a handler makes.

    Args:
        folder: Its asset.
        handler: The handler as Lambda is told: ``folder/file.function``.
        layers: Whether the function has layers, which bring code that is not seen.
    """
    return _Reader(folder, layers=layers).read(handler)


class _Reader:
    """
    Follows one handler through its asset.
    """

    def __init__(self, folder: Folder, *, layers: bool) -> None:
        self.folder = folder
        self.layers = layers
        self.files: dict[str, _File | None] = {}
        self.calls: set[Call] = set()
        self.gaps: set[Gap] = set()
        self.waiting: list[str] = []
        self.tokens = 0
        self.with_methods = False
        self.unseen: list[Call] = []
        self.signs_unseen = False

    def read(self, handler: str) -> Reading:
        stem = handler.rpartition(".")[0] or handler
        entry = next((n for s in _SUFFIXES[1:4] if self.folder.has(n := f"{stem}{s}")), None)
        if entry is None:
            reason = f"the asset has no file for the handler {handler}"
            if self.folder.has(f"{stem}.ts"):
                reason = f"{stem}.ts is TypeScript that was not compiled"
            self.gaps.add(Gap(Place(handler, 1), reason))
        else:
            self.follow(entry, entry=True)
            while self.waiting:
                if self.tokens > _MOST_TOKENS:
                    self.gap(Place(entry, 1), "is too large to be followed")
                    break
                self.follow(self.waiting.pop())
        if self.with_methods:
            self.methods()
        if self.signs_unseen:
            self.calls.update(call._replace(signed=True, certain=False) for call in self.unseen)
        return Reading(
            language="javascript",
            files=tuple(sorted(name for name, file in self.files.items() if file is not None)),
            calls=tuple(sorted(self.calls)),
            gaps=tuple(sorted(self.gaps)),
        )

    def follow(self, name: str, *, entry: bool = False) -> None:
        if name in self.files:
            return
        self.files[name] = None
        try:
            file = self.files[name] = _read(self.folder.read(name), name)
        except UnreadableError as error:
            self.gap(Place(name, error.line), error.reason)
            return
        except (OSError, UnicodeDecodeError):
            self.gap(Place(name, 1), "cannot be read as UTF-8 text")
            return
        self.tokens += len(file.tokens)
        for package, line in file.packages:
            self.import_(package, file, line)
        for package, line in file.handed_on:
            self.gap(Place(name, line), f"hands {package} on, so its calls are not known")
        for package, line in file.asking:
            reason = f"{package}, which is in the bundle, may ask AWS by itself"
            self.gap(Place(name, line), reason)
        for line, requests in file.extension:
            for service_name, operation in requests:
                self.note(service_name, operation, Place(name, line), (), certain=False)
        self.commands(file, entry=entry)

    def import_(self, package: str, file: _File, line: int) -> None:
        place = Place(file.name, line)
        if package.startswith("."):
            base = _resolved(file.name, package)
            found = next((n for s in _SUFFIXES if self.folder.has(n := f"{base}{s}")), None)
            if base is None or found is None:
                self.gap(place, f"{package} is not in the asset")
            elif found.endswith((".js", ".mjs", ".cjs")):
                self.waiting.append(found)
            return
        bare = package.removeprefix("node:")
        top = bare.partition("/")[0]
        if bare in _UNSEEN or top in _UNSEEN:
            self.gap(place, _UNSEEN.get(bare) or _UNSEEN[top])
            return
        named = "/".join(bare.split("/")[: 2 if bare.startswith("@") else 1])
        known = (
            top in _BUILT_IN
            or bare.startswith((_CLIENT, "aws-sdk", *_HARMLESS_FAMILIES))
            or {bare, named, top} & _HARMLESS
            or any(bare == request for request, _ in _REQUESTS)
        )
        if not known and self.asks_aws(named) is not False:
            where = "comes from a layer or is missing" if self.layers else "is not in the asset"
            if self.folder.has_folder(f"node_modules/{named}"):
                where = "may ask AWS by itself"
            self.gap(place, f"{named} {where}, so its calls are not known")

    def asks_aws(self, package: str) -> bool | None:
        if self.folder.path is None or not self.folder.has_folder(f"node_modules/{package}"):
            return None
        return _asks_aws(self.folder.path / "node_modules" / package)

    def gap(self, place: Place, reason: str, service_name: str = ANY) -> None:
        self.gaps.add(Gap(place, reason, service_name))

    # -- Commands

    def commands(self, file: _File, *, entry: bool) -> None:
        tokens = file.tokens
        exports = _exports(tokens)
        texts = {token.text for token in tokens if token.kind == "name"}
        own = not texts & {"credentials", "endpoint", "fromTemporaryCredentials"}
        certain = entry and own and len(exports) <= 1 and not file.minified
        file.certain = certain
        constants = file.constants = _constants(tokens)
        file.bound = _bound(tokens)
        signatures = Signatures(tokens, partial(_signs, file))
        for position, token in enumerate(tokens):
            if token.kind != "name":
                continue
            place = Place(file.name, token.line)
            before = tokens[position - 1].text if position else ""
            after = tokens[position + 1].text if position + 1 < len(tokens) else ""
            if (token.text == "eval" and after == "(" and before != ".") or (
                token.text == "Function" and before == "new"
            ):
                self.gap(place, "runs code that it makes")
            elif (
                token.text in ("require", "import")
                and after == "("
                and before != "."
                and not _literal_call(tokens, position)
            ):
                self.gap(place, "imports what it names only at run time")
            found = file.imports.get(token.text)
            if found is None or before == "." or _in_import(tokens, position):
                continue
            self.made(file, found, position)
            name, at = found.name, position
            if name in _WHOLE and (_is_sdk(found.package) or found.package in _ASKING):
                member = _member(tokens, position)
                if member is None and _is_sdk(found.package):
                    if after == "[":
                        service_name = _service(found.package)
                        self.gap(place, "the command is named only at run time", service_name)
                    continue
                name, at = member or (name, at)
            new = bool(at) and tokens[position - 1].text == "new"
            self.used(
                found.package,
                name,
                place,
                _arguments(tokens, at + 1, constants),
                certain=certain and (new or name.startswith("paginate")),
                use=signatures.use(position - 1) if new else Use(),
            )
        self.signs_unseen |= signatures.open

    def made(self, file: _File, found: _Import, position: int) -> None:
        """
        Take note of a client with a method for each operation, and of what holds it.
        """
        tokens = file.tokens
        made = _client_made(tokens, found, position)
        if made is None:
            return
        self.with_methods = True
        client, start, end = made
        holder = "this" if tokens[start].text == "extends" else holder_of(tokens, start)
        if holder:
            file.clients[holder] = file.clients.get(holder, frozenset()) | {client}
        elif (closing := _closing(tokens, end + 1)) is not None:
            self.ask(file, closing, frozenset({client}), certain=file.certain)

    def used(  # noqa: PLR0913 (one fact each)
        self,
        package: str,
        name: str,
        place: Place,
        arguments: tuple[tuple[str, Name | None], ...],
        *,
        certain: bool,
        use: Use,
    ) -> None:
        """
        Take note of what is used of a package.
        """
        for known, wanted in ((package, name), (package, "")):
            for service_name, operation in _REQUESTS.get((known, wanted), ()):
                self.note(service_name, operation, place, (), certain=certain)
        if package == _DOCUMENTS:
            if name.endswith("Command") and name.removesuffix("Command") in DOCUMENT:
                operation = DOCUMENT[name.removesuffix("Command")]
                self.note("dynamodb", operation, place, arguments, certain=certain, use=use)
            elif name.startswith("paginate"):
                operation = DOCUMENT.get(name.removeprefix("paginate"), "")
                self.note("dynamodb", operation, place, arguments, certain=False)
        elif package.startswith(_CLIENT):
            self.of_client(_service(package), name, place, arguments, certain=certain, use=use)
        elif _is_v2(package):
            self.with_methods = True

    def of_client(  # noqa: PLR0913 (one fact each)
        self,
        service_name: str,
        name: str,
        place: Place,
        arguments: tuple[tuple[str, Name | None], ...],
        *,
        certain: bool,
        use: Use,
    ) -> None:
        if name.endswith("Command"):
            operation = snake_case(name.removesuffix("Command"))
            self.note(service_name, operation, place, arguments, certain=certain, use=use)
        elif name.startswith("paginate"):
            operation = snake_case(name.removeprefix("paginate"))
            self.note(service_name, operation, place, (), certain=False)
        elif name.startswith("waitUntil"):
            described = service(service_name)
            waiter = snake_case(name.removeprefix("waitUntil"))
            operation = described.waiters.get(waiter, "") if described is not None else ""
            self.note(service_name, operation, place, (), certain=False)

    # -- Methods

    def methods(self) -> None:
        """
        Take note of the methods called on clients, and by its name alone of every other one.
        """
        files = [file for file in self.files.values() if file is not None]
        exported: dict[str, frozenset[Client]] = {}
        for file in files:
            for holder, clients in file.clients.items():
                exported[holder] = exported.get(holder, frozenset()) | clients
        for file in files:
            for position, token in enumerate(file.tokens):
                if token.kind != "name" or position + 1 == len(file.tokens):
                    continue
                holder = token.text.removeprefix("#")
                own = file.clients.get(holder)
                if own is not None or holder in exported:
                    certain = own is not None and len(own) == 1 and file.bound[holder] == 1
                    self.ask(
                        file,
                        position,
                        own if own is not None else exported[holder],
                        certain=certain and file.certain,
                    )
                elif file.tokens[position + 1].text == "(" and position > 1:
                    self.loose(file, position, exported)

    def ask(self, file: _File, position: int, clients: frozenset[Client], *, certain: bool) -> None:
        """
        Take note of what is asked of a client.
        """
        for asked in asked_of(file.tokens, position, clients):
            sure = certain and asked.called
            place = Place(file.name, file.tokens[asked.position].line)
            if not asked.operation:
                self.gap(place, "the operation is named only at run time", asked.service)
            else:
                arguments = _arguments(file.tokens, asked.position + 1, file.constants)
                use = Use(signed=asked.signed, sent=not asked.signed)
                self.note(asked.service, asked.operation, place, arguments, certain=sure, use=use)

    def loose(self, file: _File, position: int, holders: Container[str]) -> None:
        """
        Take note of a method called on something that is not known, by its name alone.
        """
        tokens = file.tokens
        token = tokens[position]
        on = tokens[position - 2].text.removeprefix("#")
        if tokens[position - 1].text not in (".", "?.") or on in holders:
            return
        place = Place(file.name, token.line)
        name = snake_case(token.text)
        for operation in {name, DOCUMENT.get(token.text[:1].upper() + token.text[1:])}:
            if operation:
                self.calls.add(Call(place=place, service=ANY, operation=operation, certain=False))

    def note(  # noqa: PLR0913 (one fact each)
        self,
        service_name: str,
        operation: str,
        place: Place,
        arguments: tuple[tuple[str, Name | None], ...],
        *,
        certain: bool,
        use: Use = _SENT,
    ) -> None:
        if service(service_name) is None:
            self.gap(place, f"{service_name} is no service that is known")
        elif operation:
            call = Call(
                place=place,
                service=service_name,
                operation=operation,
                certain=certain and need_of(service_name, operation).known,
                keywords=tuple(sorted({key for key, _ in arguments})),
                about=tuple(sorted((k, n) for k, n in arguments if n is not None and k in ABOUT)),
                signed=operation == SIGNED_FORM or use.signed,
            )
            self.calls.add(call)
            if use.signed and use.sent:
                self.calls.add(call._replace(signed=False))
            elif not (use.signed or use.sent):
                self.unseen.append(call)


# -- Tokens ----------------------------------------------------------------------------------------


def _read(source: str, name: str) -> _File:
    if len(source) > _MOST_BUNDLED:
        raise UnreadableError(1, "is longer than five megabytes: a bundle of other packages")
    bundle = unbundled(source)
    own = bundle.source
    if len(own) - own.count("\n") > _MOST_BYTES:
        raise UnreadableError(1, "is longer than a megabyte: a bundle of other packages")
    minified = any(len(line) > _LONG_LINE for line in own.splitlines())
    if own is source and holds_sdk(source) and ("__commonJS" in source or minified):
        kind = "minified bundle" if minified else "bundle"
        raise UnreadableError(1, f"is a {kind} with the SDK in it")
    file = _File(name, tokens_of(own), asking=bundle.asking, minified=minified)
    for local, (package, part) in bundle.parts.items():
        file.imports[local] = _Import(package, part, 1)
    for local, found in _imports(file, bundle.wrapped):
        file.imports[local] = found
    file.imports |= dict(_of_modules(file))
    for mark, requests in EXTENSIONS.items():
        at = own.find(mark)
        if at >= 0:
            file.extension.append((own.count("\n", 0, at) + 1, requests))
    return file


def _imports(  # noqa: C901 (one case per way to import)
    file: _File, wrapped: Mapping[str, str]
) -> Iterator[tuple[str, _Import]]:
    """
    Give the names that imports bind; note the packages, and those that no name is bound to.
    """
    tokens = file.tokens
    for position, token in enumerate(tokens):
        if token.kind != "name":
            continue
        before = tokens[position - 1].text if position else ""
        package = ""
        if token.text in ("require", "import") and before != ".":
            package = _literal_call(tokens, position)
            if package:
                file.packages.append((package, token.line))
        elif token.text in wrapped and _is_called(tokens, position):
            package = wrapped[token.text]
        if package:
            bound = tuple(_destructured(tokens, position, package))
            yield from bound
            if not bound and _is_sdk(package) and not _passed_over(tokens, position):
                file.handed_on.append((package, token.line))
        elif token.text in ("import", "export") and before != ".":
            end = _from(tokens, position)
            if end is not None:
                file.packages.append((tokens[end].text, token.line))
                if token.text == "import":
                    yield from _named(tokens, position + 1, end - 1, tokens[end].text)
                elif _is_sdk(tokens[end].text):
                    file.handed_on.append((tokens[end].text, token.line))


def _of_modules(file: _File) -> Iterator[tuple[str, _Import]]:
    """
    Give the names bound to a module that has a name already, or to what is taken of it.
    """
    modules = {
        name: found
        for name, found in file.imports.items()
        if found.name in _WHOLE and _is_sdk(found.package)
    }
    for position, token in enumerate(file.tokens) if modules else ():
        if token.text in modules and token.kind == "name" and file.tokens[position - 1].text != ".":
            bound = list(_destructured(file.tokens, position, modules[token.text].package))
            member = _member(file.tokens, position)
            if member is not None:
                bound = [(local, replace(found, name=member[0])) for local, found in bound[:1]]
            elif not bound and _is_handed_on(file.tokens, position):
                file.handed_on.append((modules[token.text].package, token.line))
            yield from bound


def _is_handed_on(tokens: list[Token], position: int) -> bool:
    """
    Whether a module is given to others by its name: not to what watches its requests.
    """
    before = [token.text for token in tokens[max(position - 2, 0) : position]]
    watched = before[-1:] == ["("] and before[0].startswith("capture")
    return (
        before[-1:] != []
        and before[-1] in ("{", ",", ":", "(", "return", "default")
        and position + 1 < len(tokens)
        and tokens[position + 1].text in (",", "}", ")", ";")
        and not watched
        and not _in_import(tokens, position)
    )


def _is_called(tokens: list[Token], position: int) -> bool:
    return [token.text for token in tokens[position + 1 : position + 3]] == ["(", ")"]


def _passed_over(tokens: list[Token], position: int) -> bool:
    """
    Whether nothing is made of what a call gives: it stands alone.
    """
    return position == 0 or tokens[position - 1].text in (";", "}")


def _signs(file: _File, position: int) -> bool:
    """
    Whether a token names the function that signs commands.
    """
    package, name = SIGNER
    tokens = file.tokens
    if tokens[position - 1].text == ".":
        module = file.imports.get(tokens[position - 2].text)
        return module is not None and module.package == package and tokens[position].text == name
    found = file.imports.get(tokens[position].text)
    return found is not None and (found.package, found.name) == SIGNER


def _literal_call(tokens: list[Token], position: int) -> str:
    if position + 3 < len(tokens) and tokens[position + 1].text == "(":
        inside, closing = tokens[position + 2], tokens[position + 3]
        if inside.kind == "text" and closing.text in (")", ","):
            return inside.text
    return ""


def _from(tokens: list[Token], position: int) -> int | None:
    """
    Find the package of an import or export statement.
    """
    for at in range(position + 1, min(position + 400, len(tokens))):
        token = tokens[at]
        if token.kind == "text":
            direct = at == position + 1 and tokens[position].text == "import"
            return at if direct or tokens[at - 1].text == "from" else None
        if token.kind not in ("name", "sign") or token.text in ("(", "=", ";", "=>", "."):
            return None
    return None


def _named(
    tokens: list[Token], start: int, end: int, package: str
) -> Iterator[tuple[str, _Import]]:
    """
    Read ``a, { b, c as d }, * as e``.
    """
    position, braces = start, False
    while position < end:
        text, line = tokens[position].text, tokens[position].line
        if text in "{}":
            braces = text == "{"
        elif tokens[position].kind == "name" and text not in ("type", "from"):
            local = text
            if position + 2 <= end and tokens[position + 1].text == "as":
                local = tokens[position + 2].text
                position += 2
            yield local, _Import(package, text if braces else "default", line)
        elif text == "*" and position + 2 <= end:
            yield tokens[position + 2].text, _Import(package, "*", line)
            position += 2
        position += 1


def _destructured(
    tokens: list[Token], position: int, package: str
) -> Iterator[tuple[str, _Import]]:
    """
    Read what ``const a = require(…)`` or ``const { b, c: d } = await import(…)`` binds.
    """
    line = tokens[position].line
    at = taker_of(tokens, position) - 1
    if at < 0 or tokens[at + 1].text != "=":
        return
    closing = _closing(tokens, position + 1)
    after = [] if closing is None else [token.text for token in tokens[closing + 1 : closing + 3]]
    member = after[1] if after[:1] == ["."] and len(after) > 1 else ""
    if tokens[at].kind == "name":
        if tokens[at - 1].text != ".":
            yield tokens[at].text, _Import(package, member or "*", line)
        return
    if tokens[at].text != "}":
        return
    while at > 0 and tokens[at].text != "{":
        if tokens[at].kind == "name":
            if tokens[at - 1].text == ":" and tokens[at - 2].kind == "name":
                yield tokens[at].text, _Import(package, tokens[at - 2].text, line)
                at -= 2
            else:
                yield tokens[at].text, _Import(package, tokens[at].text, line)
        at -= 1


def _in_import(tokens: list[Token], position: int) -> bool:
    """
    Whether a name stands in the statement that imports it.
    """
    for at in range(position, max(position - 200, -1), -1):
        text = tokens[at].text
        if tokens[at].kind == "name" and text == "import":
            return at + 1 < len(tokens) and tokens[at + 1].text != "("
        if tokens[at].kind == "name" and text in ("const", "let", "var"):
            inner = tokens[at + 1 : position]
            return all(token.text not in ("=", "(", "of", "in") for token in inner)
        if text in (";", ")", "=>") or tokens[at].kind == "text":
            return False
    return False


def _member(tokens: list[Token], position: int) -> tuple[str, int] | None:
    """
    Give the member that is taken of a module, through ``.default`` if that stands between.
    """
    at = position
    while at + 2 < len(tokens) and tokens[at + 1].text in (".", "?."):
        at += 2
        if tokens[at].text != "default":
            return tokens[at].text, at
    return None


def _exports(tokens: list[Token]) -> set[str]:
    """
    Give the functions that a file exports.
    """
    found: set[str] = set()
    for position, token in enumerate(tokens[:-2]):
        if token.text not in ("export", "exports"):
            continue
        following = [t.text for t in tokens[position + 1 : position + 4]]
        if token.text == "export" and following[0] in ("const", "function", "async", "let"):
            found.add(following[2] if following[1] == "function" else following[1])
        elif token.text == "exports" and following[0] == ".":
            found.add(following[1])
    return found - {"__esModule"}


def _constants(tokens: list[Token]) -> dict[str, Name]:
    """
    Give the constants that hold a text or an environment variable.
    """
    found: dict[str, Name] = {}
    for position, token in enumerate(tokens[:-3]):
        if token.text == "const" and tokens[position + 2].text == "=":
            name = _name_at(tokens, position + 3, {})
            if name is not None:
                found[tokens[position + 1].text] = name
    return found


def _name_at(tokens: list[Token], position: int, constants: dict[str, Name]) -> Name | None:
    """
    Give the text or environment variable that an expression is, when it is nothing else.
    """
    if position + 1 >= len(tokens):
        return None
    token = tokens[position]
    if token.text == "process" and [t.text for t in tokens[position + 1 : position + 4]] == [
        ".",
        "env",
        ".",
    ]:
        end, name = position + 5, Name(tokens[position + 4].text, variable=True)
    elif token.kind == "text" and token.text:
        end, name = position + 1, Name(token.text)
    elif token.kind == "name" and token.text in constants:
        end, name = position + 1, constants[token.text]
    else:
        return None
    if end < len(tokens) and tokens[end].text == "!":
        end += 1
    whole = (
        end >= len(tokens)
        or tokens[end].text in (",", "}", ";", ")")
        or (tokens[end].kind == "name" and tokens[end].line > token.line)
    )
    return name if whole else None


def _arguments(
    tokens: list[Token], position: int, constants: dict[str, Name]
) -> tuple[tuple[str, Name | None], ...]:
    """
    Give the keys of the object that a command is made with.
    """
    if [t.text for t in tokens[position : position + 2]] != ["(", "{"]:
        return ()
    found: list[tuple[str, Name | None]] = []
    depth, at = 1, position + 2
    while at < len(tokens) and depth:
        text = tokens[at].text if tokens[at].kind != "text" else ""
        if text in ("{", "(", "["):
            depth += 1
        elif text in ("}", ")", "]"):
            depth -= 1
        elif depth == 1 and tokens[at].kind in ("name", "text") and tokens[at - 1].text in "{,":
            key = tokens[at].text
            if tokens[at + 1].text == ":":
                found.append((key, _name_at(tokens, at + 2, constants)))
            else:
                found.append((key, constants.get(key)))
        at += 1
    return tuple(found)


def _is_v2(package: str) -> bool:
    return package == "aws-sdk" or package.startswith("aws-sdk/")


def _is_sdk(package: str) -> bool:
    return package.startswith((_CLIENT, "@aws-sdk/lib-")) or _is_v2(package)


def _client_made(
    tokens: list[Token], found: _Import, position: int
) -> tuple[Client, int, int] | None:
    """
    Give the client with methods that is made where a name is used, and where that begins and ends.

    The end is the token before the bracket with the arguments.
    """
    path = [found.name] if found.name not in ("*", "default") else []
    at = position
    while at + 2 < len(tokens) and tokens[at + 1].text == "." and tokens[at + 2].text != "from":
        at += 2
        if tokens[at].text != "default":
            path.append(tokens[at].text)
    if (provider := provider_of(found.package, path[-1] if path else "")) is not None:
        client: Client | None = provider
    elif found.package == _DOCUMENTS:
        if path != ["DynamoDBDocument"]:
            return None
        return Client("dynamodb", document=True), position, at + 2
    elif _is_v2(found.package):
        home = found.package.removeprefix("aws-sdk").removeprefix("/clients/")
        client = client_of((home, *path) if home else tuple(path))
    elif found.package.startswith(_CLIENT) and len(path) == 1:
        whole = not path[0].endswith(("Client", "Command", "Exception")) and path[0][:1].isupper()
        client = Client(_service(found.package)) if whole else None
    else:
        client = None
    if client is None or not position or tokens[position - 1].text not in ("new", "extends"):
        return None
    return client, position - 1, at


def _closing(tokens: list[Token], opening: int) -> int | None:
    """
    Find the bracket that closes another.
    """
    if opening >= len(tokens) or tokens[opening].text != "(":
        return None
    depth = 0
    for at in range(opening, len(tokens)):
        if tokens[at].kind == "sign":
            depth += (tokens[at].text in ("(", "[", "{")) - (tokens[at].text in (")", "]", "}"))
            if not depth:
                return at
    return None


def _bound(tokens: list[Token]) -> Counter[str]:
    """
    Count in how many places each name is bound.
    """
    return Counter(
        token.text.removeprefix("#")
        for at, token in enumerate(tokens[:-2])
        if token.kind == "name" and tokens[at + 1].text in ("=", ":") and tokens[at + 2].text != "="
    )


def _service(package: str) -> str:
    return service_of_package(package.removeprefix(_CLIENT).partition("/")[0])


def _resolved(file: str, package: str) -> str | None:
    """
    Resolve a relative import; ``None`` when it leads out of the asset.
    """
    steps = file.split("/")[:-1]
    for step in package.split("/"):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


@lru_cache(maxsize=256)
def _asks_aws(folder: Path) -> bool | None:
    """
    Whether an installed package mentions the SDK; ``None`` when there is too much of it to say.
    """
    files = [file for file in folder.rglob("*") if file.suffix in (".js", ".mjs", ".cjs")]
    if not files or len(files) > _MOST_FILES:
        return None
    try:
        return any(b"aws-sdk" in file.read_bytes() for file in files)
    except OSError:
        return None
