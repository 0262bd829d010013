"""Properties are read one by one, each resolved when it is first asked for."""

from __future__ import annotations

from typing import Any

import pytest

from secure_constructs.template import UNRESOLVED, Resource, Template, Undecided
from tests.work import work


def bucket(properties: Any, **sections: Any) -> Resource:
    body = {"Resources": {"A": {"Type": "AWS::S3::Bucket", "Properties": properties}}, **sections}
    return Template(body).resources["A"]


def test_only_the_property_that_is_asked_for_is_resolved() -> None:
    def effort(others: int) -> int:
        join = {"Fn::Join": ["", [{"Ref": "AWS::Region"}, "-x"]]}
        one = bucket({f"X{n}": join for n in range(others)})
        return work(lambda: one.get("X0"))

    assert effort(100) == effort(10)


def test_what_is_asked_again_is_not_resolved_again() -> None:
    one = bucket({"X": {"Fn::Split": [",", "a,b"]}})

    assert one.get("X") is one.get("X")
    assert one.get("X") is one.get(("X",))
    assert one.get("X") is one.value["X"]


def test_the_properties_together_leave_out_what_has_no_value() -> None:
    one = bucket({"X": {"Ref": "AWS::NoValue"}, "Y": None, "Z": {"Fn::Select": [0, ["z"]]}, "W": 1})

    assert one.value == {"Z": "z", "W": 1}
    assert (one.has("X"), one.has("Y"), one.has("Z")) == (False, False, True)


@pytest.mark.parametrize("live", ["a", "b"])
def test_reads_properties_that_a_function_gives_together(live: str) -> None:
    given = {"Fn::If": ["Live", {"X": {"Fn::Sub": "on"}}, {"X": "off"}]}
    one = bucket(given, Conditions={"Live": {"Fn::Equals": [live, "a"]}})

    assert one.get("X") == ("on" if live == "a" else "off")
    assert list(one) == ["X"]


def test_a_name_with_a_dot_is_no_path() -> None:
    one = bucket({"X.Y": {"Fn::Sub": "whole"}, "X": {"Y": {"Fn::Sub": "inner"}}})

    assert one.get("X.Y") == "inner"
    assert one.get(("X.Y",)) == "whole"
    assert one.get(".Y") is None


def test_below_what_is_absent_is_nothing_and_below_a_text_nothing_can_be_read() -> None:
    one = bucket({"X": "text", "Y": {"Z": None}, "L": [{"M": 1}]})

    assert [one.has(path) for path in ("W.X", "W.X.Y", "Y.Z.W", "Y.V.W", "L.1.M")] == [False] * 5
    assert one.get("X.Y") is UNRESOLVED
    assert one.get("L.M") is UNRESOLVED
    assert one.get("L.0.M") == 1


def test_the_elements_of_an_unfinished_list_come_first() -> None:
    texts = bucket({"X": ["a", {"Ref": "Unknown"}, "b"]}).texts("X")
    reading = iter(texts)

    assert (next(reading), next(reading)) == ("a", "b")
    with pytest.raises(Undecided, match="X"):
        next(reading)
