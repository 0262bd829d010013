"""
Condition blocks, answered against what is known of a request.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache
from ipaddress import ip_network
from typing import Any, Final, NamedTuple

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.patterns import (
    Pattern,
    literal,
    pattern,
    variable_default,
    variable_name,
)

_ARN_PARTS: Final = 6


class Quantifier(Enum):
    """
    How an operator reads a key that has several values in one request.
    """

    ANY = "foranyvalue"
    ALL = "forallvalues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    One operator and key of a condition block, with the values it allows.

    Args:
        operator: The operator in lower case, without quantifier and ``IfExists``: ``stringlike``.
        key: The condition key in lower case: ``aws:sourcearn``.
        values: The values as they stand in the policy.
        quantifier: ``ForAnyValue`` or ``ForAllValues``, if given.
        if_exists: Whether the operator ends in ``IfExists``.
        complete: False when some values cannot be read before deployment.
        written: Operator and key as they stand in the policy.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: Quantifier | None = None
    if_exists: bool = False
    complete: bool = True
    written: tuple[str, str] = field(default=("", ""), compare=False)

    @property
    def understood(self) -> bool:
        """
        Whether the operator is one that IAM knows.
        """
        return self.operator in _OPERATORS or self.operator == "null"

    @property
    def negated(self) -> bool:
        """
        Whether the operator holds when no value matches.
        """
        operator = _OPERATORS.get(self.operator)
        return operator is not None and operator.negated

    def __str__(self) -> str:
        operator, key = self.written
        return f"{operator} {key} {', '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Context:
    """
    What is known of the context of a request.

    Args:
        values: Condition key -> its value or values; nothing (``None`` or an empty list)
            for a key that is known to be absent.
        closed: True when a key that is not named is absent, false when it may have any value.
    """

    values: Mapping[str, str | Iterable[str] | None] = field(default_factory=dict)
    closed: bool = False
    _known: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        known = {
            key.lower(): () if value is None else (value,) if isinstance(value, str) else (*value,)
            for key, value in self.values.items()
        }
        object.__setattr__(self, "_known", known)

    def get(self, key: str) -> tuple[str, ...] | None:
        """
        Give the values of *key*: empty when it is absent, ``None`` when nothing is known of it.
        """
        return self._known.get(key.lower(), () if self.closed else None)


ANY_CONTEXT: Final = Context()


def conditions(block: object) -> tuple[tuple[Condition, ...], bool]:
    """
    Read a ``Condition`` element.

    Returns:
        What could be read, and whether that is all of it.
    """
    if block is None:
        return (), True
    if not isinstance(block, Mapping):
        return (), False
    found: list[Condition] = []
    complete = True
    for operator, keys in block.items():
        if not isinstance(operator, str) or not isinstance(keys, Mapping):
            complete = False
            continue
        for key, values in keys.items():
            if isinstance(key, str):
                found.append(_condition(operator, key, values))
            else:
                complete = False
    return tuple(found), complete and all(condition.complete for condition in found)


def satisfied(condition: Condition, context: Context = ANY_CONTEXT) -> Answer:
    """
    Whether *condition* holds in a request of which *context* is known.
    """
    given = context.get(condition.key)
    if condition.operator == "null":
        return _null(condition, given)
    operator = _OPERATORS.get(condition.operator)
    if operator is None:
        return Answer.MAYBE
    if given is None:
        return _of_any_request(condition, operator)
    if not given:
        return _of_absent_key(condition, operator)
    allowed = _Allowed(operator, condition, context)
    if condition.quantifier is Quantifier.ALL:
        return Answer.all(allowed.accepts(value) for value in given)
    if condition.quantifier is Quantifier.ANY or not operator.negated:
        return Answer.any(allowed.accepts(value) for value in given)
    return Answer.all(allowed.accepts(value) for value in given)


def all_satisfied(block: Iterable[Condition], context: Context = ANY_CONTEXT) -> Answer:
    """
    Whether every condition of a block holds: they are joined by a logical AND.
    """
    return Answer.all(satisfied(condition, context) for condition in block)


def filled(value: Pattern, context: Context) -> Pattern | None:
    """
    Put the request's values in the place of policy variables, where they are known.

    Returns:
        ``None`` when a variable has neither a value in the request nor a default:
        then nothing matches.
    """
    variables = value.variables
    if not variables:
        return value
    values: dict[str, str] = {}
    for variable in variables:
        given = context.get(variable_name(variable))
        if given is None:
            continue
        if not given:
            default = variable_default(variable)
            if default is None:
                return None
            given = (default,)
        if len(given) == 1:
            values[variable] = given[0]
    return value.with_variables(values)


# -- Reading ----------------------------------------------------------------------------------


def _condition(operator: str, key: str, values: object) -> Condition:
    name = operator.lower()
    quantifier, colon, rest = name.partition(":")
    kind = None
    if colon and quantifier in {member.value for member in Quantifier}:
        kind, name = Quantifier(quantifier), rest
    if_exists = name.endswith("ifexists")
    texts, complete = _texts(values)
    return Condition(
        operator=name.removesuffix("ifexists"),
        key=key.lower(),
        values=texts,
        quantifier=kind,
        if_exists=if_exists,
        complete=complete,
        written=(operator, key),
    )


def _texts(values: object) -> tuple[tuple[str, ...], bool]:
    """
    Read values that may be one or several, and texts, flags or numbers.
    """
    entries = values if isinstance(values, list | tuple) else [values]
    texts = []
    for entry in entries:
        if isinstance(entry, bool):
            texts.append("true" if entry else "false")
        elif isinstance(entry, str):
            texts.append(entry)
        elif isinstance(entry, int | float):
            texts.append(str(entry))
    return tuple(texts), len(texts) == len(entries)


# -- Answering --------------------------------------------------------------------------------


def _null(condition: Condition, given: tuple[str, ...] | None) -> Answer:
    """
    Answer ``Null``: ``"true"`` asks that the key be absent, ``"false"`` that it be there.
    """
    if given is None or not condition.complete:
        return Answer.MAYBE
    wanted = {value.lower() for value in condition.values}
    return Answer.of(("true" if not given else "false") in wanted)


def _of_any_request(condition: Condition, operator: _Operator) -> Answer:
    """
    Answer for a key of which nothing is known.

    Maybe, but for a condition that no request or every request meets: one without values.
    """
    if condition.complete and not condition.values and condition.quantifier is None:
        if operator.negated:
            return Answer.YES
        return Answer.MAYBE if condition.if_exists else Answer.NO
    return Answer.MAYBE


def _of_absent_key(condition: Condition, operator: _Operator) -> Answer:
    """
    Answer for a key that the request does not have.

    ``IfExists`` and ``ForAllValues`` hold, ``ForAnyValue`` does not; otherwise a negated operator
    holds and the others do not.
    """
    if condition.quantifier is Quantifier.ANY:
        return Answer.of(condition.if_exists)
    return Answer.of(
        condition.if_exists or condition.quantifier is Quantifier.ALL or operator.negated
    )


class _Allowed:
    """
    The values of one condition, as the operator reads them in one context.
    """

    __slots__ = ("_condition", "_operator", "_values")

    def __init__(self, operator: _Operator, condition: Condition, context: Context) -> None:
        self._operator = operator
        self._condition = condition
        self._values = tuple(
            value
            for text in condition.values
            if (value := filled(operator.read(text), context)) is not None
        )

    def accepts(self, given: str) -> Answer:
        """
        Whether one value of the request is among those allowed.
        """
        matched = Answer.any(self._operator.match(value, given) for value in self._values)
        if not self._condition.complete:
            matched |= Answer.MAYBE
        return ~matched if self._operator.negated else matched


class _Operator(NamedTuple):
    """
    How one family of operators reads a policy's value and compares it with the request's.
    """

    read: Callable[[str], Pattern]
    match: Callable[[Pattern, str], Answer]
    negated: bool = False


def _same_text(value: Pattern, given: str) -> Answer:
    return value.covers(literal(given))


def _same_text_in_any_case(value: Pattern, given: str) -> Answer:
    return value.covers(_folded(given))


@lru_cache(maxsize=4096)
def _folded(text: str) -> Pattern:
    return literal(text).in_lower_case()


def _same_arn(value: Pattern, given: str) -> Answer:
    """
    Compare two ARNs part by part: a wildcard does not match beyond a colon.
    """
    wanted, subject = value.split(":", _ARN_PARTS - 1), literal(given).split(":", _ARN_PARTS - 1)
    if len(wanted) == len(subject) == _ARN_PARTS:
        return Answer.all(part.covers(other) for part, other in zip(wanted, subject, strict=True))
    if value.any:
        return Answer.YES
    return Answer.NO if value.known and literal(given).known else value.covers(literal(given))


def _same_bytes(value: Pattern, given: str) -> Answer:
    if not value.known:
        return Answer.MAYBE
    try:
        return Answer.of(_decoded(value.source) == _decoded(given))
    except (binascii.Error, ValueError):
        return Answer.NO


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _ordered(
    parse: Callable[[str], Any], holds: Callable[[Any, Any], bool]
) -> Callable[[Pattern, str], Answer]:
    """
    Make the comparison of two values that have an order.
    """

    def match(value: Pattern, given: str) -> Answer:
        if not value.known or not literal(given).known:
            return Answer.MAYBE
        try:
            return Answer.of(holds(parse(given), parse(value.source)))
        except (ValueError, ArithmeticError, OverflowError):
            return Answer.NO

    return match


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not number.is_finite():
        raise ValueError(text)
    return number


def _date(text: str) -> datetime:
    """
    Read a W3C profile date of ISO 8601, or seconds since the epoch.
    """
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except ValueError:
        moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_network(value: Pattern, given: str) -> Answer:
    if not value.known or not literal(given).known:
        return Answer.MAYBE
    try:
        network = ip_network(value.source.strip(), strict=False)
        subject = ip_network(given.strip(), strict=False)
    except ValueError:
        return Answer.NO
    if network.version != subject.version:
        return Answer.NO
    return Answer.of(subject.subnet_of(network))  # type: ignore[arg-type]


def _literal_in_any_case(text: str) -> Pattern:
    return literal(text).in_lower_case()


def _family(
    read: Callable[[str], Pattern], match: Callable[[Pattern, str], Answer]
) -> tuple[_Operator, _Operator]:
    return _Operator(read, match), _Operator(read, match, negated=True)


def _operators() -> dict[str, _Operator]:
    equals, not_equals = _family(literal, _same_text)
    like, not_like = _family(pattern, _same_text)
    same, not_same = _family(_literal_in_any_case, _same_text_in_any_case)
    arn, not_arn = _family(pattern, _same_arn)
    inside, outside = _family(pattern, _in_network)
    table = {
        "stringequals": equals,
        "stringnotequals": not_equals,
        "stringequalsignorecase": same,
        "stringnotequalsignorecase": not_same,
        "stringlike": like,
        "stringnotlike": not_like,
        "arnequals": arn,
        "arnlike": arn,
        "arnnotequals": not_arn,
        "arnnotlike": not_arn,
        "bool": same,
        "binaryequals": _Operator(literal, _same_bytes),
        "ipaddress": inside,
        "notipaddress": outside,
    }
    orders: dict[str, Callable[[Any, Any], bool]] = {
        "lessthan": lambda given, limit: bool(given < limit),
        "lessthanequals": lambda given, limit: bool(given <= limit),
        "greaterthan": lambda given, limit: bool(given > limit),
        "greaterthanequals": lambda given, limit: bool(given >= limit),
    }
    parsers: dict[str, Callable[[str], Any]] = {"numeric": _number, "date": _date}
    for prefix, parse in parsers.items():
        table[f"{prefix}equals"], table[f"{prefix}notequals"] = _family(
            pattern, _ordered(parse, lambda given, value: bool(given == value))
        )
        for name, holds in orders.items():
            table[prefix + name] = _Operator(pattern, _ordered(parse, holds))
    return table


_OPERATORS: Final = _operators()
