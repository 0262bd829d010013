from __future__ import annotations

import datetime as dt
import json

from secure_constructs.runtimes import lifecycle
from tests.data import lambda_runtimes


def test_a_runtime_ends_soon_from_90_days_before_its_last_patch() -> None:
    python = lifecycle("python3.9")
    assert python is not None
    assert python.deprecated == dt.date(2025, 12, 15)
    assert not python.ends_soon(dt.date(2025, 9, 15))
    assert python.ends_soon(dt.date(2025, 9, 16))
    assert not python.ended(dt.date(2025, 12, 15))
    assert python.ended(dt.date(2025, 12, 16))


def test_names_what_to_move_to() -> None:
    node = lifecycle("nodejs20.x")
    assert node is not None
    assert node.successor == "nodejs24.x"


def test_says_nothing_of_a_runtime_newer_than_the_data() -> None:
    assert lifecycle("python9.9") is None


def test_the_shipped_data_is_what_the_script_makes_of_its_source() -> None:
    shipped = json.loads(lambda_runtimes.TARGET.read_text(encoding="utf-8"))
    rebuilt = lambda_runtimes.rebuilt()
    if shipped["via"] == rebuilt["via"]:
        assert shipped["runtimes"] == rebuilt["runtimes"]
    assert set(shipped) == set(rebuilt)
