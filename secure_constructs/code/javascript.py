"""
What JavaScript source calls of the AWS SDK, by its tokens.

No grammar is needed to see which commands a file imports and makes. What runs when is not seen, so
only what the handler's own file makes is certain.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
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
    taker_of,
)
from secure_constructs.code._externals import EXTENSIONS
from secure_constructs.code._signatures import SIGNER, Signatures, Use
from secure_constructs.code._tokens import BREAK, Statements, Tokens, UnreadableError
from secure_constructs.code.calls import ABOUT, ANY, SIGNED_FORM, Call, Gap, Name, Place, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.operations import need_of, service, service_of_package, snake_case

_MOST_BYTES: Final = 1_000_000
_MOST_BUNDLED: Final = 5_000_000
_MOST_TOKENS: Final = 500_000
_MOST_FILES: Final = 400
_LONG_LINE: Final = 5_000
_SUFFIXES: Final = ("", ".js", ".mjs", ".cjs", "/index.js", "/index.mjs", "/index.cjs")

_SENT: Final = Use(sent=True)

_IMPORTING: Final = ("require", "import")
# Words that run code which is not seen.
_MAKING_CODE: Final = ("eval", "Function", *_IMPORTING)
# The same in a minified bundle, and what it takes of a module.
_IMPORTING_PATTERNS: Final = (
    r"require\b",
    r"import\b",
    r"export\b",
    r"@aws-sdk/",
    r"aws-sdk\b",
    r"@aws-lambda-powertools/",
    r"@middy/",
)
_MAKING_CODE_PATTERNS: Final = (r"eval\(", r"new Function\b")
_OTHERS_CREDENTIALS: Final = frozenset({"credentials", "endpoint", "fromTemporaryCredentials"})
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
_OF_MODULE: Final = (
    r"NAME\??\.(?:default\b|[A-Z]|paginate|waitUntil|"
    + "|".join(sorted({SIGNER[1], *(name for _, name in _REQUESTS)} - {""}))
    + ")",
    r"new NAME\b",
    r"capture\w*\(NAME\)",
    r"NAME\[[^\]]{0,40}Command",
    r"\}=NAME\b",
)
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
        "supports-color",
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
    tokens: Tokens = field(default_factory=lambda: Tokens(""))
    imports: dict[str, _Import] = field(default_factory=dict)
    packages: list[tuple[str, int]] = field(default_factory=list)
    handed_on: list[tuple[str, int]] = field(default_factory=list)
    clients: dict[str, frozenset[Client]] = field(default_factory=dict)
    constants: dict[str, Name] = field(default_factory=dict)
    source: str = ""
    asking: tuple[tuple[str, int], ...] = ()
    extension: list[tuple[int, tuple[tuple[str, str], ...]]] = field(default_factory=list)
    minified: bool = False
    whole: bool = True  # whether all of it was taken apart
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
        # Three letters of a minified source are two tokens at most, almost always.
        self.tokens += len(file.tokens) if file.whole else len(file.source) * 2 // 3
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
        own = not tokens.places.keys() & _OTHERS_CREDENTIALS
        certain = entry and own and len(exports) <= 1 and not file.minified
        file.certain = certain
        file.constants = _constants(tokens)
        signatures = Signatures(tokens, _signers(file))
        for position in tokens.positions(_MAKING_CODE):
            self.making_code(file, position)
        for position in tokens.positions(file.imports):
            if tokens.texts[position - 1] != "." and not _in_import(tokens, position):
                self.imported(file, position, signatures)
        self.signs_unseen |= signatures.open

    def making_code(self, file: _File, position: int) -> None:
        """
        Take note of what runs code that is not seen.
        """
        tokens = file.tokens
        text, before, after = tokens.texts[position], *_around(tokens, position)
        reason = ""
        if (text == "eval" and after == "(" and before != ".") or (
            text == "Function" and before == "new"
        ):
            reason = "runs code that it makes"
        elif (
            text in _IMPORTING
            and after == "("
            and before != "."
            and (not _literal_call(tokens, position))
        ):
            reason = "imports what it names only at run time"
        if reason:
            self.gap(Place(file.name, tokens.line(position)), reason)

    def imported(self, file: _File, position: int, signatures: Signatures) -> None:
        """
        Take note of a name that was imported, where it is used.
        """
        tokens = file.tokens
        found = file.imports[tokens.texts[position]]
        self.made(file, found, position)
        before, after = _around(tokens, position)
        name, at = found.name, position
        if name in _WHOLE and (_is_sdk(found.package) or found.package in _ASKING):
            member = _member(tokens, position)
            if member is None and _is_sdk(found.package):
                if after == "[" and (not file.minified or _makes_command(tokens, position)):
                    place = Place(file.name, tokens.line(position))
                    service_name = _service(found.package)
                    self.gap(place, "the command is named only at run time", service_name)
                return
            name, at = member or (name, at)
        new = before == "new"
        self.used(
            found.package,
            name,
            Place(file.name, tokens.line(position)),
            _arguments(tokens, at + 1, file.constants),
            certain=file.certain and (new or name.startswith("paginate")),
            use=signatures.use(position - 1) if new else Use(),
        )

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
        holder = "this" if tokens.texts[start] == "extends" else holder_of(tokens, start)
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
            if not file.whole:
                file.tokens = Tokens(file.source)
            for holder, clients in file.clients.items():
                exported[holder] = exported.get(holder, frozenset()) | clients
        for file in files:
            tokens = file.tokens
            for holder, anywhere in exported.items():
                own = file.clients.get(holder)
                certain = own is not None and len(own) == 1 and _times_bound(tokens, holder) == 1
                for position in tokens.positions({holder, f"#{holder}"}):
                    self.ask(
                        file,
                        position,
                        own if own is not None else anywhere,
                        certain=certain and file.certain,
                    )
            self.loose(file, exported)

    def ask(self, file: _File, position: int, clients: frozenset[Client], *, certain: bool) -> None:
        """
        Take note of what is asked of a client.
        """
        for asked in asked_of(file.tokens, position, clients):
            own = file.tokens.texts[position] == "this"
            if not asked.operation and (own or (file.minified and not asked.called)):
                continue
            sure = certain and asked.called
            place = Place(file.name, file.tokens.line(asked.position))
            if not asked.operation:
                self.gap(place, "the operation is named only at run time", asked.service)
            else:
                arguments = _arguments(file.tokens, asked.position + 1, file.constants)
                use = Use(signed=asked.signed, sent=not asked.signed)
                self.note(asked.service, asked.operation, place, arguments, certain=sure, use=use)

    def loose(self, file: _File, holders: Container[str]) -> None:
        """
        Take note of each method called on something that is not known, by its name alone.
        """
        tokens = file.tokens
        texts = tokens.texts
        for name, positions in tokens.places.items():
            at = next(
                (
                    at
                    for at in positions
                    if texts[at - 1] in (".", "?.")
                    and texts[at + 1] == "("
                    and texts[at - 2].removeprefix("#") not in holders
                ),
                None,
            )
            if at is None or name in holders or not tokens.is_name(at):
                continue
            place = Place(file.name, tokens.line(at))
            for operation in {snake_case(name), DOCUMENT.get(name[:1].upper() + name[1:])}:
                if operation:
                    self.calls.add(
                        Call(place=place, service=ANY, operation=operation, certain=False)
                    )

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
    minified = max(map(len, own.split("\n"))) > _LONG_LINE
    if own is source and holds_sdk(source) and ("__commonJS" in source or minified):
        kind = "minified bundle" if minified else "bundle"
        raise UnreadableError(1, f"is a {kind} with the SDK in it")
    file = _File(name, asking=bundle.asking, source=own, minified=minified)
    for local, (package, part) in bundle.parts.items():
        file.imports[local] = _Import(package, part, 1)
    if minified:
        _take_apart(file)
    else:
        file.tokens = Tokens(own)
        _find_imports(file, bundle.wrapped)
        file.imports |= dict(_of_modules(file))
    for mark, requests in EXTENSIONS.items():
        at = own.find(mark)
        if at >= 0:
            file.extension.append((own.count("\n", 0, at) + 1, requests))
    return file


def _take_apart(file: _File) -> None:
    """
    Take those statements of a minified bundle apart that import something or use it.
    """
    statements = Statements(file.source)
    known = -1
    while len(file.imports) > known:
        known = len(file.imports)
        patterns = [
            pattern.replace("NAME", re.escape(name))
            for name, found in file.imports.items()
            if _asks(found.package)
            for pattern in _uses_of(found)
        ]
        file.tokens = statements.tokens(*_IMPORTING_PATTERNS, *_MAKING_CODE_PATTERNS, *patterns)
        file.packages.clear()
        file.handed_on.clear()
        _find_imports(file, {})
        file.imports |= dict(_of_modules(file))
    file.whole = False


def _uses_of(found: _Import) -> tuple[str, ...]:
    """
    Give patterns for the uses of what is imported: by itself it is made or called.
    """
    if found.name not in _WHOLE:
        return (r"NAME\b",)
    called = (found.package, "") in _REQUESTS
    return (*_OF_MODULE, r"NAME\(") if called else _OF_MODULE


def _find_imports(file: _File, wrapped: Mapping[str, str]) -> None:
    """
    Note the names that imports bind, the packages, and those that no name is bound to.
    """
    tokens = file.tokens
    # Bundlers write another name for `require`, in which the packages that matter are known.
    requiring = {*_IMPORTING, *_names_for_require(tokens)}
    for position in tokens.positions({*requiring, "export", *wrapped}):
        text, before = tokens.texts[position], tokens.texts[position - 1]
        package = ""
        if text in requiring and before != ".":
            package = _literal_call(tokens, position)
            if package and (text in _IMPORTING or _asks(package)):
                file.packages.append((package, tokens.line(position)))
            elif text not in _IMPORTING:
                package = ""
        elif text in wrapped and tokens.following(position, 2) == ["(", ")"]:
            package = wrapped[text]
        if package:
            bound = dict(_destructured(tokens, position, package))
            file.imports |= bound
            if not bound and _is_sdk(package) and not _passed_over(tokens, position):
                file.handed_on.append((package, tokens.line(position)))
        elif text in ("import", "export") and before != ".":
            _find_import(file, position)


def _names_for_require(tokens: Tokens) -> Iterator[str]:
    for text, positions in tokens.places.items():
        if text[:1] in ("'", '"') and _asks(text[1:-1]):
            for at in positions:
                if tokens.texts[at - 1] == "(" and tokens.is_name(at - 2):
                    yield tokens.texts[at - 2]


def _asks(package: str) -> bool:
    """
    Whether a package is the SDK, or asks AWS with it.
    """
    return _is_sdk(package) or package in _ASKING or package == SIGNER[0]


def _find_import(file: _File, position: int) -> None:
    """
    Note what a statement imports or hands on.
    """
    tokens = file.tokens
    end = _from(tokens, position)
    if end is None:
        return
    package, line = tokens.said(end), tokens.line(position)
    file.packages.append((package, line))
    if tokens.texts[position] == "import":
        file.imports |= dict(_named(tokens, position + 1, end - 1, package))
    elif _is_sdk(package):
        file.handed_on.append((package, line))


def _of_modules(file: _File) -> Iterator[tuple[str, _Import]]:
    """
    Give the names bound to a module that has a name already, or to what is taken of it.
    """
    modules = {
        name: found
        for name, found in file.imports.items()
        if found.name in _WHOLE and _is_sdk(found.package)
    }
    tokens = file.tokens
    for position in tokens.positions(modules):
        package = modules[tokens.texts[position]].package
        if tokens.texts[position - 1] == ".":
            continue
        if file.minified and not _is_taken_apart(tokens, position):
            continue
        bound = list(_destructured(tokens, position, package))
        member = _member(tokens, position)
        if member is not None:
            bound = [(local, replace(found, name=member[0])) for local, found in bound[:1]]
        elif not bound and not file.minified and _is_handed_on(tokens, position):
            file.handed_on.append((package, tokens.line(position)))
        yield from bound


def _is_taken_apart(tokens: Tokens, position: int) -> bool:
    """
    Whether a module surely is what a short name stands for: it is taken apart, or watched.
    """
    one, before = tokens.texts[position - 2], tokens.texts[position - 1]
    return (one, before) == ("}", "=") or (before == "(" and one.startswith("capture"))


def _is_handed_on(tokens: Tokens, position: int) -> bool:
    """
    Whether a module is given to others by its name: not to what watches its requests.
    """
    before, after = _around(tokens, position)
    watched = before == "(" and tokens.texts[position - 2].startswith("capture")
    return (
        before in ("{", ",", ":", "(", "return", "default")
        and after in (",", "}", ")", ";")
        and not watched
        and not _in_import(tokens, position)
    )


def _around(tokens: Tokens, position: int) -> tuple[str, str]:
    return tokens.texts[position - 1], tokens.texts[position + 1]


def _passed_over(tokens: Tokens, position: int) -> bool:
    """
    Whether nothing is made of what a call gives: it stands alone.
    """
    return tokens.texts[position - 1] in (";", "}", "", BREAK)


def _makes_command(tokens: Tokens, position: int) -> bool:
    """
    Whether what is taken of something by a name that is not known looks like a command.

    The short names of a minified bundle are used again in every function.
    """
    return tokens.texts[position - 1] == "new" or "Command" in "".join(
        tokens.following(position, 6)
    )


def _signers(file: _File) -> Iterator[int]:
    """
    Give where the function that signs commands is named.
    """
    package, name = SIGNER
    tokens = file.tokens
    names = [local for local, found in file.imports.items() if found.package == package]
    for position in tokens.positions({*names, name} if names else ()):
        if tokens.texts[position - 1] == ".":
            module = file.imports.get(tokens.texts[position - 2])
            if module is not None and module.package == package and tokens.texts[position] == name:
                yield position
        else:
            found = file.imports.get(tokens.texts[position])
            if found is not None and (found.package, found.name) == SIGNER:
                yield position


def _literal_call(tokens: Tokens, position: int) -> str:
    opening, _, closing = tokens.following(position, 3)
    if opening == "(" and tokens.is_text(position + 2) and closing in (")", ","):
        return tokens.said(position + 2)
    return ""


def _from(tokens: Tokens, position: int) -> int | None:
    """
    Find the package of an import or export statement.
    """
    texts = tokens.texts
    for at in range(position + 1, min(position + 400, len(tokens))):
        if tokens.is_text(at):
            direct = at == position + 1 and texts[position] == "import"
            return at if direct or texts[at - 1] == "from" else None
        if texts[at] in ("(", "=", ";", "=>", ".", BREAK) or texts[at][:1].isdigit():
            return None
    return None


def _named(tokens: Tokens, start: int, end: int, package: str) -> Iterator[tuple[str, _Import]]:
    """
    Read ``a, { b, c as d }, * as e``.
    """
    texts = tokens.texts
    position, braces = start, False
    while position < end:
        text, line = texts[position], tokens.line(position)
        if text in ("{", "}"):
            braces = text == "{"
        elif tokens.is_name(position) and text not in ("type", "from"):
            local = text
            if position + 2 <= end and texts[position + 1] == "as":
                local = texts[position + 2]
                position += 2
            yield local, _Import(package, text if braces else "default", line)
        elif text == "*" and position + 2 <= end:
            yield texts[position + 2], _Import(package, "*", line)
            position += 2
        position += 1


def _destructured(tokens: Tokens, position: int, package: str) -> Iterator[tuple[str, _Import]]:
    """
    Read what ``const a = require(…)`` or ``const { b, c: d } = await import(…)`` binds.
    """
    texts = tokens.texts
    at = taker_of(tokens, position) - 1
    if at < 0 or texts[at + 1] != "=":
        return
    line = tokens.line(position)
    closing = _closing(tokens, position + 1)
    after = ["", ""] if closing is None else tokens.following(closing, 2)
    member = after[1] if after[0] == "." else ""
    if tokens.is_name(at):
        if texts[at - 1] != ".":
            yield texts[at], _Import(package, member or "*", line)
        return
    if texts[at] != "}":
        return
    while at > 0 and texts[at] != "{":
        if tokens.is_name(at):
            if texts[at - 1] == ":" and tokens.is_name(at - 2):
                yield texts[at], _Import(package, texts[at - 2], line)
                at -= 2
            else:
                yield texts[at], _Import(package, texts[at], line)
        at -= 1


def _in_import(tokens: Tokens, position: int) -> bool:
    """
    Whether a name stands in the statement that imports it.
    """
    texts = tokens.texts
    for at in range(position, max(position - 200, -1), -1):
        text = texts[at]
        if text == "import":
            return texts[at + 1] != "("
        if text in ("const", "let", "var"):
            return not {"=", "(", "of", "in"}.intersection(texts[at + 1 : position])
        if text in (";", ")", "=>", BREAK) or tokens.is_text(at):
            return False
    return False


def _member(tokens: Tokens, position: int) -> tuple[str, int] | None:
    """
    Give the member that is taken of a module, through ``.default`` if that stands between.
    """
    at = position
    while tokens.texts[at + 1] in (".", "?."):
        at += 2
        if tokens.texts[at] != "default":
            return tokens.texts[at], at
    return None


def _exports(tokens: Tokens) -> set[str]:
    """
    Give the functions that a file exports.
    """
    found: set[str] = set()
    for position in tokens.positions(("export", "exports")):
        text, following = tokens.texts[position], tokens.following(position, 3)
        if text == "export" and following[0] in ("const", "function", "async", "let"):
            found.add(following[2] if following[1] == "function" else following[1])
        elif text == "exports" and following[0] == ".":
            found.add(following[1])
    return found - {"__esModule"}


def _constants(tokens: Tokens) -> dict[str, Name]:
    """
    Give the constants that hold a text or an environment variable.
    """
    found: dict[str, Name] = {}
    for position in tokens.positions(("const",)):
        local, sign = tokens.following(position, 2)
        name = _name_at(tokens, position + 3, {}) if sign == "=" else None
        if name is not None:
            found[local] = name
    return found


def _name_at(tokens: Tokens, position: int, constants: dict[str, Name]) -> Name | None:
    """
    Give the text or environment variable that an expression is, when it is nothing else.
    """
    texts = tokens.texts
    if texts[position : position + 4] == ["process", ".", "env", "."]:
        end, name = position + 5, Name(texts[position + 4], variable=True)
    elif tokens.is_text(position) and tokens.said(position):
        end, name = position + 1, Name(tokens.said(position))
    elif texts[position] in constants:
        end, name = position + 1, constants[texts[position]]
    else:
        return None
    if texts[end] == "!":
        end += 1
    whole = texts[end] in (",", "}", ";", ")", "", BREAK) or (
        tokens.is_name(end) and tokens.line(end) > tokens.line(position)
    )
    return name if whole else None


def _arguments(
    tokens: Tokens, position: int, constants: dict[str, Name]
) -> tuple[tuple[str, Name | None], ...]:
    """
    Give the keys of the object that a command is made with.
    """
    texts = tokens.texts
    if texts[position : position + 2] != ["(", "{"]:
        return ()
    found: list[tuple[str, Name | None]] = []
    depth, at = 1, position + 2
    while depth and texts[at] not in ("", BREAK):
        text = texts[at]
        if text in ("{", "(", "["):
            depth += 1
        elif text in ("}", ")", "]"):
            depth -= 1
        elif (
            depth == 1
            and texts[at - 1] in ("{", ",")
            and (tokens.is_name(at) or tokens.is_text(at))
        ):
            key = tokens.said(at)
            if texts[at + 1] == ":":
                found.append((key, _name_at(tokens, at + 2, constants)))
            else:
                found.append((key, constants.get(key)))
        at += 1
    return tuple(found)


def _is_v2(package: str) -> bool:
    return package == "aws-sdk" or package.startswith("aws-sdk/")


def _is_sdk(package: str) -> bool:
    return package.startswith((_CLIENT, "@aws-sdk/lib-")) or _is_v2(package)


def _client_made(tokens: Tokens, found: _Import, position: int) -> tuple[Client, int, int] | None:
    """
    Give the client with methods that is made where a name is used, and where that begins and ends.

    The end is the token before the bracket with the arguments.
    """
    texts = tokens.texts
    path = [found.name] if found.name not in _WHOLE else []
    at = position
    while texts[at + 1] == "." and texts[at + 2] not in ("from", ""):
        at += 2
        if texts[at] != "default":
            path.append(texts[at])
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
    if client is None or texts[position - 1] not in ("new", "extends"):
        return None
    return client, position - 1, at


def _closing(tokens: Tokens, opening: int) -> int | None:
    """
    Find the bracket that closes another.
    """
    if tokens.texts[opening] != "(":
        return None
    depth = 0
    for at in range(opening, len(tokens)):
        text = tokens.texts[at]
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if not depth:
            return at
        if text == BREAK:
            return None
    return None


def _times_bound(tokens: Tokens, name: str) -> int:
    """
    Count in how many places a name is bound.
    """
    following = (tokens.following(at, 2) for at in tokens.positions({name, f"#{name}"}))
    return sum(sign in ("=", ":") and after != "=" for sign, after in following)


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
