"""No source, however broken, makes a reader raise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_constructs.code.calls import Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from secure_constructs.code.python import read_python

PYTHON = "import from boto3 client def class return lambda self await async with as yield super() *"
BOTH = (
    "( ) [ ] { } . , : = \n \t in if else for \"s3\" 'x' get_object put_item x y handler 0 1 event"
)
JAVASCRIPT = (
    "require export const new => ` ${ / // /* */ \\ @aws-sdk/client-s3 Command function ?. !"
)
WORDS = st.sampled_from(f"{PYTHON} {BOTH} {JAVASCRIPT}".split(" "))
SOURCES = st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200)


@settings(max_examples=300, deadline=None)
@given(SOURCES)
def test_any_text_is_read_as_python_or_named(source: str) -> None:
    reading = read_python(Folder(None, (("index.py", source),)), "index.handler")

    assert reading.files or reading.gaps


@settings(max_examples=300, deadline=None)
@given(SOURCES)
def test_any_text_is_read_as_javascript_or_named(source: str) -> None:
    reading = read_javascript(Folder(None, (("index.js", source),)), "index.handler")

    assert reading.files or reading.gaps


@pytest.mark.parametrize(
    "source",
    [
        "x = " + " + ".join(["'a'"] * 5_000),
        "x = y" + ".a" * 5_000,
        "x = f" + "()" * 3_000,
        "def f(x):\n    return f(f(x))\nhandler = f(f)",
        "class A(A): pass\nhandler = A()",
        "from index import *\nfrom index import handler",
        "x = y\ny = x\nhandler = x",
    ],
    ids=["long sum", "long chain", "many calls", "itself", "own base", "own import", "circle"],
)
def test_what_goes_in_circles_or_deep_comes_to_an_end(source: str) -> None:
    source = f"{source}\n\ndef handler(event, context):\n    return x\n"

    assert isinstance(read_python(Folder(None, (("index.py", source),)), "index.handler"), Reading)


@pytest.mark.parametrize(
    "handler", ["../secret.handler", "/etc/passwd.handler", "..handler", "", "."]
)
def test_a_handler_leads_to_no_file_outside_the_asset(tmp_path: Path, handler: str) -> None:
    asset = tmp_path / "asset"
    asset.mkdir()
    for name in ("secret.py", "secret.js"):
        (tmp_path / name).write_text("def handler(): pass", encoding="utf-8")

    for read in (read_python, read_javascript):
        assert read(Folder(asset), handler).files == ()
        assert read(Folder(asset), handler).gaps
