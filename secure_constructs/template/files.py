"""Template files: JSON, YAML with short-form functions, and SAM."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from secure_constructs.errors import Problem, TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template._json import read_json
from secure_constructs.template.documents import Document, Malformed
from secure_constructs.template.model import Origin, Template
from secure_constructs.template.sources import Lines

LARGEST: Final = 4 * 1024 * 1024
"""
The largest file that is read, in bytes.

CloudFormation takes templates of 1 MB; indentation is allowed to make that four times as much.
"""

# Type -> the property that may name code on disk.
_CODE: Final = {
    "AWS::Lambda::Function": "Code",
    "AWS::Lambda::LayerVersion": "Content",
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}
_WIDE: Final = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_template(path: str | os.PathLike[str]) -> Template:
    """
    Read one template file.

    Args:
        path: A JSON or YAML file; which of them is told by its content.

    Raises:
        TemplateError: The file is missing, too large, or is no CloudFormation template.
    """
    file = str(path)
    document = read_document(Path(path))
    sources = Lines(
        lambda: {name: SourceLine(file=file, line=line) for name, line in document.lines.items()}
    )
    assets = dict(_local_code(document.body, Path(path).parent))
    origin = Origin(file=file, sources=sources, assets=assets)
    template = Template(document.body, origin=origin)
    if template.problems:
        raise TemplateError(file, *(_located(p, document) for p in template.problems))
    return template


def read_body(path: Path) -> Any:
    """
    Read the content of a template file, whatever it is.

    Raises:
        TemplateError: The file is missing, too large, or neither JSON nor YAML.
    """
    return read_document(path).body


def read_document(path: Path) -> Document:
    """
    Read the content of a template file, and the line of each resource.

    Raises:
        TemplateError: The file is missing, too large, or neither JSON nor YAML.
    """
    try:
        text = _text(path)
        if path.suffix == ".json" or (text[:1] == "{" and path.suffix not in (".yaml", ".yml")):
            return read_json(text)
        # The parser of YAML takes longer to import than most templates take to read.
        from secure_constructs.template._yaml import read_yaml  # noqa: PLC0415

        return read_yaml(text)
    except Malformed as malformed:
        raise TemplateError(str(path), malformed.problem) from None


def _text(path: Path) -> str:
    """
    Read a text file of bounded size, in the one encoding CloudFormation takes.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Malformed("", "there is no such file", "check the path") from None
    except IsADirectoryError:
        fix = "name the cdk.out folder, or a template file"
        raise Malformed("", "this is a folder without a manifest.json", fix) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise Malformed("", f"the file cannot be read: {reason}", "check the path") from None
    if len(content) > LARGEST:
        size = max(len(content), path.stat().st_size) / 1024 / 1024  # a device says it has none
        message = f"the file has {size:.1f} MB, and CloudFormation takes 1 MB"
        raise Malformed("", message, "split the template into several stacks")
    if content.startswith(_WIDE):
        message = "the file is UTF-16 or UTF-32, and CloudFormation takes UTF-8"
        raise Malformed("", message, "save it as UTF-8")
    if (zero := content.find(b"\0")) >= 0:
        raise Malformed(f"byte {zero}", "this is a binary file", "name a JSON or YAML template")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{content[error.start]:02x} is no UTF-8"
        raise Malformed(f"line {line}", message, "save the file as UTF-8") from None
    if not text.strip():
        raise Malformed("", "the file is empty", "name a JSON or YAML template")
    return text


def _local_code(body: Any, folder: Path) -> Iterator[tuple[str, Path]]:
    """
    Find the code that a template names by its place on disk, until it is packaged.
    """
    if not isinstance(body, dict):
        return
    shared: Any = body.get("Globals")
    for step in ("Function", "CodeUri"):
        shared = shared.get(step) if isinstance(shared, dict) else None
    resources = body.get("Resources")
    for logical_id, resource in resources.items() if isinstance(resources, dict) else ():
        kind = resource.get("Type") if isinstance(resource, dict) else None
        named_by = _CODE.get(kind) if isinstance(kind, str) else None
        properties = resource.get("Properties") if named_by else None
        if named_by is None or not isinstance(properties, dict | None):
            continue
        code = (properties or {}).get(named_by, shared if named_by == "CodeUri" else None)
        # A name that begins elsewhere, in S3 or at the root, is none of the project's.
        if isinstance(code, str) and code.isprintable() and "://" not in code:
            place = folder / code
            if not Path(code).is_absolute() and place.exists():
                yield logical_id, place


def _located(problem: Problem, document: Document) -> Problem:
    """
    Name the line of the resource that has a problem.
    """
    section, _, rest = problem.place.partition(".")
    line = document.lines.get(rest.partition(".")[0]) if section == "Resources" else None
    return replace(problem, place=f"line {line}, {problem.place}") if line else problem
