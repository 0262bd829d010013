"""What drawing a map and asking it everything takes grows with the app, and no faster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from benchmarks.paths import SHAPES, asked, resolved
from secure_constructs.paths.attack_map import map_of
from secure_constructs.paths.blast import Blasts
from tests.paths.apps import allow, arn, draw, function
from tests.work import work


@pytest.mark.parametrize("shape", SHAPES)
def test_five_times_the_app_takes_five_times_the_work(shape: str) -> None:
    def lines(resources: int) -> int:
        template = resolved(SHAPES[shape](resources))
        return work(lambda: asked(map_of([template])))

    lines(140)  # what is worked out once for all apps

    assert lines(700) < 1.2 * 5 * lines(140)


@pytest.mark.parametrize("closed", [True, False])
def test_functions_that_take_one_another_over_share_what_falls(
    closed: bool,  # noqa: FBT001 (a parameter of pytest)
) -> None:
    def lines(count: int) -> int:
        app: dict[str, Mapping[str, Any]] = {}
        for number in range(count):
            last = not closed and number == count - 1
            onto = [] if last else [arn(f"Step{(number + 1) % count}")]
            app |= function(
                f"Step{number}", *(allow("lambda:UpdateFunctionCode", on=one) for one in onto)
            )
        found = draw(app)

        def sizes() -> list[int]:
            blasts = Blasts(found.graph)
            return [blasts.of(function).size for function in found.functions]

        assert max(sizes()) == count - 1
        return work(sizes)

    assert lines(200) < 2.2 * lines(100)
