import sys
from pathlib import Path
from typing import Any

import pytest

from secure_constructs import _source_lines

pytestmark = pytest.mark.synth


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Any:
    from jsii import _stack_trace
    from jsii._kernel.providers import process

    module: Any = process
    monkeypatch.setattr(module, "_stack_traces_enabled", lambda: False)
    monkeypatch.setattr(module, "capture_stack_trace", _stack_trace.capture_stack_trace)
    return module


def test_sends_the_users_own_frame_only(process: Any) -> None:
    assert _source_lines.record()
    line = sys._getframe().f_lineno + 1
    frames = process.capture_stack_trace()
    assert frames == [
        ["", 0, 0, ""],
        [str(Path(__file__)), line, 0, "test_sends_the_users_own_frame_only"],
    ]


def test_recording_twice_changes_nothing(process: Any) -> None:
    assert _source_lines.record()
    first = process.capture_stack_trace
    assert _source_lines.record()
    assert process.capture_stack_trace is first


def test_leaves_the_users_own_choice_alone(process: Any) -> None:
    process._stack_traces_enabled = lambda: True
    theirs = process.capture_stack_trace
    assert _source_lines.record()
    assert process.capture_stack_trace is theirs


@pytest.mark.parametrize("name", ["_stack_traces_enabled", "capture_stack_trace"])
def test_does_without_when_jsii_has_changed(
    process: Any,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.delattr(process, name)
    assert not _source_lines.record()


def test_does_without_when_jsii_gives_something_else(process: Any) -> None:
    process.capture_stack_trace = None
    assert not _source_lines.record()


@pytest.mark.parametrize(
    "file", ["<string>", _source_lines.__file__, pytest.__file__, sys.modules["ast"].__file__]
)
def test_generated_and_installed_code_is_nobodys_own(file: str) -> None:
    assert _source_lines._users_file(file) == ""


def test_files_are_named_in_full() -> None:
    assert _source_lines._users_file("app.py") == str(Path.cwd() / "app.py")
