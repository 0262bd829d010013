"""Cloud assemblies: the folder that ``cdk synth`` writes, with all its stacks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NoReturn

from secure_constructs.errors import Problem, TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template.files import read_body
from secure_constructs.template.model import Origin, Resource, Scope, Template

MANIFEST: Final = "manifest.json"
_STACK: Final = "aws:cloudformation:stack"
_NESTED_ASSEMBLY: Final = "cdk:cloud-assembly"
_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
_UNKNOWN: Final = ("unknown-account", "unknown-region")
_CREATED: Final = "aws:cdk:creationStack"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
# A frame as CDK writes it: "name (file:line)", perhaps with a column.
_FRAME: Final = re.compile(r"\((?P<file>[^()]+?):(?P<line>[0-9]{1,9})(?::[0-9]+)?\)\s*$")
_INSTALLED: Final = frozenset({"dist-packages", "node_modules", "site-packages"})
# Twice the quota of an account; stacks that share nested stacks exceed it quickly.
_MOST_STACKS: Final = 4_000
_ASSET_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFile:
    """
    A stack in an assembly.

    Args:
        path: Its template file.
        construct_path: Its construct in the app, such as ``Prod/Shop``.
        stack_name: The name it is deployed under.
        account: The account it is bound to; empty when it can be deployed anywhere.
        region: The region it is bound to; empty when it can be deployed anywhere.
    """

    path: Path
    construct_path: str
    stack_name: str = ""
    account: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Assembly:
    """
    A cloud assembly.

    Args:
        path: Its folder.
        templates: The templates of all stacks, nested stacks and stages.
    """

    path: Path
    templates: tuple[Template, ...] = field(default=())


def read_assembly(path: str | os.PathLike[str]) -> Assembly:
    """
    Read a cloud assembly with all its stages, stacks and nested stacks.

    Args:
        path: The folder, ``cdk.out`` as a rule.

    Raises:
        TemplateError: It is no assembly, or a file it names is missing or cannot be read.
    """
    folder = Path(path)
    return Assembly(folder, read_stacks(_stacks(folder, frozenset())))


def read_stacks(stacks: Iterable[StackFile]) -> tuple[Template, ...]:
    """
    Read the templates of *stacks*, with their nested stacks.

    Stacks whose files lie in one folder are deployed together and may refer to one another.

    Raises:
        TemplateError: A template, or a file it needs, is missing or cannot be read.
    """
    scopes: dict[Path, Scope] = {}
    templates: list[Template] = []
    for stack in stacks:
        reader = _StackReader(stack, scopes.setdefault(stack.path.parent, Scope()))
        templates.extend(reader.read())
    return tuple(templates)


def _stacks(folder: Path, around: frozenset[Path]) -> Iterator[StackFile]:
    """
    List the stacks an assembly's manifest names, stages included.

    Args:
        folder: The folder of the assembly.
        around: The folders of the assemblies it belongs to.
    """
    artifacts = _read_json(folder / MANIFEST).get("artifacts")
    around |= {folder.resolve()}
    if not isinstance(artifacts, dict):
        _refuse(folder / MANIFEST, "this is no manifest of a cloud assembly")
    for name, artifact in artifacts.items():
        properties = artifact.get("properties") if isinstance(artifact, dict) else None
        if not isinstance(properties, dict):
            continue
        if artifact.get("type") == _NESTED_ASSEMBLY:
            stage = folder / str(properties.get("directoryName", name))
            if stage.resolve() in around:
                _refuse(folder / MANIFEST, f"the stage {name} contains itself")
            yield from _stacks(stage, around)
        elif artifact.get("type") == _STACK:
            account, _, region = (
                str(artifact.get("environment", "")).removeprefix("aws://").partition("/")
            )
            yield StackFile(
                path=folder / str(properties.get("templateFile", f"{name}.template.json")),
                construct_path=str(artifact.get("displayName", name)).partition(" ")[0],
                stack_name=str(properties.get("stackName", name)),
                account="" if account in _UNKNOWN else account,
                region="" if region in _UNKNOWN else region,
            )


class _StackReader:
    """
    Reads one stack and, below it, its nested stacks.
    """

    def __init__(self, stack: StackFile, scope: Scope) -> None:
        self.stack = stack
        self.scope = scope
        self.folder = stack.path.parent
        self.files = self._files()
        self.metadata = self._metadata()
        self.paths = self._construct_paths()
        self.sources = dict(self._sources())
        self.environment = _environment(stack)

    def read(self) -> Iterator[Template]:
        yield from self._template(
            self.stack.path, self.stack.construct_path, self.stack.stack_name, None, frozenset()
        )

    def _template(
        self,
        path: Path,
        construct_path: str,
        stack_name: str,
        parent: Resource | None,
        ancestors: frozenset[Path],
    ) -> Iterator[Template]:
        if path in ancestors:
            problem = Problem(
                place="", message="the nested stack contains itself", fix="run cdk synth again"
            )
            raise TemplateError(str(path), problem)
        if len(self.scope.templates) >= _MOST_STACKS:
            message = f"there are more than {_MOST_STACKS:,} stacks, the nested ones included"
            raise TemplateError(
                str(path), Problem(place="", message=message, fix="split the app into several")
            )
        body = read_body(path)
        resources = body.get("Resources") if isinstance(body, dict) else None
        resources = resources if isinstance(resources, dict) else {}
        template = Template(
            body,
            origin=Origin(
                file=str(path),
                stack=construct_path,
                stack_name=stack_name,
                environment=self.environment,
                construct_paths=self._paths_below(construct_path, resources),
                assets=self._assets(resources),
                sources=self.sources,
            ),
            scope=self.scope,
            parent=parent,
            lone=False,
        )
        self.scope.templates.append(template)
        yield template
        for logical_id, resource in resources.items():
            if isinstance(resource, dict) and resource.get("Type") == _NESTED_STACK:
                yield from self._nested(template, logical_id, resource, ancestors | {path})

    def _nested(
        self, parent: Template, logical_id: str, body: dict[str, Any], ancestors: frozenset[Path]
    ) -> Iterator[Template]:
        """
        Read a nested stack; one whose template is no asset lies elsewhere and cannot be read.
        """
        file = self._nested_file(body)
        if file is None:
            return
        if not file.is_file():
            problem = Problem(
                place=f"Resources.{logical_id}",
                message=f"its nested stack {file.name} is missing",
                fix="run cdk synth again",
            )
            raise TemplateError(parent.origin.file, problem)
        resource = Resource(parent, logical_id, body)
        stack = resource.construct_path.rpartition("/")[0].removesuffix(".NestedStack")
        for template in self._template(file, stack, "", resource, ancestors):
            parent.nested.setdefault(logical_id, template)
            yield template

    def _nested_file(self, body: dict[str, Any]) -> Path | None:
        metadata = body.get("Metadata")
        named = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
        if isinstance(named, str):
            return self.folder / named
        properties = body.get("Properties")
        url = properties.get("TemplateURL") if isinstance(properties, dict) else None
        for asset in _ASSET_HASH.findall(json.dumps(url)):
            if asset in self.files:
                return self.folder / self.files[asset]
        return None

    def _files(self) -> dict[str, str]:
        """
        Map asset hashes to files, from the manifest beside the template.
        """
        name = self.stack.path.name.replace(".template.json", ".assets.json")
        file = self.stack.path.with_name(name)
        if name == self.stack.path.name or not file.is_file():
            return {}
        listed = _read_json(file).get("files")
        found: dict[str, str] = {}
        for asset, body in (listed if isinstance(listed, dict) else {}).items():
            source = body.get("source") if isinstance(body, dict) else None
            if isinstance(source, dict) and isinstance(source.get("path"), str):
                found[asset] = source["path"]
        return found

    def _metadata(self) -> dict[str, list[dict[str, Any]]]:
        """
        Read what CDK recorded of each construct, in the file beside the template.
        """
        name = self.stack.path.name.replace(".template.json", ".metadata.json")
        file = self.stack.path.with_name(name)
        if name == self.stack.path.name or not file.is_file():
            return {}
        return {
            path.strip("/"): [entry for entry in entries if isinstance(entry, dict)]
            for path, entries in _read_json(file).items()
            if isinstance(entries, list)
        }

    def _construct_paths(self) -> list[tuple[str, str]]:
        """
        List (construct path, logical id).
        """
        return [
            (path, entry["data"])
            for path, entries in self.metadata.items()
            for entry in entries
            if entry.get("type") == _LOGICAL_ID and isinstance(entry.get("data"), str)
        ]

    def _sources(self) -> Iterator[tuple[str, SourceLine]]:
        """
        Give the line that made each construct, where the synth recorded it.
        """
        for path, entries in self.metadata.items():
            for entry in entries:
                line = _users_line(entry.get("data")) if entry.get("type") == _CREATED else None
                if line:
                    yield path.removesuffix("/Resource").removesuffix("/Default"), line

    def _paths_below(self, stack: str, resources: Mapping[str, Any]) -> dict[str, str]:
        """
        Map the logical ids of one template to construct paths.

        Nested stacks may use a logical id again: the path with the fewest steps is the stack's own.
        """
        found: dict[str, str] = {}
        for path, logical_id in sorted(self.paths, key=lambda entry: entry[0].count("/")):
            if path.startswith(f"{stack}/") and logical_id in resources:
                found.setdefault(logical_id, path)
        return found

    def _assets(self, resources: Mapping[str, Any]) -> dict[str, Path]:
        found: dict[str, Path] = {}
        for logical_id, body in resources.items():
            if not isinstance(body, dict):
                continue
            metadata = body.get("Metadata")
            named = metadata.get("aws:asset:path") if isinstance(metadata, dict) else None
            if not isinstance(named, str):
                properties = body.get("Properties")
                code = properties.get("Code") if isinstance(properties, dict) else None
                key = code.get("S3Key") if isinstance(code, dict) else None
                named = self.files.get(key.partition(".")[0]) if isinstance(key, str) else None
            if named is not None and (self.folder / named).exists():
                found[logical_id] = self.folder / named
        return found


def _users_line(frames: Any) -> SourceLine | None:
    """
    Give the innermost frame of user code.
    """
    for frame in frames if isinstance(frames, list) else ():
        found = _FRAME.search(frame) if isinstance(frame, str) else None
        if found and not _INSTALLED.intersection(Path(found["file"]).parts):
            file = Path(found["file"])
            if file.is_relative_to(Path.cwd()):
                file = file.relative_to(Path.cwd())
            return SourceLine(file=file.as_posix(), line=int(found["line"]))
    return None


def _environment(stack: StackFile) -> dict[str, str]:
    known = {"AWS::AccountId": stack.account, "AWS::Region": stack.region}
    if stack.region:
        partition = "aws"
        for prefix, name in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
            partition = name if stack.region.startswith(prefix) else partition
        known["AWS::Partition"] = partition
        known["AWS::URLSuffix"] = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    if stack.stack_name:
        known["AWS::StackName"] = stack.stack_name
    return {name: value for name, value in known.items() if value}


def _refuse(file: Path, message: str) -> NoReturn:
    fix = "name the folder that cdk synth wrote, or run cdk synth again"
    raise TemplateError(str(file), Problem(place="", message=message, fix=fix))


def _read_json(path: Path) -> dict[str, Any]:
    try:
        with path.open(encoding="utf-8") as file:
            content = json.load(file)
    except FileNotFoundError:
        _refuse(path, "there is no such file")
    except (OSError, ValueError, RecursionError) as error:
        problem = Problem(place="", message=f"cannot be read: {error}", fix="run cdk synth again")
        raise TemplateError(str(path), problem) from error
    if not isinstance(content, dict):
        _refuse(path, "this is no JSON map")
    return content
