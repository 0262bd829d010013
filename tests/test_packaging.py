"""What is published is the package, whole, and its engine runs where there is no CDK."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.test_architecture import CDK, FILES, KNOWS_CDK, PACKAGE, ROOT, imports, module_of

EXTRAS = {"aws_lambda_powertools", "boto3", "pydantic", "pytest", "samtranslator"}


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def needs_more(file: Path) -> bool:
    """Say whether a file is for those who have the CDK, or an extra, by its own imports."""
    return module_of(file) in KNOWS_CDK or any(
        found.name.split(".")[0] in EXTRAS for found in imports(file)
    )


ENGINE = [module_name(file) for file in FILES if not needs_more(file)]


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    _run("-m", "hatchling", "build", "-d", str(folder))
    return folder


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    return next(dist.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-deps", "--no-index", "--no-compile", "--target", str(folder))
    _run("-m", "pip", "install", *options, str(wheel))
    return folder


def _run(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_bare(installed: Path, code: str) -> str:
    """Run code with the installed package in front, and everything optional hidden."""
    hidden = f"import sys; sys.modules.update(dict.fromkeys({CDK | EXTRAS!r}))"
    path = f"sys.path.insert(0, {str(installed)!r})"
    return _run("-I", "-W", "error", "-c", f"{hidden}\n{path}\n{code}")


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    written = {
        str(file.relative_to(ROOT))
        for file in PACKAGE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert written <= set(zipfile.ZipFile(wheel).namelist())


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    folders = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {folder for folder in folders if not folder.endswith(".dist-info")} == {PACKAGE.name}


@pytest.mark.parametrize(
    "name",
    [
        "secure_constructs/py.typed",
        "secure_constructs/reports/page/vendor/cytoscape.min.js",
        "licenses/LICENSE",
        "licenses/secure_constructs/reports/page/vendor/cytoscape.LICENSE",
    ],
)
def test_the_wheel_carries_types_and_licence(wheel: Path, name: str) -> None:
    assert any(member.endswith(name) for member in zipfile.ZipFile(wheel).namelist())


def test_the_source_archive_can_be_built_and_tested(dist: Path) -> None:
    with tarfile.open(next(dist.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert {"LICENSE", "Makefile", "README.md", "cdk.json", "pyproject.toml"} <= names
    assert {"tests/conftest.py", ".ci/environment.py"} <= names
    assert not {name for name in names if name.startswith((".venv", "cdk.out", ".git/"))}


def test_the_engine_is_imported_where_there_is_no_cdk(installed: Path) -> None:
    files = run_bare(
        installed,
        f"from importlib import import_module\n"
        f"for name in {ENGINE!r}: print(import_module(name).__file__)",
    ).split()

    assert len(files) == len(ENGINE)
    assert [file for file in files if not file.startswith(str(installed))] == []


def test_a_template_is_judged_where_there_is_no_cdk(installed: Path) -> None:
    open_url = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}}
    template = {"Resources": {"Open": open_url}}

    found = run_bare(
        installed,
        f"import secure_constructs\n"
        f"for found in secure_constructs.check_template({template!r}): print(found.rule_id)",
    )

    assert "lambda-url-without-auth" in found.split()


def test_the_package_is_imported_without_its_dependencies(installed: Path) -> None:
    loaded = run_bare(installed, "import secure_constructs; print(*sys.modules)").split()

    assert {"rich", "yaml", "secure_constructs.rules"} & set(loaded) == set()


def test_the_command_starts_without_the_cdk(installed: Path) -> None:
    shown = run_bare(
        installed,
        "from secure_constructs.cli import main\n"
        "sys.argv = ['secure-constructs', '--version']\n"
        "sys.exit(main())",
    )

    assert "0.1.0" in shown


def test_the_sample_app_is_synthesized_with_the_recommended_flags() -> None:
    spec = importlib.util.find_spec("aws_cdk")
    assert spec is not None
    assert spec.origin is not None
    (bundle,) = Path(spec.origin).parent.glob("_jsii/aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(bundle) as archive:
        shipped = archive.extractfile("package/recommended-feature-flags.json")
        assert shipped is not None
        recommended = json.load(shipped)

    assert json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"] == recommended
