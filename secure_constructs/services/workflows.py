"""What a Step Functions definition says: its states, and what each of them calls."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from secure_constructs.template import UNRESOLVED, Resource, Text, Undecided
from secure_constructs.template.values import Part, concatenated

STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"

_PLACEHOLDER: Final = re.compile(r"(\$\{[^{}]*\})")
_SERVICE: Final = re.compile(r":states:::(?:aws-sdk:)?(?P<service>[^:]+):(?P<operation>[^.:]+)")
_DEEPEST: Final = 40
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_ATTEMPTS: Final = 3
_BOUNDS: Final = frozenset({"MaxConcurrency", "MaxConcurrencyPath"})


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """
    One state of a workflow.

    Args:
        name: Its name.
        place: Where it stands in the definition: ``States.Charge``.
        type: ``Task``, ``Choice``, ``Map`` and so on.
        resource: For a task: what it calls, an ARN.
        arguments: What it passes, from ``Parameters`` or ``Arguments``.
        next: The states that may follow, by name; those of its own level.
        waits: Whether it waits for someone to answer with a token.
        retries: How often it is tried again at the most.
        unbounded: Whether it is a map that starts a child for every item at once, whatever their
            number.
    """

    name: str
    place: str
    type: str
    resource: Any
    arguments: Mapping[str, Any]
    next: tuple[str, ...]
    waits: bool
    retries: int
    unbounded: bool

    @property
    def operation(self) -> tuple[str, str]:
        """
        The service and the operation that a task calls, in lower case; empty for an ARN of its own.
        """
        match = _SERVICE.search(str(self.resource)) if isinstance(self.resource, str) else None
        return (match["service"].lower(), match["operation"].lower()) if match else ("", "")

    def argument(self, name: str) -> Any:
        """
        Give what it passes under a name, chosen at run time or not.
        """
        return self.arguments.get(name, self.arguments.get(f"{name}.$"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflow:
    """
    The states of a state machine.

    Args:
        start: The first state.
        states: Every state, those of maps and branches included.
    """

    start: str
    states: tuple[State, ...]


def workflow_of(machine: Resource) -> Workflow:
    """
    Read the definition of a state machine.

    Raises:
        Undecided: It lies in a bucket, or cannot be read.
    """
    found: Workflow | None = machine.once("workflow", _read)
    if found is None:
        raise Undecided("DefinitionString" if machine.has("DefinitionString") else "Definition")
    return found


def _read(machine: Resource) -> Workflow | None:
    definition = machine.get("DefinitionString", machine.get("Definition"))
    parts: dict[str, Any] = {}
    substitutions = machine.get("DefinitionSubstitutions")
    if isinstance(substitutions, dict):
        parts.update({f"${{{name}}}": value for name, value in substitutions.items()})
    if isinstance(definition, str):
        if isinstance(definition, Text):
            parts.update(
                {str(part): part for part in definition.parts if not isinstance(part, str)}
            )
        try:
            definition = json.loads(definition)
        except (ValueError, RecursionError):
            return None
    if not isinstance(definition, dict):
        return None
    found = _filled(definition, parts)
    states = tuple(_states(found, "", 0))
    return Workflow(start=str(found.get("StartAt", "")), states=states)


def _filled(value: Any, parts: Mapping[str, Any]) -> Any:
    """
    Put back what the text of a definition only names.
    """
    if isinstance(value, Text) or not parts:
        return value
    if isinstance(value, str) and "${" in value:
        pieces = [_piece(piece, parts) for piece in _PLACEHOLDER.split(value) if piece]
        return pieces[0] if len(pieces) == 1 else concatenated(pieces)
    if isinstance(value, dict):
        return {key: _filled(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, parts) for inner in value]
    return value


def _piece(piece: str, parts: Mapping[str, Any]) -> Any:
    found: Part | Any = parts.get(piece, piece)
    if found is UNRESOLVED or isinstance(found, str):
        return found
    return Text((found,))


def _states(level: Any, place: str, depth: int) -> Iterator[State]:
    states = level.get("States") if isinstance(level, dict) else None
    if not isinstance(states, dict) or depth > _DEEPEST:
        return
    for name, body in states.items():
        if not isinstance(body, dict):
            continue
        at = f"{place}States.{name}"
        yield _state(str(name), at, body)
        branches = body.get("Branches")
        inner = branches if isinstance(branches, list) else []
        for part in (*inner, body.get("Iterator"), body.get("ItemProcessor")):
            yield from _states(part, f"{at}.", depth + 1)


def _state(name: str, place: str, body: Mapping[str, Any]) -> State:
    arguments = body.get("Parameters", body.get("Arguments"))
    resource = body.get("Resource")
    return State(
        name=name,
        place=place,
        type=str(body.get("Type", "")),
        resource=resource,
        arguments=arguments if isinstance(arguments, dict) else {},
        next=tuple(dict.fromkeys(_next(body))),
        waits=isinstance(resource, str) and str(resource).endswith(".waitForTaskToken"),
        retries=sum(_attempts(retrier) for retrier in _maps(body.get("Retry"))),
        unbounded=_is_distributed(body) and not _BOUNDS & body.keys(),
    )


def _is_distributed(body: Mapping[str, Any]) -> bool:
    """
    Say whether a map runs its items as executions of their own, of which there may be 10,000.

    An inline map runs 40 at once at the most.
    https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
    """
    processor = body.get("ItemProcessor")
    config = processor.get("ProcessorConfig") if isinstance(processor, dict) else None
    return isinstance(config, dict) and config.get("Mode") == "DISTRIBUTED"


def _attempts(retrier: Mapping[str, Any]) -> int:
    attempts = retrier.get("MaxAttempts", _ATTEMPTS)
    return attempts if isinstance(attempts, int) else _ATTEMPTS


def _next(body: Mapping[str, Any]) -> Iterator[str]:
    for step in (body, *_maps(body.get("Choices")), *_maps(body.get("Catch"))):
        for key in ("Next", "Default"):
            if isinstance(step.get(key), str):
                yield step[key]


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
