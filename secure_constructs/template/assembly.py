"""Cloud assemblies: the folder that ``cdk synth`` writes, with all its stacks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from secure_constructs.errors import Problem, TemplateError
from secure_constructs.findings import SourceLine
from secure_constructs.template.files import read_body
from secure_constructs.template.manifest import (
    MANIFEST,
    STACK,
    STAGE,
    artifacts,
    beside,
    read_map,
    refusal,
)
from secure_constructs.template.model import Origin, Resource, Scope, Template
from secure_constructs.template.sources import Lines, user_line

_NESTED_STACK: Final = "AWS::CloudFormation::Stack"
_UNKNOWN: Final = ("unknown-account", "unknown-region")
_CREATED: Final = "aws:cdk:creationStack"
_LOGICAL_ID: Final = "aws:cdk:logicalId"
# Twice the quota of an account; stacks that share nested stacks exceed it quickly.
_MOST_STACKS: Final = 4_000
_ASSET_HASH: Final = re.compile(r"[0-9a-f]{64}")


class StackFile(NamedTuple):
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


class Assembly(NamedTuple):
    """
    A cloud assembly.

    Args:
        path: Its folder.
        templates: The templates of all stacks, nested stacks and stages.
    """

    path: Path
    templates: tuple[Template, ...] = ()


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
    around |= {folder.resolve()}
    for artifact in artifacts(folder):
        if artifact.type == STAGE:
            if artifact.assembly.resolve() in around:
                raise refusal(folder / MANIFEST, f"the stage {artifact.name} contains itself")
            yield from _stacks(artifact.assembly, around)
        elif artifact.type == STACK:
            account, _, region = (
                str(artifact.body.get("environment", "")).removeprefix("aws://").partition("/")
            )
            yield StackFile(
                path=artifact.template,
                construct_path=artifact.construct_path,
                stack_name=str(artifact.properties.get("stackName", artifact.name)),
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
        self.sources = Lines(lambda: dict(self._sources()))
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
        file = beside(self.stack.path, "assets")
        listed = read_map(file).get("files") if file else None
        found: dict[str, str] = {}
        for asset, body in (listed if isinstance(listed, dict) else {}).items():
            source = body.get("source") if isinstance(body, dict) else None
            if isinstance(source, dict) and isinstance(source.get("path"), str):
                found[asset] = source["path"]
        return found

    def _metadata(self) -> dict[str, list[Any]]:
        """
        Read what CDK recorded of each construct, in the file beside the template.
        """
        file = beside(self.stack.path, "metadata")
        recorded = read_map(file) if file else {}
        return {
            path.strip("/"): entries
            for path, entries in recorded.items()
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
            if isinstance(entry, dict)
            and entry.get("type") == _LOGICAL_ID
            and isinstance(entry.get("data"), str)
        ]

    def _sources(self) -> Iterator[tuple[str, SourceLine]]:
        """
        Give the line that made each construct, where the synth recorded it.
        """
        for path, entries in self.metadata.items():
            for entry in entries:
                if not isinstance(entry, dict) or entry.get("type") != _CREATED:
                    continue
                if line := user_line(entry.get("data")):
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
