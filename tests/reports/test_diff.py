"""What a change opened and closed, as it is told."""

from __future__ import annotations

from secure_constructs.paths.changes import About, Change, Direction
from secure_constructs.reports import diff


def change(subject: str, told: str) -> Change:
    return Change(
        about=About.PERMISSION, direction=Direction.WORSE, subject=subject, told=told, names=("A",)
    )


def test_what_is_about_the_same_stands_under_one_heading() -> None:
    found = diff.Difference(
        changes=(
            change("Pay", "could read A"),
            change("Pay", "could write A"),
            change("Ship", "x"),
        ),
        appeared=(),
        gone=(),
        gating=(),
    )

    lines = diff.render(found).splitlines()
    assert [line for line in lines if "permission" in line] == [
        "worse    permission  Pay",
        "worse    permission  Ship",
    ]
    assert [line.strip() for line in lines[1:3]] == ["could read A", "could write A"]
    assert lines[-1] == "3 worse"
