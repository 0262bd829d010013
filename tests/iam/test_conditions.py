from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context, all_satisfied, conditions, satisfied
from secure_constructs.template import UNRESOLVED, Pseudo, Text, Unknown
from tests.iam.reference import condition_holds

YES, NO, MAYBE = Answer.YES, Answer.NO, Answer.MAYBE


def holds(operator: str, key: str, values: Any, **known: Any) -> Answer:
    block, _ = conditions({operator: {key: values}})
    return all_satisfied(block, Context({name.replace("__", ":"): v for name, v in known.items()}))


@pytest.mark.parametrize(
    ("operator", "wanted", "given_value", "answer"),
    [
        ("StringEquals", "a*", "a*", YES),
        ("StringEquals", "a*", "ab", NO),
        ("StringEquals", ["a", "b"], "b", YES),
        ("StringEquals", "A", "a", NO),
        ("StringEqualsIgnoreCase", "A", "a", YES),
        ("StringNotEqualsIgnoreCase", "A", "a", NO),
        ("StringNotEquals", ["a", "b"], "b", NO),
        ("StringNotEquals", ["a", "b"], "c", YES),
        ("StringLike", "a*", "ab", YES),
        ("StringNotLike", "a*", "ab", NO),
        ("stringlike", "a?", "ab", YES),
        ("NumericEquals", "5", "5.0", YES),
        ("NumericNotEquals", "5", "5.0", NO),
        ("NumericLessThan", 3600, "60", YES),
        ("NumericLessThanEquals", "60", "60", YES),
        ("NumericGreaterThan", "60", "60", NO),
        ("NumericGreaterThanEquals", "60", "60", YES),
        ("NumericLessThan", "many", "60", NO),
        ("NumericLessThan", "10", "few", NO),
        ("DateLessThan", "2020-01-01T00:00:01Z", "2026-05-05T00:00:00Z", NO),
        ("DateGreaterThan", "2020-01-01", "2026-05-05T00:00:00Z", YES),
        ("DateEquals", "2020-01-01T00:00:00Z", "1577836800", YES),
        ("DateNotEquals", "2020-01-01T00:00:00Z", "1577836800", NO),
        ("DateGreaterThan", "soon", "2026-05-05T00:00:00Z", NO),
        ("Bool", True, "true", YES),
        ("Bool", ["True"], "true", YES),
        ("Bool", ["false", "true"], "true", YES),
        ("Bool", "false", "true", NO),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", YES),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ4", NO),
        ("BinaryEquals", "not base64", "not base64", NO),
        ("IpAddress", "10.0.0.0/8", "10.1.2.3", YES),
        ("IpAddress", "10.1.2.3", "10.1.2.3", YES),
        ("IpAddress", "10.0.0.0/8", "11.1.2.3", NO),
        ("NotIpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", NO),
        ("IpAddress", "10.0.0.0/8", "2001:db8::1", NO),
        ("IpAddress", "here", "10.1.2.3", NO),
        ("ArnLike", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", YES),
        ("ArnEquals", "arn:aws:s3:::b*", "arn:aws:s3:::bucket", YES),
        ("ArnLike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", YES),
        ("ArnLike", "arn:aws:*:t", "arn:aws:sns:eu-west-1:1:t", NO),
        ("ArnNotLike", "arn:aws:sns:*:1:t", "arn:aws:sns:eu-west-1:1:t", NO),
        ("ArnLike", "bucket", "arn:aws:s3:::bucket", NO),
    ],
)
def test_compares_as_the_operator_says(
    operator: str, wanted: Any, given_value: str, answer: Answer
) -> None:
    assert holds(operator, "some:key", wanted, some__key=given_value) is answer


@pytest.mark.parametrize(
    ("operator", "answer"),
    [
        ("StringEquals", NO),
        ("StringNotEquals", YES),
        ("StringEqualsIfExists", YES),
        ("NotIpAddress", YES),
        ("ForAllValues:StringEquals", YES),
        ("ForAllValues:StringNotEquals", YES),
        ("ForAnyValue:StringEquals", NO),
        ("ForAnyValue:StringNotEquals", NO),
        ("ForAnyValue:StringEqualsIfExists", YES),
        ("Bool", NO),
    ],
)
def test_knows_what_a_missing_key_means(operator: str, answer: Answer) -> None:
    assert holds(operator, "some:key", "x", some__key=None) is answer


@pytest.mark.parametrize(
    ("operator", "given_values", "answer"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], YES),
        ("ForAllValues:StringEquals", ["a", "z"], NO),
        ("ForAnyValue:StringEquals", ["a", "z"], YES),
        ("ForAnyValue:StringEquals", ["y", "z"], NO),
        ("ForAllValues:StringNotEquals", ["y", "z"], YES),
        ("ForAllValues:StringNotEquals", ["a", "z"], NO),
        ("ForAnyValue:StringNotEquals", ["a", "z"], YES),
    ],
)
def test_reads_keys_with_many_values(
    operator: str, given_values: list[str], answer: Answer
) -> None:
    assert holds(operator, "aws:TagKeys", ["a", "b"], aws__TagKeys=given_values) is answer


def test_null_asks_whether_there_is_a_key() -> None:
    assert holds("Null", "some:key", "true", some__key=None) is YES
    assert holds("Null", "some:key", ["true"], some__key="x") is NO
    assert holds("Null", "some:key", "false", some__key="x") is YES
    assert holds("Null", "some:key", "false") is MAYBE


@pytest.mark.parametrize(
    ("operator", "values"),
    [("StringEquals", "x"), ("StringEqualsIfExists", "x"), ("NumericIsh", "5"), ("Bool", "true")],
)
def test_is_undecided_about_what_it_does_not_know(operator: str, values: str) -> None:
    assert holds(operator, "some:key", values) is MAYBE


def test_is_undecided_about_operators_that_do_not_exist() -> None:
    assert holds("StringIsh", "some:key", "x", some__key="x") is MAYBE


def test_is_undecided_about_values_set_at_deployment() -> None:
    account = Text((Pseudo("AWS::AccountId"),))
    assert holds("StringEquals", "k:k", account, k__k="123456789012") is MAYBE
    assert holds("StringEquals", "k:k", account, k__k=account) is YES
    assert holds("StringEquals", "k:k", ["x", UNRESOLVED], k__k="x") is YES
    assert holds("StringEquals", "k:k", ["x", UNRESOLVED], k__k="y") is MAYBE
    assert holds("NumericLessThan", "k:k", Text((Unknown("Limit"),)), k__k="5") is MAYBE


def test_compares_with_other_keys_of_the_request() -> None:
    tag = "${aws:PrincipalTag/team, 'none'}"
    known = {"k__k": "blue", "aws__PrincipalTag/team": "blue"}
    assert holds("StringEquals", "k:k", tag, **known) is YES
    assert holds("StringEquals", "k:k", tag, **{**known, "aws__PrincipalTag/team": "red"}) is NO
    assert holds("StringEquals", "k:k", tag, **{**known, "aws__PrincipalTag/team": None}) is NO
    assert holds("StringEquals", "k:k", tag, k__k="none", **{"aws__PrincipalTag/team": None}) is YES
    assert holds("StringEquals", "k:k", "${aws:username}", k__k="ann", aws__username=None) is NO
    assert holds("StringEquals", "k:k", tag, k__k="blue") is MAYBE


def test_joins_operators_and_keys_by_and() -> None:
    block, complete = conditions({"Bool": {"a:a": "true", "b:b": "true"}})
    assert complete
    assert all_satisfied(block, Context({"a:a": "true", "b:b": "false"})) is NO
    assert all_satisfied(block, Context({"a:a": "true"})) is MAYBE
    assert all_satisfied(block, Context({"a:a": "true"}, closed=True)) is NO


@pytest.mark.parametrize("block", ["x", 5, [], {"Bool": "true"}, {"Bool": {"a:a": {}}}, {5: {}}])
def test_says_when_a_block_cannot_be_read_in_full(block: Any) -> None:
    assert conditions(block)[1] is False


names = st.sampled_from(
    ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]
)
operators = st.builds(
    lambda quantifier, name, suffix: quantifier + name + suffix,
    st.sampled_from(["", "ForAnyValue:", "ForAllValues:"]),
    names,
    st.sampled_from(["", "IfExists"]),
)
texts = st.text("abA*", max_size=3)


@given(operators, st.lists(texts, min_size=1, max_size=3), st.lists(texts, max_size=3))
def test_agrees_with_the_reference(operator: str, wanted: list[str], given_: list[str]) -> None:
    expected = Answer.of(condition_holds(operator, wanted, given_))
    assert holds(operator, "k:k", wanted, k__k=given_) is expected


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.just(UNRESOLVED),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
any_operator = st.sampled_from(
    ["StringLike", "NumericLessThan", "DateEquals", "IpAddress", "ArnLike", "BinaryEquals", "Null"]
)


@given(any_operator, json_values, st.text(max_size=6))
def test_takes_any_value(operator: str, values: Any, known: str) -> None:
    block, _ = conditions({operator: {"k:k": values}})
    for condition in block:
        assert satisfied(condition, Context({"k:k": known})) in Answer
