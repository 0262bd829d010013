"""Names that are known before CloudFormation has made the resource."""

from __future__ import annotations

import hashlib
from functools import cache

import aws_cdk as cdk
from constructs import Construct

from secure_constructs.constructs._base import remembered


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
    letters = "".join(letter for letter in construct_id if letter.isascii() and letter.isalnum())
    place = mark_of_place(scope, f"{construct_id}{of}")
    return f"{letters[: longest - 18]}-{place}-{_mark_of_stack()}"


def mark_of_place(scope: Construct, construct_id: str) -> str:
    """
    Eight characters that stand for a place in the tree.

    Args:
        scope: Where a construct is defined.
        construct_id: Its id there.
    """
    path = remembered(scope, "path", lambda: _path_of(scope))
    return hashlib.sha256(f"{path}/{construct_id}".encode()).hexdigest()[:8]


def _path_of(scope: Construct) -> str:
    # It says its path, and `node.path` takes twice the messages.
    says_it = type(scope).to_string is Construct.to_string
    return scope.to_string() if says_it else scope.node.path


@cache
def _mark_of_stack() -> str:
    # The first part of the stack's own id, eight characters, wherever it is resolved; in one
    # piece, since the CDK resolves each function of `Fn` by itself.
    unique = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    return cdk.Token.as_string({"Fn::Select": [0, {"Fn::Split": ["-", unique]}]})
