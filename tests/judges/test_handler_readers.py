"""
The labels of the handlers, and what another reader of code says of them.

iam-policy-autopilot sees calls by their names, reached or not, so it is asked one way only: what
it sees and no label names must have a reason.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from secure_constructs.code.operations import need_of, snake_case
from tests.code.test_handlers import CASES, Labelled
from tests.judges.bench import JUDGES

pytestmark = pytest.mark.judges

READER = JUDGES / "bin" / "iam-policy-autopilot"
UNREACHED = "nothing the handler does calls it"
ANOTHER = "a method of the same name, of another service or of none"
EXTENSION = "it is a request to the extension on the host itself"
GIVEN_UP = "only an upload that fails is given up"
UNTAGGED = "there are no tags"
NAMED = "the command is named, and never sent"
EXPLAINED = {
    ("class that holds the client", "purge_queue"): UNREACHED,
    ("function never called", "create_user"): UNREACHED,
    ("function never called", "delete_table"): UNREACHED,
    ("module of its own", "delete_item"): UNREACHED,
    ("bucket resource and its collections", "delete_tags"): ANOTHER,
    ("repository behind an abstract class", "delete_tags"): ANOTHER,
    ("queue resource by name", "delete_tags"): ANOTHER,
    ("secrets kept for some minutes", "head_object"): ANOTHER,
    ("secrets kept for some minutes", "list_buckets"): ANOTHER,
    ("abstract handler with template method", "list_buckets"): ANOTHER,
    ("copies with the same name in two services", "delete_tags"): ANOTHER,
    ("parameters extension", "list_buckets"): EXTENSION,
    ("parameters extension", "head_object"): EXTENSION,
    ("upload in parts", "AbortMultipartUpload"): GIVEN_UP,
    ("upload in parts", "PutObjectTagging"): UNTAGGED,
    ("resources and collections", "delete_tags"): ANOTHER,
    ("injected dependency container", "list_buckets"): ANOTHER,
    ("closure over clients and inner class", "head_object"): ANOTHER,
    ("closure over clients and inner class", "list_buckets"): ANOTHER,
    ("requests to others only", "head_object"): ANOTHER,
    ("requests to others only", "list_buckets"): ANOTHER,
    ("generic repository with class attribute name", "delete_tags"): ANOTHER,
    ("streams", "AbortMultipartUpload"): GIVEN_UP,
    ("streams", "PutObjectTagging"): UNTAGGED,
    ("unused command imports", "DeleteObject"): NAMED,
    ("instanceof and class names in a log", "PutObject"): NAMED,
    ("transact write commands", "GetItem"): "a batch takes an action of its own",
}


@pytest.fixture(scope="module")
def reader() -> Path:
    if not READER.exists():
        pytest.skip("iam-policy-autopilot is not there: make judges installs it")
    return READER


def seen_by(reader: Path, case: Labelled, folder: Path) -> dict[str, tuple[str, ...]]:
    """Give the operations it sees, with the services each may be of."""
    files = []
    for name, text in case.texts:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        files.append(str(file))
    done = subprocess.run(
        [reader, "extract-sdk-calls", "--language", case.language, *files],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
        env={**os.environ, "DISABLE_IAM_POLICY_AUTOPILOT_TELEMETRY": "true"},
    )
    return {found["Name"]: tuple(found["PossibleServices"]) for found in json.loads(done.stdout)}


def actions_of(operation: str, services: tuple[str, ...]) -> set[str]:
    return {
        action
        for service in services
        for need in (need_of(service, snake_case(operation)),)
        for action in (*(one for group in need.required for one in group), *need.beside)
    }


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if not case.gap],
    ids=lambda case: f"{case.language}: {case.title}",
)
def test_another_reader_sees_nothing_without_a_label(
    case: Labelled, reader: Path, tmp_path: Path
) -> None:
    labelled = case.actions | case.alternatives
    without = {
        operation
        for operation, services in seen_by(reader, case, tmp_path).items()
        if actions_of(operation, services) and not actions_of(operation, services) & labelled
    }
    assert {name for name in without if (case.title, name) not in EXPLAINED} == set()
