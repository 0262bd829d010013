from __future__ import annotations

import base64
import hashlib

import pytest

from secure_constructs.runtime.upload.keys import UploadKey, caller_prefix, hex_of

DIGEST = hashlib.sha256(b"hello")
KEY = UploadKey(caller="a" * 32, upload="b" * 32, sha256=DIGEST.hexdigest())


def test_a_key_is_read_as_it_was_written() -> None:
    assert UploadKey.parse(KEY.quarantined) == KEY


def test_a_key_says_what_the_content_must_be() -> None:
    assert KEY.checksum == base64.b64encode(DIGEST.digest()).decode()
    assert hex_of(KEY.checksum) == KEY.sha256


def test_the_clean_key_does_not_tell_the_content() -> None:
    assert KEY.clean == f"{'a' * 32}/{'b' * 32}"


@pytest.mark.parametrize(
    "key",
    [
        "",
        "malware-protection-resource-validation-object",
        KEY.clean,
        f"{KEY.quarantined}/x",
        f"{KEY.quarantined}\n",
        KEY.quarantined.upper(),
        f"incoming/../{'b' * 32}/{DIGEST.hexdigest()}",
        KEY.quarantined.removeprefix("incoming/"),
    ],
)
def test_no_other_key_is_read(key: str) -> None:
    assert UploadKey.parse(key) is None


def test_a_prefix_does_not_tell_who_the_caller_is() -> None:
    prefix = caller_prefix("jane@shop.example")
    assert len(prefix) == 32
    assert "jane" not in prefix
    assert prefix != caller_prefix("joe@shop.example")


@pytest.mark.parametrize("checksum", ["", "x", KEY.sha256, f"{KEY.checksum}\n", "=" * 44])
def test_no_other_checksum_is_read(checksum: str) -> None:
    assert hex_of(checksum) is None
