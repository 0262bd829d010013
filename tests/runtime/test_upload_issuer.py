from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from secure_constructs.runtime.upload import issuer
from secure_constructs.runtime.upload.keys import UploadKey, caller_prefix

DIGEST = hashlib.sha256(b"hello")
CHECKSUM = base64.b64encode(DIGEST.digest()).decode()
ASKED = {"contentType": "image/png", "sha256": CHECKSUM, "size": 5}
JANE = {"authorizer": {"claims": {"sub": "jane"}}, "identity": {"caller": None}}


@pytest.fixture(autouse=True)
def _deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "example",
        "AWS_SESSION_TOKEN": "session",
        "CONTENT_TYPES": "image/png,application/pdf",
        "LEAST_BYTES": "1",
        "MOST_BYTES": "1000",
        "QUARANTINE": "shop-quarantine",
        "SECONDS": "300",
    }.items():
        monkeypatch.setenv(name, value)
    issuer._s3.cache_clear()
    yield
    issuer._s3.cache_clear()


def ask(body: Any = ASKED, context: Any = JANE) -> dict[str, Any]:
    text = body if isinstance(body, str) or body is None else json.dumps(body)
    return issuer.handler({"body": text, "requestContext": context}, None)


def granted() -> tuple[dict[str, Any], dict[str, Any]]:
    answer = ask()
    assert answer["statusCode"] == 201
    form = json.loads(answer["body"])
    return form, json.loads(base64.b64decode(form["fields"]["policy"]))


def test_the_form_goes_to_the_bucket_in_its_own_region() -> None:
    form, _ = granted()
    assert form["url"] == "https://shop-quarantine.s3.eu-west-1.amazonaws.com/"


def test_the_server_makes_the_key() -> None:
    form, policy = granted()
    key = UploadKey.parse(form["fields"]["key"])
    assert key is not None
    assert key.caller == caller_prefix("jane")
    assert key.upload == form["uploadId"]
    assert key.sha256 == DIGEST.hexdigest()
    assert {"key": key.quarantined} in policy["conditions"]


def test_the_form_takes_exactly_the_file_that_was_announced() -> None:
    _, policy = granted()
    for condition in (
        {"bucket": "shop-quarantine"},
        {"Content-Type": "image/png"},
        {"x-amz-checksum-algorithm": "SHA256"},
        {"x-amz-checksum-sha256": CHECKSUM},
        ["content-length-range", 5, 5],
    ):
        assert condition in policy["conditions"]


def test_the_form_leaves_nothing_open() -> None:
    _, policy = granted()
    lists = [condition for condition in policy["conditions"] if isinstance(condition, list)]
    assert [condition[0] for condition in lists] == ["content-length-range"]
    names = {name.lower() for c in policy["conditions"] if isinstance(c, dict) for name in c}
    assert not {name for name in names if name.startswith(("x-amz-meta-", "tagging", "acl"))}


def test_the_form_is_of_use_for_minutes() -> None:
    from datetime import UTC, datetime, timedelta

    form, policy = granted()
    ends = datetime.fromisoformat(policy["expiration"])
    assert ends - datetime.now(UTC) <= timedelta(seconds=300)
    assert form["expiresIn"] == 300


def test_the_form_may_go_by_way_of_a_distribution(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOAD_URL", "https://upload.shop.example/")
    form, _ = granted()
    assert form["url"] == "https://upload.shop.example/"


def test_two_uploads_of_one_file_have_keys_of_their_own() -> None:
    assert granted()[0]["uploadId"] != granted()[0]["uploadId"]


@pytest.mark.parametrize(
    ("context", "identity"),
    [
        ({"authorizer": {"principalId": "joe"}}, "joe"),
        ({"authorizer": None, "identity": {"caller": "AROAEXAMPLE:s"}}, "AROAEXAMPLE:s"),
    ],
)
def test_a_caller_is_known_by_its_authorizer(context: Any, identity: str) -> None:
    form = json.loads(ask(context=context)["body"])
    assert form["fields"]["key"].startswith(f"incoming/{caller_prefix(identity)}/")


@pytest.mark.parametrize("context", [{}, {"authorizer": {"claims": {}}, "identity": {}}])
def test_nobody_gets_no_form(context: Any) -> None:
    answer = ask(context=context)
    assert answer["statusCode"] == 403
    assert "fields" not in answer["body"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        "{",
        "[]",
        {},
        {**ASKED, "key": "mine"},
        {**ASKED, "size": 0},
        {**ASKED, "size": 1001},
        {**ASKED, "size": True},
        {**ASKED, "size": "5"},
        {**ASKED, "size": 5.0},
        {**ASKED, "contentType": "text/html"},
        {**ASKED, "contentType": ["image/png"]},
        {**ASKED, "sha256": DIGEST.hexdigest()},
        {**ASKED, "sha256": 5},
    ],
)
def test_refuses_what_is_not_taken_here(body: Any) -> None:
    answer = ask(body)
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"]) == {"message": "The upload is not accepted."}


def test_answers_are_kept_by_nobody() -> None:
    for answer in (ask(), ask({}), ask(context={})):
        assert answer["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example", "https://shop.example"),
        ("https://admin.shop.example", "https://admin.shop.example"),
        ("https://evil.example", None),
        ("", None),
        (None, None),
    ],
)
def test_named_sites_may_read_the_answer(
    monkeypatch: pytest.MonkeyPatch, origin: str | None, allowed: str | None
) -> None:
    monkeypatch.setenv("ORIGINS", "https://shop.example,https://admin.shop.example")
    headers = {"Origin": origin} if origin is not None else None
    event = {"body": json.dumps(ASKED), "headers": headers, "requestContext": JANE}
    answer = issuer.handler(event, None)
    assert answer["headers"].get("Access-Control-Allow-Origin") == allowed


def test_no_site_may_read_the_answer_unless_named() -> None:
    event = {"headers": {"origin": ""}, "body": json.dumps(ASKED), "requestContext": JANE}
    assert "Access-Control-Allow-Origin" not in issuer.handler(event, None)["headers"]
