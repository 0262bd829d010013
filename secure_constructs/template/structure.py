"""The shape of a template: what refers to what, and what is wrong with it as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from secure_constructs.errors import Problem
from secure_constructs.template.intrinsics import is_intrinsic

_PLACEHOLDER: Final = re.compile(r"\$\{([^!}][^}]*)\}")
_HOLDERS: Final = (dict, list)
_DEEPEST: Final = 100
# Above what a file of the largest size can hold; values that share parts exceed it quickly.
_MOST_VALUES: Final = 2_000_000
_LARGEST: Final = 10**400

# Properties that hold an IAM policy document as a map, or as JSON text.
_POLICY_DOCUMENTS: Final = frozenset(
    {"AssumeRolePolicyDocument", "KeyPolicy", "PolicyDocument", "ResourcePolicy"}
)
_DYNAMIC: Final = "{{resolve:"


class RawReference(NamedTuple):
    """
    A mention of one resource by another, as written.

    Args:
        source: The logical id of the resource that mentions.
        path: Where, below its body: ``Properties.Role`` or ``DependsOn``.
        target: The logical id that is mentioned.
        attribute: The attribute asked for; empty for ``Ref`` and ``DependsOn``.
    """

    source: str
    path: str
    target: str
    attribute: str


class Structure:
    """
    What one walk over a template's resources finds.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
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
    if endless := unbounded(body):
        structure.unbounded = True
        problems.append(endless)
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
        if not isinstance(body.get(section, {}), Mapping):
            problems.append(
                Problem(
                    place=section,
                    message=f"this is {_kind(body[section])} where a map belongs",
                    fix="write it as a map of names",
                )
            )
    resources = body.get("Resources")
    if isinstance(resources, Mapping):
        for logical_id, resource in resources.items():
            _inspect_resource(str(logical_id), resource, structure, resources)
        for path in _circles((one.source, one.target) for one in structure.references):
            message = f"resources need each other in a circle: {' -> '.join(path)}"
            fix = "take one of these references out, for example by naming the resource"
            problems.append(Problem(place=f"Resources.{path[0]}", message=message, fix=fix))
    conditions = body.get("Conditions")
    for path in _circles(_named_conditions(conditions if isinstance(conditions, Mapping) else {})):
        message = f"conditions need each other in a circle: {' -> '.join(path)}"
        fix = "say one of them by parameters alone"
        problems.append(Problem(place=f"Conditions.{path[0]}", message=message, fix=fix))
    return structure


def _named_conditions(conditions: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """
    Give, for each condition, those that it is made of.
    """
    for name, expression in conditions.items():
        waiting = [expression] if isinstance(expression, _HOLDERS) else []
        while waiting:
            value = waiting.pop()
            inner = value.values() if isinstance(value, Mapping) else value
            named = value.get("Condition") if isinstance(value, Mapping) else None
            if isinstance(named, str) and named in conditions:
                yield str(name), named
            waiting.extend(item for item in inner if isinstance(item, _HOLDERS))


def unbounded(body: Mapping[Any, Any]) -> Problem | None:
    """
    Look for what would keep any reader busy: values nested too deep, or without end.
    """
    fault = _endless(body, _DEEPEST)
    if not fault:
        return None
    resources = body.get("Resources")
    guilty = [
        f"Resources.{logical_id}"
        for logical_id, resource in (resources.items() if isinstance(resources, Mapping) else ())
        if _endless([resource], _DEEPEST - 1)
    ]
    fix = "check the generator of this template; CloudFormation takes no such value"
    return Problem(place=guilty[0] if guilty else "", message=fault, fix=fix)


def _endless(value: Any, deepest: int) -> str:
    """
    Look at values level by level and without recursion, so that the look is bounded itself.
    """
    level: list[Any] = [value]
    values = 0
    for _ in range(deepest):
        below: list[Any] = []
        for holder in level:
            for item in holder if isinstance(holder, list) else holder.values():
                if isinstance(item, str):
                    continue
                if isinstance(item, _HOLDERS):
                    below.append(item)
                elif isinstance(item, int) and abs(item) > _LARGEST:
                    return "a number has more than 400 digits"
            values += len(holder)
            if values > _MOST_VALUES:
                return f"there are more than {_MOST_VALUES:,} values"
        if not below:
            return ""
        level = below
    return f"values are nested more than {_DEEPEST} levels deep"


def readable(resource: Any) -> bool:
    """
    Say whether this is the body of a resource: a map with a type, and properties if any in a map.
    """
    return (
        isinstance(resource, Mapping)
        and isinstance(resource.get("Type"), str)
        and isinstance(resource.get("Properties") or {}, Mapping)
    )


def _inspect_resource(
    logical_id: str, body: Any, structure: Structure, resources: Mapping[str, Any]
) -> None:
    place = f"Resources.{logical_id}"
    if not isinstance(body, Mapping):
        message, fix = f"this is {_kind(body)}, not a resource", "give it a Type and Properties"
        structure.problems.append(Problem(place=place, message=message, fix=fix))
        return
    kind = body.get("Type")
    if not isinstance(kind, str):
        message = "the resource has no Type" if kind is None else f"Type is {_kind(kind)}"
        fix = "set Type to a CloudFormation type such as AWS::S3::Bucket"
        structure.problems.append(Problem(place=place, message=message, fix=fix))
        return
    if not isinstance(body.get("Properties") or {}, Mapping):
        structure.problems.append(
            Problem(
                place=f"{place}.Properties",
                message=f"this is {_kind(body['Properties'])} where a map belongs",
                fix="write the properties as a map",
            )
        )
        return
    if isinstance(condition := body.get("Condition"), str) and kind != "AWS::CDK::Metadata":
        structure.conditions_in_use.add(condition)
    depends_on = body.get("DependsOn")
    for target in depends_on if isinstance(depends_on, list) else [depends_on]:
        if isinstance(target, str) and target in resources:
            structure.references.append(RawReference(logical_id, "DependsOn", target, ""))
    properties = body.get("Properties") or {}
    if kind.startswith("AWS::"):
        structure.problems.extend(_broken_policies(f"{place}.Properties", properties))
    _walk(logical_id, properties, structure, resources)


def _broken_policies(place: str, properties: Mapping[str, Any]) -> Iterator[Problem]:
    """
    Find texts that stand where a policy document belongs, and are none.
    """
    inline = properties.get("Policies")
    holders = [(place, properties), (f"{place}.ResourcePolicy", properties.get("ResourcePolicy"))]
    if isinstance(inline, list):
        holders += [(f"{place}.Policies.{n}", policy) for n, policy in enumerate(inline)]
    for path, holder in holders:
        for key, value in holder.items() if isinstance(holder, Mapping) else ():
            if key not in _POLICY_DOCUMENTS or not isinstance(value, str):
                continue
            if _DYNAMIC not in value and not _is_json_map(value):
                yield Problem(
                    place=f"{path}.{key}",
                    message="the policy document is a string that is not JSON",
                    fix="write the policy as a map with a Statement",
                )


def _walk(
    logical_id: str, properties: Any, structure: Structure, resources: Mapping[str, Any]
) -> None:
    """
    Collect references, conditions and faults of one resource, without recursion.
    """
    waiting: list[_Step] = [(None, "Properties", properties)]
    while waiting:
        step = waiting.pop()
        value = step[2]
        if isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, _HOLDERS):
                    waiting.append((step, index, item))
            continue
        for key, item in value.items():
            if isinstance(item, _HOLDERS):
                waiting.append((step, key, item))
            if len(value) == 1 and isinstance(key, str) and _may_be_function(key):
                place = (logical_id, _path(step))
                _function(place, key, item, structure=structure, resources=resources)


# A value, its key or index, and the step to what holds it.
_Step = tuple[Any, Any, Any]


def _path(step: _Step | None) -> str:
    keys: list[str] = []
    while step:
        keys.append(str(step[1]))
        step = step[0]
    return ".".join(reversed(keys))


def _may_be_function(key: str) -> bool:
    return key == "Ref" or key.startswith("Fn::")


def _function(
    place: tuple[str, str],
    key: str,
    argument: Any,
    *,
    structure: Structure,
    resources: Mapping[str, Any],
) -> None:
    """
    Look at what may be a function.

    Args:
        place: The resource that holds it, and where.
        key: Its name.
        argument: What it is given.
        structure: Takes what is found.
        resources: All resources.
    """
    if key.startswith("Fn::") and not is_intrinsic(key):
        structure.problems.append(
            Problem(
                place=f"Resources.{'.'.join(place)}",
                message=f"{key} is no intrinsic function",
                fix="check its spelling against the intrinsic function reference",
            )
        )
    elif key == "Fn::If" and isinstance(argument, list) and argument:
        if isinstance(argument[0], str):
            structure.conditions_in_use.add(argument[0])
    else:
        for target, attribute in _mentions(key, argument):
            if target in resources:
                structure.references.append(RawReference(*place, target, attribute))


def _mentions(key: str, argument: Any) -> Iterator[tuple[str, str]]:
    if key == "Ref" and isinstance(argument, str):
        yield argument, ""
    elif key == "Fn::GetAtt":
        if isinstance(argument, str):
            argument = argument.split(".", 1)
        if isinstance(argument, list) and argument and isinstance(argument[0], str):
            attribute = argument[1] if len(argument) > 1 and isinstance(argument[1], str) else ""
            yield argument[0], attribute
    elif key == "Fn::Sub":
        local: Any = {}
        if isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004 - text, map
            argument, local = argument
        if isinstance(argument, str):
            for match in _PLACEHOLDER.finditer(argument):
                name = match.group(1).strip()
                if not (isinstance(local, Mapping) and name in local):
                    target, _, attribute = name.partition(".")
                    yield target, attribute


def _circles(pairs: Iterable[tuple[str, str]]) -> Iterator[list[str]]:
    """
    Find circular dependencies, which CloudFormation refuses, each given once (Kahn, linear).
    """
    needs: dict[str, set[str]] = {}
    needed_by: dict[str, set[str]] = {}
    for source, target in pairs:
        if source == target:
            yield [source, target]
            continue
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
