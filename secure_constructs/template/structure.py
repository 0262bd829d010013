"""The shape of a template: what refers to what, and what is wrong with it as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from secure_constructs.errors import Problem
from secure_constructs.template.intrinsics import is_call, is_intrinsic

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
_MENTIONING: Final = frozenset({"Fn::GetAtt", "Fn::Sub"})
_DYNAMIC: Final = "{{resolve:"


# A map of one key that is named like an intrinsic function.
Function = dict[str, Any]


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
        mentions: What a resource mentions of the others, each once, by its logical id.
        conditions_in_use: The conditions that decide about a resource or a value.
        unbounded: True when there is what would keep any reader busy, so that nothing is read.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.resources: dict[str, dict[str, Any]] = {}
        self.mentions: dict[str, dict[str, None]] = {}
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
    for path in _circles(_named_conditions(conditions) if isinstance(conditions, dict) else {}):
        message = f"conditions need each other in a circle: {' -> '.join(path)}"
        fix = "say one of them by parameters alone"
        problems.append(Problem(place=f"Conditions.{path[0]}", message=message, fix=fix))
    return structure


def _inspect_resources(
    resources: dict[Any, Any], functions: Mapping[Any, list[Function]], structure: Structure
) -> None:
    for logical_id, resource in resources.items():
        name = str(logical_id)
        problem = _unreadable(name, resource)
        if problem is not None:
            structure.problems.append(problem)
            continue
        _inspect_resource(name, resource, functions.get(logical_id, ()), structure, resources)
        if isinstance(logical_id, str):
            structure.resources[logical_id] = resource
    for path in _circles(structure.mentions):
        message = f"resources need each other in a circle: {' -> '.join(path)}"
        fix = "take one of these references out, for example by naming the resource"
        structure.problems.append(Problem(place=f"Resources.{path[0]}", message=message, fix=fix))


def _named_conditions(conditions: dict[Any, Any]) -> dict[str, dict[str, None]]:
    """
    Give, for each condition, those that it is made of.
    """
    made_of: dict[str, dict[str, None]] = {}
    for name, expression in conditions.items():
        waiting = [expression] if isinstance(expression, _HOLDERS) else []
        while waiting:
            value = waiting.pop()
            inner = value.values() if isinstance(value, dict) else value
            named = value.get("Condition") if isinstance(value, dict) else None
            if isinstance(named, str) and named in conditions:
                made_of.setdefault(str(name), {})[named] = None
            waiting.extend(item for item in inner if isinstance(item, _HOLDERS))
    return made_of


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


def _functions(body: Mapping[Any, Any]) -> dict[Any, list[Function]]:
    """
    Look at every value of a template, and give what may be functions in properties, by resource.

    Raises:
        _Endless: Values are nested too deep, or there are too many, or one is too long.
    """
    look = _Look()
    by_resource: dict[Any, list[Function]] = {}
    resources = body.get("Resources")
    beside: list[Any] = []
    if isinstance(resources, dict):
        for logical_id, resource in resources.items():
            properties = resource.get("Properties") if isinstance(resource, dict) else None
            if isinstance(properties, _HOLDERS):
                by_resource[logical_id] = look.at(properties, _DEPTH_OF_PROPERTIES)
                for value in resource.values():
                    if type(value) is not str and value is not properties:
                        beside.append(value)  # noqa: PERF401 - a call for each resource takes longer
            else:
                beside.append(resource)
    look.at(beside, _DEPTH_OF_RESOURCE)
    look.at([section for section in body.values() if section is not resources], 1)
    return by_resource


class _Look:
    """
    A look at every value, level by level and without recursion, so that it is bounded itself.
    """

    __slots__ = ("_seen",)

    def __init__(self) -> None:
        self._seen = 0

    def at(  # noqa: C901 - calls for each value would take longer than the look
        self, content: Any, depth: int
    ) -> list[Function]:
        """
        Look at all there is in a map or list, and give what may be functions.
        """
        found: list[Function] = []
        seen = self._seen
        level: list[Any] = [content]
        while level:
            if depth > _DEEPEST:
                raise _Endless(f"values are nested more than {_DEEPEST} levels deep")
            depth += 1
            below: list[Any] = []
            for holder in level:
                size = len(holder)
                seen += size
                if seen > _MOST_VALUES:
                    raise _Endless(f"there are more than {_MOST_VALUES:,} values")
                items: Iterable[Any] = holder
                if isinstance(holder, dict):
                    items = holder.values()
                    if size == 1:
                        (name,) = holder
                        if name == "Ref" or (isinstance(name, str) and name.startswith("Fn::")):
                            found.append(holder)
                for item in items:
                    kind = type(item)
                    if kind is str:  # most are
                        continue
                    if kind is dict or kind is list or isinstance(item, _HOLDERS):
                        below.append(item)
                    elif isinstance(item, int) and abs(item) > _LARGEST:
                        raise _Endless("a number has more than 400 digits")
            level = below
        self._seen = seen
        return found


def _inspect_resource(
    logical_id: str,
    body: dict[str, Any],
    functions: Iterable[Function],
    structure: Structure,
    resources: dict[Any, Any],
) -> None:
    """
    Note what there is to say about a resource that can be read.
    """
    kind, properties = body["Type"], body.get("Properties") or {}
    if isinstance(condition := body.get("Condition"), str) and kind != "AWS::CDK::Metadata":
        structure.conditions_in_use.add(condition)
    if kind.startswith("AWS::") and not _WITH_POLICIES.isdisjoint(properties):
        structure.problems.extend(_broken_policies(logical_id, properties))
    mentioned: dict[Any, None] = {}
    if depends_on := body.get("DependsOn"):
        for target in depends_on if isinstance(depends_on, list) else [depends_on]:
            if isinstance(target, str) and target in resources:
                mentioned[target] = None
    others = _other_than_mentions(functions, resources, mentioned)
    if mentioned:
        structure.mentions[logical_id] = mentioned
    if others:
        _inspect_others(logical_id, others, structure, properties)


def _other_than_mentions(
    functions: Iterable[Function], resources: dict[Any, Any], mentioned: dict[Any, None]
) -> list[Function]:
    """
    Note the resources that functions mention, and give the functions that mention nothing.
    """
    others: list[Function] = []
    for function in functions:
        ((name, argument),) = function.items()
        if name == "Ref":
            if isinstance(argument, str) and argument in resources:
                mentioned[argument] = None
        elif name in _MENTIONING:
            for target in _mentions(name, argument):
                if target in resources:
                    mentioned[target] = None
        else:
            others.append(function)
    return others


def _mentions(name: str, argument: Any) -> Iterable[str]:
    """
    Give what ``Fn::GetAtt`` or ``Fn::Sub`` mention.
    """
    if name == "Fn::Sub":
        return _placeholders(argument)
    first = argument.partition(".")[0] if isinstance(argument, str) else _first(argument)
    return (first,) if isinstance(first, str) else ()


def _inspect_others(
    logical_id: str, functions: Iterable[Function], structure: Structure, properties: dict[str, Any]
) -> None:
    """
    Look at functions that mention nothing, and at what is only named like a function.
    """
    misspelled = False
    for function in functions:
        ((name, argument),) = function.items()
        if name == "Fn::If":
            condition = _first(argument)
            if isinstance(condition, str):
                structure.conditions_in_use.add(condition)
        elif not is_intrinsic(name):
            misspelled = True
    if misspelled:
        structure.problems.extend(_misspelled(f"Resources.{logical_id}.Properties", properties))


def _first(argument: Any) -> Any:
    return argument[0] if isinstance(argument, list) and argument else None


def _misspelled(place: str, value: Any) -> Iterator[Problem]:
    """
    Find what is named like a function and is none.
    """
    items: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, list):
        items = enumerate(value)
    elif isinstance(value, dict):
        items = value.items()
        if is_call(value) and not is_intrinsic(name := next(iter(value))):
            yield Problem(
                place=place,
                message=f"{name} is no intrinsic function",
                fix="check its spelling against the intrinsic function reference",
            )
    for key, item in items:
        yield from _misspelled(f"{place}.{key}", item)


def _unreadable(logical_id: str, body: Any) -> Problem | None:
    """
    Say why this is not the body of a resource: a map with a type, and properties if any in a map.
    """
    if not isinstance(body, dict):
        message, fix = f"this is {_kind(body)}, not a resource", "give it a Type and Properties"
        return Problem(place=f"Resources.{logical_id}", message=message, fix=fix)
    kind = body.get("Type")
    if not isinstance(kind, str):
        message = "the resource has no Type" if kind is None else f"Type is {_kind(kind)}"
        fix = "set Type to a CloudFormation type such as AWS::S3::Bucket"
        return Problem(place=f"Resources.{logical_id}", message=message, fix=fix)
    properties = body.get("Properties") or {}
    if not isinstance(properties, dict):
        message = f"this is {_kind(properties)} where a map belongs"
        fix = "write the properties as a map"
        place = f"Resources.{logical_id}.Properties"
        return Problem(place=place, message=message, fix=fix)
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


def _placeholders(argument: Any) -> Iterator[str]:
    """
    Give the names of what ``Fn::Sub`` puts into its text, attributes left out.
    """
    local: Any = {}
    if isinstance(argument, list) and len(argument) == 2:  # noqa: PLR2004 - text, map
        argument, local = argument
    if isinstance(argument, str):
        for name in map(str.strip, _PLACEHOLDER.findall(argument)):
            if not (isinstance(local, dict) and name in local):
                yield name.partition(".")[0]


def _circles(mentions: Mapping[str, Mapping[str, None]]) -> Iterator[list[str]]:
    """
    Find circular dependencies, which CloudFormation refuses, each given once (Kahn, linear).
    """
    for name, mentioned in mentions.items():
        if name in mentioned:
            yield [name, name]
    # Only what needs something and is needed itself can be part of one.
    between = mentions.keys() & set().union(*mentions.values())
    needs: dict[str, set[str]] = {}
    needed_by: dict[str, set[str]] = {}
    for source in between:
        for target in between.intersection(mentions[source]) - {source}:
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
