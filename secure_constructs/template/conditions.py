"""Which conditions hold, and the worlds a template can be deployed in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from secure_constructs.template.values import UNRESOLVED, Text

if TYPE_CHECKING:
    from secure_constructs.template.model import Template

# More undecided comparisons than this are judged all false and all true only,
# so that the work stays linear in the size of the template.
_MOST_COMPARISONS: Final = 12


class Conditions:
    """
    The conditions of a template under a set of assumptions.

    Args:
        template: The template they belong to.
        assumed: Comparisons that cannot be decided from the template, by their text,
            and condition names, with the answer assumed for each.
    """

    __slots__ = ("_answers", "_assumed", "_template")

    def __init__(self, template: Template, assumed: Mapping[str, bool]) -> None:
        self._template = template
        self._assumed = assumed
        self._answers: dict[str, bool | None] = {}

    def holds(self, name: str) -> bool | None:
        """
        Say whether a condition holds; None when that is not known, or there is no such condition.
        """
        if name in self._assumed:
            return self._assumed[name]
        if name not in self._answers:
            self._answers[name] = None  # a condition that needs itself stays undecided
            expression = self._template.section("Conditions").get(name)
            with suppress(RecursionError):
                self._answers[name] = self._evaluate(expression)
        return self._answers[name]

    def undecided(self, names: Iterator[str]) -> Iterator[str]:
        """
        Give the comparisons that keep the named conditions from being decided, by their text.
        """
        seen: set[str] = set()
        waiting: list[Any] = [{"Condition": name} for name in names]
        while waiting:
            expression = waiting.pop()
            if not isinstance(expression, dict) or len(expression) != 1:
                continue
            (kind, argument), *_ = expression.items()
            if kind == "Condition" and isinstance(argument, str) and argument not in seen:
                seen.add(argument)
                waiting.append(self._template.section("Conditions").get(argument))
            elif kind == "Fn::Equals" and self._evaluate(expression) is None:
                if (text := _as_text(expression)) not in seen:
                    seen.add(text)
                    yield text
            elif kind in _LOGIC and isinstance(argument, list):
                waiting.extend(argument)

    def rests_on_parameters(self, name: str) -> bool:
        """
        Say whether a condition mentions a parameter, itself or through other conditions.
        """
        parameters = self._template.section("Parameters")
        seen: set[str] = {name}
        waiting: list[Any] = [self._template.section("Conditions").get(name)]
        while waiting:
            part = waiting.pop()
            if isinstance(part, list):
                waiting.extend(part)
            elif isinstance(part, dict):
                if isinstance(mentioned := part.get("Ref"), str) and mentioned in parameters:
                    return True
                if isinstance(other := part.get("Condition"), str) and other not in seen:
                    seen.add(other)
                    waiting.append(self._template.section("Conditions").get(other))
                waiting.extend(part.values())
        return False

    def _evaluate(self, expression: Any) -> bool | None:
        if not isinstance(expression, dict) or len(expression) != 1:
            return None
        (kind, argument), *_ = expression.items()
        if kind == "Condition":
            return self.holds(argument) if isinstance(argument, str) else None
        if kind == "Fn::Equals":
            return self._equal(expression, argument)
        if kind not in _LOGIC or not isinstance(argument, list):
            return None
        answers: list[bool | None] = [self._evaluate(item) for item in argument]
        if kind == "Fn::Not":
            negated = answers[0] if answers else None
            return None if negated is None else not negated
        decisive: bool = kind == "Fn::Or"  # one such answer decides the whole
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive

    def _equal(self, expression: Any, operands: Any) -> bool | None:
        if not isinstance(operands, list) or len(operands) != 2:  # noqa: PLR2004 - left and right
            return None
        left, right = (self._template.resolve(operand) for operand in operands)
        if not _settled(left) or not _settled(right):
            if isinstance(left, Text) and left == right and left.known:
                return True
            return self._assumed.get(_as_text(expression))
        return _scalar(left) == _scalar(right)


_LOGIC: Final = frozenset({"Fn::And", "Fn::Or", "Fn::Not"})


def worlds(template: Template) -> Iterator[Mapping[str, bool]]:
    """
    Give the assumptions under which *template* has to be judged, at least one set.

    Parameters count with their defaults.
    A comparison that defaults do not decide is assumed false, then true,
    one at a time, so that two values of one parameter are never assumed together.
    """
    conditions = Conditions(template, {})
    open_comparisons = tuple(conditions.undecided(iter(template.conditions_in_use)))
    nothing = dict.fromkeys(open_comparisons, False)
    yield nothing
    if len(open_comparisons) > _MOST_COMPARISONS:
        yield dict.fromkeys(open_comparisons, True)
        return
    for comparison in open_comparisons:
        yield {**nothing, comparison: True}


def past_defaults(template: Template) -> list[Mapping[str, bool]]:
    """
    Give worlds that other values of parameters than their defaults can make.

    In each, one condition that defaults decide is the other way. A condition that leaves a resource
    out is among them whatever it rests on, so that each resource exists in some world.
    """
    in_use = template.conditions_in_use
    if not in_use:
        return []
    gates = {
        body["Condition"]
        for body in template.section("Resources").values()
        if isinstance(body, dict) and isinstance(body.get("Condition"), str)
    }
    conditions = Conditions(template, {})
    others = {
        name: not holds
        for name in in_use
        if (holds := conditions.holds(name)) is not None
        and ((name in gates and not holds) or conditions.rests_on_parameters(name))
    }
    if len(others) > _MOST_COMPARISONS:
        return [others]
    return [{name: other} for name, other in others.items()]


def _as_text(expression: Any) -> str:
    return json.dumps(expression, sort_keys=True, default=str)


def _settled(value: Any) -> bool:
    return value is not UNRESOLVED and not isinstance(value, Text | dict | list)


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
