"""What handlers call, against labels given by hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from secure_constructs.code.calls import ANY, Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from secure_constructs.code.operations import need_of, services_of
from secure_constructs.code.python import read_python

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    title: str
    language: str
    actions: frozenset[str]
    alternatives: frozenset[str]
    gap: bool
    texts: tuple[tuple[str, str], ...]

    def reading(self) -> Reading:
        read = read_python if self.language == "python" else read_javascript
        return read(Folder(None, self.texts), "index.handler")


def labelled(language: str) -> list[Labelled]:
    text = (HERE / f"{language}_handlers.txt").read_text(encoding="utf-8")
    return [_case(language, section) for section in text.split("\n=== ")[1:]]


def _case(language: str, section: str) -> Labelled:
    head, _, body = section.partition("\n---\n")
    title, *labels = head.splitlines()
    alternatives = [line.removeprefix("any: ") for line in labels if line.startswith("any: ")]
    words = {w for line in labels if not line.startswith("any: ") for w in line.split()}
    first, *others = body.split("\nfile: ")
    suffix = "py" if language == "python" else "mjs"
    named = [(other.partition("\n")[0], other.partition("\n")[2] + "\n") for other in others]
    return Labelled(
        title=title,
        language=language,
        actions=frozenset(words - {"gap"}) - {"dynamodb:TransactWriteItems"},
        alternatives=frozenset(" ".join(alternatives).split()),
        gap="gap" in words,
        texts=((f"index.{suffix}", first + "\n"), *named),
    )


CASES = [case for language in ("python", "javascript") for case in labelled(language)]


def taken(case: Labelled, reading: Reading) -> set[str]:
    """Give the actions its calls take; calls known by name alone count where a label names them."""
    found: set[str] = set()
    for call in reading.calls:
        if call.service == ANY:
            names = {n for a in case.actions for n in services_of(a.partition(":")[0])}
            for name in names:
                for group in need_of(name, call.operation, call.keywords).required:
                    found |= set(group) & case.actions
        else:
            for group in need_of(call.service, call.operation, call.keywords).required:
                found |= set(group)
    return found - case.alternatives


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}: {case.title}")
def test_finds_the_actions_a_handler_takes(case: Labelled) -> None:
    reading = case.reading()
    assert bool(reading.gaps) == case.gap, reading.gaps
    if not case.gap:
        assert taken(case, reading) == case.actions


def test_at_least_sixty_handlers_are_labelled() -> None:
    assert len(CASES) >= 60
    assert len({case.title for case in CASES if case.language == "python"}) >= 45
