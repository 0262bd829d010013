"""What a Step Functions definition says: its states, and what each of them calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from secure_constructs.services.json_texts import documented
from secure_constructs.template import Resource, Undecided

STATE_MACHINE: Final = "AWS::StepFunctions::StateMachine"

_SERVICE: Final = r":states:::(?:aws-sdk:)?(?P<service>[^:]+):(?P<operation>[^.:]+)"
_DEEPEST: Final = 40
# https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
_ATTEMPTS: Final = 3
_BOUNDS: Final = frozenset({"MaxConcurrency", "MaxConcurrencyPath"})


class State(NamedTuple):
    """
    One state of a workflow.

    Args:
        name: Its name.
        place: Where it stands in the definition: ``States.Charge``.
        type: ``Task``, ``Choice``, ``Map`` and so on.
        resource: For a task: what it calls, an ARN.
        arguments: What it passes, from ``Parameters`` or ``Arguments``.
        next: The states that may follow once it is done, by name; those of its own level.
        on_failure: Those that follow when it fails.
        starts: Those it begins with inside, for a map or branches.
        waits: Whether it waits for someone to answer with a token.
        retries: How often it is tried again at the most.
        seconds: For a wait: how long it takes; 0 where that is chosen at run time.
        unbounded: Whether it is a map that starts a child for every item at once, whatever their
            number.
    """

    name: str
    place: str
    type: str
    resource: Any
    arguments: Mapping[str, Any]
    next: tuple[str, ...]
    on_failure: tuple[str, ...]
    starts: tuple[str, ...]
    waits: bool
    retries: int
    seconds: int
    unbounded: bool

    @property
    def operation(self) -> tuple[str, str]:
        """
        The service and the operation that a task calls, in lower case; empty for an ARN of its own.
        """
        match = re.search(_SERVICE, self.resource) if isinstance(self.resource, str) else None
        return (match["service"].lower(), match["operation"].lower()) if match else ("", "")

    def argument(self, name: str) -> Any:
        """
        Give what it passes under a name, chosen at run time or not.
        """
        return self.arguments.get(name, self.arguments.get(f"{name}.$"))


class Workflow(NamedTuple):
    """
    The states of a state machine.

    Args:
        start: The first state.
        seconds: After how long it is stopped; 0 where that is not said.
        states: Every state, those of maps and branches included.
    """

    start: str
    seconds: int
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
    substitutions = machine.get("DefinitionSubstitutions")
    found = documented(
        machine.get("DefinitionString", machine.get("Definition")),
        substitutions if isinstance(substitutions, dict) else None,
    )
    if not found:
        return None
    states = tuple(_states(found, "", 0))
    return Workflow(
        start=str(found.get("StartAt", "")),
        seconds=_seconds(found.get("TimeoutSeconds")),
        states=states,
    )


def _states(level: Any, place: str, depth: int) -> Iterator[State]:
    states = level.get("States") if isinstance(level, dict) else None
    if not isinstance(states, dict) or depth > _DEEPEST:
        return
    for name, body in states.items():
        if not isinstance(body, dict):
            continue
        at = f"{place}States.{name}"
        yield _state(str(name), at, body)
        for part in _inner(body):
            yield from _states(part, f"{at}.", depth + 1)


def _inner(body: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*_maps(body.get("Branches")), body.get("Iterator"), body.get("ItemProcessor"))


def _state(name: str, place: str, body: Mapping[str, Any]) -> State:
    arguments = body.get("Parameters", body.get("Arguments"))
    resource = body.get("Resource")
    return State(
        name=name,
        place=place,
        type=str(body.get("Type", "")),
        resource=resource,
        arguments=arguments if isinstance(arguments, dict) else {},
        next=_following(body, *_maps(body.get("Choices"))),
        on_failure=_following(*_maps(body.get("Catch"))),
        starts=tuple(
            str(part["StartAt"])
            for part in _inner(body)
            if isinstance(part, dict) and "StartAt" in part
        ),
        waits=isinstance(resource, str) and str(resource).endswith(".waitForTaskToken"),
        retries=sum(_attempts(retrier) for retrier in _maps(body.get("Retry"))),
        seconds=_seconds(body.get("Seconds")),
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


def _seconds(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _following(*steps: Mapping[str, Any]) -> tuple[str, ...]:
    names = (step.get(key) for step in steps for key in ("Next", "Default"))
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str)))


def _maps(value: Any) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
