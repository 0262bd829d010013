"""Names that are known before CloudFormation has made the resource."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

import aws_cdk as cdk

from secure_constructs.constructs._base import pseudo, remembered

if TYPE_CHECKING:
    from constructs import Construct


def unique_name(scope: Construct, construct_id: str, *, longest: int, of: str = "") -> str:
    """
    A name that is unique in the account, and that a policy can say without a reference.

    A key's policy that referred to what the key encrypts would close a circle.

    Args:
        scope: Where the resource is defined.
        construct_id: Its id there, which the name starts with.
        longest: How many characters the name may have, at least 20.
        of: What cannot change without a new resource. It changes the name as well, since
            CloudFormation makes the new resource before it deletes the old one.
    """
    # The path makes the name unique in the stack, its mark makes it unique in the account.
    path = remembered(scope, "path", lambda: scope.node.path)
    place = hashlib.sha256(f"{path}/{construct_id}{of}".encode()).hexdigest()[:8]
    letters = "".join(letter for letter in construct_id if letter.isascii() and letter.isalnum())
    return f"{letters[: longest - 18]}-{place}-{_mark_of_stack()}"


@cache
def _mark_of_stack() -> str:
    # The first part of the stack's own id, eight characters, wherever it is resolved.
    unique = cdk.Fn.select(2, cdk.Fn.split("/", pseudo("STACK_ID")))
    return str(cdk.Fn.select(0, cdk.Fn.split("-", unique)))
