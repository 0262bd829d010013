"""The data goes one way: no module reaches back, and few know the CDK."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "secure_constructs"

# Which modules a module may import. What those import, it may import too.
ARROWS = {
    "errors": set(),
    "findings": set(),
    "quotas": set(),
    "runtimes": {"errors"},
    "vocabulary": set(),
    "template": {"errors", "findings"},
    "iam": {"template"},
    "services": {"template"},
    "rules": {
        "code",
        "iam",
        "paths",
        "quotas",
        "runtimes",
        "services",
        "template",
        "vocabulary",
    },
    "paths": {"code", "iam", "services", "template"},
    "code": {"iam", "template"},
    "cost": {"errors", "findings", "paths", "quotas", "services", "template"},
    "packs": {"findings"},
    "config": {"cost", "errors", "findings", "packs", "quotas"},
    "assessment": {"code", "config", "cost", "iam", "paths", "rules", "template"},
    "acknowledgments": {"assessment"},
    "reports": {"acknowledgments", "assessment", "packs", "paths", "peers"},
    "cli": {"packs", "paths", "peers", "reports"},
    "hook": {"assessment", "config", "errors", "template"},
    "constructs": {"config", "errors", "findings", "quotas", "runtimes", "vocabulary"},
    "nag": {"acknowledgments", "assessment", "peers"},
    "peers": set(),
    "guardrails": {"acknowledgments", "assessment", "nag", "reports"},
    "retrofit": {"constructs", "errors"},
    "runtime": set(),
    "testing": {"guardrails"},
    "pytest_plugin": {"testing"},
}

# Private modules beside a public one are part of it.
PARTS = {
    "__main__": "cli",
    "_source_lines": "guardrails",
    "_stages": "guardrails",
    "_verdict": "guardrails",
    "_violations": "guardrails",
}

CDK = {"aws_cdk", "cdk_nag", "constructs", "jsii"}
KNOWS_CDK = {"constructs", "guardrails", "nag", "retrofit", "testing", "pytest_plugin"}

# Everything else that is not in the standard library, and the only modules that may use it.
THIRD_PARTIES = {
    "aws_lambda_powertools": {"runtime"},
    "boto3": {"hook", "runtime"},
    "botocore": {"hook", "runtime"},
    "pydantic": {"runtime"},
    "pytest": {"pytest_plugin"},
    "rich": {"cli", "reports"},
    "samtranslator": {"template"},
    "yaml": {"config", "reports", "template"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """
    One module named by an import statement.

    Args:
        name: Its full name.
        place: File and line.
        types_only: Whether only a type checker sees the statement.
    """

    name: str
    place: str
    types_only: bool


def imports(file: Path) -> list[Import]:
    tree = ast.parse(file.read_text("utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    return [
        Import(
            name=name,
            place=f"{file.relative_to(ROOT)}:{node.lineno}",
            types_only=node in for_types,
        )
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in _names(node, file)
    ]


def _names(node: ast.Import | ast.ImportFrom, file: Path) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    above = file.relative_to(ROOT).with_suffix("").parts
    start = [*above[: len(above) - node.level]] if node.level else []
    source = ".".join([*start, *([node.module] if node.module else [])])
    # `from secure_constructs import rules` names the module in the second half.
    return [f"{source}.{alias.name}" for alias in node.names]


def module_of(file: Path) -> str:
    name = file.relative_to(PACKAGE).with_suffix("").parts[0]
    return PARTS.get(name, name)


def imported_module(name: str) -> str:
    part = name.partition(".")[2].partition(".")[0]
    return PARTS.get(part, part)


def reachable(module: str) -> set[str]:
    seen = {module}
    waiting = [module]
    while waiting:
        new = ARROWS[waiting.pop()] - seen
        seen |= new
        waiting.extend(new)
    return seen


FILES = sorted(file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py")
MODULES = sorted({module_of(file) for file in FILES})


def files_of(module: str) -> list[Path]:
    return [file for file in FILES if module_of(file) == module]


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_place(module: str) -> None:
    assert module in ARROWS, f"say in ARROWS what {module} may import"


@pytest.mark.parametrize("module", sorted(ARROWS))
def test_no_module_reaches_back(module: str) -> None:
    back = [
        f"{found.place} imports {found.name}"
        for file in files_of(module)
        for found in imports(file)
        if found.name.split(".")[0] == PACKAGE.name and not found.types_only
        if imported_module(found.name) not in reachable(module)
    ]

    assert back == []


def test_no_two_modules_reach_each_other() -> None:
    circles = [
        (one, other)
        for one in ARROWS
        for other in reachable(one) - {one}
        if one in reachable(other)
    ]

    assert circles == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - KNOWS_CDK))
def test_the_engine_does_not_know_the_cdk(module: str) -> None:
    known = [
        found.place
        for file in files_of(module)
        for found in imports(file)
        if found.name.split(".")[0] in CDK
    ]

    assert known == []


@pytest.mark.parametrize("module", MODULES)
def test_each_dependency_is_used_where_it_belongs(module: str) -> None:
    strangers = [
        f"{found.place} imports {found.name}"
        for file in files_of(module)
        for found in imports(file)
        if (name := found.name.split(".")[0]) not in {*sys.stdlib_module_names, *CDK, PACKAGE.name}
        if module not in THIRD_PARTIES.get(name, set())
    ]

    assert strangers == []


def test_the_package_itself_imports_nothing_of_its_own_before_it_is_asked_for() -> None:
    eager = [
        found.name
        for found in imports(PACKAGE / "__init__.py")
        if not found.types_only and found.name.split(".")[0] not in sys.stdlib_module_names
    ]

    assert eager == []
