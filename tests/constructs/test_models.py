from __future__ import annotations

import contextlib
import datetime as dt
import decimal
import enum
import json
import subprocess
import sys
import uuid
from typing import Annotated, Any, Literal

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from secure_constructs.constructs.models import EMPTY_BODY, SchemaError, request_schema


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Line(BaseModel):
    article: str = Field(pattern=r"^[A-Z]{3}$")
    quantity: int = Field(gt=0, lt=100)
    price: float = Field(gt=0)


class Order(BaseModel):
    id: uuid.UUID
    day: dt.date
    lines: list[Line] = Field(min_length=1, max_length=3)
    colour: Colour = Colour.RED
    kind: Literal["order"] = "order"
    note: str | None = Field(default=None, max_length=5)
    amount: decimal.Decimal = decimal.Decimal(1)
    labels: dict[Annotated[str, StringConstraints(max_length=4)], str] = {}
    size: tuple[int, int] = (1, 1)


ORDER = {
    "id": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
    "day": "2026-11-21",
    "lines": [{"article": "ABC", "quantity": 1, "price": 0.5}],
}


def accepts(schema: dict[str, Any], body: object) -> bool:
    jsonschema.Draft4Validator.check_schema(schema)
    return bool(jsonschema.Draft4Validator(schema).is_valid(body))


@pytest.mark.parametrize(
    "body",
    [
        ORDER,
        ORDER | {"note": None, "colour": "blue", "kind": "order"},
        ORDER | {"amount": "1.50", "labels": {"gift": "yes"}, "size": [1, 2]},
    ],
)
def test_accepts_what_the_model_accepts(body: object) -> None:
    Order.model_validate(body)
    assert accepts(request_schema(Order), body)


@pytest.mark.parametrize(
    "change",
    [
        {"id": "1"},
        {"day": "tomorrow"},
        {"lines": []},
        {"lines": [{"article": "abc", "quantity": 1, "price": 0.5}]},
        {"lines": [{"article": "ABC", "quantity": 0, "price": 0.5}]},
        {"lines": [{"article": "ABC", "quantity": 100, "price": 0.5}]},
        {"lines": [{"article": "ABC", "quantity": 1, "price": 0}]},
        {"colour": "green"},
        {"kind": "refund"},
        {"note": "too long"},
        {"labels": {"longer": "yes"}},
        {"labels": {"gift": 1}},
        {"size": [1]},
        {"size": [1, 2, 3]},
    ],
)
def test_refuses_what_the_model_refuses(change: dict[str, object]) -> None:
    assert not accepts(request_schema(Order), ORDER | change)


def test_refuses_properties_the_model_does_not_name_at_every_depth() -> None:
    schema = request_schema(Order)
    assert not accepts(schema, ORDER | {"discount": 100})
    assert not accepts(schema, ORDER | {"lines": [{**ORDER["lines"][0], "discount": 100}]})  # type: ignore[dict-item]


def test_an_empty_body_is_the_only_empty_body() -> None:
    assert accepts(request_schema(EMPTY_BODY), {})
    assert not accepts(request_schema(EMPTY_BODY), {"force": True})


def test_is_the_same_text_in_every_process() -> None:
    program = (
        "import json\n"
        "from secure_constructs.constructs.models import request_schema\n"
        "keywords = dict(type='string', title='T', format='uuid', maxLength=40, minLength=1)\n"
        "print(json.dumps(request_schema({'type': 'object', 'properties': {'a': keywords}})))\n"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(texts) == 1


def test_says_null_as_a_type_since_cdk_drops_it_from_lists() -> None:
    schema = request_schema(
        {"type": "object", "properties": {"a": {"enum": ["x", None]}, "b": {"const": None}}}
    )
    assert "[null" not in json.dumps(schema)
    assert accepts(schema, {"a": None, "b": None})
    assert accepts(schema, {"a": "x"})
    assert not accepts(schema, {"a": "y"})
    assert not accepts(schema, {"b": "x"})


def test_takes_nullable_of_openapi() -> None:
    schema = request_schema(
        {"type": "object", "properties": {"a": {"type": "string", "nullable": True}}}
    )
    assert accepts(schema, {"a": None})
    assert not accepts(schema, {"a": 1})


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    name: str


class Anything(BaseModel):
    name: Any


class Bare(BaseModel):
    options: dict  # type: ignore[type-arg]


class Tree(BaseModel):
    branches: list[Tree]


@pytest.mark.parametrize(
    ("model", "place"),
    [
        (Open, "additionalProperties"),
        (Anything, "properties.name"),
        (Bare, "properties.options.additionalProperties"),
        (Tree, "properties.branches.items"),
        ({"type": "object"}, "additionalProperties"),
        ({"type": ["object", "null"]}, "additionalProperties"),
        ({"type": "array"}, "items"),
        ({"maxLength": 3}, ""),
        ({"$ref": "#/$defs/Missing"}, ""),
        ({"$ref": "https://example.com/schema.json"}, ""),
        ({"if": {"type": "object"}, "then": False}, "if"),
        ({"type": "array", "items": {"type": "string"}, "contains": {"const": 1}}, "contains"),
        (
            {"type": "object", "properties": {"a": {"type": "string", "pattern": "(?P<a>b)"}}},
            "properties.a.pattern",
        ),
        (
            {
                "allOf": [
                    {"type": "object", "properties": {"a": {"type": "string"}}},
                    {"type": "object", "properties": {"b": {"type": "string"}}},
                ]
            },
            "allOf",
        ),
        ({"type": "string", "not": {"type": "object", "properties": {}}}, "not"),
    ],
)
def test_names_the_place_that_would_go_unchecked(model: Any, place: str) -> None:
    with pytest.raises(SchemaError) as error:
        request_schema(model)
    assert error.value.place == place


def test_refuses_a_schema_larger_than_api_gateway_takes() -> None:
    with pytest.raises(SchemaError, match="400 KB"):
        request_schema({"type": "string", "enum": ["x" * 1000 + str(n) for n in range(450)]})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "properties", "items", "anyOf", "$ref", "const", "a", "required", "not"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_converts_or_says_why_whatever_it_is_given(source: object) -> None:
    with contextlib.suppress(SchemaError):
        request_schema({"type": "object", "properties": {"a": source}})


LEAVES = st.one_of(
    st.fixed_dictionaries(
        {"type": st.sampled_from(["integer", "number"])},
        optional={
            keyword: st.integers(-2, 2) | st.sampled_from([-1.5, 0.5])
            for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
        },
    ),
    st.fixed_dictionaries({"type": st.just("string")}, optional={"maxLength": st.integers(0, 2)}),
    st.fixed_dictionaries({"const": st.none() | st.integers(0, 1) | st.just("a")}),
    st.fixed_dictionaries({"enum": st.lists(st.none() | st.just("a"), min_size=1, max_size=2)}),
)
SCHEMAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries(
            {"type": st.just("array"), "prefixItems": st.lists(inner, min_size=1, max_size=2)}
        ),
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(st.sampled_from("ab"), inner, min_size=1),
            },
            optional={"dependentRequired": st.just({"a": ["b"]})},
        ),
        st.fixed_dictionaries({"type": st.just("object"), "additionalProperties": inner}),
    ),
    max_leaves=4,
)
VALUES = st.recursive(
    st.none() | st.integers(-3, 3) | st.sampled_from([-1.5, 0.5, "", "a", "abc", True]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=4,
)


@given(schema=SCHEMAS, value=VALUES)
def test_never_accepts_more_than_the_schema_it_was_given(
    schema: dict[str, Any], value: object
) -> None:
    if accepts(request_schema(schema), value):
        assert jsonschema.Draft202012Validator(schema).is_valid(value)
