"""The documents of customers, as they come out of the scan."""

import hashlib
from typing import Final

import boto3
from botocore.exceptions import ClientError

from .models import Order

_MOST_BYTES: Final = 5 * 1024 * 1024
_CALLER_DIGITS: Final = 32


class DocumentMissingError(Exception):
    """The document of an order is not there: not uploaded, not scanned yet, or not clean."""


class Documents:
    """
    Reads documents.

    Where a document lies follows from the customer whose order names it:
    the document of someone else is not there.
    """

    def __init__(self, bucket_name: str) -> None:
        self._bucket = bucket_name
        self._s3 = boto3.client("s3")

    def of(self, order: Order) -> bytes | None:
        """
        Read the document that an order names, if it names one.

        Raises:
            DocumentMissingError: It is not there.
        """
        if not order.document:
            return None
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=_key(order))
        except ClientError as error:
            # S3 says the latter to whoever may not list the bucket.
            if error.response["Error"]["Code"] in {"NoSuchKey", "AccessDenied"}:
                raise DocumentMissingError(order.order_id) from None
            raise
        content: bytes = answer["Body"].read(_MOST_BYTES)
        return content


def _key(order: Order) -> str:
    caller = hashlib.sha256(order.customer_id.encode()).hexdigest()[:_CALLER_DIGITS]
    return f"{caller}/{order.document}"
