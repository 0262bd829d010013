"""
Copies a version that was found clean to the clean bucket, once, after looking for itself.

The scan result comes by queue, and a queue brings a message twice, late or out of order. So the
message only says where to look: what is copied is the exact version that was scanned, if its own
tag, size, checksum and content type say that it may be. Anything else is an error, which the
queue brings back and at last leaves in its dead-letter queue, where an alarm watches.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import boto3
from botocore.exceptions import ClientError

from .keys import UploadKey

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

CLEAN: Final = "NO_THREATS_FOUND"
_TAG: Final = "GuardDutyMalwareScanStatus"
_PRECONDITION_FAILED: Final = 412
_DETAIL_TYPE: Final = "GuardDuty Malware Protection Object Scan Result"

# How files of a type begin. A type that is not here is taken at its word.
_BEGINNINGS: Final[Mapping[str, tuple[tuple[int, bytes], ...]]] = {
    "application/gzip": ((0, b"\x1f\x8b"),),
    "application/pdf": ((0, b"%PDF-"),),
    "application/zip": ((0, b"PK\x03\x04"), (0, b"PK\x05\x06")),
    "image/gif": ((0, b"GIF87a"), (0, b"GIF89a")),
    "image/jpeg": ((0, b"\xff\xd8\xff"),),
    "image/png": ((0, b"\x89PNG\r\n\x1a\n"),),
    "image/tiff": ((0, b"II*\x00"), (0, b"MM\x00*")),
    "image/webp": ((8, b"WEBP"),),
    "video/mp4": ((4, b"ftyp"),),
}
_LONGEST_BEGINNING: Final = 16


class NotPromotedError(Exception):
    """
    An object stays in quarantine.
    """


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """
    Promote what a batch of scan results is about.

    Args:
        event: Messages of the queue, each with an event of EventBridge as its body.
        context: What Lambda says about the invocation.

    Returns:
        The messages that failed, as ``batchItemFailures``.
    """
    del context
    failed = []
    for record in event["Records"]:
        try:
            promote(json.loads(record["body"]))
        except Exception:
            logger.exception("not promoted", extra={"message_id": record["messageId"]})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def promote(event: Mapping[str, Any]) -> None:
    """
    Copy the version that a scan result is about, if everything about it is right.

    Args:
        event: The scan result, as EventBridge brings it.

    Raises:
        NotPromotedError: Something about it is not.
    """
    bucket = os.environ["QUARANTINE"]
    key, version = _scanned(event, bucket)
    content_type = _check(bucket, key, version)
    account = os.environ["ACCOUNT"]
    try:
        result = _s3().copy_object(
            Bucket=os.environ["CLEAN"],
            Key=key.clean,
            ChecksumAlgorithm="SHA256",
            ContentDisposition="attachment",
            ContentType=content_type,
            CopySource={"Bucket": bucket, "Key": key.quarantined, "VersionId": version},
            ExpectedBucketOwner=account,
            ExpectedSourceBucketOwner=account,
            MetadataDirective="REPLACE",
            TaggingDirective="REPLACE",
        )
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != _PRECONDITION_FAILED:
            raise
        logger.info("promoted before", extra={"upload": key.upload, "version": version})
        return
    if result["CopyObjectResult"].get("ChecksumSHA256") != key.checksum:
        raise NotPromotedError("the copy has another checksum than the upload")
    logger.info("promoted", extra={"upload": key.upload, "version": version})


def _scanned(event: Mapping[str, Any], bucket: str) -> tuple[UploadKey, str]:
    detail = event["detail"]
    scanned = detail["s3ObjectDetails"]
    if (
        event["source"] != "aws.guardduty"
        or event["detail-type"] != _DETAIL_TYPE
        or event["account"] != os.environ["ACCOUNT"]
        or scanned["bucketName"] != bucket
        or detail["scanResultDetails"]["scanResultStatus"] != CLEAN
    ):
        raise NotPromotedError("the event is not a clean scan result of this bucket")
    key = UploadKey.parse(scanned["objectKey"])
    if key is None:
        raise NotPromotedError("the issuer did not make this key")
    version = scanned.get("versionId")
    if not version or version == "null":
        raise NotPromotedError("the scan result names no version")
    return key, version


def _check(bucket: str, key: UploadKey, version: str) -> str:
    s3 = _s3()
    owner = os.environ["ACCOUNT"]
    name = key.quarantined
    tags = s3.get_object_tagging(
        Bucket=bucket, Key=name, VersionId=version, ExpectedBucketOwner=owner
    )["TagSet"]
    if tags != [{"Key": _TAG, "Value": CLEAN}]:
        raise NotPromotedError("the version is not tagged as clean, or not as clean alone")
    head = s3.head_object(
        Bucket=bucket,
        Key=name,
        VersionId=version,
        ChecksumMode="ENABLED",
        ExpectedBucketOwner=owner,
    )
    content_type: str = head["ContentType"]
    size = head["ContentLength"]
    if not int(os.environ["LEAST_BYTES"]) <= size <= int(os.environ["MOST_BYTES"]):
        raise NotPromotedError("the size is not accepted")
    if head.get("ChecksumSHA256") != key.checksum:
        raise NotPromotedError("the content is not what was announced")
    if content_type not in os.environ["CONTENT_TYPES"].split(","):
        raise NotPromotedError("the content type is not accepted")
    if head.get("Metadata"):
        raise NotPromotedError("the uploader has set metadata")
    if beginnings := _BEGINNINGS.get(content_type):
        span = f"bytes=0-{_LONGEST_BEGINNING - 1}"
        start = s3.get_object(
            Bucket=bucket, Key=name, VersionId=version, ExpectedBucketOwner=owner, Range=span
        )["Body"].read()
        if not any(start[at:].startswith(beginning) for at, beginning in beginnings):
            raise NotPromotedError("the content does not begin as its type does")
    return content_type


def _only_if_absent(params: dict[str, Any], **_: object) -> None:
    params["headers"]["If-None-Match"] = "*"


@cache
def _s3() -> Any:
    client = boto3.client("s3", region_name=os.environ["AWS_REGION"])
    # A parameter of the SDK since 2025; the header is understood whatever SDK the runtime has.
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    client.meta.events.register("before-call.s3.CopyObject", _only_if_absent)
    return client
