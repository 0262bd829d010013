"""What a change to an app opened and closed, by comparing its attack map before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from secure_constructs.paths.attack_map import AttackMap
from secure_constructs.paths.graph import Edge, Flow, Kind, Node
from secure_constructs.paths.loops import Loop
from secure_constructs.paths.verdicts import Verdict


class Direction(StrEnum):
    """
    Whether a change helps an attacker.
    """

    WORSE = "worse"
    BETTER = "better"
    NEUTRAL = "changed"


class About(StrEnum):
    """
    What changed.
    """

    INPUT = "input"
    SENSITIVE = "sensitive data"
    LOOP = "loop"
    SIDE_DOOR = "side door"
    CHECK = "skipped check"
    PERMISSION = "permission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One difference that an attacker would notice.

    Args:
        about: What changed.
        direction: Whether it helps an attacker.
        subject: The function, or the store, as the map names it.
        told: What is different, as a clause; of many names the first.
        path: The hops, where there are any.
        names: What a permission is about, all of it.
    """

    about: About
    direction: Direction
    subject: str
    told: str
    path: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


# Of so many names of one permission a reader takes notice.
_TOLD: Final = 6
_GAINS = {
    Flow.READ: "read",
    Flow.WRITE: "write to",
    Flow.INVOKE: "invoke",
    Flow.CONTROL: "change",
    Flow.ASSUME: "become",
}


def changes(old: AttackMap, new: AttackMap) -> tuple[Change, ...]:
    """
    Compare two attack maps of the same app.

    Resources are the same where their stack and their path in it are, or else their logical id.

    Args:
        old: Before the change.
        new: After it.

    Returns:
        What helps an attacker first.
    """
    found = [
        *_inputs(old, new),
        *_sensitive(old, new),
        *_loops(old, new),
        *_appeared(_doors(old), _doors(new), About.SIDE_DOOR, "is reached past its workflow"),
        *_appeared(_skipped(old), _skipped(new), About.CHECK, "is reached without its check"),
        *_permissions(old, new),
    ]
    order = list(Direction)
    return tuple(sorted(found, key=lambda change: order.index(change.direction)))


def _key(node: Node) -> str:
    """
    What a node is called in both maps.
    """
    if node.resource is None:
        return node.name
    stack = node.resource.template.origin.stack
    return f"{stack}/{node.name}" if stack else node.name


def _names(path: tuple[Edge, ...]) -> tuple[str, ...]:
    return (
        _key(path[0].source),
        *(_key(edge.target) for edge in path if edge.target.kind is not Kind.ROLE),
    )


def _inputs(old: AttackMap, new: AttackMap) -> Iterator[Change]:
    before = {(_key(w.function), _key(w.edge.source)): w for w in reversed(old.inputs)}
    after = {(_key(w.function), _key(w.edge.source)): w for w in reversed(new.inputs)}
    worst = dict(_worst(old))
    for key, way in after.items():
        known = before.get(key)
        if known is None:
            direction = _direction(worst.get(key[0]), way.verdict)
            told = f"takes input from {key[1]}: {way.verdict}, {way.reason}"
        elif known.verdict is not way.verdict:
            direction = _direction(known.verdict, way.verdict)
            told = f"input from {key[1]} was {known.verdict}, is {way.verdict}: {way.reason}"
        else:
            continue
        path = _names(way.path)
        yield Change(about=About.INPUT, direction=direction, subject=key[0], told=told, path=path)
    for key, way in before.items():
        if key not in after:
            direction = _direction(way.verdict, None)
            told = f"takes no more input from {key[1]}, which was {way.verdict}"
            yield Change(about=About.INPUT, direction=direction, subject=key[0], told=told)


def _worst(attack_map: AttackMap) -> Iterator[tuple[str, Verdict]]:
    return ((_key(node), verdict) for node, verdict in attack_map.verdicts.functions.items())


def _direction(old: Verdict | None, new: Verdict | None) -> Direction:
    """
    Say which way a verdict went; one that is not known any more tells nothing.
    """
    before, after = (Verdict.BEHIND_WAF if v is None else v for v in (old, new))
    if after is Verdict.UNKNOWN or before is after or (before.sound and after.sound):
        return Direction.NEUTRAL
    return Direction.WORSE if after.rank > before.rank else Direction.BETTER


def _sensitive(old: AttackMap, new: AttackMap) -> Iterator[Change]:
    before = {_key(found.target): _names(found.path) for found in old.exposures if found.certain}
    after = {_key(found.target): _names(found.path) for found in new.exposures if found.certain}
    yield from _appeared(before, after, About.SENSITIVE, "is reached by a stranger's request")


def _appeared(
    before: Mapping[str, tuple[str, ...]],
    after: Mapping[str, tuple[str, ...]],
    about: About,
    told: str,
) -> Iterator[Change]:
    for name, path in after.items():
        if name not in before:
            yield Change(about=about, direction=Direction.WORSE, subject=name, told=told, path=path)
    for name in before:
        if name not in after:
            yield Change(
                about=about, direction=Direction.BETTER, subject=name, told=f"no longer {told}"
            )


def _loops(old: AttackMap, new: AttackMap) -> Iterator[Change]:
    """
    Give the loops that came, went, became sure, or are not stopped any more.
    """
    before, after = ({_around(loop): loop for loop in each.loops} for each in (old, new))
    for around in dict.fromkeys((*after, *before)):
        was, is_now = before.get(around), after.get(around)
        harm = _harm(is_now) - _harm(was)
        if harm:
            loop = is_now or was
            yield Change(
                about=About.LOOP,
                direction=Direction.WORSE if harm > 0 else Direction.BETTER,
                subject=around,
                told="no longer feeds itself" if is_now is None else _how(is_now),
                path=_names(loop.path) if loop is not None else (),
            )


def _around(loop: Loop) -> str:
    return " -> ".join(sorted(_key(node) for node in loop.nodes))


def _harm(loop: Loop | None) -> int:
    return 0 if loop is None else 1 + 2 * loop.certain + (not loop.stopped_by_lambda)


def _how(loop: Loop) -> str:
    stopped = "Lambda stops it" if loop.stopped_by_lambda else "nothing stops it"
    return f"feeds itself, {stopped}" + ("" if loop.certain else ", unless a filter does")


def _skipped(attack_map: AttackMap) -> dict[str, tuple[str, ...]]:
    return {
        f"{_key(skipped.workflow)} {skipped.step.name}": () for skipped in attack_map.skipped_checks
    }


def _doors(attack_map: AttackMap) -> dict[str, tuple[str, ...]]:
    return {_key(door.step.target): _names(door.way.path) for door in attack_map.side_doors}


def _permissions(old: AttackMap, new: AttackMap) -> Iterator[Change]:
    before, after = _powers(old), _powers(new)
    for function, powers in after.items():
        gained = powers - before.get(function, frozenset())
        lost = before.get(function, frozenset()) - powers
        for flow, word in _GAINS.items():
            if names := sorted(name for kind, name in gained if kind is flow):
                yield _permission(
                    function, Direction.WORSE, f"taken over, it could now {word}", names
                )
            if names := sorted(name for kind, name in lost if kind is flow):
                yield _permission(
                    function, Direction.BETTER, f"taken over, it could no longer {word}", names
                )


def _permission(function: str, direction: Direction, told: str, names: list[str]) -> Change:
    more = len(names) - _TOLD
    listed = f"{', '.join(names[:_TOLD])} and {more} more" if more > 0 else ", ".join(names)
    return Change(
        about=About.PERMISSION,
        direction=direction,
        subject=function,
        told=f"{told} {listed}",
        names=tuple(names),
    )


def _powers(attack_map: AttackMap) -> dict[str, frozenset[tuple[Flow, str]]]:
    return {
        _key(function): frozenset(
            (flow, _key(node)) for flow in _GAINS for node in attack_map.blast(function).nodes(flow)
        )
        for function in attack_map.functions
    }


def opened(found: tuple[Change, ...]) -> tuple[Change, ...]:
    """
    Give the changes that let someone in or lead to sensitive data; a wider grant is not among them.
    """
    return tuple(
        change
        for change in found
        if change.direction is Direction.WORSE and change.about is not About.PERMISSION
    )
