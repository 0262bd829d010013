"""
How objects are named on their way from the uploader to the clean bucket.

In quarantine a key says who uploads, which upload it is, and what the content must be:
``incoming/<caller>/<upload>/<SHA-256>``, all in hexadecimal digits. In the clean bucket it is
``<caller>/<upload>``.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "incoming/"
"""What every key in quarantine starts with."""

_CALLER_DIGITS: Final = 32
_KEY: Final = re.compile(
    rf"{PREFIX}(?P<caller>[0-9a-f]{{{_CALLER_DIGITS}}})/"
    r"(?P<upload>[0-9a-f]{32})/(?P<sha256>[0-9a-f]{64})"
)
_CHECKSUM: Final = re.compile(r"[A-Za-z0-9+/]{43}=")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadKey:
    """
    What the key of an object in quarantine says.

    Args:
        caller: Who uploads, see `caller_prefix`.
        upload: The id of the upload.
        sha256: What the content must be, in hexadecimal digits.
    """

    caller: str
    upload: str
    sha256: str

    @classmethod
    def parse(cls, key: str) -> UploadKey | None:
        """
        Read a key, or say with None that the issuer did not make it.
        """
        found = _KEY.fullmatch(key)
        return cls(**found.groupdict()) if found else None

    @property
    def quarantined(self) -> str:
        """
        The key in quarantine.
        """
        return f"{PREFIX}{self.caller}/{self.upload}/{self.sha256}"

    @property
    def clean(self) -> str:
        """
        The key in the clean bucket.
        """
        return f"{self.caller}/{self.upload}"

    @property
    def checksum(self) -> str:
        """
        The SHA-256 of the content as S3 writes it, in base64.
        """
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()


def caller_prefix(identity: str) -> str:
    """
    The first part of the keys of a caller, which tells nobody who it is.

    Args:
        identity: What the authorizer knows the caller by: ``sub`` of a token, the principal
            of a Lambda authorizer, the unique id of an IAM identity.
    """
    return hashlib.sha256(identity.encode()).hexdigest()[:_CALLER_DIGITS]


def hex_of(checksum: str) -> str | None:
    """
    A SHA-256 in base64 as hexadecimal digits, or None when it is no such thing.
    """
    return base64.b64decode(checksum).hex() if _CHECKSUM.fullmatch(checksum) else None
