"""
Hands out a form that uploads exactly one file, within minutes, to a place of our choosing.

The form is a presigned POST: S3 itself holds the uploader to the key, the size, the content
type and the checksum that the policy in the form names, and refuses every field it does not.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from __future__ import annotations

import json
import logging
import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from .keys import UploadKey, caller_prefix, hex_of

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)


class BadRequestError(Exception):
    """
    The request does not describe an upload that is taken here.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    What may be uploaded.

    Args:
        content_types: The content types.
        least_bytes: The smallest size.
        most_bytes: The largest size.
    """

    content_types: frozenset[str]
    least_bytes: int
    most_bytes: int

    @classmethod
    def from_environment(cls) -> Limits:
        """
        Read what the construct wrote into the environment.
        """
        return cls(
            content_types=frozenset(os.environ["CONTENT_TYPES"].split(",")),
            least_bytes=int(os.environ["LEAST_BYTES"]),
            most_bytes=int(os.environ["MOST_BYTES"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """
    A file as the caller announces it.

    Args:
        content_type: What it is said to be.
        sha256: What its content is, in hexadecimal digits.
        size: Its size in bytes.
    """

    content_type: str
    sha256: str
    size: int

    @classmethod
    def parse(cls, body: str | None, limits: Limits) -> Upload:
        """
        Read the body of a request; the API has checked it by the same limits before.

        Raises:
            BadRequestError: It is not such an announcement.
        """
        try:
            given = json.loads(body or "")
        except ValueError as error:
            raise BadRequestError from error
        if not isinstance(given, dict) or given.keys() != {"contentType", "sha256", "size"}:
            raise BadRequestError
        content_type, checksum, size = given["contentType"], given["sha256"], given["size"]
        sha256 = hex_of(checksum) if isinstance(checksum, str) else None
        if (
            sha256 is None
            or not isinstance(content_type, str)
            or content_type not in limits.content_types
            or type(size) is not int
            or not limits.least_bytes <= size <= limits.most_bytes
        ):
            raise BadRequestError
        return cls(content_type=content_type, sha256=sha256, size=size)


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """
    Answer a request for an upload form, as API Gateway's proxy integration passes it.

    Args:
        event: The request.
        context: What Lambda says about the invocation.

    Returns:
        The answer: 201 with ``uploadId``, ``url``, ``fields`` and ``expiresIn`` in seconds.
    """
    del context
    status, body = _decide(event)
    return {
        "statusCode": status,
        "headers": {
            "Cache-Control": "no-store",
            "Content-Type": "application/json",
            "X-Content-Type-Options": "nosniff",
            **_cross_origin(event.get("headers") or {}),
        },
        "body": json.dumps(body),
    }


def _decide(event: Mapping[str, Any]) -> tuple[int, Mapping[str, Any]]:
    identity = _identity(event["requestContext"])
    if identity is None:
        return 403, {"message": "The caller is not known."}
    try:
        upload = Upload.parse(event.get("body"), Limits.from_environment())
    except BadRequestError:
        return 400, {"message": "The upload is not accepted."}
    key = UploadKey(caller=caller_prefix(identity), upload=uuid.uuid4().hex, sha256=upload.sha256)
    logger.info("upload issued", extra={"upload": key.upload, "size": upload.size})
    return 201, {"uploadId": key.upload, **_form(key, upload)}


def _form(key: UploadKey, upload: Upload) -> dict[str, Any]:
    seconds = int(os.environ["SECONDS"])
    fields = {
        "Content-Type": upload.content_type,
        "success_action_status": "201",
        "x-amz-checksum-algorithm": "SHA256",
        "x-amz-checksum-sha256": key.checksum,
    }
    form = _s3().generate_presigned_post(
        os.environ["QUARANTINE"],
        key.quarantined,
        Fields=fields,
        Conditions=[
            *({name: value} for name, value in fields.items()),
            ["content-length-range", upload.size, upload.size],
        ],
        ExpiresIn=seconds,
    )
    url = os.environ.get("UPLOAD_URL") or form["url"]
    return {"url": url, "fields": form["fields"], "expiresIn": seconds}


def _identity(context: Mapping[str, Any]) -> str | None:
    authorizer = context.get("authorizer") or {}
    claims = authorizer.get("claims") or {}
    caller = (context.get("identity") or {}).get("caller")
    identity = claims.get("sub") or authorizer.get("principalId") or caller
    return str(identity) if identity else None


def _cross_origin(headers: Mapping[str, str]) -> dict[str, str]:
    origin = next((value for name, value in headers.items() if name.lower() == "origin"), None)
    if not origin or origin not in os.environ.get("ORIGINS", "").split(","):
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


@cache
def _s3() -> Any:
    # The Region's own endpoint: a redirect would leave the form behind.
    region = os.environ["AWS_REGION"]
    config = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
    return boto3.client("s3", region_name=region, config=config)
