"""The read-only model of a template and its resources."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from secure_constructs.errors import Problem
from secure_constructs.findings import SourceLine
from secure_constructs.template import intrinsics, names
from secure_constructs.template.block import ABSENT, Block
from secure_constructs.template.conditions import Conditions
from secure_constructs.template.framework import made_by_cdk
from secure_constructs.template.transforms import Transformed, transformed
from secure_constructs.template.values import LONGEST, UNRESOLVED, Attribute, Text

T = TypeVar("T")

# What is put together from parts may be this large in all, in characters: 16 times a template.
_MOST_MADE: Final = 16 * LONGEST
_SIZE_OF_ITEM: Final = 64  # what an item of a list takes, about

PARAMETER: Final = "AWS::CloudFormation::Parameter"
"""
The type that a parameter has where it is judged like a resource; no type of CloudFormation's own.
"""

OUTPUT: Final = "AWS::CloudFormation::Output"
"""
The type that an output has where it is judged like a resource; no type of CloudFormation's own.
"""

_SECTIONS: Final = (("Parameters", PARAMETER), ("Outputs", OUTPUT))
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Origin(NamedTuple):
    """
    Where a template comes from, as far as that is known.

    Args:
        file: The template file as the user would name it.
        stack: The construct path of its stack.
        stack_name: The name it is deployed under.
        environment: Pseudo parameters that are known, such as ``AWS::Region``.
        construct_paths: Logical id to construct path.
        assets: Logical id to the file or folder of its code.
        sources: Logical id, or construct path, to the line that made it.
    """

    file: str = ""
    stack: str = ""
    stack_name: str = ""
    environment: Mapping[str, str] = _NOTHING
    construct_paths: Mapping[str, str] = _NOTHING
    assets: Mapping[str, Path] = _NOTHING
    sources: Mapping[str, SourceLine] = _NOTHING


class Resource(Block):
    """
    One resource of a template.
    """

    __slots__ = ("_known", "_resolved", "_written", "body", "logical_id", "template", "type")

    def __init__(self, template: Template, logical_id: str, body: Mapping[str, Any]) -> None:
        self.resource = self
        self.path = ""
        self.template = template
        self.logical_id = logical_id
        self.body = body
        self.type: str = body["Type"]
        self._written: dict[Any, Any] | None = None
        self._resolved: dict[str, Any] = {}
        self._known: dict[str, Any] = {}

    @property
    def value(self) -> Mapping[str, Any]:  # type: ignore[override]
        """
        The resolved properties; all of them, where most are never asked for.
        """
        found = {name: self._entry(name) for name in self._as_written()}
        return {name: value for name, value in found.items() if value is not ABSENT}

    def _entry(self, name: str) -> Any:
        """
        Give a property, which is resolved when it is first asked for.
        """
        resolved = self._resolved
        if name in resolved:
            return resolved[name]
        written = self._written
        if written is None:
            written = self._written = self._as_written()
        found = written.get(name)
        if found is not None and type(found) is not str:  # most are one of these
            found = intrinsics.resolve(self.template, found)
        found = resolved[name] = ABSENT if found is None else found
        return found

    def _as_written(self) -> dict[Any, Any]:
        """
        Give the properties before they are resolved, each by itself where that can be.
        """
        properties = self.body.get("Properties")
        if isinstance(properties, dict) and intrinsics.is_call(properties):
            properties = self.template.resolve(properties)
        return properties if isinstance(properties, dict) else {}

    def dissolve(self) -> None:
        """
        Let go of all that refers back to it; see :meth:`Template.dissolve`.
        """
        del self._known, self._resolved, self._written, self.resource

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Resource)
            and self.logical_id == other.logical_id
            and self.template.body is other.template.body
        )

    def __hash__(self) -> int:
        return hash(self.logical_id)

    def __repr__(self) -> str:
        return f"<{self.type} {self.logical_id}>"

    def once(self, question: str, answer: Callable[[Resource], T]) -> T:
        """
        Work something out about this resource, and remember it for whoever asks next.

        Args:
            question: What is asked; the same question has the same answer.
            answer: Works it out.
        """
        if question not in self._known:
            self._known[question] = answer(self)
        found: T = self._known[question]
        return found

    def attribute(self, name: str) -> Any:
        """
        Give a resolved attribute beside the properties, such as ``DeletionPolicy``.
        """
        return self.template.resolve(self.body.get(name))

    @property
    def construct_path(self) -> str:
        """
        The construct that made it, such as ``Shop/Orders``; empty when CDK did not make it.
        """
        path = self.template.origin.construct_paths.get(self.logical_id)
        if path is None:
            metadata = self.body.get("Metadata")
            path = metadata.get("aws:cdk:path") if isinstance(metadata, dict) else None
        if not isinstance(path, str):
            return ""
        return path.strip("/").removesuffix("/Resource").removesuffix("/Default")

    @property
    def asset_path(self) -> Path | None:
        """
        The file or folder with its code, where that lies in the assembly.
        """
        return self.template.origin.assets.get(self.logical_id)

    @property
    def source(self) -> SourceLine | None:
        """
        The line that made it, where it is known.
        """
        sources = self.template.origin.sources
        if not sources:
            return None
        return sources.get(self.construct_path) or sources.get(
            self.template.author(self.logical_id)
        )

    @property
    def framework(self) -> bool:
        """
        Whether CDK made it for a purpose of its own, so that no user wrote it.
        """
        return self.once("framework", _made_by_cdk)

    def mention(self, attribute: str) -> Text:
        """
        Give a text that stands for an attribute of it, the same one each time.

        Args:
            attribute: The attribute; empty for what ``Ref`` gives.
        """
        question = f"mention {attribute}"
        if question not in self._known:
            part = Attribute(self, attribute)
            self._known[question] = Text((part,), str(part))
        found: Text = self._known[question]
        return found

    @property
    def mentioned_by(self) -> tuple[Resource, ...]:
        """
        The resources of this template that mention it, in a property or as what they depend on.
        """
        existing = map(self.template.resources.get, self.template.incoming.get(self.logical_id, ()))
        return tuple([resource for resource in existing if resource is not None])

    @property
    def arn(self) -> Any:
        """
        Its ARN as a text, with what is set at deployment kept as parts.
        """
        return self.once("arn", names.arn)

    @property
    def physical_name(self) -> Any:
        """
        The name the template sets, or a text standing for the one CloudFormation makes up.
        """
        return names.physical_name(self)


def _made_by_cdk(resource: Resource) -> bool:
    return made_by_cdk(resource.logical_id, resource.construct_path)


class Scope:
    """
    The templates that are deployed together and may refer to one another.
    """

    def __init__(self) -> None:
        self.templates: list[Template] = []
        self.exports: dict[str, tuple[Template, str]] | None = None
        self.names: dict[str, list[Resource]] | None = None
        self.known: dict[str, Any] = {}

    def exported(self, name: str) -> tuple[Template, str] | None:
        """
        Find the template and output that export *name*.
        """
        if self.exports is None:
            self.exports = {}
            for template in self.templates:
                for output, body in template.section("Outputs").items():
                    export = body.get("Export") if isinstance(body, dict) else None
                    if isinstance(export, dict):
                        exported = template.resolve(export.get("Name"))
                        self.exports[str(exported)] = (template, output)
        return self.exports.get(name)

    def named(self, name: str) -> list[Resource]:
        """
        Find the resources whose physical name the template sets to *name*.
        """
        if self.names is None:
            self.names = {}
            for template in self.templates:
                for resource in template.resources.values():
                    given = names.given_name(resource)
                    if given is not None and not isinstance(given, Text):
                        self.names.setdefault(given, []).append(resource)
        return self.names.get(name, [])


class Template:
    """
    One CloudFormation template, resolved as far as it and its siblings tell.

    Resources whose condition does not hold are not part of it.

    Args:
        body: The parsed template, SAM and loops included; anything at all, see :attr:`problems`.
        origin: Where it comes from.
        scope: The templates deployed with it; itself alone by default.
        assumed: What is assumed about conditions that cannot be decided.
        parent: The resource of the parent stack that deploys it, when it is a nested stack.
        lone: True when nothing but the body says that this is a template.
    """

    def __init__(  # noqa: PLR0913 - one fact each
        self,
        body: Any,
        *,
        origin: Origin | None = None,
        scope: Scope | None = None,
        assumed: Mapping[str, bool] = _NOTHING,
        parent: Resource | None = None,
        lone: bool = True,
        _transformed: Transformed | None = None,
    ) -> None:
        self.origin = origin or Origin()
        self.parent = parent
        self.environment = self.origin.environment
        if _transformed is None:
            region = self.environment.get("AWS::Region", "")
            _transformed = transformed(body, lone=lone, region=region)
        self._transformed = _transformed
        self._structure = _transformed.structure
        self.body = _transformed.body
        readable = isinstance(self.body, Mapping) and not self._structure.unbounded
        self._sections: Mapping[str, Any] = self.body if readable else _NOTHING
        self._scope = scope or Scope()
        if scope is None:
            self._scope.templates.append(self)
        self._outputs: dict[str, Any] = {}
        self._known: dict[str, Any] = {}
        self._made = 0
        self._pointing: dict[tuple[str, str], dict[Resource, tuple[Resource, ...]]] = {}
        self.nested: dict[str, Template] = {}
        self.conditions = Conditions(self, assumed)
        self._resources: dict[str, Resource] | None = None
        self._declarations: tuple[Resource, ...] | None = None
        self._by_type: dict[str, tuple[Resource, ...]] | None = None

    @property
    def resources(self) -> Mapping[str, Resource]:
        """
        The resources that exist, by logical id.
        """
        if self._resources is None:
            self._resources = {}  # conditions are decided first, and cannot mention resources
            self._resources = self._existing_resources()
        return self._resources

    def _existing_resources(self) -> dict[str, Resource]:
        return {
            logical_id: Resource(self, logical_id, body)
            for logical_id, body in self._structure.resources.items()
            if "Condition" not in body or self._exists(body)
        }

    def _exists(self, body: Mapping[str, Any]) -> bool:
        condition = body.get("Condition")
        return not isinstance(condition, str) or self.conditions.holds(condition) is not False

    @property
    def declarations(self) -> tuple[Resource, ...]:
        """
        The parameters and outputs, in the form of resources, so that rules can judge them.

        Their logical ids name the section, as in ``Outputs.Url``, so that none is taken for a
        resource; they stand at the construct path of the stack.
        """
        if self._declarations is None:
            self._declarations = tuple(self._declared())
        return self._declarations

    def _declared(self) -> Iterator[Resource]:
        metadata = {"aws:cdk:path": self.origin.stack}
        for section, kind in _SECTIONS:
            for name, declared in self.section(section).items():
                if not isinstance(declared, dict) or not self._exists(declared):
                    continue
                body = {"Type": kind, "Properties": declared, "Metadata": metadata}
                yield Resource(self, f"{section}.{name}", body)

    def __repr__(self) -> str:
        return f"<Template {self.origin.stack or self.origin.file} {len(self.resources)} resources>"

    def assuming(self, assumed: Mapping[str, bool]) -> Template:
        """
        Give this template under assumptions about its conditions.
        """
        view = Template(
            self.body,
            origin=self.origin,
            scope=Scope(),
            assumed=assumed,
            parent=self.parent,
            _transformed=self._transformed,
        )
        view.nested = self.nested
        view._scope.templates.extend(
            view if template is self else template for template in self._scope.templates
        )
        return view

    def dissolve(self) -> None:
        """
        Let go of everything, for good: nothing can be asked any more.

        Templates and resources refer to one another. Undone here, all of it is freed at once, and
        the garbage collector, which would take longer than many a question, has nothing to find.
        """
        for resource in (*(self._resources or {}).values(), *(self._declarations or ())):
            resource.dissolve()
        vars(self).clear()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """
        What keeps the template, or a part of it, from being read.
        """
        return tuple(self._structure.problems)

    @property
    def conditions_in_use(self) -> tuple[str, ...]:
        """
        The conditions that decide about a resource or a value.
        """
        return tuple(sorted(self._structure.conditions_in_use))

    def author(self, logical_id: str) -> str:
        """
        Name the resource in the file from which a transform made this one; as a rule itself.
        """
        return self._transformed.author(logical_id)

    def once(self, question: str, answer: Callable[[Template], T]) -> T:
        """
        Work something out about the whole template, and remember it for whoever asks next.

        What is asked for each resource stays linear so, however many there are.

        Args:
            question: What is asked; the same question has the same answer.
            answer: Works it out.
        """
        if question not in self._known:
            self._known[question] = answer(self)
        found: T = self._known[question]
        return found

    def once_for_all(self, question: str, answer: Callable[[Sequence[Template]], T]) -> T:
        """
        Work something out about all templates deployed together, and remember it.

        Args:
            question: What is asked; the same question has the same answer.
            answer: Works it out.
        """
        if question not in self._scope.known:
            self._scope.known[question] = answer(self._scope.templates)
        found: T = self._scope.known[question]
        return found

    def section(self, name: str) -> Mapping[str, Any]:
        """
        Give a section of the template as written; empty when it is absent or cannot be read.
        """
        found = self._sections.get(name)
        return found if isinstance(found, dict) else _NOTHING

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """
        Give the resources of some types, in the order of the template.
        """
        if self._by_type is None:
            found: dict[str, list[Resource]] = {}
            for resource in self.resources.values():
                found.setdefault(resource.type, []).append(resource)
            self._by_type = {kind: tuple(resources) for kind, resources in found.items()}
        if len(types) == 1:
            return self._by_type.get(types[0], ())
        return tuple(resource for kind in types for resource in self._by_type.get(kind, ()))

    def everywhere(self, *types: str) -> tuple[Resource, ...]:
        """
        Give the resources of some types in all templates deployed together.
        """
        if len(self._scope.templates) == 1:
            return self._scope.templates[0].of_type(*types)
        return tuple(
            resource for template in self._scope.templates for resource in template.of_type(*types)
        )

    def resolve(self, value: Any) -> Any:
        """
        Resolve a raw value of this template; see :func:`intrinsics.resolve`.
        """
        return intrinsics.resolve(self, value)

    def within_bounds(self, value: Any) -> Any:
        """
        Give a text or list that was put together, as long as all of them stay bounded together.

        A template of a few lines can repeat a long text as often as it likes.
        """
        if isinstance(value, str):
            self._made += len(value)
        elif isinstance(value, list):
            self._made += len(value) * _SIZE_OF_ITEM
        return value if self._made <= _MOST_MADE else UNRESOLVED

    def find(self, value: Any, *types: str) -> Resource | None:
        """
        Find the resource that a resolved value denotes.

        A ``Ref``, an attribute, an ARN that contains exactly one of them, a literal ARN
        and a physical name all count.

        Args:
            value: A resolved value.
            types: The types that come into question; all by default.
        """
        if isinstance(value, Text):
            whole = value.target
            candidates = list(value.resources) if whole is None else [whole]
        elif isinstance(value, str) and value:
            last = value.rpartition(":")[2] if value.startswith("arn:") else value
            candidates = self._scope.named(last) or self._scope.named(last.rpartition("/")[2])
            candidates = candidates or self._scope.named(last.partition("/")[0])
        else:
            return None
        if types:
            candidates = [resource for resource in candidates if resource.type in types]
        return candidates[0] if len(candidates) == 1 else None

    def referrers(self, resource: Resource, kind: str, at: str) -> tuple[Resource, ...]:
        """
        Give the resources of a type whose property denotes *resource*, in all sibling templates.

        Args:
            resource: The resource pointed at.
            kind: The type of those that point.
            at: The property they point with; a list counts with each element,
                and ``*`` steps into each element of a list: ``Targets.*.Arn``.
        """
        index = self._pointing.get((kind, at))
        if index is None:
            index = self._pointing[kind, at] = self._pointing_with(kind, at)
        return index.get(resource, ()) if index else ()

    def _pointing_with(self, kind: str, at: str) -> dict[Resource, tuple[Resource, ...]]:
        """
        Give the resources of a type that point at others with a property, by those others.
        """
        index: dict[Resource, dict[Resource, None]] = {}
        first, *inner = at.split(".")
        for candidate in self.everywhere(kind):
            for value in _values_at(candidate.get(first), inner):
                target = self.find(value)
                if target is not None:
                    index.setdefault(target, {})[candidate] = None
        return {target: tuple(pointing) for target, pointing in index.items()}

    @cached_property
    def incoming(self) -> Mapping[str, Sequence[str]]:
        """
        The logical ids of what mentions a resource, by that of the resource mentioned.
        """
        found: dict[str, list[str]] = {}
        for source, mentioned in self._structure.mentions.items():
            for target in mentioned:
                found.setdefault(target, []).append(source)
        return found

    def parameter(self, name: str) -> Any:
        """
        Give the value of a parameter: what the parent stack passes, else its default.

        The default of a parameter that is read from Parameter Store at deployment
        is the name of the entry, so its value is not known.
        """
        if self.parent is not None and self.parent.has(("Parameters", name)):
            return self.parent.get(("Parameters", name))
        declared = self.section("Parameters").get(name)
        if not isinstance(declared, dict) or "Default" not in declared:
            return UNRESOLVED
        kind = declared.get("Type")
        if isinstance(kind, str) and kind.startswith("AWS::SSM::Parameter::"):
            return UNRESOLVED
        default = declared["Default"]
        if isinstance(kind, str) and (kind == "CommaDelimitedList" or kind.startswith("List<")):
            # However often it is asked for, it is one list.
            return self.once(f"parameter {name}", lambda _: _items(str(default)))
        return default if isinstance(default, str | int | float | bool) else UNRESOLVED

    def exported(self, name: str) -> Any:
        """
        Give the value another template exports as *name*.
        """
        found = self._scope.exported(name)
        return found[0].output(found[1]) if found else UNRESOLVED

    def output_of(self, stack: str, output: str) -> Any:
        """
        Give an output of the sibling stack of that name.
        """
        for template in self._scope.templates:
            if template.origin.stack_name == stack:
                return template.output(output)
        return UNRESOLVED

    def nested_output(self, resource: Resource, output: str) -> Any:
        """
        Give an output of a nested stack; a part that names it when its template is not at hand.
        """
        nested = self.nested.get(resource.logical_id)
        return UNRESOLVED if nested is None else nested.output(output)

    def output(self, name: str) -> Any:
        """
        Give the value of one of this template's outputs; an output that needs itself is not known.
        """
        if name not in self._outputs:
            self._outputs[name] = UNRESOLVED  # what it is for itself
            body = self.section("Outputs").get(name)
            if isinstance(body, dict):
                self._outputs[name] = self.resolve(body.get("Value", UNRESOLVED))
        return self._outputs[name]


def _items(default: str) -> list[str]:
    return [item.strip() for item in default.split(",")] if default else []


def _values_at(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield from value if isinstance(value, list) else (value,)
    elif steps[0] == "*":
        for item in value if isinstance(value, list) else (value,):
            yield from _values_at(item, steps[1:])
    elif isinstance(value, dict) and steps[0] in value:
        yield from _values_at(value[steps[0]], steps[1:])
