"""
How many lines the sample app takes, and the same app with the CDK's own constructs.

Run ``python -m benchmarks.lines``. Both are checked to give the same resource types. What counts
is code: no blank line, no comment, no docstring, no import. The plain app counts with what it
takes from `benchmarks.by_hand`, and no more of it.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import aws_cdk as cdk

from benchmarks.kernel import PLACE, UNVALIDATED
from benchmarks.plain_order_service import PlainOrderService
from sample_app.service import OrderService

ROOT = Path(__file__).parent.parent
OURS = (
    "sample_app/customers.py",
    "sample_app/documents.py",
    "sample_app/fulfilment.py",
    "sample_app/service.py",
)
PLAIN = "benchmarks/plain_order_service.py"
BY_HAND = "benchmarks/by_hand.py"


def types(stack: type[cdk.Stack]) -> Counter[str]:
    """
    The resource types of an app, with the feature flags of the sample app.
    """
    flags = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.App(context=flags, outdir=folder, **UNVALIDATED)
        # A plain table takes a key of one's own only where the Region is known.
        stage = cdk.Stage(app, "Live", env=PLACE)
        stack(stage, "OrderService")
        (made,) = stage.synth().stacks
        template = made.template
    return Counter(resource["Type"] for resource in template["Resources"].values())


def statements(file: str) -> list[ast.stmt]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return [
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.If) and not _is_text(node)
    ]


def lines(nodes: Iterable[ast.stmt]) -> int:
    """
    The lines that code stands on.
    """
    found: set[tuple[int, int]] = set()
    for number, node in enumerate(nodes):
        for part in ast.walk(node):
            body = getattr(part, "body", None)
            if isinstance(body, list) and body and _is_text(body[0]):
                body.pop(0)
        found.update(
            (number, line)
            for part in ast.walk(node)
            if isinstance(part, ast.stmt | ast.expr | ast.arg | ast.keyword)
            for line in (part.lineno, part.end_lineno or part.lineno)
        )
    return len(found)


def used(names: set[str]) -> list[ast.stmt]:
    """
    What of the hand-written pieces some of them take, with what those take in turn.
    """
    pieces = {name: node for node in statements(BY_HAND) for name in _named(node)}
    taken: dict[str, ast.stmt] = {}
    while names:
        name = names.pop()
        if name in pieces and name not in taken:
            taken[name] = pieces[name]
            names |= {part.id for part in ast.walk(pieces[name]) if isinstance(part, ast.Name)}
    return [node for node in pieces.values() if node in taken.values()]


def count() -> tuple[int, int]:
    """
    Lines of ours, and of the plain one.
    """
    ours = sum(lines(statements(file)) for file in OURS)
    plain = statements(PLAIN)
    names = {
        part.attr
        for node in plain
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id == "by_hand"
    }
    return ours, lines([*plain, *used(names)])


def _named(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return [node.target.id]
    return []


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def main() -> int:
    same = types(OrderService) == types(PlainOrderService)
    ours, plain = count()
    print(f"lines of the order service: {ours} with our constructs, {plain} with the CDK's own")
    print(f"times fewer: {plain / ours:.1f}; same resource types: {same}")
    return int(not same)


if __name__ == "__main__":
    sys.exit(main())
