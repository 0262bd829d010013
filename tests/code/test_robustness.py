"""No source, however broken, makes a reader raise."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secure_constructs.code._scopes import Scope
from secure_constructs.code.calls import Reading
from secure_constructs.code.files import Folder
from secure_constructs.code.javascript import read_javascript
from secure_constructs.code.python import _Reader, read_python
from tests.work import work

PYTHON = "import from boto3 client def class return lambda self await async with as yield super() *"
BOTH = (
    "( ) [ ] { } . , : = \n \t in if else for \"s3\" 'x' get_object put_item x y handler 0 1 event"
)
JAVASCRIPT = (
    "require export const new => ` ${ / // /* */ \\ @aws-sdk/client-s3 Command function ?. !"
)
WORDS = st.sampled_from(f"{PYTHON} {BOTH} {JAVASCRIPT}".split(" "))
SOURCES = st.lists(WORDS, max_size=60).map(" ".join) | st.text(max_size=200)


@settings(max_examples=300)
@given(SOURCES)
def test_any_text_is_read_as_python_or_named(source: str) -> None:
    reading = read_python(Folder(None, (("index.py", source),)), "index.handler")

    assert reading.files or reading.gaps


@settings(max_examples=300)
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
        f"x = {'(' * 5_000}1{')' * 5_000}",
        f"x = {'[' * 150}1{']' * 150}",
        "x = y" + ".a(1)" * 5_000,
        "x = y" + ".a(1)" * 200,
        "x = " + "not " * 5_000 + "y",
        "if y: pass\n" + "".join(f"elif y == {i}: x = {i}\n" for i in range(5_000)),
        "x = {" + ",".join(f"{i}: lambda: x[{i}]" for i in range(5_000)) + "}",
        "x = []\n" + "x = [x]\n" * 3_000,
        "import json\nx = json\n" + "".join(f"x = x.a{i}()\nx = x.b{i}\n" for i in range(500)),
        "class C0: pass\n" + "".join(f"class C{i}(C{i - 1}): pass\n" for i in range(1, 2_000)),
        f"def x(a: '{'(' * 5_000}', b: '\\0'): return a",
    ],
    ids=[
        "long sum",
        "long chain",
        "many calls",
        "itself",
        "own base",
        "own import",
        "circle",
        "parentheses",
        "lists in lists",
        "chained calls",
        "fewer chained calls",
        "nots",
        "branches",
        "giant table",
        "boxes",
        "own results",
        "bases",
        "broken annotations",
    ],
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


def tangled(modules: int) -> Folder:
    """
    Give a package in which every module uses others, and nothing comes to rest soon.
    """
    text = """
        import boto3
        from package import m{a}, m{b}, m{c}
        TABLE = {{"a": m{a}, "b": [m{b}.Thing{b}, m{c}.make], "c": "text {i}"}}

        class Thing{i}(m{a}.Thing{a}):
            other = m{b}.TABLE

            def __init__(self, inner, *rest):
                self.inner = inner
                self.kept = [inner, self.other["b"], *rest]

            def run(self, task):
                self.last = task.run(self)
                return [self.last, self.inner.run(task), m{b}.make(self.kept, task)]

        def make(one, two):
            return Thing{i}(one, two, m{c}.make(two, one)).run(m{b}.Thing{b}(one))
    """
    texts = [
        (
            f"package/m{i}.py",
            textwrap.dedent(text).format(
                i=i, a=(i * 7 + 1) % modules, b=(i * 3 + 2) % modules, c=(i + 1) % modules
            ),
        )
        for i in range(modules)
    ]
    handler = "\n".join(
        [
            "import boto3",
            *(f"from package import m{i}" for i in range(modules)),
            "def handler(event, context):",
            "    boto3.client('s3').get_object(Bucket='orders', Key='1')",
            "    return m0.make(m1.Thing1(event), m2.TABLE)",
            "",
        ]
    )
    return Folder(None, (("index.py", handler), *texts))


def test_a_package_too_large_to_follow_comes_to_an_end_and_says_so() -> None:
    reading = read_python(tangled(400), "index.handler")

    assert "is too large to be followed" in {gap.reason for gap in reading.gaps}
    assert not reading.complete


def test_nothing_is_certain_in_code_that_was_not_followed_to_its_end() -> None:
    reading = read_python(tangled(400), "index.handler")

    [call] = [call for call in reading.calls if call.operation == "get_object"]
    assert not call.certain


def test_a_small_tangle_is_followed_to_its_end() -> None:
    reading = read_python(tangled(4), "index.handler")

    [call] = [call for call in reading.calls if call.operation == "get_object"]
    assert call.certain
    assert reading.gaps == ()


def test_a_source_without_end_is_not_read_to_its_end() -> None:
    texts = [(f"m{i}.py", f"from m{i + 1} import x\n{'# a comment' * 50_000}") for i in range(20)]

    reading = read_python(Folder(None, (("index.py", "from m0 import x"), *texts)), "index.x")

    assert "is too large to be followed" in {gap.reason for gap in reading.gaps}
    assert len(reading.files) < 5


def test_the_same_is_found_in_each_run() -> None:
    program = (
        "from tests.code.test_robustness import tangled, read_python;"
        "print(read_python(tangled(100), 'index.handler'))"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(answers) == 1


def python(source: str) -> Reading:
    return read_python(Folder(None, (("index.py", textwrap.dedent(source)),)), "index.handler")


def test_what_goes_round_in_a_circle_is_found_whole() -> None:
    reading = python(
        """
        import boto3

        def one(n):
            return two(n - 1) if n else [boto3.client("kms")]

        def two(n):
            return one(n) or [boto3.client("lambda")]

        def handler(event, context):
            for client in one(3):
                client.tag_resource(Tags=[])
            two(3)[0].untag_resource(TagKeys=[])
        """
    )

    assert {(call.service, call.operation) for call in reading.calls} >= {
        ("kms", "tag_resource"),
        ("lambda", "tag_resource"),
        ("kms", "untag_resource"),
        ("lambda", "untag_resource"),
    }


def test_a_large_table_of_texts_keeps_nothing_from_being_known() -> None:
    table = ", ".join(f"'k{i}': 'v{i}'" for i in range(5_000))
    reading = python(f"TABLE = {{{table}}}\n\ndef handler(event, context):\n    return TABLE['k']")

    assert reading.complete


def test_a_service_that_may_be_any_of_a_large_table_is_not_known() -> None:
    table = ", ".join(f"'k{i}': 'v{i}'" for i in range(5_000))
    reading = python(
        f"import boto3\nTABLE = {{{table}}}\n\ndef handler(event, context):\n"
        "    boto3.client(TABLE[event['k']]).get_object(Bucket='b')"
    )

    assert "the service of a client is named only at run time" in {g.reason for g in reading.gaps}


def test_functions_that_may_be_any_of_very_many_are_not_known() -> None:
    functions = "".join(f"def f{i}(): pass\n" for i in range(100))
    names = ", ".join(f"f{i}" for i in range(100))
    reading = python(f"{functions}\ndef handler(event, context):\n    [{names}][event['i']]()")

    assert "may be any of too many values to be followed" in {gap.reason for gap in reading.gaps}


def test_what_is_nested_too_deeply_hides_nothing_else() -> None:
    chain = ".a(1)" * 200
    reading = python(
        f"import boto3\n\ndef handler(event, context):\n    x = event{chain}\n"
        "    boto3.client('s3').get_object(Bucket='b')"
    )

    assert ("s3", "get_object") in {(call.service, call.operation) for call in reading.calls}
    assert [str(gap) for gap in reading.gaps] == [
        "is nested too deeply to be followed (index.py:4)"
    ]


def test_a_long_chain_of_branches_is_read() -> None:
    branches = "".join(f"    elif event == {i}:\n        x = {i}\n" for i in range(500))
    reading = python(f"def handler(event, context):\n    if event:\n        x = 0\n{branches}")

    assert reading.complete


def javascript(source: str) -> Reading:
    return read_javascript(Folder(None, (("index.mjs", source),)), "index.handler")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("(" * 5_000 + ")" * 5_000, "is nested too deeply to be read"),
        ("new S3({a: " * 5_000 + "})" * 5_000, "is nested too deeply to be read"),
        ("/* " * 50_000, "does not parse as JavaScript: a comment is not closed"),
        ("= /[" * 50_000, "is nested too deeply to be read"),
    ],
    ids=["parentheses", "commands", "comments", "patterns"],
)
def test_javascript_that_is_nested_or_not_closed_is_named(source: str, reason: str) -> None:
    assert {gap.reason for gap in javascript(f"const x = {source};").gaps} == {reason}


def test_many_uses_of_many_clients_take_no_more_work_each() -> None:
    def reading(clients: int) -> Reading:
        names = [f"client{i}" for i in range(clients)]
        made = "".join(f"const {name} = new S3({{}});\n" for name in names)
        used = "".join(f"{name}.getObject({{Bucket: 'b'}});\n" for name in names) * 20
        return javascript(f"import {{ S3 }} from '@aws-sdk/client-s3';\n{made}{used}")

    assert len(reading(500).calls) == 20 * 500
    assert work(lambda: reading(100)) < 2.2 * work(lambda: reading(50))


def test_a_long_chain_of_files_is_followed() -> None:
    texts = [(f"m{i}.js", f"require('./m{i + 1}.js');") for i in range(1_500)]

    reading = read_javascript(
        Folder(None, (("index.js", "require('./m0.js');"), *texts, ("m1500.js", ""))),
        "index.handler",
    )

    assert len(reading.files) == 1_502
    assert reading.gaps == ()


def test_more_javascript_than_can_be_followed_is_named() -> None:
    texts = [(f"m{i}.js", f"require('./m{i + 1}.js');" + "f(1);" * 20_000) for i in range(30)]

    reading = read_javascript(
        Folder(None, (("index.js", "require('./m0.js');"), *texts)), "index.handler"
    )

    assert "is too large to be followed" in {gap.reason for gap in reading.gaps}
    assert len(reading.files) < 10


@pytest.mark.parametrize(
    ("body", "rounds"),
    [
        ("    return s3.get_object(Bucket='b', Key=event['key'])\n", 1),
        # What a name stands for depends on itself, and that is settled where it does.
        ("    keys = [k for k in event['keys']]\n    return [load(s3, k) for k in keys]\n", 1),
        ("    return load(s3, event['key'])\n", 1),
        # What is handed on is known only after it was asked for.
        ("    found = load(s3, event['key'])\n    return found or load(sqs, 'k')\n", 2),
    ],
    ids=["by itself", "in a circle", "handed on", "handed on once more"],
)
def test_goes_through_a_handler_again_only_for_what_was_learnt_too_late(
    monkeypatch: pytest.MonkeyPatch, body: str, rounds: int
) -> None:
    source = (
        "import boto3\ns3 = boto3.client('s3')\nsqs = boto3.client('sqs')\n"
        "def load(client, key):\n    return client.get_object(Bucket='b', Key=key)['Body']\n"
        f"def handler(event, context):\n{body}"
    )
    gone_through = []
    go_through = _Reader.round

    def counted(reader: _Reader, name: str, entry: Scope) -> None:
        gone_through.append(name)
        go_through(reader, name, entry)

    monkeypatch.setattr(_Reader, "round", counted)
    reading = python(source)

    assert any(call.operation == "get_object" for call in reading.calls)
    assert len(gone_through) == rounds
