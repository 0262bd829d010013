"""The files of a cloud assembly, and what its manifest says of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from secure_constructs.errors import Problem, TemplateError

MANIFEST: Final = "manifest.json"
STACK: Final = "aws:cloudformation:stack"
STAGE: Final = "cdk:cloud-assembly"

_NOTHING: Final[Mapping[str, Any]] = {}


class Artifact(NamedTuple):
    """
    One thing a manifest names.

    Args:
        folder: Where the manifest lies.
        name: Its name there.
        body: What the manifest says of it.
    """

    folder: Path
    name: str
    body: Mapping[str, Any]

    @property
    def type(self) -> object:
        """
        What it is, such as `STACK`.
        """
        return self.body.get("type")

    @property
    def properties(self) -> Mapping[str, Any]:
        """
        What is said of things of its type.
        """
        found = self.body.get("properties")
        return found if isinstance(found, dict) else _NOTHING

    @property
    def construct_path(self) -> str:
        """
        Its construct in the app, such as ``Prod/Shop``.
        """
        # That of a stage stands among its properties.
        shown = self.body.get("displayName") or self.properties.get("displayName") or self.name
        return str(shown).partition(" ")[0]

    @property
    def assembly(self) -> Path:
        """
        The folder of the assembly that it is, where it is a stage.
        """
        return self.folder / str(self.properties.get("directoryName", self.name))

    @property
    def template(self) -> Path:
        """
        The template of the stack that it is.
        """
        return self.folder / str(self.properties.get("templateFile", f"{self.name}.template.json"))


def artifacts(folder: Path) -> Iterator[Artifact]:
    """
    Give what the manifest of an assembly names.

    Raises:
        TemplateError: There is no manifest, or it cannot be read.
    """
    file = folder / MANIFEST
    found = read_map(file).get("artifacts")
    if not isinstance(found, dict):
        raise refusal(file, "this is no manifest of a cloud assembly")
    for name, body in found.items():
        if isinstance(body, dict):
            yield Artifact(folder, name, body)


def beside(template: Path, kind: str) -> Path | None:
    """
    Give the file that CDK wrote beside the template of a stack, where it did.

    Args:
        template: The template.
        kind: ``assets`` or ``metadata``.
    """
    name = template.name.replace(".template.json", f".{kind}.json")
    file = template.with_name(name)
    return file if name != template.name and file.is_file() else None


def read_map(file: Path) -> dict[str, Any]:
    """
    Read a JSON map.

    Raises:
        TemplateError: The file is missing, or is none.
    """
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise refusal(file, "there is no such file") from None
    except (OSError, ValueError, RecursionError) as error:
        problem = Problem(place="", message=f"cannot be read: {error}", fix="run cdk synth again")
        raise TemplateError(str(file), problem) from error
    if not isinstance(content, dict):
        raise refusal(file, "this is no JSON map")
    return content


def refusal(file: Path, message: str) -> TemplateError:
    """
    Describe what is wrong with a file of an assembly.
    """
    fix = "name the folder that cdk synth wrote, or run cdk synth again"
    return TemplateError(str(file), Problem(place="", message=message, fix=fix))
