"""
What Python source calls, by reading and not running it.

Every name stands for the set of values that any assignment gives it, whatever the order; what a
function is called with comes from the calls seen. What the handler reaches by names that are known
is certain; a method found by its name alone is possible.
"""

from __future__ import annotations

import ast
import builtins
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar
from zlib import crc32

from secure_constructs.code import _externals as externals
from secure_constructs.code._handed import handed_call
from secure_constructs.code._scopes import (
    Binding,
    How,
    Scope,
    dotted,
    last_name,
    scopes_of,
)
from secure_constructs.code.calls import ABOUT, ANY, SIGNED_FORM, Call, Gap, Name, Place, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.operations import makes_request, need_of, service, snake_case

_MOST_ROUNDS: Final = 40
_MOST_FILES: Final = 400
_MOST_BYTES: Final = 1_000_000
_MOST_SOURCE: Final = 1_200_000
# A tree is some hundred times as large as its source.
_MOST_KEPT: Final = 20_000
# What one expression may stand for, and how deep a list in a list is told from another.
_MOST_VALUES: Final = 64
_MOST_NESTED: Final = 3
_LONGEST_PATH: Final = 8
# Far less than what Python's own stack holds.
_DEEPEST: Final = 80
# What following an asset may take, in values looked at: something for each, and for its length.
_WORK: Final = 200_000
_CHARACTERS_PER_WORK: Final = 4
_TOO_DEEP: Final = "is nested too deeply to be followed"
_TOO_MANY: Final = "may be any of too many values to be followed"
# Methods of clients that make a request which their first argument names.
_NAMING: Final = ("get_paginator", "get_waiter", "generate_presigned_url", "_make_api_call")
# Functions that name a module or a member by a text.
_NAMING_LATER: Final = (
    "builtins.__import__",
    "importlib.import_module",
    "operator.attrgetter",
    "operator.methodcaller",
)
_NAMED_BY: Final = ("operation_name", "waiter_name", "ClientMethod")
_CREDENTIALS: Final = frozenset({"aws_access_key_id", "aws_session_token", "profile_name"})


# -- Values ----------------------------------------------------------------------------------------


_T = TypeVar("_T", bound=type)


def _of_its_kind(kind: _T) -> _T:
    """
    Keep a named tuple from being equal to one of another kind with the same content.
    """

    def equal(self: tuple[object, ...], other: object) -> bool:
        return type(self) is type(other) and tuple.__eq__(self, other)

    def unequal(self: tuple[object, ...], other: object) -> bool:
        return not equal(self, other)

    number = crc32(kind.__name__.encode())

    def hashed(self: tuple[object, ...]) -> int:
        return number ^ _steady(self[0])

    def hashed_by_two(self: tuple[object, ...]) -> int:
        return hash((number, _steady(self[0]), _steady(self[1])))

    # What else they are made of hardly ever tells two of them apart.
    steady = hashed if len(kind.__annotations__) == 1 else hashed_by_two
    kind.__eq__, kind.__ne__, kind.__hash__ = equal, unequal, steady  # type: ignore[assignment]
    return kind


def _steady(part: object) -> int:
    """
    Give a hash that is the same in each run, so that sets of values have one order.
    """
    if isinstance(part, str):
        return _of_text(part)
    if isinstance(part, Scope):
        return part.number
    if isinstance(part, Name):
        return hash((_steady(part.text), part.variable))
    if isinstance(part, ast.Lambda | ast.Call):
        return hash((part.lineno, part.col_offset))
    return hash(part) if part is not None else 0


@lru_cache(maxsize=16_384)
def _of_text(text: str) -> int:
    return crc32(text.encode(errors="surrogatepass"))


class _Unknown:
    def __hash__(self) -> int:
        return 1


class _Data:
    """Something that is no client, and holds none."""

    def __hash__(self) -> int:
        return 2


@_of_its_kind
class _Text(NamedTuple):
    name: Name


@_of_its_kind
class _External(NamedTuple):
    path: str


@_of_its_kind
class _Module(NamedTuple):
    name: str


@_of_its_kind
class _Function(NamedTuple):
    scope: Scope
    bound: _Instance | None = None


@_of_its_kind
class _Lambda(NamedTuple):
    node: ast.Lambda
    scope: Scope


@_of_its_kind
class _Partial(NamedTuple):
    """A function with some of its arguments, as ``functools.partial`` makes it."""

    node: ast.Call
    scope: Scope


@_of_its_kind
class _Carrier(NamedTuple):
    """Something of others that was given values, and may give them back: a future, a queue."""

    content: frozenset[object]


@_of_its_kind
class _Class(NamedTuple):
    scope: Scope


@_of_its_kind
class _Instance(NamedTuple):
    scope: Scope
    above: bool = False  # what super() gives


@_of_its_kind
class _Box(NamedTuple):
    content: frozenset[object]
    depth: int = 1


@_of_its_kind
class _Session(NamedTuple):
    own: bool


@_of_its_kind
class _Client(NamedTuple):
    service: str
    own: bool = True


@_of_its_kind
class _Object(NamedTuple):
    """A resource of boto3; a type that begins with ``*`` is a collection."""

    service: str
    type: str = ""
    own: bool = True
    name: Name | None = None


@_of_its_kind
class _Meta(NamedTuple):
    """What ``meta`` of a resource gives."""

    service: str
    own: bool


@_of_its_kind
class _Request(NamedTuple):
    """A method of a client or of a resource, not called yet."""

    service: str
    operation: str
    own: bool
    gives: _Object | None = None
    about: Name | None = None


_UNKNOWN: Final = _Unknown()
_DATA: Final = _Data()
_Values = frozenset[object]
# An expression or a name, and the scope in which it is asked for.
_Key = tuple[int, int | str]
# How much was found out and doubted before.
_Mark = tuple[int, int]
_NOTHING: Final[_Values] = frozenset()
_ONLY_DATA: Final[_Values] = frozenset({_DATA})
_ONLY_UNKNOWN: Final[_Values] = frozenset({_UNKNOWN})


# -- Modules ---------------------------------------------------------------------------------------


class Unparsed(Exception):  # noqa: N818 - an answer, not an error
    """
    A source that cannot be read.

    Args:
        line: Where.
        reason: Why, as a clause.
    """

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def _parsed(source: str, module: str, file: str, *, package: bool) -> Scope:
    if "\0" in source:
        raise Unparsed(1, "holds a null byte")
    if len(source) > _MOST_BYTES:
        raise Unparsed(1, "is longer than a megabyte")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        return scopes_of(tree, module=module, file=file, package=package)
    except SyntaxError as error:
        reason = "does not parse as Python"
        raise Unparsed(error.lineno or 1, f"{reason}: {error.msg}") from None
    except (ValueError, RecursionError, MemoryError):
        raise Unparsed(1, "is nested too deeply to be read") from None


# Several functions may have one asset.
_kept: Final = lru_cache(maxsize=256)(_parsed)


@lru_cache(maxsize=256)
def _asks_aws(folder: Path, package: str) -> bool | None:
    """
    Whether an installed package mentions the SDK; ``None`` when there is too much of it to say.
    """
    single = folder / f"{package}.py"
    files = [single] if single.is_file() else list((folder / package).rglob("*.py"))
    if len(files) > _MOST_FILES:
        return None
    try:
        return any(b"boto" in file.read_bytes() for file in files)
    except OSError:
        return None


@lru_cache(maxsize=64)
def _installed(folder: Path) -> frozenset[str]:
    """
    Give the packages that were installed into an asset, by the records of their installation.
    """
    found: set[str] = set()
    for record in folder.glob("*.dist-info/RECORD"):
        try:
            lines = record.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            top = line.partition(",")[0].partition("/")[0]
            if not top.endswith((".dist-info", ".data", "..")):
                found.add(top.removesuffix(".py"))
    return frozenset(found)


# -- Reading ---------------------------------------------------------------------------------------


def read_python(folder: Folder, handler: str, *, layers: bool = False) -> Reading:
    """
    Read the calls that a handler makes.

    Args:
        folder: Its asset.
        handler: The handler as Lambda is told: ``package.module.function``.
        layers: Whether the function has layers, which bring code that is not seen.
    """
    try:
        return _Reader(folder, layers=layers).read(handler)
    except RecursionError:
        gap = Gap(Place(handler, 1), _TOO_DEEP)
        return Reading(language="python", gaps=(gap,))


class _TooLargeError(Exception):
    """There is more to follow than the source is worth."""


class _Found:
    def __init__(self) -> None:
        self.calls: dict[tuple[object, ...], Call] = {}
        self.gaps: set[Gap] = set()
        self.passing: set[Gap] = set()
        # What went beyond what is followed, and where it did first.
        self.limits: dict[str, Place] = {}
        self.loose: dict[str, Place] = {}


_NO_FACTS: Final[Mapping[Any, Any]] = MappingProxyType({})


class _Facts:
    """
    What is learnt on the way, by what it is about.

    Most of it is learnt before anyone asks. What is learnt later is `late`: what was found out
    without it has to be looked at once more.
    """

    def __init__(self) -> None:
        self.known: dict[object, dict[Any, Any]] = {}
        self.asked: set[object] = set()
        self.late = False

    def begin(self) -> None:
        """
        Begin another round, in which nothing has been asked for yet.
        """
        self.asked.clear()
        self.late = False

    def about(self, subject: object) -> Mapping[Any, Any]:
        """
        Give what is known of something, by what it was learnt from.
        """
        self.asked.add(subject)
        return self.known.get(subject, _NO_FACTS)

    def learn(
        self, subject: object, source: object, fact: object = None, *, presumed: bool = False
    ) -> None:
        """
        Note a fact, once; one is *presumed* that was taken for granted while nothing was known.
        """
        facts = self.known.setdefault(subject, {})
        if source not in facts:
            self.late |= subject in self.asked and not (presumed and not facts)
            facts[source] = fact


class _Reader:
    """
    Follows one handler through its asset.
    """

    def __init__(self, folder: Folder, *, layers: bool) -> None:
        self.folder = folder
        self.layers = layers
        self.modules: dict[str, Scope | None] = {}
        self.reached: dict[Scope, None] = {}
        self.facts = _Facts()
        self.memo: dict[_Key, _Values] = {}
        self.before: dict[_Key, _Values] = {}
        # What is being found out, and whether it has been asked for meanwhile.
        self.open: dict[_Key, bool] = {}
        # What was found out, in order, and how often it was tried.
        self.trail: list[_Key] = []
        self.attempts: Counter[_Key] = Counter()
        # Whether something was taken for what it is not, as it was asked for while being found out.
        self.wrong = False
        # What may be any of too many values stays so, or it would never settle.
        self.given_up: set[_Key] = set()
        self.budget = _WORK
        self.source = 0
        self.found = _Found()
        self.methods: dict[str, list[Scope]] = {}
        self.set_outside: dict[str, list[Binding]] = {}
        self.annotations: dict[str, ast.expr | None] = {}
        self.lineages: dict[Scope, tuple[Scope, ...]] = {}
        self.seen: set[Scope] = set()
        self.extension: list[tuple[str, str, Place]] = []
        self.own_packages: dict[str, bool] = {}
        self.handed_calls: dict[tuple[int, int], ast.Call] = {}

    def read(self, handler: str) -> Reading:
        try:
            self.follow(handler)
        except _TooLargeError:
            module = handler.replace("/", ".").rpartition(".")[0]
            entry = self.modules.get(module)
            place = Place(entry.file if entry is not None else handler, 1)
            self.lasting(place, "is too large to be followed")
            self.unsure()
        return self.reading()

    def follow(self, handler: str) -> None:
        module, _, name = handler.replace("/", ".").rpartition(".")
        entry = self.load(module)
        if entry is None:
            if not self.found.gaps:
                reason = f"the asset has no module for the handler {handler}"
                self.found.gaps.add(Gap(Place(handler, 1), reason))
            return
        for _ in range(_MOST_ROUNDS):
            self.round(name, entry)
            if not self.facts.late:
                break
        else:
            self.lasting(Place(entry.file, 1), "is too entangled to be followed")
            self.unsure()
        bound = self.values_of_name(name, entry)
        known = name in entry.bindings or entry.stars
        if not known or not bound or _UNKNOWN in bound:
            reason = f"the module has no {name} that could be followed"
            self.found.gaps.add(Gap(Place(entry.file, 1), reason))

    def round(self, name: str, entry: Scope) -> None:
        """
        Go through everything that is reached.
        """
        self.before, self.memo = self.memo, {}
        self.trail.clear()
        self.facts.begin()
        self.lineages.clear()
        self.found.calls.clear()
        self.found.passing.clear()
        self.found.loose.clear()
        for value in self.values_of_name(name, entry):
            self.run(value, certain=True)
            if isinstance(value, _Function):
                for parameter in value.scope.parameters:
                    if parameter.arg != "self":
                        self.give(value.scope, parameter.arg, "data", lambda: _ONLY_DATA)
        visited = 0
        while visited < len(self.reached):
            for scope in list(self.reached)[visited:]:
                self.visit(scope, certain=self.certain(scope))
                visited += 1
        for service_name, operation, place in self.extension:
            self.note(service_name, operation, place, certain=False)

    def unsure(self) -> None:
        """
        Take no call for certain, as not everything has been followed that it depends on.
        """
        for key, call in self.found.calls.items():
            self.found.calls[key] = call._replace(certain=False)

    def reading(self) -> Reading:
        files = sorted({scope.file for scope in self.modules.values() if scope is not None})
        limits = {Gap(place, reason) for reason, place in self.found.limits.items()}
        loose = [
            Call(place=place, service=ANY, operation=name, certain=False)
            for name, place in self.found.loose.items()
        ]
        return Reading(
            language="python",
            files=tuple(files),
            calls=tuple(sorted([*self.found.calls.values(), *loose], key=_order)),
            gaps=tuple(sorted(self.found.gaps | self.found.passing | limits)),
        )

    # -- Modules

    def load(self, name: str) -> Scope | None:
        """
        Run the body of a module of the asset; ``None`` when the asset does not have it.
        """
        self.read_modules(name)
        scope = self.modules[name]
        if scope is not None and scope not in self.reached:
            around = name.rpartition(".")[0]
            if around:
                self.load(around)
            self.enter(scope, certain=True)
        return scope

    def read_modules(self, name: str) -> None:
        """
        Read a module of the asset and those that it imports, before any is asked for anything.
        """
        waiting = [name]
        for current in waiting:
            if current in self.modules:
                continue
            self.modules[current] = scope = self.module(current)
            if scope is None:
                continue
            self.facts.late |= bool(self.memo)
            self.index(scope)
            for attribute, bindings in scope.attributes.items():
                self.set_outside.setdefault(attribute, []).extend(bindings)
            for asked in (current, *(asked for asked, _ in scope.imports), *scope.stars):
                if self.own(asked):
                    waiting.extend(_modules_around(asked))

    def module(self, name: str) -> Scope | None:
        path = name.replace(".", "/")
        for file, package in ((f"{path}.py", False), (f"{path}/__init__.py", True)):
            if name and self.folder.has(file):
                return self.parse(name, file, package=package)
        return None

    def parse(self, name: str, file: str, *, package: bool) -> Scope | None:
        try:
            source = self.folder.read(file)
            self.source += len(source)
            if self.source > _MOST_SOURCE:
                raise _TooLargeError
            self.budget += len(source) // _CHARACTERS_PER_WORK
            keep = self.folder.path is not None and len(source) <= _MOST_KEPT
            return (_kept if keep else _parsed)(source, name, file, package=package)
        except Unparsed as unparsed:
            self.found.gaps.add(Gap(Place(file, unparsed.line), unparsed.reason))
        except (OSError, UnicodeDecodeError):
            self.found.gaps.add(Gap(Place(file, 1), "cannot be read as UTF-8 text"))
        return None

    def index(self, scope: Scope) -> None:
        for inner in scope.definitions:
            if inner.owner is not None:
                self.methods.setdefault(getattr(inner.node, "name", ""), []).append(inner)
            self.index(inner)

    def own(self, name: str) -> bool:
        """
        Whether a module is the asset's own code, and not installed into it.
        """
        top = name.partition(".")[0]
        own = self.own_packages.get(top)
        if own is None:
            own = self.own_packages[top] = (
                top not in externals.SDK
                and not self.installed(top)
                and (self.folder.has(f"{top}.py") or self.folder.has_folder(top))
            )
        return own

    def import_(self, asked: str, line: int, scope: Scope) -> None:
        """
        Follow an import, or say why it cannot be followed.
        """
        if self.own(asked):
            for name in _modules_around(asked):
                self.load(name)
            return
        place = Place(scope.file, line)
        top = asked.partition(".")[0]
        for name in _modules_around(asked):
            if name in externals.UNSEEN_MODULES:
                self.lasting(place, externals.UNSEEN_MODULES[name])
        if top in externals.OPAQUE:
            opaque = externals.OPAQUE[top]
            if opaque:
                self.lasting(place, f"{top} asks AWS for what it does not show", opaque)
        elif not self.harmless(top):
            where = "comes from a layer or is missing" if self.layers else "is not in the asset"
            if self.installed(top):
                where = "asks AWS by itself"
            self.lasting(place, f"{top} {where}, so its calls are not known")

    def installed(self, top: str) -> bool:
        return self.folder.path is not None and top in _installed(self.folder.path)

    def harmless(self, top: str) -> bool:
        if top in externals.HARMLESS or top in externals.SDK or top.startswith(externals.STUBS):
            return True
        if self.folder.path is not None and self.installed(top):
            return _asks_aws(self.folder.path, top) is False
        return top in ("requests_aws4auth", "") or any(
            path.partition(".")[0] == top for path in externals.UNSEEN
        )

    def lasting(self, place: Place, reason: str, service_name: str = ANY) -> None:
        self.found.gaps.add(Gap(place, reason, service_name))

    def gap(self, place: Place, reason: str, service_name: str = ANY) -> None:
        """
        Note what is not known yet: it may be once more calls have been seen.
        """
        self.found.passing.add(Gap(place, reason, service_name))

    # -- What is reached

    def enter(self, scope: Scope, *, certain: bool) -> None:
        self.reached.setdefault(scope)
        if certain:
            self.facts.learn(scope, "reached")

    def certain(self, scope: Scope) -> bool:
        """
        Whether something is surely reached.
        """
        return bool(self.facts.about(scope))

    def give(self, scope: Scope, name: str, key: object, values: Callable[[], _Values]) -> None:
        self.facts.learn((scope, name), key, values)

    def run(self, value: object, *, certain: bool) -> None:
        """
        Reach what a value runs when it is called.
        """
        match value:
            case _Function():
                self.enter(value.scope, certain=certain)
            case _Class():
                self.make(value.scope, certain=certain)
            case _Instance():
                called = self.method(value.scope, "__call__")
                if called is not None:
                    self.enter(called, certain=certain)

    def make(self, cls: Scope, *, certain: bool) -> None:
        """
        Reach what making an object of a class runs, or lets others run.
        """
        self.enter(cls, certain=certain)
        foreign = self.foreign_base(cls)
        for above in self.lineage(cls):
            self.enter(above, certain=certain)
            self.facts.learn((_Instance, above), cls, presumed=above is cls)
            self.spend(len(above.definitions))
            for inner in above.definitions:
                name = getattr(inner.node, "name", "")
                if name.startswith("__") and name.endswith("__"):
                    self.enter(inner, certain=certain)
                elif foreign or (inner.decorators and not _passive(inner)):
                    self.enter(inner, certain=False)

    def lineage(self, cls: Scope) -> tuple[Scope, ...]:
        """
        Give a class and those it inherits from, as far as they are the asset's own.
        """
        known = self.lineages.get(cls)
        if known is None:
            known = self.lineages[cls] = tuple(self.above(cls))
        self.spend(len(known))
        return known

    def above(self, cls: Scope) -> Iterator[Scope]:
        seen: set[Scope] = set()
        waiting = [cls]
        while waiting:
            current = waiting.pop(0)
            if current in seen or not isinstance(current.node, ast.ClassDef):
                continue
            seen.add(current)
            yield current
            self.spend(1)
            around = current.parent or current.root()
            for base in current.node.bases:
                found = self.values(base, around)
                waiting.extend(value.scope for value in found if isinstance(value, _Class))

    def foreign_base(self, cls: Scope) -> bool:
        """
        Whether methods may be called by a class that is not the asset's own.
        """
        for above in self.lineage(cls):
            if not isinstance(above.node, ast.ClassDef):
                continue
            for base in above.node.bases:
                name = last_name(base)
                if name in ("object", "ABC", "Protocol", "Generic", "Enum", "StrEnum", "Exception"):
                    continue
                values = self.values(base, above.parent or above.root())
                if not all(isinstance(value, _Class) for value in values) or not values:
                    return True
        return False

    def method(self, cls: Scope, name: str, *, above: bool = False) -> Scope | None:
        for position, current in enumerate(self.lineage(cls)):
            if above and position == 0:
                continue
            self.spend(len(current.definitions))
            for inner in current.definitions:
                if getattr(inner.node, "name", "") == name and inner.owner is current:
                    return inner
        return None

    # -- What runs

    def visit(self, scope: Scope, *, certain: bool) -> None:
        if scope not in self.seen:
            self.first_visit(scope)
        for inner in scope.definitions:
            if isinstance(inner.node, ast.ClassDef):
                self.enter(inner, certain=certain)
            elif inner.decorators:
                self.decorated(inner, certain=certain)
        for mention in scope.mentions:
            self.mention(mention, scope, certain=certain)
        for call in scope.calls:
            self.call(call, scope, certain=certain)

    def first_visit(self, scope: Scope) -> None:
        self.seen.add(scope)
        for asked, line in scope.imports:
            self.import_(asked, line, scope)
        for asked in scope.stars:
            self.import_(asked, 1, scope)
        for constant in scope.texts:
            for port, requests in externals.EXTENSIONS.items():
                if isinstance(constant.value, str) and port in constant.value:
                    place = Place(scope.file, constant.lineno)
                    self.extension.extend((*request, place) for request in requests)

    def decorated(self, scope: Scope, *, certain: bool) -> None:
        if scope.owner is not None and not certain:
            return
        around = scope.parent or scope.root()
        for decorator in scope.decorators:
            for value in self.values(decorator, around):
                if isinstance(value, _Function):
                    self.enter(value.scope, certain=certain)
                    self.hand(value, 0, id(scope), frozenset({_Function(scope)}))
        if not _passive(scope) and scope.owner is None:
            self.enter(scope, certain=certain)

    def mention(self, node: ast.Name | ast.Attribute, scope: Scope, *, certain: bool) -> None:
        """
        Take note of what is handed around: it may be called wherever it goes.
        """
        for value in self.values(node, scope):
            match value:
                case _Function():
                    self.enter(value.scope, certain=certain)
                case _Class():
                    self.make(value.scope, certain=False)
                case _Request():
                    if isinstance(node, ast.Attribute):
                        self.request(value, Place(scope.file, node.lineno), (), certain=certain)
                case _External():
                    self.unseen(value.path, Place(scope.file, node.lineno), called=False)

    def call(self, node: ast.Call, scope: Scope, *, certain: bool) -> None:  # noqa: C901, PLR0912 (one case per kind of value)
        place = Place(scope.file, node.lineno)
        values = self.values(node.func, scope)
        only = certain and len([v for v in values if not isinstance(v, _Carrier)]) == 1
        for value in values:
            match value:
                case _Function():
                    self.enter(value.scope, certain=certain)
                    self.pass_arguments(node, scope, value)
                case _Lambda():
                    self.pass_to_lambda(node, scope, value)
                case _Partial():
                    self.completed(node, scope, value, certain=only)
                case _Carrier() if not isinstance(node.func, ast.Attribute):
                    for inner in value.content:
                        if isinstance(inner, _Function):
                            self.pass_arguments(node, scope, inner)
                case _Class():
                    self.make(value.scope, certain=certain)
                    made = _Instance(value.scope)
                    start = self.method(value.scope, "__init__")
                    if start is not None:
                        self.pass_arguments(node, scope, _Function(start, made))
                    else:
                        self.fields(node, scope, value.scope)
                case _Instance():
                    called = self.method(value.scope, "__call__")
                    if called is not None:
                        self.enter(called, certain=certain)
                        self.pass_arguments(node, scope, _Function(called, value))
                case _Request():
                    self.asked(node, scope, value, certain=only)
                case _External():
                    self.external(node, scope, value.path, certain=only)
        if not values or _UNKNOWN in values:
            self.loose(node, scope, place)
        if isinstance(node.func, ast.Name) and node.func.id == "getattr":
            self.looked_up(node, scope)

    def loose(self, node: ast.Call, scope: Scope, place: Place) -> None:
        """
        Take note of a call on something that is not known, by the name alone.
        """
        if not isinstance(node.func, ast.Attribute):
            return
        name = node.func.attr
        self.found.loose.setdefault(name, place)
        for method in self.methods.get(name, ()):
            self.enter(method, certain=False)
            if method.owner is not None:
                self.pass_arguments(node, scope, _Function(method, _Instance(method.owner)))
        if name in _NAMING and node.args:
            for value in self.values(node.args[0], scope):
                if isinstance(value, _Text) and not value.name.variable:
                    self.found.loose.setdefault(value.name.text, place)

    def asked(self, node: ast.Call, scope: Scope, request: _Request, *, certain: bool) -> None:
        """
        Take note of a call of a method of a client.
        """
        place = Place(scope.file, node.lineno)
        if request.operation in _NAMING:
            self.indirect(node, scope, request, certain=certain)
            return
        self.request(request, place, self.keywords(node.keywords, scope), certain=certain)

    def indirect(self, node: ast.Call, scope: Scope, request: _Request, *, certain: bool) -> None:
        place = Place(scope.file, node.lineno)
        first = _argument(node, 0, *_NAMED_BY)
        values = self.values(first, scope) if first is not None else _ONLY_UNKNOWN
        if not all(isinstance(v, _Text) and not v.name.variable for v in values) or not values:
            reason = f"the {request.service} operation is named only at run time"
            self.gap(place, reason, request.service)
        described = service(request.service)
        keywords: list[tuple[str, Name | None]] = []
        for keyword in node.keywords:
            if keyword.arg == "Params":
                keywords.extend(self.named_entries(keyword.value, scope))
        for value in values:
            if isinstance(value, _Text):
                operation = value.name.text
                if request.operation == "get_waiter" and described is not None:
                    operation = described.waiters.get(operation, operation)
                elif request.operation == "_make_api_call":
                    operation = snake_case(operation)
                asked = _Request(request.service, operation, request.own)
                self.request(
                    asked,
                    place,
                    tuple(keywords),
                    certain=certain and len(values) == 1,
                    signed=request.operation == "generate_presigned_url",
                )

    def request(
        self,
        request: _Request,
        place: Place,
        keywords: tuple[tuple[str, Name | None], ...],
        *,
        certain: bool,
        signed: bool = False,
    ) -> None:
        if request.service.startswith("@"):
            return
        about = [(key, name) for key, name in keywords if name is not None and key in ABOUT]
        if request.about is not None:
            about.append(("", request.about))
        self.note(
            request.service,
            request.operation,
            place,
            certain=certain and request.own,
            keywords=tuple(sorted({key for key, _ in keywords})),
            about=tuple(sorted(about)),
            signed=signed or request.operation == SIGNED_FORM,
        )

    def note(  # noqa: PLR0913 (one fact each)
        self,
        name: str,
        operation: str,
        place: Place,
        *,
        certain: bool,
        keywords: tuple[str, ...] = (),
        about: tuple[tuple[str, Name], ...] = (),
        signed: bool = False,
    ) -> None:
        if not operation or not makes_request(operation):
            return
        key = (name, operation, place, keywords, about)
        known = self.found.calls.get(key)
        if known is None or (certain and not known.certain):
            self.found.calls[key] = Call(
                place=place,
                service=name,
                operation=operation,
                certain=certain,
                keywords=keywords,
                about=about,
                signed=signed,
            )
        if service(name) is None:
            self.gap(
                place,
                "the service is named only at run time"
                if name == ANY
                else f"{name} is no service that is known",
            )

    def looked_up(self, node: ast.Call, scope: Scope) -> None:
        """
        Take note of ``getattr`` on a client.
        """
        if len(node.args) < 2:  # noqa: PLR2004 (an object and a name)
            return
        place = Place(scope.file, node.lineno)
        names = self.values(node.args[1], scope)
        for value in self.values(node.args[0], scope):
            if isinstance(value, _Client | _Object):
                if not names or not all(isinstance(name, _Text) for name in names):
                    reason = f"the {value.service} operation is named only at run time"
                    self.gap(place, reason, value.service)
            elif isinstance(value, _Instance | _Module) and not all(
                isinstance(name, _Text) for name in names
            ):
                self.any_member(value)
        for found in self.values(node, scope):
            if isinstance(found, _Request):
                self.request(found, place, (), certain=False)
            else:
                self.run(found, certain=False)

    def any_member(self, value: _Instance | _Module) -> None:
        if isinstance(value, _Instance):
            for current in self.lineage(value.scope):
                for inner in current.definitions:
                    self.enter(inner, certain=False)
        else:
            module = self.modules.get(value.name)
            for inner in module.definitions if module is not None else ():
                self.enter(inner, certain=False)

    def external(self, node: ast.Call, scope: Scope, path: str, *, certain: bool) -> None:
        """
        Take note of a call of something outside the asset.
        """
        place = Place(scope.file, node.lineno)
        self.unseen(path, place, called=True)
        top, _, _ = path.partition(".")
        last = path.rpartition(".")[2]
        first = self.name_in(_argument(node, 0, "table_name", "name"), scope)
        about = (("", first),) if first is not None else ()
        for name, operation in externals.REQUESTS.get((top, last), ()):
            sure = certain and last not in externals.PARTLY
            self.note(name, operation, place, certain=sure, about=about)
        for (cls, method), requests in externals.PROVIDERS.items() if "()." in path else ():
            if path.endswith(f"{cls}().{method}"):
                for name, operation in requests:
                    self.note(name, operation, place, certain=certain and method != "set")
        if path in _NAMING_LATER:
            self.by_name_later(node, scope, path, place)
        self.hands(node, scope, path, certain=certain)
        if self.harmless(top) or top in ("builtins", "data"):
            return
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            for value in self.values(argument, scope):
                if isinstance(value, _Client | _Object):
                    reason = f"a client of {value.service} is handed to {top}"
                    self.gap(place, reason, value.service)

    def by_name_later(self, node: ast.Call, scope: Scope, path: str, place: Place) -> None:
        if path.startswith("operator."):
            self.member_named(node, scope, place)
        else:
            self.import_by_name(node, scope, place)

    def member_named(self, node: ast.Call, scope: Scope, place: Place) -> None:
        """
        Take note of a member of whatever there will be, by its name.
        """
        for argument in node.args[:1]:
            for name in self.values(argument, scope) or _ONLY_UNKNOWN:
                if isinstance(name, _Text) and not name.name.variable:
                    self.found.loose.setdefault(name.name.text.rpartition(".")[2], place)
                else:
                    self.gap(place, "calls what it names only at run time")

    def handed(self, node: ast.Call, scope: Scope) -> Iterator[ast.Call]:
        """
        Give the calls that code outside the asset makes of what a call hands to it.
        """
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            if any(map(_is_called, self.values(argument, scope))):
                key = (id(node), id(argument))
                if key not in self.handed_calls:
                    self.handed_calls[key] = handed_call(node, argument)
                yield self.handed_calls[key]

    def hands(self, node: ast.Call, scope: Scope, path: str, *, certain: bool) -> None:
        """
        Take note of what something outside the asset calls, and of what it keeps.
        """
        for handed in self.handed(node, scope):
            made = any(isinstance(value, _Class) for value in self.values(handed.func, scope))
            self.call(handed, scope, certain=certain and not made)
        if "()" in path and isinstance(node.func, ast.Attribute) and self.carried(node, scope):
            self.keep(node.func.value, scope, id(node), lambda: self.carried(node, scope))

    def keep(
        self, target: ast.expr, scope: Scope, key: object, values: Callable[[], _Values]
    ) -> None:
        """
        Note that something of others was given values that it may give back.
        """
        if isinstance(target, ast.Name):
            holder = scope.holder_of(target.id)
            if holder is not None:
                self.give(holder, target.id, key, values)
        elif isinstance(target, ast.Attribute):
            for value in self.values(target.value, scope):
                if isinstance(value, _Instance):
                    self.facts.learn((_Carrier, value.scope, target.attr), key, values)

    def completed(self, node: ast.Call, scope: Scope, partial: _Partial, *, certain: bool) -> None:
        """
        Take note of a call of a function that has some of its arguments already.
        """
        bound = self.bound_call(partial)
        for value in self.values(bound.func, partial.scope):
            if isinstance(value, _Function):
                self.enter(value.scope, certain=certain)
                self.pass_arguments(bound, partial.scope, value)
                self.pass_arguments(node, scope, value, after=len(bound.args))
            elif isinstance(value, _Request) and not bound.args and value.operation not in _NAMING:
                keywords = self.keywords(bound.keywords, partial.scope)
                more = self.keywords(node.keywords, scope)
                self.request(value, Place(scope.file, node.lineno), keywords + more, certain=False)
        if bound.args:
            self.call(bound, partial.scope, certain=certain)

    def bound_call(self, partial: _Partial) -> ast.Call:
        """
        Give the call that a partial makes when nothing is added to it.
        """
        key = (id(partial.node), id(partial.node.args[0]))
        if key not in self.handed_calls:
            self.handed_calls[key] = handed_call(partial.node, partial.node.args[0])
        return self.handed_calls[key]

    def import_by_name(self, node: ast.Call, scope: Scope, place: Place) -> None:
        names = self.values(node.args[0], scope) if node.args else _NOTHING
        texts = [value.name for value in names if isinstance(value, _Text)]
        if len(texts) == len(names) and texts and not any(name.variable for name in texts):
            for name in texts:
                self.import_(name.text, place.line, scope)
        else:
            self.gap(place, externals.UNSEEN["importlib.import_module"])

    def unseen(self, path: str, place: Place, *, called: bool) -> None:
        if path in ("importlib.import_module", "builtins.__import__"):
            return
        reason = externals.UNSEEN.get(path)
        if reason is None and called:
            reason = externals.UNSEEN.get(path.partition(".")[0])
        if reason is not None and (called or not path.startswith("pickle")):
            self.gap(place, reason)

    # -- Arguments

    def pass_arguments(  # noqa: C901, PLR0912 (one case per kind of argument)
        self, node: ast.Call, scope: Scope, function: _Function, *, after: int = 0
    ) -> None:
        parameters = function.scope.parameters
        self.spend(1 + len(parameters) + len(node.args) + len(node.keywords))
        static = any(last_name(d) == "staticmethod" for d in function.scope.decorators)
        if function.scope.owner is not None and not static:
            parameters = parameters[1:]
        for position, argument in enumerate(node.args, after):
            if isinstance(argument, ast.Starred):
                for parameter in parameters[position:]:
                    self.pass_one(function.scope, parameter.arg, argument.value, scope, held=True)
                break
            if position < len(parameters):
                self.pass_one(function.scope, parameters[position].arg, argument, scope)
            else:
                rest = getattr(getattr(function.scope.node, "args", None), "vararg", None)
                if rest is not None:
                    self.pass_one(function.scope, rest.arg, argument, scope, boxed=True)
        known = {parameter.arg for parameter in parameters}
        if isinstance(function.scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            known |= {parameter.arg for parameter in function.scope.node.args.kwonlyargs}
        for keyword in node.keywords:
            if keyword.arg in known:
                self.pass_one(function.scope, keyword.arg or "", keyword.value, scope)
            elif keyword.arg is None:
                for name in known:
                    self.pass_one(function.scope, name, keyword.value, scope, held=True)
            else:
                rest = getattr(getattr(function.scope.node, "args", None), "kwarg", None)
                if rest is not None:
                    self.pass_one(function.scope, rest.arg, keyword.value, scope, boxed=True)

    def pass_to_lambda(self, node: ast.Call, scope: Scope, function: _Lambda) -> None:
        for argument, parameter in zip(node.args, function.node.args.args, strict=False):
            self.pass_one(function.scope, parameter.arg, argument, scope)

    def pass_one(  # noqa: PLR0913 (one fact each)
        self,
        target: Scope,
        name: str,
        node: ast.expr,
        scope: Scope,
        *,
        held: bool = False,
        boxed: bool = False,
    ) -> None:
        def values() -> _Values:
            found = self.values(node, scope)
            if held:
                return _content(found)
            return self.boxed(found, scope) if boxed else found

        self.give(target, name, id(node), values)

    def hand(self, function: _Function, position: int, key: object, values: _Values) -> None:
        parameters = function.scope.parameters
        if position < len(parameters):
            self.give(function.scope, parameters[position].arg, key, lambda: values)

    def fields(self, node: ast.Call, scope: Scope, cls: Scope) -> None:
        """
        Pass arguments to a class that makes its own constructor, such as a dataclass.
        """
        names = [
            statement.target.id
            for current in self.lineage(cls)
            for statement in getattr(current.node, "body", ())
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        ]
        for position, argument in enumerate(node.args[: len(names)]):
            self.pass_one(cls, names[position], argument, scope)
        for keyword in node.keywords:
            if keyword.arg in names:
                self.pass_one(cls, keyword.arg or "", keyword.value, scope)

    # -- Values

    def values(self, node: ast.expr | None, scope: Scope) -> _Values:
        if node is None:
            return _NOTHING
        key = (id(node), id(scope))
        known = self.known(key)
        if known is not None:
            return known
        if isinstance(node, ast.Constant):
            self.memo[key] = found = self.evaluated(node, scope)
            return found
        if len(self.open) > _DEEPEST:
            self.found.limits.setdefault(_TOO_DEEP, Place(scope.file, node.lineno))
            return _ONLY_UNKNOWN
        mark = self.begin(key)
        while not self.end(key, self.evaluated(node, scope), scope, mark):
            mark = self.begin(key)
        return self.memo[key]

    def known(self, key: _Key) -> _Values | None:
        known = self.memo.get(key)
        if known is not None and key in self.open:
            self.open[key] = True
        return known

    def begin(self, key: _Key) -> _Mark:
        """
        Begin to find out what something stands for; who asks meanwhile gets what it was before.
        """
        self.open[key] = False
        self.memo[key] = self.before.get(key, _NOTHING)
        self.trail.append(key)
        return len(self.trail), len(self.found.passing)

    def end(self, key: _Key, found: _Values, scope: Scope, mark: _Mark) -> bool:
        """
        Note what something stands for; not when what it was taken for meanwhile proves wrong.
        """
        if key in self.given_up:
            found = _ONLY_UNKNOWN
        elif len(found) > 1:
            found = self.narrowed(found, scope)
            if found is _ONLY_UNKNOWN:
                self.given_up.add(key)
        self.spend(1 + len(found))
        if self.open.pop(key) and found != self.memo[key]:
            self.wrong = True
        self.memo[key] = found
        # What is found out around it may be taken for something wrong as well.
        if not self.wrong or any(self.open.values()):
            return True
        self.wrong = False
        self.attempts[key] += 1
        if self.attempts[key] > _MOST_ROUNDS or len(self.found.passing) > mark[1]:
            self.facts.late = True
            return True
        self.lineages.clear()
        for since in self.trail[mark[0] - 1 :]:
            self.before[since] = self.memo.pop(since)
        del self.trail[mark[0] - 1 :]
        return False

    def narrowed(self, values: _Values, scope: Scope) -> _Values:
        """
        Keep a set of values small enough to be followed.
        """
        values = _merged(values)
        if len(values) > _MOST_VALUES:
            # A text that may be any of so many is as good as one named at run time.
            values = frozenset(v for v in values if not isinstance(v, _Text)) | _ONLY_DATA
        if len(values) > _MOST_VALUES:
            place = Place(scope.file, getattr(scope.node, "lineno", 1))
            self.found.limits.setdefault(_TOO_MANY, place)
            return _ONLY_UNKNOWN
        return values

    def boxed(self, content: _Values, scope: Scope) -> _Values:
        return frozenset({_box(self.narrowed(content, scope))})

    def spend(self, work: int) -> None:
        self.budget -= work
        if self.budget < 0:
            raise _TooLargeError

    def evaluated(self, node: ast.expr, scope: Scope) -> _Values:  # noqa: C901, PLR0912
        match node:
            case ast.Constant():
                if isinstance(node.value, str):
                    return frozenset({_Text(Name(node.value))})
                return _ONLY_DATA
            case ast.Name():
                return self.values_of_name(node.id, scope)
            case ast.Attribute():
                return self.members(self.values(node.value, scope), node.attr)
            case ast.Call():
                return self.result(node, scope)
            case ast.Subscript():
                return self.subscript(node, scope)
            case ast.Await() | ast.Starred() | ast.YieldFrom():
                return self.values(node.value, scope)
            case ast.NamedExpr():
                return self.values(node.value, scope)
            case ast.IfExp():
                return self.values(node.body, scope) | self.values(node.orelse, scope)
            case ast.BoolOp():
                return self.union(node.values, scope)
            case ast.Tuple() | ast.List() | ast.Set():
                return self.boxed(self.union(node.elts, scope), scope)
            case ast.Dict():
                return self.boxed(self.dictionary(node, scope), scope)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self.boxed(self.values(node.elt, scope), scope)
            case ast.DictComp():
                held = self.values(node.value, scope) | _carried(self.values(node.key, scope))
                return self.boxed(held, scope)
            case ast.Lambda():
                return frozenset({_Lambda(node, scope)})
            case ast.BinOp():
                both = self.values(node.left, scope) | self.values(node.right, scope)
                kept = frozenset(value for value in both if isinstance(value, _Box))
                return kept or _ONLY_DATA
            case ast.JoinedStr() | ast.Compare() | ast.UnaryOp() | ast.Slice():
                return _ONLY_DATA
        return _ONLY_UNKNOWN

    def dictionary(self, node: ast.Dict, scope: Scope) -> _Values:
        """
        Give what a dictionary holds, with what is to be kept of its keys.
        """
        found = set(_carried(self.union(node.keys, scope)))
        for key, value in zip(node.keys, node.values, strict=True):
            held = self.values(value, scope)
            found |= _content(held) if key is None else held
        return frozenset(found)

    def union(self, nodes: Iterable[ast.expr | None], scope: Scope) -> _Values:
        found: set[object] = set()
        for node in nodes:
            values = self.values(node, scope)
            found |= _content(values) if isinstance(node, ast.Starred) else values
        return frozenset(found)

    def values_of_name(self, name: str, scope: Scope) -> _Values:
        holder = scope.holder_of(name)
        if holder is not None:
            return self.bound(name, holder)
        for star in scope.root().stars:
            if self.own(star):
                found = self.members(frozenset({_Module(star)}), name)
                if found and found != _ONLY_UNKNOWN:
                    return found
        if scope.root().stars and not all(map(self.own, scope.root().stars)):
            return _ONLY_UNKNOWN
        if not hasattr(builtins, name):
            return _ONLY_UNKNOWN
        return frozenset({_External(f"builtins.{name}")})

    def bound(self, name: str, scope: Scope) -> _Values:
        """
        Give what the bindings of a name in one scope make of it.
        """
        key = (id(scope), name)
        known = self.known(key)
        if known is not None:
            return known
        mark = self.begin(key)
        while not self.end(key, self.joined(name, scope), scope, mark):
            mark = self.begin(key)
        return self.memo[key]

    def joined(self, name: str, scope: Scope) -> _Values:
        found: set[object] = set()
        given = list(self.facts.about((scope, name)).values())
        self.spend(len(given))
        for values in given:
            found |= values()
        for binding in scope.bindings[name]:
            found |= self.of_binding(binding, name, certain=bool(found))
        return frozenset(found)

    def of_binding(  # noqa: C901 (one case per way to bind)
        self, binding: Binding, name: str, *, certain: bool
    ) -> _Values:
        node, scope = binding.node, binding.scope
        match binding.how:
            case How.VALUE if isinstance(node, ast.expr):
                return self.values(node, scope)
            case How.ITEM if isinstance(node, ast.expr):
                return _content(self.values(node, scope))
            case How.PART if isinstance(node, ast.expr):
                found = _content(self.values(node, scope))
                return found | _content(frozenset(v for v in found if isinstance(v, _Box)))
            case How.HELD if isinstance(node, ast.expr):
                return self.boxed(self.values(node, scope), scope)
            case How.ENTERED if isinstance(node, ast.expr):
                return self.entered(self.values(node, scope))
            case How.IMPORT:
                return self.imported(binding.name)
            case How.FUNCTION if node is not None:
                return self.function(scope.inner[node])
            case How.CLASS if node is not None:
                return frozenset({_Class(scope.inner[node])})
            case How.PARAMETER:
                return self.parameter(binding, name, certain=certain)
            case How.DATA:
                return _ONLY_DATA
        return _ONLY_UNKNOWN

    def function(self, scope: Scope) -> _Values:
        found: set[object] = {_Function(scope)}
        for decorator in scope.decorators:
            for value in self.values(decorator, scope.parent or scope.root()):
                if isinstance(value, _Function):
                    found |= self.returned(value.scope)
        return frozenset(found)

    def parameter(self, binding: Binding, name: str, *, certain: bool) -> _Values:
        scope = binding.scope
        if scope.owner is not None and scope.parameters and scope.parameters[0].arg == name:
            if any(last_name(d) == "classmethod" for d in scope.decorators):
                asked = self.facts.about((_Class, scope.owner))
                return frozenset(map(_Class, asked or (scope.owner,)))
            if not any(last_name(d) == "staticmethod" for d in scope.decorators):
                # The class above that a method stands in calls what the class below makes of it.
                made = self.facts.about((_Instance, scope.owner))
                return frozenset(map(_Instance, made or (scope.owner,)))
        annotated = _NOTHING
        if isinstance(binding.node, ast.expr):
            annotated = self.annotated(binding.node, scope.parent or scope)
        if certain:
            return frozenset(v for v in annotated if isinstance(v, _Client | _Object))
        return annotated or _ONLY_UNKNOWN

    def annotation(self, text: str) -> ast.expr | None:
        """
        Read an annotation that is a text; once, as values are kept by the node they are of.
        """
        if text not in self.annotations:
            try:
                self.annotations[text] = ast.parse(text, mode="eval").body
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self.annotations[text] = None
        return self.annotations[text]

    def annotated(self, node: ast.expr, scope: Scope) -> _Values:
        """
        Give what a type annotation says a value is.
        """
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            written = self.annotation(node.value)
            if written is None:
                return _NOTHING
            node = written
        found: set[object] = set()
        candidates = [
            inner for inner in ast.walk(node) if isinstance(inner, ast.Name | ast.Attribute)
        ]
        self.spend(len(candidates))
        for candidate in candidates:
            for value in self.values(candidate, scope):
                if isinstance(value, _Class):
                    found.add(_Instance(value.scope))
                elif isinstance(value, _External):
                    found |= _stub(value.path)
                    if value.path in ("builtins.str", "builtins.int", "builtins.dict"):
                        found.add(_DATA)
        return frozenset(found)

    def imported(self, asked: str) -> _Values:
        if not self.own(asked):
            return frozenset({_External(asked)})
        if asked in self.modules and self.modules[asked] is not None:
            return frozenset({_Module(asked)})
        source, _, name = asked.rpartition(".")
        if source and self.modules.get(source) is not None:
            return self.members(frozenset({_Module(source)}), name)
        if not source or self.folder.has_folder(asked.replace(".", "/")):
            return frozenset({_Module(asked)})
        return self.members(frozenset({_Module(source)}), name)

    def entered(self, values: _Values) -> _Values:
        found: set[object] = set()
        for value in values:
            start = self.method(value.scope, "__enter__") if isinstance(value, _Instance) else None
            found |= self.returned(start) if start is not None else {value}
        return frozenset(found)

    def returned(self, scope: Scope) -> _Values:
        found: set[object] = set()
        for node in scope.results:
            found |= self.values(node, scope)
        if isinstance(scope.node, ast.FunctionDef) and scope.generator:
            found |= self.boxed(frozenset(found), scope)
        return frozenset(found) or _ONLY_DATA

    def subscript(self, node: ast.Subscript, scope: Scope) -> _Values:
        values = self.values(node.value, scope)
        if _External("os.environ") in values:
            keys = self.values(node.slice, scope)
            return (
                frozenset(
                    _Text(Name(key.name.text, variable=True))
                    for key in keys
                    if isinstance(key, _Text)
                )
                or _ONLY_DATA
            )
        found: set[object] = set()
        for value in values:
            if isinstance(value, _Box):
                found |= value.content
                if isinstance(node.slice, ast.Slice):
                    found.add(value)
            elif isinstance(value, _Unknown | _Data | _Object):
                found.add(value)
            elif isinstance(value, _Carrier):
                found |= _content(frozenset({value}))
            elif isinstance(value, _External):
                found.add(_further(value.path, "[]"))
            elif isinstance(value, _Text):
                found.add(_DATA)
            else:
                found.add(_UNKNOWN)
        return frozenset(found) or _ONLY_UNKNOWN

    def members(self, values: _Values, name: str) -> _Values:
        found: set[object] = set()
        for value in values:
            found |= self.member(value, name)
        if len(found) > 1:
            return _of_the_right_services(frozenset(found))
        return frozenset(found)

    def member(self, value: object, name: str) -> _Values:  # noqa: C901, PLR0912
        match value:
            case _Data() | _Text():
                return _ONLY_DATA
            case _External():
                further = frozenset({_further(value.path, f".{name}")})
                return further | self.set_on_others(name) if "()" in value.path else further
            case _Carrier():
                return self.of_carrier(value, name)
            case _Module():
                return self.of_module(value, name)
            case _Instance() if name == "__class__":
                return frozenset({_Class(value.scope)})
            case _Instance():
                return self.of_instance(value, name)
            case _Class():
                return self.of_class(value.scope, name)
            case _Session():
                return frozenset({_Request("@session", name, value.own)})
            case _Meta():
                client = _Client(value.service, value.own)
                return frozenset({client}) if name == "client" else _ONLY_DATA
            case _Client():
                if name in ("meta", "exceptions"):
                    return _ONLY_DATA
                return frozenset({_Request(value.service, name, value.own)})
            case _Object():
                return self.of_object(value, name)
            case _Box():
                if name in ("values", "items", "get", "pop", "copy", "popitem", "setdefault"):
                    return frozenset({value})
                # A namespace or named tuple; a method of a list or dictionary gives data.
                return _ONLY_DATA if hasattr(dict, name) or hasattr(list, name) else value.content
            case _Request():
                return _ONLY_DATA
            case _Partial() if name == "func":
                return self.values(value.node.args[0], value.scope)
            case _Function() | _Lambda() | _Partial():
                return frozenset({value}) if name in ("__wrapped__", "func") else _ONLY_DATA
        return _ONLY_UNKNOWN

    def of_module(self, module: _Module, name: str) -> _Values:
        scope = self.modules.get(module.name)
        if scope is not None:
            found: _Values = _NOTHING
            if name in scope.bindings:
                found = self.bound(name, scope)
            for binding in scope.attributes.get(name, ()):
                found |= self.of_binding(binding, name, certain=True)
            if found:
                return found
            if name in scope.bindings:
                return _NOTHING
        inner = f"{module.name}.{name}"
        if self.modules.get(inner) is not None or self.folder.has_folder(inner.replace(".", "/")):
            return frozenset({_Module(inner)})
        if self.load(inner) is not None:
            return frozenset({_Module(inner)})
        if scope is not None and scope.stars:
            return self.values_of_name(name, scope)
        return _ONLY_UNKNOWN

    def of_carrier(self, carrier: _Carrier, name: str) -> _Values:
        """
        Give a member of something of others, or of what that was given.
        """
        found: set[object] = {carrier}
        for value in carrier.content:
            match value:
                case _Client() if name in _NAMING or need_of(value.service, name).known:
                    found |= self.member(value, name)
                case _Session() if name in ("client", "resource", "create_client"):
                    found |= self.member(value, name)
                case _Object():
                    described = service(value.service)
                    known = described.resources.get(value.type, {}) if described else {}
                    if name == "meta" or name in known:
                        found |= self.member(value, name)
                case _Instance():
                    if any(
                        name in cls.bindings or name in cls.attributes
                        for cls in self.lineage(value.scope)
                    ):
                        found |= self.member(value, name)
        return frozenset(found)

    def set_on_others(self, name: str) -> _Values:
        """
        Give what is set as an attribute of something that is not the asset's own.
        """
        found: set[object] = set()
        for binding in self.set_outside.get(name, ()):
            found |= self.of_binding(binding, name, certain=True)
        return _carried(frozenset(found))

    def given_to(self, cls: Scope, name: str) -> _Values:
        """
        Give what an attribute of an object was given to keep.
        """
        kept = self.facts.about((_Carrier, cls, name))
        return frozenset().union(*(values() for values in list(kept.values())))

    def of_instance(self, value: _Instance, name: str) -> _Values:
        found: set[object] = set()
        for position, cls in enumerate(self.lineage(value.scope)):
            if value.above and position == 0:
                continue
            for binding in cls.attributes.get(name, ()):
                found |= self.of_binding(binding, name, certain=True)
            found |= self.given_to(cls, name)
            if name in cls.bindings:
                for member in self.bound(name, cls):
                    if isinstance(member, _Function) and member.scope.owner is not None:
                        if any(
                            last_name(d) in externals.PROPERTIES for d in member.scope.decorators
                        ):
                            self.enter(member.scope, certain=self.certain(cls))
                            found |= self.returned(member.scope)
                        else:
                            self.ask_class(cls, value.scope)
                            found.add(_Function(member.scope, _Instance(value.scope)))
                    else:
                        found.add(member)
            if found:
                return frozenset(found)
        # What is set from outside, or by a base class that is not the asset's own.
        for binding in self.set_outside.get(name, ()):
            found |= self.of_binding(binding, name, certain=True)
        return frozenset(found) or _ONLY_UNKNOWN

    def of_class(self, scope: Scope, name: str) -> _Values:
        for cls in self.lineage(scope):
            if name in cls.bindings or name in cls.attributes:
                found = self.bound(name, cls) if name in cls.bindings else _NOTHING
                for binding in cls.attributes.get(name, ()):
                    found |= self.of_binding(binding, name, certain=True)
                self.ask_class(cls, scope)
                # A member of an enumeration is an object of it.
                data = any(isinstance(value, _Text | _Data | _Box) for value in found)
                enum = any(last_name(base).endswith("Enum") for base in _bases(scope))
                return found | {_Instance(scope)} if data and enum else found
        return _ONLY_UNKNOWN

    def ask_class(self, above: Scope, cls: Scope) -> None:
        """
        Note that a method of a class may be called of one that inherits from it.
        """
        self.facts.learn((_Class, above), cls, presumed=above is cls)

    def of_object(self, value: _Object, name: str) -> _Values:  # noqa: C901 (one case per kind of member)
        if name == "meta":
            return frozenset({_Meta(value.service, value.own)})
        described = service(value.service)
        if described is None:
            return _ONLY_UNKNOWN
        if value.type.startswith("*"):
            batch = described.resources.get(value.type[1:], {}).get(f"*{name}")
            if batch is not None:
                return frozenset({_Request(value.service, batch[0], value.own, about=value.name)})
            if name in ("all", "filter", "limit", "page_size", "pages"):
                return frozenset({_Request("@same", "", value.own, gives=value)})
            return _ONLY_DATA
        members = described.resources.get(value.type, {})
        member = members.get(name)
        if member is None:
            loading = members.get("?")
            if loading is not None and not name.startswith("_"):
                return (
                    frozenset(
                        {_Request(value.service, loading[0], value.own, about=value.name), _DATA}
                    )
                    if name not in _IDENTIFIERS
                    else _ONLY_DATA
                )
            return _ONLY_DATA
        operation, gives = member
        if operation.startswith("~"):
            operation = described.waiters.get(operation[1:], "")
        given = _Object(value.service, gives, value.own, value.name) if gives else None
        if gives.startswith("*"):
            # The request is made when the collection is gone through.
            return frozenset(
                {_Request(value.service, operation, value.own, given, value.name), given}
            )
        if not operation and given is not None:
            return frozenset({_Request("@make", name, value.own, given), given})
        return frozenset({_Request(value.service, operation, value.own, given, value.name)})

    # -- Results of calls

    def result(self, node: ast.Call, scope: Scope) -> _Values:
        found: set[object] = set()
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            current: Scope | None = scope
            while current is not None:
                if current.owner is not None:
                    return frozenset({_Instance(current.owner, above=True)})
                current = current.parent
        for value in self.values(node.func, scope):
            found |= self.called(value, node, scope)
        return frozenset(found)

    def of_partial(self, partial: _Partial, node: ast.Call, scope: Scope) -> _Values:
        bound = self.bound_call(partial)
        if bound.args:
            return self.values(bound, partial.scope)
        found: set[object] = set()
        for value in self.values(bound.func, partial.scope):
            found |= self.called(value, node, scope)
        return frozenset(found)

    def called(  # noqa: C901 (one case per kind of value)
        self, value: object, node: ast.Call, scope: Scope
    ) -> _Values:
        match value:
            case _Function():
                return self.returned(value.scope)
            case _Lambda():
                return self.values(value.node.body, value.scope)
            case _Partial():
                return self.of_partial(value, node, scope)
            case _Carrier():
                return frozenset({value})
            case _Class():
                return frozenset({_Instance(value.scope)})
            case _Instance():
                called = self.method(value.scope, "__call__")
                return self.returned(called) if called is not None else _ONLY_UNKNOWN
            case _Box():
                return value.content | {value}
            case _Request():
                return self.answered(value, node, scope)
            case _External():
                return self.made(value.path, node, scope)
            case _Data():
                return _ONLY_DATA
            case _Object():
                return _NOTHING
        return _ONLY_UNKNOWN

    def answered(self, request: _Request, node: ast.Call, scope: Scope) -> _Values:
        if request.service == "@session":
            return self.of_session(request, node, scope)
        if request.service == "@make" and request.gives is not None:
            first = next(iter(node.args), None) or next(
                (keyword.value for keyword in node.keywords), None
            )
            name = self.name_in(first, scope) or request.gives.name
            if request.gives.name is not None and request.gives.service == "s3":
                name = request.gives.name
            gives = request.gives
            return frozenset({_Object(gives.service, gives.type, gives.own, name)})
        if request.gives is not None:
            return frozenset({request.gives})
        return _ONLY_DATA

    def of_session(self, request: _Request, node: ast.Call, scope: Scope) -> _Values:
        if request.operation in ("client", "create_client"):
            return self.clients(node, scope, own=request.own)
        if request.operation == "resource":
            return self.objects(node, scope, own=request.own)
        return _ONLY_DATA

    def made(self, path: str, node: ast.Call, scope: Scope) -> _Values:  # noqa: C901, PLR0912
        """
        Give what a call of something outside the asset gives.
        """
        top, _, rest = path.partition(".")
        if top in externals.SDK:
            last = rest.rpartition(".")[2]
            if last in ("client", "create_client"):
                return self.clients(node, scope, own=True)
            if last == "resource":
                return self.objects(node, scope, own=True)
            if last in ("Session", "get_session", "AioSession"):
                own = not any(
                    k.arg is None or k.arg in _CREDENTIALS or k.arg == "botocore_session"
                    for k in node.keywords
                )
                return frozenset({_Session(own and not node.args)})
            return _ONLY_DATA
        match path:
            case "os.environ.get" | "os.getenv" | "os.environ.setdefault":
                return self.variable(node, scope)
            case "functools.partial" | "functools.partialmethod":
                return frozenset({_Partial(node, scope)}) if node.args else _ONLY_DATA
            case "contextlib.closing":
                return self.values(node.args[0], scope) if node.args else _ONLY_DATA
            case "builtins.next" | "builtins.reversed" | "builtins.iter" | "copy.copy":
                first = self.values(node.args[0], scope) if node.args else _NOTHING
                return first | _content(first)
            case "typing.cast":
                return self.values(node.args[1], scope) if len(node.args) > 1 else _ONLY_UNKNOWN
            case "builtins.getattr":
                return self.by_name(node, scope)
            case "builtins.dict" | "types.SimpleNamespace" | "builtins.zip" | "builtins.enumerate":
                held = self.union(
                    [*node.args, *(keyword.value for keyword in node.keywords)], scope
                )
                return self.boxed(held | _content(held), scope)
            case "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.sorted":
                held = self.union(node.args, scope)
                return self.boxed(_content(held), scope)
            case "builtins.map" | "builtins.filter":
                given: set[object] = set()
                for handed in self.handed(node, scope):
                    given |= self.values(handed, scope)
                for argument in node.args[1:] if path == "builtins.filter" else ():
                    given |= _content(self.values(argument, scope))
                return self.boxed(frozenset(given), scope)
            case "builtins.type":
                return self.members(self.union(node.args[:1], scope), "__class__")
            case "builtins.globals" | "builtins.locals" | "builtins.vars":
                return _ONLY_UNKNOWN
            case "builtins.max" | "builtins.min":
                return _ONLY_DATA | self.carried(node, scope)
        if top == "builtins":
            return _ONLY_DATA
        if last_name(node) in ("entered", "enter_context", "enter_async_context") and node.args:
            return self.entered(self.values(node.args[0], scope))
        return frozenset({_further(path, "()")}) | self.carried(node, scope)

    def carried(self, node: ast.Call, scope: Scope) -> _Values:
        """
        Give what a call of something outside the asset was given, and may give back.
        """
        found: set[object] = set()
        for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
            found |= _carried(self.values(argument, scope))
        for handed in self.handed(node, scope):
            found |= _carried(self.values(handed, scope))
        return frozenset({_Carrier(frozenset(found))}) if found else _NOTHING

    def by_name(self, node: ast.Call, scope: Scope) -> _Values:
        if len(node.args) < 2:  # noqa: PLR2004 (an object and a name)
            return _ONLY_UNKNOWN
        found: set[object] = set()
        for name in self.values(node.args[1], scope):
            if isinstance(name, _Text) and not name.name.variable:
                found |= self.members(self.values(node.args[0], scope), name.name.text)
            else:
                found.add(_UNKNOWN)
        return frozenset(found) or _ONLY_UNKNOWN

    def variable(self, node: ast.Call, scope: Scope) -> _Values:
        found: set[object] = set()
        for value in self.values(node.args[0], scope) if node.args else ():
            if isinstance(value, _Text):
                found.add(_Text(Name(value.name.text, variable=True)))
        return frozenset(found) or _ONLY_DATA

    def clients(self, node: ast.Call, scope: Scope, *, own: bool) -> _Values:
        own = own and not _foreign(node)
        return frozenset(_Client(name, own) for name in self.services(node, scope, 0))

    def objects(self, node: ast.Call, scope: Scope, *, own: bool) -> _Values:
        own = own and not _foreign(node)
        return frozenset(_Object(name, "", own) for name in self.services(node, scope, 0))

    def services(self, node: ast.Call, scope: Scope, position: int) -> set[str]:
        """
        Give the services that a client is asked for.
        """
        first = _argument(node, position, "service_name")
        values = self.union([first], scope) if first is not None else _NOTHING
        for keyword in node.keywords if first is None else ():
            for key, entry, where in self.entries(keyword.value, scope):
                if key == "service_name":
                    values |= self.values(entry, where)
        names: set[str] = set()
        for value in values:
            plain = isinstance(value, _Text) and not value.name.variable
            names.add(value.name.text if isinstance(value, _Text) and plain else ANY)
        if ANY in names or not names:
            place = Place(scope.file, node.lineno)
            self.gap(place, "the service of a client is named only at run time")
        return names or {ANY}

    def keywords(
        self, keywords: list[ast.keyword], scope: Scope
    ) -> tuple[tuple[str, Name | None], ...]:
        found: list[tuple[str, Name | None]] = []
        for keyword in keywords:
            if keyword.arg is not None:
                found.append((keyword.arg, self.name_in(keyword.value, scope)))
            else:
                found.extend(self.named_entries(keyword.value, scope))
        return tuple(found)

    def named_entries(self, node: ast.expr, scope: Scope) -> Iterator[tuple[str, Name | None]]:
        for key, value, where in self.entries(node, scope):
            yield key, self.name_in(value, where)

    def entries(self, node: ast.expr, scope: Scope) -> Iterator[tuple[str, ast.expr, Scope]]:
        """
        Give the entries of a dictionary that is written out, there or where its name is bound.
        """
        if isinstance(node, ast.Name):
            holder = scope.holder_of(node.id)
            for binding in holder.bindings[node.id] if holder is not None else ():
                if isinstance(binding.node, ast.Dict | ast.Call) and binding.how is How.VALUE:
                    yield from self.entries(binding.node, binding.scope)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value, scope
        elif isinstance(node, ast.Call) and last_name(node) == "dict":
            for keyword in node.keywords:
                if keyword.arg is not None:
                    yield keyword.arg, keyword.value, scope

    def name_in(self, node: ast.expr | None, scope: Scope) -> Name | None:
        """
        Give the one name that an expression stands for, if it is known.
        """
        if node is None:
            return None
        values = self.values(node, scope)
        only = next(iter(values)) if len(values) == 1 else None
        return only.name if isinstance(only, _Text) else None


_IDENTIFIERS: Final = frozenset(
    {"bucket_name", "key", "name", "arn", "url", "queue_url", "table_name", "id", "receipt_handle"}
)


def _content(values: _Values) -> _Values:
    found: set[object] = set()
    for value in values:
        if isinstance(value, _Box):
            found |= value.content
        elif isinstance(value, _Object):
            # An action may give one object or a list of them.
            kind = value.type.removeprefix("*")
            found.add(_Object(value.service, kind, value.own, value.name))
        elif isinstance(value, _External):
            found.add(_further(value.path, "[]"))
        elif isinstance(value, _Carrier):
            objects = frozenset(held for held in value.content if isinstance(held, _Object))
            found.add(_Carrier(value.content | _content(objects)))
        elif isinstance(value, _Request) and value.gives is not None:
            found |= _content(frozenset({value.gives}))
        elif isinstance(value, _Data | _Text):
            found.add(_DATA)
        else:
            found.add(_UNKNOWN)
    return frozenset(found)


def _carried(values: _Values) -> _Values:
    """
    Give those of some values that matter wherever they turn up again.
    """
    found: set[object] = set()
    for value in values:
        if isinstance(value, _Box | _Carrier):
            found |= _carried(value.content)
        elif isinstance(value, _Client | _Object | _Session | _Instance | _Function):
            found.add(value)
    return frozenset(found)


def _is_called(value: object) -> bool:
    """
    Whether a value is something to be called.
    """
    if isinstance(value, _External):
        top, _, rest = value.path.partition(".")
        return top in externals.SDK and rest.rpartition(".")[2] in ("client", "resource", "Session")
    return isinstance(value, _Function | _Lambda | _Partial | _Class | _Request)


def _of_the_right_services(values: _Values) -> _Values:
    """
    Leave out operations that a service does not have, where another of the values has it.
    """
    asked = [value for value in values if isinstance(value, _Request)]
    if len(asked) < 2:  # noqa: PLR2004 (nothing to tell apart)
        return values
    known = [
        value
        for value in asked
        if value.operation in _NAMING or need_of(value.service, value.operation).known
    ]
    return values.difference(asked) | set(known) if known else values


def _further(path: str, step: str) -> _External:
    """
    Give what is taken of something outside the asset, or what that gives.

    Only of some packages it tells anything what is called on their results.
    """
    top = path.partition(".")[0]
    if top not in externals.TELLING and ("()" in path or step in ("()", "[]")):
        return _External(f"{top}.()")
    if step in ("()", "[]") and path.endswith(step):
        return _External(path)
    parts = f"{path}{step}".split(".")
    if len(parts) > _LONGEST_PATH:
        parts = [top, *parts[-2:]]
    return _External(".".join(parts))


def _merged(values: _Values) -> _Values:
    """
    Make one of several lists: what is taken of them is the same.
    """
    boxes = [value for value in values if isinstance(value, _Box)]
    if len(boxes) < 2:  # noqa: PLR2004 (one is merged already)
        return values
    return values.difference(boxes) | {_box(frozenset().union(*(box.content for box in boxes)))}


def _box(content: _Values) -> _Box:
    """
    Give a list of values; one that is nested too deeply loses its innermost levels.
    """
    content = _merged(content)
    inner = next((value for value in content if isinstance(value, _Box)), None)
    if inner is None:
        return _Box(content)
    if inner.depth < _MOST_NESTED:
        return _Box(content, inner.depth + 1)
    return _box((content - {inner}) | inner.content | {_UNKNOWN})


def _stub(path: str) -> _Values:
    """
    Give what a class of the type stubs for boto3 stands for.
    """
    top, _, _ = path.partition(".")
    for prefix in externals.STUBS:
        if top.startswith(prefix):
            name = top.removeprefix(prefix).replace("_", "-")
            last = path.rpartition(".")[2]
            if last.endswith("Client"):
                return frozenset({_Client(name)})
            if last.endswith("ServiceResource"):
                return frozenset({_Object(name)})
            described = service(name)
            if described is not None and last in described.resources:
                return frozenset({_Object(name, last)})
    return _NOTHING


def _modules_around(asked: str) -> list[str]:
    """
    Give the modules that an import runs, the outermost first.
    """
    steps = asked.split(".")
    return [".".join(steps[:length]) for length in range(1, len(steps) + 1)]


def _bases(cls: Scope) -> list[ast.expr]:
    return cls.node.bases if isinstance(cls.node, ast.ClassDef) else []


def _passive(scope: Scope) -> bool:
    return all(
        last_name(decorator) in externals.PASSIVE_DECORATORS
        or dotted(decorator).endswith((".setter", ".getter", ".deleter"))
        for decorator in scope.decorators
    )


def _foreign(node: ast.Call) -> bool:
    """
    Whether a client may be someone else's, or one of another place than AWS.
    """
    return any(
        keyword.arg is None or keyword.arg in _CREDENTIALS or keyword.arg == "endpoint_url"
        for keyword in node.keywords
    )


def _argument(node: ast.Call, position: int, *names: str) -> ast.expr | None:
    for keyword in node.keywords:
        if keyword.arg in names:
            return keyword.value
    return node.args[position] if position < len(node.args) else None


def _order(call: Call) -> tuple[str, int, str, str]:
    return call.place.file, call.place.line, call.service, call.operation
