"""CloudFormation's intrinsic functions, resolved as far as a template alone allows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.template.values import (
    LONGEST,
    UNRESOLVED,
    Attribute,
    Part,
    Pseudo,
    Text,
    Unknown,
    concatenated,
    text_of,
)

if TYPE_CHECKING:
    from secure_constructs.template.model import Template

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")
_NO_VALUE: Final = object()
_SCALARS: Final = frozenset({bool, float, int, str, type(None)})
_PSEUDO: Final = {
    name: Text((Pseudo(name),))
    for name in (
        "AWS::AccountId",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    )
}

# Their values are known to CloudFormation only, or decided where conditions are.
_OPAQUE: Final = frozenset(
    {
        "Fn::And",
        "Fn::Cidr",
        "Fn::Contains",
        "Fn::EachMemberEquals",
        "Fn::EachMemberIn",
        "Fn::Equals",
        "Fn::GetAZs",
        "Fn::Implies",
        "Fn::Not",
        "Fn::Or",
        "Fn::RefAll",
        "Fn::Transform",
        "Fn::ValueOf",
        "Fn::ValueOfAll",
    }
)


class _Pieces:
    """
    The pieces of a text that was split where its content is not known.
    """

    __slots__ = ("text",)

    def __init__(self, text: Text) -> None:
        self.text = text

    def one(self) -> Text:
        return Text(
            tuple(
                Attribute(part.resource, part.name, whole=False)
                for part in self.text.parts
                if isinstance(part, Attribute)
            )
            or (Unknown(),)
        )


def resolve(template: Template, value: Any) -> Any:
    """
    Resolve *value* as far as *template* and its assembly tell.

    What has no value at all (``AWS::NoValue``) is left out of lists and maps.

    Returns:
        Plain Python values; strings with parts set at deployment as
        :class:`~secure_constructs.template.values.Text`; ``UNRESOLVED`` for what is not known.
    """
    try:
        resolved = _resolve(template, value)
    except RecursionError:  # outputs, parameters and conditions that lead on without end
        return UNRESOLVED
    return None if resolved is _NO_VALUE else _plain(resolved)


def is_intrinsic(key: str) -> bool:
    """
    Say whether CloudFormation, or an extension to its language, understands *key*.
    """
    return key in _FUNCTIONS or key in _OPAQUE or key.startswith("Fn::ForEach::")


def is_call(value: dict[Any, Any]) -> bool:
    """
    Say whether a map stands for what a function gives, known or not.
    """
    if len(value) != 1:
        return False
    (key,) = value
    return key == "Ref" or (isinstance(key, str) and key.startswith("Fn::"))


def _resolve(  # noqa: C901 - calls for each value would take longer than the rest
    template: Template, value: Any
) -> Any:
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, argument),) = value.items()
            function = _FUNCTIONS.get(key)
            if function is not None:
                return function(template, argument)
            if isinstance(key, str) and key.startswith("Fn::"):
                return UNRESOLVED
        resolved = {}
        for key, item in value.items():
            if type(item) in _SCALARS:
                resolved[key] = item
            elif (found := _resolve(template, item)) is not _NO_VALUE:
                resolved[key] = UNRESOLVED if type(found) is _Pieces else found
        return resolved
    if isinstance(value, list):
        items = []
        for item in value:
            if type(item) in _SCALARS:
                items.append(item)
            elif (found := _resolve(template, item)) is not _NO_VALUE:
                items.append(UNRESOLVED if type(found) is _Pieces else found)
        return items
    return value


def _plain(value: Any) -> Any:
    return UNRESOLVED if type(value) is _Pieces else value


def _ref(template: Template, name: Any) -> Any:
    if not isinstance(name, str):
        return UNRESOLVED
    if name == "AWS::NoValue":
        return _NO_VALUE
    if name in _PSEUDO:
        return template.environment.get(name) or _PSEUDO[name]
    resource = template.resources.get(name)
    return template.parameter(name) if resource is None else resource.mention("")


def _get_att(template: Template, argument: Any) -> Any:
    if isinstance(argument, str):
        argument = argument.split(".", 1)
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - resource, attribute
        return UNRESOLVED
    name, attribute = argument
    if not isinstance(attribute, str):
        attribute = _resolve(template, attribute)
    if not isinstance(name, str) or not isinstance(attribute, str):
        return UNRESOLVED
    resource = template.resources.get(name)
    if resource is None:
        return UNRESOLVED
    if attribute.startswith("Outputs."):
        return template.nested_output(resource, attribute.removeprefix("Outputs."))
    return resource.mention(attribute)


def _sub(template: Template, argument: Any) -> Any:
    local: dict[Any, Any] = {}
    if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):  # noqa: PLR2004 - text, map
        # Once each, however often the text names them: what nests doubles at every level.
        local = {name: _resolve(template, value) for name, value in argument[1].items()}
        argument = argument[0]
    if not isinstance(argument, str):
        return UNRESOLVED
    # What stands between the placeholders, and at every other place the name in one of them.
    values: list[Any] = _PLACEHOLDER.split(argument)
    for n in range(1, len(values), 2):
        name = values[n].strip()
        if name.startswith("!"):
            values[n] = f"${{{name[1:]}}}"
        elif name in local:
            values[n] = _named(name, local[name])
        elif "." in name:
            values[n] = _named(name, _get_att(template, name))
        else:
            values[n] = _named(name, _ref(template, name))
    return template.within_bounds(concatenated(values))


def _named(name: str, value: Any) -> Any:
    """
    Keep the name of what is not known, so that a message can say it.
    """
    return Text((Unknown(name),)) if value is UNRESOLVED else value


def _join(template: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - delimiter, values
        return UNRESOLVED
    delimiter, values = argument[0], _resolve(template, argument[1])
    if not isinstance(delimiter, str) or not isinstance(values, list):
        return UNRESOLVED
    if isinstance(argument[1], list) and len(argument[1]) == len(values):
        values = [
            _named(item["Ref"], value)
            if value is UNRESOLVED and isinstance(item, dict) and isinstance(item.get("Ref"), str)
            else value
            for item, value in zip(argument[1], values, strict=True)
        ]
    return template.within_bounds(concatenated(values, delimiter))


def _split(template: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - delimiter, text
        return UNRESOLVED
    delimiter, text = argument[0], _resolve(template, argument[1])
    if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str):
        return UNRESOLVED
    if not isinstance(text, Text):
        return template.within_bounds(text.split(delimiter))
    if not all(isinstance(part, str | Pseudo) for part in text.parts):
        return _Pieces(text)
    pieces: list[list[Part]] = [[]]
    for part in text.parts:
        if isinstance(part, str):
            first, *rest = part.split(delimiter)
            pieces[-1].append(first)
            pieces.extend([piece] for piece in rest)
        else:
            pieces[-1].append(part)
    return template.within_bounds([text_of(piece) for piece in pieces])


def _select(template: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - index, values
        return UNRESOLVED
    index, values = _resolve(template, argument[0]), _resolve(template, argument[1])
    if isinstance(values, _Pieces):
        return values.one()
    if not isinstance(values, list) or not str(index).isdecimal():
        return UNRESOLVED
    return values[int(index)] if int(index) < len(values) else UNRESOLVED


def _if(template: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004 - condition, then, else
        return UNRESOLVED
    name, then, otherwise = argument
    holds = template.conditions.holds(name) if isinstance(name, str) else None
    if holds is None:
        branches = _resolve(template, then), _resolve(template, otherwise)
        return branches[0] if _same(*branches) else UNRESOLVED
    return _resolve(template, then if holds else otherwise)


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and repr(left) == repr(right)


def _find_in_map(template: Template, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        return UNRESOLVED
    found: list[Any] = [template.section("Mappings")]
    for key in (_resolve(template, step) for step in argument[:3]):
        maps = [level for level in found if isinstance(level, dict)]
        if isinstance(key, str | int) and not isinstance(key, Text):
            found = [level[str(key)] for level in maps if str(key) in level]
        else:  # the key is not known: every entry is possible
            found = [item for level in maps for item in level.values()]
    if found and all(_same(found[0], other) for other in found):
        # No function is allowed in a mapping; one there could even look itself up.
        return UNRESOLVED if isinstance(found[0], dict) else found[0]
    if not found and len(argument) == 4 and isinstance(argument[3], dict):  # noqa: PLR2004
        return _resolve(template, argument[3].get("DefaultValue", UNRESOLVED))
    return UNRESOLVED


def _base64(template: Template, argument: Any) -> Any:
    """
    Give the text before it is encoded, as far as it is known, since that is what rules read.
    """
    return _resolve(template, argument)


def _import_value(template: Template, argument: Any) -> Any:
    name = _resolve(template, argument)
    return template.exported(str(name)) if isinstance(name, str) else UNRESOLVED


def _get_stack_output(template: Template, argument: Any) -> Any:
    found = _resolve(template, argument)
    if not isinstance(found, dict):
        return UNRESOLVED
    stack, output = found.get("StackName"), found.get("OutputName")
    if not isinstance(stack, str) or not isinstance(output, str):
        return UNRESOLVED
    return template.output_of(stack, output)


def _to_json_string(template: Template, argument: Any) -> Any:
    value = _plain(_resolve(template, argument))
    try:
        text = json.dumps(value, separators=(",", ":"))
    except TypeError:  # something inside is not known
        return UNRESOLVED
    return template.within_bounds(text) if len(text) <= LONGEST else UNRESOLVED


def _length(template: Template, argument: Any) -> Any:
    value = _resolve(template, argument)
    return len(value) if isinstance(value, list) else UNRESOLVED


_FUNCTIONS: Final[dict[str, Callable[[Template, Any], Any]]] = {
    "Ref": _ref,
    "Fn::Base64": _base64,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAtt": _get_att,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::If": _if,
    "Fn::ImportValue": _import_value,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json_string,
}
