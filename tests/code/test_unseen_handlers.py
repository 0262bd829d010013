"""What handlers call that were written without the reader in sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from secure_constructs.code.calls import ANY, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from secure_constructs.code.operations import need_of, services_of
from secure_constructs.code.python import read_python

HANDLERS: Final = Path(__file__).parent / "unseen_handlers.txt"
# What the reader does not see, and why that stands.
MISSED: Final[Mapping[str, Mapping[str, str]]] = {
    "retention sweeper": {
        "s3:DeleteObjectVersion": "versions come from a generator two calls away",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    title: str
    entry: str
    actions: frozenset[str]
    beside: frozenset[str]
    gap: bool
    files: tuple[tuple[str, str], ...]

    def reading(self) -> Reading:
        in_python = any(name.endswith(".py") for name, _ in self.files)
        read = read_python if in_python else read_javascript
        return read(Folder(None, self.files), self.entry)


def _unseen(section: str) -> Unseen:
    head, *files = section.split("\nfile: ")
    title, entry, actions, *more = head.splitlines()
    beside = [line.removeprefix("beside: ") for line in more if line.startswith("beside: ")]
    named = [file.partition("\n") for file in files]
    return Unseen(
        title=title,
        entry=entry.removeprefix("entry: "),
        actions=frozenset(actions.split()),
        beside=frozenset(" ".join(beside).split()),
        gap="gap" in more,
        files=tuple((name, text + "\n") for name, _, text in named),
    )


UNSEEN: Final = tuple(
    map(_unseen, HANDLERS.read_text(encoding="utf-8").rstrip().split("\n=== ")[1:])
)


def taken(case: Unseen) -> set[str]:
    """Give the actions its calls take; of those of which one is enough, the ones that it names."""
    found: set[str] = set()
    for call in case.reading().calls:
        services = {name for a in case.actions for name in services_of(a.partition(":")[0])}
        for service in services if call.service == ANY else {call.service}:
            for group in need_of(service, call.operation, call.keywords).required:
                named = case.actions & set(group)
                found |= named if named or call.service == ANY else set(group)
    return found


@pytest.mark.parametrize("case", UNSEEN, ids=lambda case: case.title)
def test_finds_what_an_unseen_handler_takes(case: Unseen) -> None:
    missed = MISSED.get(case.title, {}).keys()
    assert taken(case) - case.beside == case.actions - missed
    assert bool(case.reading().gaps) == case.gap


def test_every_miss_is_still_one() -> None:
    titles = {case.title: case for case in UNSEEN}
    assert [
        (title, action)
        for title, actions in MISSED.items()
        for action in actions
        if action in taken(titles[title])
    ] == []
