"""Request models: JSON Schema and Pydantic models in the dialect that API Gateway validates."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeAlias, runtime_checkable

from secure_constructs.errors import ConstructError

JsonSchema: TypeAlias = Mapping[str, Any]

# A request that carries no data: the body is absent, or an empty JSON object.
EMPTY_BODY: Final[JsonSchema] = {
    "type": "object",
    "title": "EmptyBody",
    "additionalProperties": False,
    "maxProperties": 0,
}

_DRAFT4: Final = "http://json-schema.org/draft-04/schema#"

# https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
_LONGEST_SCHEMA: Final = 400 * 1024

# Mean the same in draft 4 and hold no schema inside.
_KEPT: Final = frozenset(
    {
        "title",
        "description",
        "enum",
        "format",
        "maxItems",
        "maxLength",
        "maxProperties",
        "minItems",
        "minLength",
        "minProperties",
        "multipleOf",
        "pattern",
        "type",
        "uniqueItems",
    }
)

_ANNOTATIONS: Final = frozenset(
    {"default", "deprecated", "description", "examples", "readOnly", "title", "writeOnly"}
)

# Constrain the value, and draft 4 has nothing that says the same. Everything that stands
# neither here nor in a branch of the conversion is an annotation, and left out.
_INEXPRESSIBLE: Final[Mapping[str, str]] = {
    "$dynamicRef": "write the schema out where it is used",
    "contains": "describe every item with items",
    "else": "use anyOf with one closed object for each case",
    "if": "use anyOf with one closed object for each case",
    "maxContains": "describe every item with items",
    "minContains": "describe every item with items",
    "then": "use anyOf with one closed object for each case",
    "unevaluatedItems": "use additionalItems",
    "unevaluatedProperties": "use additionalProperties",
}

# Formats that Pydantic writes and draft 4 does not know: without a pattern, any text passes.
_FORMAT_PATTERNS: Final[Mapping[str, str]] = {
    "date": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
    "duration": r"^[-+]?P[0-9A-Za-z.,]+$",
    "time": r"^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?([zZ]|[-+][0-9]{2}:?[0-9]{2})?$",
    "uuid": r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
}

# What a keyword holds, for those whose value is looked into.
_SHAPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "$ref": str,
    "additionalProperties": (bool, Mapping),
    "allOf": list,
    "anyOf": list,
    "dependencies": Mapping,
    "dependentRequired": Mapping,
    "dependentSchemas": Mapping,
    "enum": list,
    "exclusiveMaximum": (bool, int, float),
    "exclusiveMinimum": (bool, int, float),
    "items": (bool, list, Mapping),
    "maximum": (int, float),
    "minimum": (int, float),
    "oneOf": list,
    "pattern": str,
    "patternProperties": Mapping,
    "prefixItems": list,
    "properties": Mapping,
    "required": list,
    "type": (str, list),
}

_NAME_KEYWORDS: Final = frozenset({"maxLength", "minLength", "pattern", "title", "type"})
_NEGATABLE: Final = frozenset({"const", "enum", "pattern", "title", "type"})

# Written by Python and Rust, unknown to ECMA 262, which JSON Schema's patterns are.
_FOREIGN_PATTERN: Final = re.compile(r"\(\?P|\(\?[aiLmsux-]+[:)]|\\[AZz]|\\p\{|\[\[:")


@runtime_checkable
class DescribesItself(Protocol):
    """
    A class that knows its JSON Schema, as every Pydantic model does.
    """

    @classmethod
    def model_json_schema(cls) -> dict[str, Any]:
        """
        The JSON Schema of what the class accepts.
        """


class SchemaError(ConstructError):
    """
    A JSON Schema cannot be enforced by API Gateway as it stands.

    Args:
        place: Where in the schema, as a path such as ``properties.lines.items``.
        problem: Why it cannot be enforced, as a clause after "because".
        fix: What to write instead, as an imperative clause.
    """

    def __init__(self, place: str, problem: str, fix: str) -> None:
        self.place = place
        self.problem = problem
        self.fix = fix
        super().__init__(f"{place or 'the schema'}: {problem}; {fix}")


def request_schema(model: type[DescribesItself] | JsonSchema) -> dict[str, Any]:
    """
    The JSON Schema draft 4 that accepts what a model accepts, and never more.

    API Gateway validates with draft 4. What newer drafts say differently is translated:
    definitions are written out where they are used, ``const`` becomes ``enum``, exclusive
    bounds and tuples take their old form. Objects are closed: a property that the model does
    not name is refused, since handlers tend to pass on what they are given (mass assignment).
    https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html

    Args:
        model: A Pydantic model class, or any class with ``model_json_schema``, or a JSON
            Schema of draft 4 to 2020-12.

    Returns:
        The schema for ``AWS::ApiGateway::Model``.

    Raises:
        SchemaError: The schema says something that draft 4 cannot say, so that API Gateway
            would let through what the model refuses; or it leaves a value undescribed.
    """
    source = model if isinstance(model, Mapping) else model.model_json_schema()
    converted = {"$schema": _DRAFT4, **_Conversion(source).schema(source, "")}
    size = len(json.dumps(converted))
    if size > _LONGEST_SCHEMA:
        raise SchemaError(
            "",
            f"it is {size // 1024} KB with its definitions written out, and API Gateway "
            f"takes {_LONGEST_SCHEMA // 1024} KB",
            "split the operation, or describe less of the body",
        )
    return converted


class _Conversion:
    """
    One walk through a schema, which remembers the definitions it is inside of.
    """

    def __init__(self, root: JsonSchema) -> None:
        self._root = root
        self._open_references: list[str] = []

    def schema(self, source: object, place: str) -> dict[str, Any]:
        if source is False:
            return {"not": {}}
        if source is True or source == {}:
            raise SchemaError(
                place,
                "any value passes there",
                "give it a type",
            )
        if not isinstance(source, Mapping):
            raise SchemaError(
                place,
                f"a schema is an object, not a {type(source).__name__}",
                "write the schema as a mapping",
            )
        for keyword, shape in _SHAPES.items():
            if keyword in source and not isinstance(source[keyword], shape):
                raise SchemaError(
                    _join(place, keyword),
                    f"{keyword} is never a {type(source[keyword]).__name__}",
                    "write it as JSON Schema has it",
                )
        if "$ref" in source:
            return self._reference(source, place)
        for keyword, fix in _INEXPRESSIBLE.items():
            if keyword in source:
                raise SchemaError(
                    _join(place, keyword),
                    "API Gateway validates with JSON Schema draft 4, which does not know it",
                    fix,
                )
        converted = {keyword: value for keyword, value in source.items() if keyword in _KEPT}
        self._values(source, converted, place)
        self._numbers(source, converted)
        self._items(source, converted, place)
        self._properties(source, converted, place)
        self._combinations(source, converted, place)
        return converted

    def _reference(self, source: JsonSchema, place: str) -> dict[str, Any]:
        reference = source["$ref"]
        if reference in self._open_references:
            raise SchemaError(
                place,
                f"{reference.rpartition('/')[2]} contains itself, so a request may be nested "
                "without end",
                "write out as many levels as the operation needs",
            )
        self._open_references.append(reference)
        target = self.schema(self._resolve(reference, place), place)
        self._open_references.pop()
        rest = {
            keyword: value
            for keyword, value in source.items()
            if keyword not in _ANNOTATIONS and not keyword.startswith(("x-", "$"))
        }
        if not rest:
            return target
        return {"allOf": [target, self.schema(rest, place)]}

    def _resolve(self, reference: str, place: str) -> object:
        target: object = self._root
        for part in reference.removeprefix("#").strip("/").split("/"):
            key = part.replace("~1", "/").replace("~0", "~")
            if (
                not reference.startswith("#")
                or not isinstance(target, Mapping)
                or key not in target
            ):
                raise SchemaError(
                    place,
                    f"{reference} is not defined in this schema",
                    "define it under $defs",
                )
            target = target[key]
        return target

    def _values(self, source: JsonSchema, converted: dict[str, Any], place: str) -> None:
        if "const" in source:
            converted["enum"] = [source["const"]]
        if "enum" in converted:
            # Draft 4 wants each value once; 1 and true are two values, and equal to Python.
            converted["enum"] = list({json.dumps(v): v for v in converted["enum"]}.values())
        if None in converted.get("enum", ()):
            # CDK drops a null from a list, so it is said as a type.
            values = [value for value in converted.pop("enum") if value is not None]
            choices = [{"enum": values}, {"type": "null"}] if values else [{"type": "null"}]
            converted["allOf"] = [{"anyOf": choices}]
        if source.get("nullable") is True and isinstance(source.get("type"), str):
            converted["type"] = [source["type"], "null"]
        if pattern := source.get("pattern"):
            if foreign := _FOREIGN_PATTERN.search(pattern):
                raise SchemaError(
                    _join(place, "pattern"),
                    f"{foreign.group()} is not in ECMA 262, which API Gateway reads patterns as",
                    "write the pattern without it",
                )
        elif (known := _FORMAT_PATTERNS.get(str(source.get("format")))) and (
            source.get("type") == "string"
        ):
            converted["pattern"] = known

    def _numbers(self, source: JsonSchema, converted: dict[str, Any]) -> None:
        for side, inward in (("minimum", 1), ("maximum", -1)):
            inclusive = source.get(side)
            exclusive = source.get(f"exclusive{side.capitalize()}")
            if isinstance(exclusive, bool) or exclusive is None:
                if inclusive is not None:
                    converted[side] = inclusive
                    if exclusive:
                        converted[f"exclusive{side.capitalize()}"] = True
            elif inclusive is not None and inclusive * inward > exclusive * inward:
                converted[side] = inclusive
            elif source.get("type") == "integer":
                # The next whole number says the same and does not depend on a boolean that
                # API Gateway drops when a model is imported.
                rounded = math.floor(exclusive) if inward > 0 else math.ceil(exclusive)
                converted[side] = rounded + inward
            else:
                converted[side] = exclusive
                converted[f"exclusive{side.capitalize()}"] = True

    def _items(self, source: JsonSchema, converted: dict[str, Any], place: str) -> None:
        items = source.get("items")
        prefix = source.get("prefixItems", items if isinstance(items, list) else None)
        if prefix is not None:
            beyond = source.get("additionalItems") if prefix is items else items
            converted["items"] = [
                self.schema(item, _join(place, f"items.{index}"))
                for index, item in enumerate(prefix)
            ]
            converted["additionalItems"] = (
                False
                if beyond is None or isinstance(beyond, bool)
                else self.schema(beyond, _join(place, "additionalItems"))
            )
        elif items is not None:
            converted["items"] = self.schema(items, _join(place, "items"))
        elif _allows(source, "array"):
            raise SchemaError(
                _join(place, "items"),
                "it is missing, so items of any kind pass",
                "describe the items",
            )

    def _properties(self, source: JsonSchema, converted: dict[str, Any], place: str) -> None:
        for keyword in ("properties", "patternProperties"):
            if keyword in source:
                converted[keyword] = {
                    name: self.schema(value, _join(place, f"{keyword}.{name}"))
                    for name, value in source[keyword].items()
                }
        if required := source.get("required"):
            converted["required"] = list(dict.fromkeys(map(str, required)))
        self._dependencies(source, converted, place)
        described = bool(converted.keys() & {"properties", "patternProperties"})
        additional = source.get("additionalProperties", False if described else None)
        if source.get("maxProperties") == 0 or additional is False:
            converted["additionalProperties"] = False
        elif isinstance(additional, Mapping) and additional:
            values = self.schema(additional, _join(place, "additionalProperties"))
            self._named_values(source, converted, values, place)
        elif additional is not None or _allows(source, "object"):
            raise SchemaError(
                _join(place, "additionalProperties"),
                "properties that nobody describes pass there",
                "name the properties, or give additionalProperties a schema"
                " (in Pydantic: leave extra='allow' out, and say dict[str, str] for dict)",
            )

    def _named_values(
        self,
        source: JsonSchema,
        converted: dict[str, Any],
        values: dict[str, Any],
        place: str,
    ) -> None:
        names = source.get("propertyNames")
        if names is None:
            converted["additionalProperties"] = values
            return
        if not isinstance(names, Mapping) or not names.keys() <= _NAME_KEYWORDS:
            raise SchemaError(
                _join(place, "propertyNames"),
                "JSON Schema draft 4 knows names by pattern only",
                "give the names a pattern",
            )
        longest = names.get("maxLength", "")
        pattern = names.get("pattern", f"^.{{{names.get('minLength', 0)},{longest}}}$")
        converted["patternProperties"] = {
            **converted.get("patternProperties", {}),
            str(pattern): values,
        }
        converted["additionalProperties"] = False

    def _dependencies(self, source: JsonSchema, converted: dict[str, Any], place: str) -> None:
        dependencies: dict[str, Any] = {}
        for keyword in ("dependencies", "dependentRequired", "dependentSchemas"):
            for name, value in source.get(keyword, {}).items():
                if isinstance(value, Mapping):
                    raise SchemaError(
                        _join(place, f"{keyword}.{name}"),
                        "two closed objects that must both match let nothing pass",
                        "use anyOf with one closed object for each case",
                    )
                dependencies[name] = list(dict.fromkeys(map(str, value)))
        if dependencies:
            converted["dependencies"] = dependencies

    def _combinations(self, source: JsonSchema, converted: dict[str, Any], place: str) -> None:
        for keyword in ("anyOf", "oneOf", "allOf"):
            if branches := source.get(keyword):
                converted[keyword] = [
                    *converted.get(keyword, ()),
                    *(
                        self.schema(branch, _join(place, f"{keyword}.{index}"))
                        for index, branch in enumerate(branches)
                    ),
                ]
        closed = [
            branch
            for branch in (*converted.get("allOf", ()), converted)
            if branch.get("additionalProperties") is False
        ]
        if "allOf" in converted and len(closed) > 1:
            raise SchemaError(
                _join(place, "allOf"),
                "two closed objects that must both match let nothing pass",
                "write them as one object",
            )
        if excluded := source.get("not"):
            # Closing an object inside a negation would open what is outside of it.
            if not isinstance(excluded, Mapping) or not excluded.keys() <= _NEGATABLE:
                raise SchemaError(
                    _join(place, "not"),
                    "an object, a list or a combination cannot be closed inside a negation",
                    "say what is allowed instead",
                )
            converted["not"] = self.schema(excluded, _join(place, "not"))
        if "type" not in converted:
            if converted.keys() & {"properties", "patternProperties", "additionalProperties"}:
                converted["type"] = "object"
            elif "items" in converted:
                converted["type"] = "array"
            elif not converted.keys() & {"enum", "anyOf", "oneOf", "allOf"}:
                raise SchemaError(place, "values of any type pass there", "give it a type")


def _allows(source: JsonSchema, kind: str) -> bool:
    types = source.get("type")
    return kind == types or (not isinstance(types, str) and kind in (types or ()))


def _join(place: str, part: str) -> str:
    return f"{place}.{part}" if place else part
