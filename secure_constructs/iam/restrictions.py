"""Conditions that leave out callers whom the principal of a statement would let in."""

from __future__ import annotations

import re
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Condition
from secure_constructs.iam.patterns import arn_parts

# The keys that say who calls, on whose behalf, or through which network, and that the caller
# cannot set. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# What AWS's own public-access checks accept as such:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
RESTRICTING_KEYS: Final = frozenset(
    {
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:principalservicename",
        "aws:principalservicenameslist",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpcarn",
        "aws:sourcevpce",
        "aws:userid",
        "aws:username",
        "aws:viaawsservice",
        "aws:vpceaccount",
        "aws:vpceorgid",
        "kms:calleraccount",
        "kms:grantisforawsresource",
        "kms:viaservice",
        "lambda:eventsourcetoken",
        "lambda:sourcefunctionarn",
        "s3:accesspointnetworkorigin",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "sns:endpoint",
        "sts:externalid",
    }
)
_POSITIVE: Final = frozenset(
    {
        "stringequals",
        "stringequalsignorecase",
        "stringlike",
        "arnequals",
        "arnlike",
        "bool",
        "ipaddress",
    }
)
_EVERY_ADDRESS: Final = frozenset({"0.0.0.0/0", "::/0", "0::0/0"})
# Keys whose name goes on with the name of a tag or claim.
_RESTRICTING_PREFIXES: Final = ("aws:principaltag/",)
_CLAIM: Final = re.compile(
    r"[^:]*[.][^:]*:(amr|app_id|aud|azp|id|job_workflow_ref|oaud|org.*|repository.*|sub|user_id)"
)


def restricts(condition: Condition) -> Answer:
    """
    Whether a condition leaves out callers that the principal alone would let in.
    """
    key = condition.key
    if not (
        key in RESTRICTING_KEYS or key.startswith(_RESTRICTING_PREFIXES) or _CLAIM.fullmatch(key)
    ):
        return Answer.NO
    if not condition.understood:
        return Answer.MAYBE
    if condition.operator not in _POSITIVE or condition.if_exists:
        return Answer.NO
    if condition.quantifier is not None and condition.quantifier.value == "forallvalues":
        return Answer.NO  # holds when the key is missing
    if not condition.complete:
        return Answer.MAYBE
    return Answer.all(_leaves_out(condition, value) for value in condition.values)


def _leaves_out(condition: Condition, value: str) -> Answer:
    """
    Whether a value stands for less than everything.
    """
    if condition.operator == "ipaddress":
        return Answer.of(value.strip() not in _EVERY_ADDRESS)
    if condition.operator == "bool":
        return Answer.of(value.lower() == "true")
    if condition.operator in ("stringequals", "stringequalsignorecase"):
        return Answer.YES
    if not value.strip("*?:"):
        return Answer.NO
    if condition.key in ("aws:sourcearn", "aws:principalarn"):
        return Answer.of(_names_owner(value))
    return Answer.YES


def _names_owner(value: str) -> bool:
    """
    Whether an ARN with wildcards still names an account, or one resource of a service without.
    """
    if not value.startswith("arn:"):
        return not value.startswith(("*", "?"))  # one resource, set at deployment
    parts = arn_parts(value)
    if parts is None:
        return False
    account, rest = parts[4:]
    return bool(account.strip("*?")) or (not account and bool(rest.strip("*?/")))
