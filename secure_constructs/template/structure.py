"""The shape of a template: what refers to what, and what is wrong with it as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from secure_constructs.errors import Problem
from secure_constructs.template.intrinsics import is_intrinsic

_PLACEHOLDER: Final = re.compile(r"\$\{([^!}][^}]*)\}")
_HOLDERS: Final = (dict, list)
_DEEPEST: Final = 100
_DEPTH_OF_RESOURCE: Final = 3
_DEPTH_OF_PROPERTIES: Final = _DEPTH_OF_RESOURCE + 1
# Above what a file of the largest size can hold; values that share parts exceed it quickly.
_MOST_VALUES: Final = 2_000_000
_LARGEST: Final = 10**400

# Properties that hold an IAM policy document as a map, or as JSON text.
_POLICY_DOCUMENTS: Final = frozenset(
    {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument", "ResourcePolicy"}
)
_WITH_POLICIES: Final = _POLICY_DOCUMENTS | {"Policies"}
_MENTIONING: Final = frozenset({"Ref", "Fn::GetAtt", "Fn::Sub"})
_DYNAMIC: Final = "{{resolve:"


# A map or list and where it stands: the step to what holds it, its key or index, itself, its depth.
# The first step is to the properties of a resource.
Step = tuple[Any, Any, Any, int]

# A mention of one resource by another, as written: the logical id of the one that mentions; where,
# ``None`` for ``DependsOn``; the logical id that is mentioned; the attribute asked for, empty for
# ``Ref`` and ``DependsOn``.
RawReference = tuple[str, Step | None, str, str]


class _Endless(Exception):  # noqa: N818 - ends the look early, and is always caught here
    """
    A template has what would keep any reader busy.
    """


class Structure:
    """
    What one walk over a template's resources finds.

    Attributes:
        problems: What keeps the template, or a part of it, from being read.
        resources: The bodies of resources that can be read, by logical id.
        references: The mentions of one resource by another.
        conditions_in_use: The conditions that decide about a resource or a value.
        unbounded: True when there is what would keep any reader busy, so that nothing is read.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.resources: dict[str, dict[str, Any]] = {}
        self.references: list[RawReference] = []
        self.conditions_in_use: set[str] = set()
        self.unbounded = False


def inspect(body: Any, *, lone: bool) -> Structure:
    """
    Walk a template once.

    Args:
        body: The parsed template; anything at all.
        lone: True when nothing but the body says that this is a template,
            so that one without resources is taken for some other file.
    """
    structure = Structure()
    problems = structure.problems
    if not isinstance(body, Mapping):
        problems.append(
            Problem(
                place="",
                message=f"this is {_kind(body)}, not a CloudFormation template",
                fix="give a template with a Resources section, or a cdk.out folder",
            )
        )
        return structure
    try:
        functions = _functions(body)
    except _Endless as endless:
        structure.unbounded = True
        problems.append(_blamed(endless, body))
        return structure
    if lone and "Resources" not in body:
        problems.append(
            Problem(
                place="",
                message="there is no Resources section, so this is not a CloudFormation template",
                fix="give a template, or the cdk.out folder that cdk synth wrote",
            )
        )
    for section in ("Parameters", "Mappings", "Conditions", "Resources", "Outputs"):
        if not isinstance(body.get(section, {}), dict):
            problems.append(
                Problem(
                    place=section,
                    message=f"this is {_kind(body[section])} where a map belongs",
                    fix="write it as a map of names",
                )
            )
    resources = body.get("Resources")
    if isinstance(resources, dict):
        _inspect_resources(resources, functions, structure)
    conditions = body.get("Conditions")
    named = _named_conditions(conditions) if isinstance(conditions, dict) else ()
    for path in _circles(list(named)):
        message = f"conditions need each other in a circle: {' -> '.join(path)}"
        fix = "say one of them by parameters alone"
        problems.append(Problem(place=f"Conditions.{path[0]}", message=message, fix=fix))
    return structure


def _inspect_resources(
    resources: dict[Any, Any], functions: Mapping[Any, list[Step]], structure: Structure
) -> None:
    for logical_id, resource in resources.items():
        found = functions.get(logical_id, ())
        sound = _inspect_resource(str(logical_id), resource, found, structure, resources)
        if sound and isinstance(logical_id, str):
            structure.resources[logical_id] = resource
    for path in _circles([(source, target) for source, _, target, _ in structure.references]):
        message = f"resources need each other in a circle: {' -> '.join(path)}"
        fix = "take one of these references out, for example by naming the resource"
        structure.problems.append(Problem(place=f"Resources.{path[0]}", message=message, fix=fix))


def _named_conditions(conditions: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """
    Give, for each condition, those that it is made of.
    """
    for name, expression in conditions.items():
        waiting = [expression] if isinstance(expression, _HOLDERS) else []
        while waiting:
            value = waiting.pop()
            inner = value.values() if isinstance(value, dict) else value
            named = value.get("Condition") if isinstance(value, dict) else None
            if isinstance(named, str) and named in conditions:
                yield str(name), named
            waiting.extend(item for item in inner if isinstance(item, _HOLDERS))


def unbounded(body: Mapping[Any, Any]) -> Problem | None:
    """
    Look for what would keep any reader busy: values nested too deep, or without end.
    """
    try:
        _functions(body)
    except _Endless as endless:
        return _blamed(endless, body)
    return None


def _blamed(endless: _Endless, body: Mapping[Any, Any]) -> Problem:
    """
    Name the resource that is without end, if it is one by itself.
    """
    resources = body.get("Resources")
    guilty = ""
    for logical_id, resource in resources.items() if isinstance(resources, dict) else ():
        try:
            _functions({"Resources": {logical_id: resource}})
        except _Endless:
            guilty = f"Resources.{logical_id}"
            break
    fix = "check the generator of this template; CloudFormation takes no such value"
    return Problem(place=guilty, message=str(endless), fix=fix)


def _functions(body: Mapping[Any, Any]) -> dict[Any, list[Step]]:
    """
    Look at every value of a template, and give what may be functions in properties, by resource.

    Raises:
        _Endless: Values are nested too deep, or there are too many, or one is too long.
    """
    look = _Look()
    by_resource: dict[Any, list[Step]] = {}
    resources = body.get("Resources")
    beside: list[Any] = []
    if isinstance(resources, dict):
        for logical_id, resource in resources.items():
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            if isinstance(properties, _HOLDERS):
                by_resource[logical_id] = look.at(properties, _DEPTH_OF_PROPERTIES)
                beside += [value for value in resource.values() if value is not properties]
            else:
                beside.append(resource)
    look.at(beside, _DEPTH_OF_RESOURCE)
    look.at([section for section in body.values() if section is not resources], 1)
    return by_resource


class _Look:
    """
    A look at every value, without recursion, so that it is bounded itself.
    """

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen = 0

    def at(  # noqa: C901 - calls for each value would take longer than the look
        self, content: Any, depth: int
    ) -> list[Step]:
        """
        Look at all there is in a map or list, and give what may be functions.
        """
        found: list[Step] = []
        seen = self._seen
        waiting: list[Step] = [(None, None, content, depth)]
        while waiting:
            step = waiting.pop()
            _, _, holder, depth = step
            size = len(holder)
            seen += size
            if seen > _MOST_VALUES:
                raise _Endless(f"there are more than {_MOST_VALUES:,} values")
            if depth > _DEEPEST:
                raise _Endless(f"values are nested more than {_DEEPEST} levels deep")
            items: Iterable[tuple[Any, Any]]
            if isinstance(holder, list):
                items = enumerate(holder)
            else:
                items = holder.items()
                if size == 1:
                    (name,) = holder
                    if name == "Ref" or (isinstance(name, str) and name.startswith("Fn::")):
                        found.append(step)
            for key, item in items:
                kind = type(item)
                if kind is str:  # most are
                    continue
                if kind is dict or kind is list or isinstance(item, _HOLDERS):
                    waiting.append((step, key, item, depth + 1))
                elif isinstance(item, int) and abs(item) > _LARGEST:
                    raise _Endless("a number has more than 400 digits")
        self._seen = seen
        return found


def path_of(step: Step) -> str:
    """
    Spell out where a value stands below the body of its resource.
    """
    keys: list[str] = []
    while step[0] is not None:
        step, key = step[:2]
        keys.append(str(key))
    return ".".join(("Properties", *reversed(keys)))


def _inspect_resource(
    logical_id: str,
    body: Any,
    functions: Iterable[Step],
    structure: Structure,
    resources: dict[str, Any],
) -> bool:
    """
    Note what there is to say about a resource, and say whether it can be read.
    """
    problem = _unreadable(f"Resources.{logical_id}", body)
    if problem is not None:
        structure.problems.append(problem)
        return False
    kind, properties = body["Type"], body.get("Properties") or {}
    if isinstance(condition := body.get("Condition"), str) and kind != "AWS::CDK::Metadata":
        structure.conditions_in_use.add(condition)
    if depends_on := body.get("DependsOn"):
        for target in depends_on if isinstance(depends_on, list) else [depends_on]:
            if isinstance(target, str) and target in resources:
                structure.references.append((logical_id, None, target, ""))
    if kind.startswith("AWS::") and not _WITH_POLICIES.isdisjoint(properties):
        structure.problems.extend(_broken_policies(logical_id, properties))
    _inspect_functions(logical_id, functions, structure, resources)
    return True


def _unreadable(place: str, body: Any) -> Problem | None:
    """
    Say why this is not the body of a resource: a map with a type, and properties if any in a map.
    """
    if not isinstance(body, dict):
        message, fix = f"this is {_kind(body)}, not a resource", "give it a Type and Properties"
        return Problem(place=place, message=message, fix=fix)
    kind = body.get("Type")
    if not isinstance(kind, str):
        message = "the resource has no Type" if kind is None else f"Type is {_kind(kind)}"
        fix = "set Type to a CloudFormation type such as AWS::S3::Bucket"
        return Problem(place=place, message=message, fix=fix)
    properties = body.get("Properties") or {}
    if not isinstance(properties, dict):
        message = f"this is {_kind(properties)} where a map belongs"
        fix = "write the properties as a map"
        return Problem(place=f"{place}.Properties", message=message, fix=fix)
    return None


def _broken_policies(logical_id: str, properties: dict[str, Any]) -> Iterator[Problem]:
    """
    Find texts that stand where a policy document belongs, and are none.
    """
    holders: list[tuple[str, Any]] = [("Properties", properties)]
    if "ResourcePolicy" in properties:
        holders.append(("Properties.ResourcePolicy", properties["ResourcePolicy"]))
    if isinstance(inline := properties.get("Policies"), list):
        holders += [(f"Properties.Policies.{n}", policy) for n, policy in enumerate(inline)]
    for path, holder in holders:
        if not isinstance(holder, dict) or _POLICY_DOCUMENTS.isdisjoint(holder):
            continue
        for key, value in holder.items():
            if key not in _POLICY_DOCUMENTS or not isinstance(value, str):
                continue
            if _DYNAMIC not in value and not _is_json_map(value):
                yield Problem(
                    place=f"Resources.{logical_id}.{path}.{key}",
                    message="the policy document is a string that is not JSON",
                    fix="write the policy as a map with a Statement",
                )


def _inspect_functions(
    logical_id: str, functions: Iterable[Step], structure: Structure, resources: dict[str, Any]
) -> None:
    """
    Look at what may be functions in the properties of a resource.
    """
    for step in functions:
        ((name, argument),) = step[2].items()
        if name in _MENTIONING:
            for target, attribute in _mentions(name, argument):
                if target in resources:
                    structure.references.append((logical_id, step, target, attribute))
        elif name == "Fn::If":
            if isinstance(argument, list) and argument and isinstance(argument[0], str):
                structure.conditions_in_use.add(argument[0])
        elif not is_intrinsic(name):
            structure.problems.append(
                Problem(
                    place=f"Resources.{logical_id}.{path_of(step)}",
                    message=f"{name} is no intrinsic function",
                    fix="check its spelling against the intrinsic function reference",
                )
            )


def _mentions(key: str, argument: Any) -> Iterable[tuple[str, str]]:
    """
    Give what a function mentions, and the attribute it asks for.
    """
    if key == "Ref":
        return ((argument, ""),) if isinstance(argument, str) else ()
    if key == "Fn::Sub":
        return _placeholders(argument)
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or not argument or not isinstance(argument[0], str):
        return ()
    attribute = argument[1] if len(argument) > 1 and isinstance(argument[1], str) else ""
    return ((argument[0], attribute),)


def _placeholders(argument: Any) -> Iterator[tuple[str, str]]:
    local: Any = {}
    if isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004 - text, map
        argument, local = argument
    if isinstance(argument, str):
        for name in map(str.strip, _PLACEHOLDER.findall(argument)):
            if not (isinstance(local, dict) and name in local):
                target, _, attribute = name.partition(".")
                yield target, attribute


def _circles(pairs: list[tuple[str, str]]) -> Iterator[list[str]]:
    """
    Find circular dependencies, which CloudFormation refuses, each given once (Kahn, linear).
    """
    # Only what needs something and is needed itself can be part of one.
    between = {source for source, _ in pairs}.intersection([target for _, target in pairs])
    needs: dict[str, set[str]] = {}
    needed_by: dict[str, set[str]] = {}
    for source, target in pairs:
        if source == target:
            yield [source, target]
        elif source in between and target in between:
            needs.setdefault(source, set()).add(target)
            needed_by.setdefault(target, set()).add(source)
    open_needs = _in_circles(needs, needed_by)
    while open_needs:
        path = [min(open_needs)]
        while path[-1] not in path[:-1]:
            onward = [target for target in needs.get(path[-1], ()) if target in open_needs]
            if not onward:  # what is left only leads into a cycle already reported
                break
            path.append(min(onward))
        if path[-1] in path[:-1]:
            yield path[path.index(path[-1]) :]
        for name in path:
            open_needs.pop(name, None)


def _in_circles(needs: Mapping[str, set[str]], needed_by: Mapping[str, set[str]]) -> dict[str, int]:
    """
    Take away, one after the other, all that needs nothing that is left.
    """
    open_needs = {source: len(targets) for source, targets in needs.items()}
    free = [target for target in needed_by if target not in needs]
    while free:
        for source in needed_by.get(free.pop(), ()):
            open_needs[source] -= 1
            if not open_needs[source]:
                del open_needs[source]
                free.append(source)
    return open_needs


def _is_json_map(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _kind(value: Any) -> str:
    if value is None:
        return "empty"
    names = {str: "a string", bool: "a boolean", list: "a list", dict: "a map"}
    return names.get(type(value), "a number")
