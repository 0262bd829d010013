from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from moto import mock_aws

from secure_constructs.runtime.upload import promoter
from secure_constructs.runtime.upload.keys import UploadKey

ACCOUNT = "123456789012"
PNG = b"\x89PNG\r\n\x1a\n and what follows"
CLEAN_TAG = "GuardDutyMalwareScanStatus=NO_THREATS_FOUND"


def key_of(content: bytes) -> UploadKey:
    return UploadKey(caller="a" * 32, upload="b" * 32, sha256=hashlib.sha256(content).hexdigest())


KEY = key_of(PNG)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in {
        "ACCOUNT": ACCOUNT,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_REGION": "eu-west-1",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "CLEAN": "shop-clean",
        "CONTENT_TYPES": "image/png,text/csv",
        "LEAST_BYTES": "1",
        "MOST_BYTES": "100",
        "QUARANTINE": "shop-quarantine",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-1")
        for bucket in ("shop-quarantine", "shop-clean"):
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
            client.put_bucket_versioning(
                Bucket=bucket, VersioningConfiguration={"Status": "Enabled"}
            )
        promoter._s3.cache_clear()
        yield client
        promoter._s3.cache_clear()


def upload(s3: Any, content: bytes = PNG, *, key: UploadKey | None = None, **put: Any) -> str:
    put = {"ContentType": "image/png", "Tagging": CLEAN_TAG, **put}
    key = key or key_of(content)
    version: str = s3.put_object(
        Bucket="shop-quarantine",
        Key=key.quarantined,
        Body=content,
        ChecksumAlgorithm="SHA256",
        **put,
    )["VersionId"]
    return version


def scanned(version: str | None, key: str = KEY.quarantined, **changes: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        "version": "0",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "source": "aws.guardduty",
        "account": ACCOUNT,
        "detail": {
            "schemaVersion": "1.0",
            "scanStatus": "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {
                "bucketName": "shop-quarantine",
                "objectKey": key,
                "eTag": "e",
                "versionId": version,
                "s3Throttled": False,
            },
            "scanResultDetails": {"scanResultStatus": "NO_THREATS_FOUND", "threats": None},
        },
    }
    for path, value in changes.items():
        inner = event
        *parents, last = path.split("__")
        for parent in parents:
            inner = inner[parent]
        inner[last] = value
    return event


def deliver(*events: Any) -> list[str]:
    records = [
        {"messageId": str(number), "body": event if isinstance(event, str) else json.dumps(event)}
        for number, event in enumerate(events)
    ]
    result = promoter.handler({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in result["batchItemFailures"]]


def clean(s3: Any) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket="shop-clean").get("Contents", [])]


def versions(s3: Any) -> int:
    return len(s3.list_object_versions(Bucket="shop-clean").get("Versions", []))


def test_promotes_what_was_found_clean(s3: Any) -> None:
    assert deliver(scanned(upload(s3))) == []
    promoted = s3.get_object(Bucket="shop-clean", Key=KEY.clean)
    assert promoted["Body"].read() == PNG
    assert promoted["ContentType"] == "image/png"
    assert promoted["ContentDisposition"] == "attachment"
    assert promoted["Metadata"] == {}
    assert s3.get_object_tagging(Bucket="shop-clean", Key=KEY.clean)["TagSet"] == []


def test_promotes_once_however_often_it_is_told(s3: Any) -> None:
    # S3 honours If-None-Match when it copies; its stand-in here does not yet.
    def refuse_what_exists(params: Any, **_: object) -> Any:
        if params["headers"].get("If-None-Match") != "*" or KEY.clean not in clean(s3):
            return None
        parsed = {
            "Error": {"Code": "PreconditionFailed"},
            "ResponseMetadata": {"HTTPStatusCode": 412},
        }
        return AWSResponse("", 412, {}, None), parsed

    promoter._s3().meta.events.register_last("before-call.s3.CopyObject", refuse_what_exists)
    event = scanned(upload(s3))
    assert deliver(event, event) == []
    assert deliver(event) == []
    assert versions(s3) == 1


def test_promotes_the_version_that_was_scanned(s3: Any) -> None:
    good = upload(s3)
    upload(s3, b"\x89PNG\r\n\x1a\n malware", key=KEY, Tagging="")
    assert deliver(scanned(good)) == []
    assert s3.get_object(Bucket="shop-clean", Key=KEY.clean)["Body"].read() == PNG


def test_takes_a_type_without_a_known_beginning_at_its_word(s3: Any) -> None:
    version = upload(s3, b"a,b\n", ContentType="text/csv")
    assert deliver(scanned(version, key_of(b"a,b\n").quarantined)) == []


@pytest.mark.parametrize(
    "tags",
    [
        "",
        "GuardDutyMalwareScanStatus=THREATS_FOUND",
        "GuardDutyMalwareScanStatus=UNSUPPORTED",
        "GuardDutyMalwareScanStatus=FAILED",
        "Other=NO_THREATS_FOUND",
        f"{CLEAN_TAG}&Mine=too",
    ],
)
def test_a_version_without_the_clean_tag_stays(s3: Any, tags: str) -> None:
    assert deliver(scanned(upload(s3, Tagging=tags))) == ["0"]
    assert clean(s3) == []


def test_another_content_than_announced_stays(s3: Any) -> None:
    other = b"\x89PNG\r\n\x1a\n other"
    assert deliver(scanned(upload(s3, other, key=KEY))) == ["0"]
    assert clean(s3) == []


def test_a_version_without_checksum_stays(s3: Any) -> None:
    version = s3.put_object(
        Bucket="shop-quarantine",
        Key=KEY.quarantined,
        Body=PNG,
        ContentType="image/png",
        Tagging=CLEAN_TAG,
        ChecksumAlgorithm="CRC32",
    )["VersionId"]
    assert deliver(scanned(version)) == ["0"]
    assert clean(s3) == []


def test_what_is_too_large_stays(s3: Any) -> None:
    content = PNG + bytes(100)
    version = upload(s3, content)
    assert deliver(scanned(version, key_of(content).quarantined)) == ["0"]
    assert clean(s3) == []


@pytest.mark.parametrize("content_type", ["text/html", "image/png; charset=x", ""])
def test_another_content_type_stays(s3: Any, content_type: str) -> None:
    assert deliver(scanned(upload(s3, ContentType=content_type))) == ["0"]
    assert clean(s3) == []


def test_what_does_not_begin_as_its_type_does_stays(s3: Any) -> None:
    content = b"<html><script>"
    version = upload(s3, content)
    assert deliver(scanned(version, key_of(content).quarantined)) == ["0"]
    assert clean(s3) == []


def test_metadata_of_the_uploaders_own_stays(s3: Any) -> None:
    assert deliver(scanned(upload(s3, Metadata={"x": "y"}))) == ["0"]
    assert clean(s3) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "shop.forged"},
        {"detail-type": "Object Created"},
        {"account": "111122223333"},
        {"detail__s3ObjectDetails__bucketName": "another"},
        {"detail__s3ObjectDetails__objectKey": "incoming/../x"},
        {"detail__s3ObjectDetails__versionId": None},
        {"detail__s3ObjectDetails__versionId": "null"},
        {"detail__scanResultDetails__scanResultStatus": "THREATS_FOUND"},
        {"detail__scanResultDetails": {}},
    ],
)
def test_an_event_that_says_otherwise_promotes_nothing(s3: Any, changes: Any) -> None:
    assert deliver(scanned(upload(s3), **changes)) == ["0"]
    assert clean(s3) == []


@pytest.mark.parametrize("version", [None, "", "null"])
def test_never_promotes_by_key(
    s3: Any, version: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    upload(s3)
    assert deliver(scanned(version)) == ["0"]
    assert "the scan result names no version" in caplog.text


def test_a_version_that_does_not_exist_is_an_error(s3: Any) -> None:
    upload(s3)
    assert deliver(scanned("5d64a3f4-0000-4000-8000-000000000000")) == ["0"]


def test_a_bad_message_keeps_no_other_back(s3: Any) -> None:
    assert deliver("{", scanned(upload(s3)), "[]") == ["0", "2"]
    assert clean(s3) == [KEY.clean]


def test_a_copy_with_another_checksum_is_an_error(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    version = upload(s3)
    wrong = base64.b64encode(bytes(32)).decode()
    monkeypatch.setattr(
        promoter._s3(), "copy_object", lambda **_: {"CopyObjectResult": {"ChecksumSHA256": wrong}}
    )
    assert deliver(scanned(version)) == ["0"]
