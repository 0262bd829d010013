"""The names that a Python source binds, scope by scope, and what each is bound to."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple
from zlib import crc32

_CONTAINER_METHODS: Final = frozenset({"append", "add", "insert", "setdefault", "appendleft"})
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class How(Enum):
    """
    How a name comes by a value.
    """

    VALUE = auto()
    ITEM = auto()
    PART = auto()
    ENTERED = auto()
    HELD = auto()
    IMPORT = auto()
    FUNCTION = auto()
    CLASS = auto()
    PARAMETER = auto()
    DATA = auto()


class Binding(NamedTuple):
    """
    One way in which a name comes by a value.

    Args:
        how: How.
        node: The expression, or the definition.
        scope: Where it is evaluated.
        name: For an import, what it names; for an unpacked value, its position.
    """

    how: How
    node: ast.AST | None
    scope: Scope
    name: str = ""


class Scope:
    """
    A module, class or function.

    Args:
        module: The name of the module.
        file: Its file, as seen from the asset.
        package: Whether it is the ``__init__`` of a package.
        parent: The scope around it, in which names are looked up next.
        node: The definition; the tree of a module.
        owner: The class that a method belongs to.

    Attributes:
        bindings: What each name is bound to.
        attributes: Attribute of ``self`` -> what it is bound to, for a class.
        calls: The calls in it.
        mentions: The names and attributes it reads, those it calls aside.
        results: What it returns and yields.
        held: Names of containers, and what is put into them; of a module, and noted as
            bindings when all of it is read.
        generator: Whether it yields.
        number: A hash of its place, the same in each run.
    """

    def __init__(  # noqa: PLR0913 (one fact each)
        self,
        *,
        module: str,
        file: str,
        package: bool,
        parent: Scope | None,
        node: ast.AST,
        owner: Scope | None = None,
    ) -> None:
        self.module = module
        self.file = file
        self.package = package
        self.parent = parent
        self.node = node
        self.owner = owner
        self.bindings: dict[str, list[Binding]] = {}
        self.attributes: dict[str, list[Binding]] = {}
        self.calls: list[ast.Call] = []
        self.mentions: list[ast.Name | ast.Attribute] = []
        self.results: list[ast.expr] = []
        self.inner: dict[ast.AST, Scope] = {}
        self.definitions: list[Scope] = []
        self.texts: list[ast.Constant] = []
        self.imports: list[tuple[str, int]] = []
        self.stars: list[str] = []
        self.held: list[tuple[str, Binding]] = []
        self.outer_names: frozenset[str] = frozenset()
        self.generator = False
        place = f"{module}:{getattr(node, 'lineno', 0)}"
        self.number = crc32(place.encode(errors="surrogatepass"))

    @property
    def parameters(self) -> list[ast.arg]:
        """
        The positional parameters of a function.
        """
        if not isinstance(self.node, _Function):
            return []
        return [*self.node.args.posonlyargs, *self.node.args.args]

    @property
    def decorators(self) -> list[ast.expr]:
        """
        The decorators of a function or class.
        """
        if isinstance(self.node, _Function | ast.ClassDef):
            return self.node.decorator_list
        return []

    def bind(self, name: str, binding: Binding) -> None:
        """
        Note that a name comes by a value.
        """
        target: Scope | None = self
        if name in self.outer_names:
            target = self.parent
            while target is not None and name not in target.bindings and target.parent:
                target = target.parent
        (target or self).bindings.setdefault(name, []).append(binding)

    def holder_of(self, name: str) -> Scope | None:
        """
        Give the scope in which a name is bound that is read here.
        """
        scope: Scope | None = self
        while scope is not None and name not in scope.bindings:
            scope = scope.parent
        return scope

    def root(self) -> Scope:
        """
        Give the module around it.
        """
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope


def scopes_of(tree: ast.Module, *, module: str, file: str, package: bool) -> Scope:
    """
    Read the scopes of a module.
    """
    scope = Scope(module=module, file=file, package=package, parent=None, node=tree)
    _Reader(scope).body(tree.body)
    for name, binding in scope.held:
        # What is put into a container binds no name: it joins what does.
        (binding.scope.holder_of(name) or binding.scope).bind(name, binding)
    return scope


def last_name(node: ast.expr) -> str:
    """
    Give the last part of a dotted name, or of the one that is called.
    """
    if isinstance(node, ast.Call):
        node = node.func
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.expr) -> str:
    """
    Give a dotted name as written; nothing for other expressions.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])


class _Reader:
    """
    Reads the body of one scope, and those in it.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.typing = False

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(  # noqa: C901, PLR0912, PLR0915 (one case per statement)
        self, node: ast.stmt
    ) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.function(node)
            case ast.ClassDef():
                self.class_(node)
            case ast.Import() | ast.ImportFrom():
                self.import_(node)
            case ast.Assign():
                self.expression(node.value)
                for target in node.targets:
                    self.target(target, How.VALUE, node.value)
            case ast.AnnAssign():
                if node.value is not None:
                    self.expression(node.value)
                    self.target(node.target, How.VALUE, node.value)
                else:
                    self.target(node.target, How.PARAMETER, node.annotation)
            case ast.AugAssign():
                self.expression(node.value)
                self.target(node.target, How.VALUE, node.value)
            case ast.For() | ast.AsyncFor():
                self.expression(node.iter)
                self.target(node.target, How.ITEM, node.iter)
                self.body(node.body)
                self.body(node.orelse)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.expression(item.context_expr)
                    if item.optional_vars is not None:
                        self.target(item.optional_vars, How.ENTERED, item.context_expr)
                self.body(node.body)
            case ast.If():
                self.branches(node)
            case ast.Try() | ast.TryStar():
                self.body(node.body)
                for handler in node.handlers:
                    if handler.type is not None:
                        self.expression(handler.type)
                    if handler.name:
                        self.name(handler.name, How.DATA, None)
                    self.body(handler.body)
                self.body(node.orelse)
                self.body(node.finalbody)
            case ast.Match():
                self.expression(node.subject)
                for case in node.cases:
                    self.pattern(case.pattern, node.subject)
                    if case.guard is not None:
                        self.expression(case.guard)
                    self.body(case.body)
            case ast.Return():
                if node.value is not None:
                    self.expression(node.value)
                    self.scope.results.append(node.value)
            case ast.Global() | ast.Nonlocal():
                self.scope.outer_names |= frozenset(node.names)
            case ast.While():
                self.expression(node.test)
                self.body(node.body)
                self.body(node.orelse)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child)

    def branches(self, node: ast.If) -> None:
        """
        Read both branches, but what runs only for type checkers or as a script.
        """
        while True:
            if isinstance(node.test, ast.Name | ast.Attribute) and (
                last_name(node.test).endswith("TYPE_CHECKING")
            ):
                before, self.typing = self.typing, True
                self.body(node.body)
                self.typing = before
            elif not (
                isinstance(node.test, ast.Compare)
                and isinstance(node.test.left, ast.Name)
                and node.test.left.id == "__name__"
            ):
                self.expression(node.test)
                self.body(node.body)
            match node.orelse:
                case [ast.If() as node]:
                    continue
                case last:
                    self.body(last)
                    return

    def pattern(self, node: ast.pattern, subject: ast.expr) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.MatchAs | ast.MatchStar) and inner.name:
                self.name(inner.name, How.ITEM, subject)
            elif isinstance(inner, ast.MatchMapping) and inner.rest:
                self.name(inner.rest, How.ITEM, subject)

    def function(self, node: _Function) -> None:
        owner = self.scope if isinstance(self.scope.node, ast.ClassDef) else None
        inner = self.nested(node, owner)
        for expression in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if expression is not None:
                self.expression(expression)
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for parameter in every:
            inner.bind(parameter.arg, Binding(How.PARAMETER, parameter.annotation, inner))
        positional = [*node.args.posonlyargs, *node.args.args]
        with_default = positional[len(positional) - len(node.args.defaults) :]
        pairs = [
            *zip(with_default, node.args.defaults, strict=True),
            *zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True),
        ]
        for parameter, default in pairs:
            if default is not None:
                inner.bind(parameter.arg, Binding(How.VALUE, default, self.scope))
        for rest in (node.args.vararg, node.args.kwarg):
            if rest is not None:
                inner.bind(rest.arg, Binding(How.PARAMETER, None, inner))
        _Reader(inner).body(node.body)
        self.name(node.name, How.FUNCTION, node)

    def class_(self, node: ast.ClassDef) -> None:
        inner = self.nested(node, None)
        for expression in (*node.decorator_list, *node.bases, *(k.value for k in node.keywords)):
            self.expression(expression)
        _Reader(inner).body(node.body)
        self.name(node.name, How.CLASS, node)

    def nested(self, node: ast.AST, owner: Scope | None) -> Scope:
        # Names of a class body are not seen in its methods.
        around = self.scope.parent if owner is not None else self.scope
        inner = Scope(
            module=self.scope.module,
            file=self.scope.file,
            package=self.scope.package,
            parent=around,
            node=node,
            owner=owner,
        )
        self.scope.inner[node] = inner
        self.scope.definitions.append(inner)
        return inner

    def import_(self, node: ast.Import | ast.ImportFrom) -> None:
        for name, asked in _imported(node, self.scope):
            if not self.typing:
                self.scope.imports.append((asked, node.lineno))
            if name == "*":
                self.scope.stars.append(asked)
            else:
                self.name(name, How.IMPORT, node, asked)

    def target(self, node: ast.expr, how: How, value: ast.expr) -> None:
        match node:
            case ast.Name():
                self.name(node.id, how, value)
            case ast.Tuple() | ast.List():
                exact = (
                    how is How.VALUE
                    and isinstance(value, ast.Tuple | ast.List)
                    and len(value.elts) == len(node.elts)
                    and not any(isinstance(e, ast.Starred) for e in (*value.elts, *node.elts))
                )
                for position, element in enumerate(node.elts):
                    if exact and isinstance(value, ast.Tuple | ast.List):
                        self.target(element, How.VALUE, value.elts[position])
                    else:
                        part = How.ITEM if how is How.VALUE else How.PART
                        self.target(element, part, value)
            case ast.Starred():
                self.target(node.value, how, value)
            case ast.Attribute():
                self.expression(node.value)
                self.attribute(node, how, value)
            case ast.Subscript():
                self.expression(node.value)
                self.expression(node.slice)
                self.held(node.value, value)
                if isinstance(node.slice, ast.Call):
                    self.held(node.value, node.slice)

    def attribute(self, node: ast.Attribute, how: How, value: ast.expr) -> None:
        """
        Note an assignment to an attribute, with the class whose object it is, if that is plain.
        """
        owner = self.scope.owner
        scope: Scope | None = self.scope
        while owner is None and scope is not None:
            owner, scope = scope.owner, scope.parent
        own = owner is not None and isinstance(node.value, ast.Name)
        holder = owner if own and owner is not None else self.scope.root()
        binding = Binding(how, value, self.scope)
        holder.attributes.setdefault(node.attr, []).append(binding)

    def held(self, container: ast.expr, value: ast.expr) -> None:
        if isinstance(container, ast.Name):
            self.scope.root().held.append((container.id, Binding(How.HELD, value, self.scope)))
        elif isinstance(container, ast.Attribute):
            self.attribute(container, How.HELD, value)

    def name(self, name: str, how: How, node: ast.AST | None, asked: str = "") -> None:
        self.scope.bind(name, Binding(how, node, self.scope, asked))

    def expression(  # noqa: C901, PLR0912 (one case per expression)
        self, node: ast.expr
    ) -> None:
        """
        Note what an expression calls and mentions.
        """
        waiting: list[ast.AST] = [node]
        while waiting:
            current = waiting.pop()
            match current:
                case ast.Call():
                    self.scope.calls.append(current)
                    self.call(current)
                    if isinstance(current.func, ast.Attribute):
                        waiting.append(current.func.value)
                    elif not isinstance(current.func, ast.Name):
                        waiting.append(current.func)
                    waiting.extend(current.args)
                    waiting.extend(keyword.value for keyword in current.keywords)
                    continue
                case ast.Name():
                    self.scope.mentions.append(current)
                    continue
                case ast.Attribute():
                    self.scope.mentions.append(current)
                    waiting.append(current.value)
                    continue
                case ast.Constant():
                    if isinstance(current.value, str):
                        self.scope.texts.append(current)
                    continue
                case ast.Subscript():
                    waiting += (current.value, current.slice)
                    continue
                case ast.NamedExpr():
                    self.name(current.target.id, How.VALUE, current.value)
                case ast.Lambda():
                    every = (*current.args.args, *current.args.kwonlyargs)
                    for parameter in every:
                        self.name(parameter.arg, How.PARAMETER, None)
                case ast.comprehension():
                    self.target(current.target, How.ITEM, current.iter)
                case ast.Yield() | ast.YieldFrom():
                    self.scope.generator = True
                    if current.value is not None:
                        self.scope.results.append(current.value)
            waiting.extend(ast.iter_child_nodes(current))

    def call(self, node: ast.Call) -> None:
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in _CONTAINER_METHODS:
            return
        if node.args:
            self.held(func.value, node.args[-1])


def _imported(node: ast.Import | ast.ImportFrom, scope: Scope) -> Iterator[tuple[str, str]]:
    """
    Give the names that an import binds, and what each one names.
    """
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.asname:
                yield alias.asname, alias.name
            else:
                yield alias.name.partition(".")[0], alias.name.partition(".")[0]
                if "." in alias.name:
                    yield "", alias.name
        return
    source = node.module or ""
    if node.level:
        above = scope.module.split(".") if scope.module else []
        above = above[: len(above) - node.level + (1 if scope.package else 0)]
        source = ".".join([*above, *([source] if source else [])])
    for alias in node.names:
        if alias.name == "*":
            yield "*", source
        else:
            yield alias.asname or alias.name, f"{source}.{alias.name}" if source else alias.name
