"""
IAM's evaluation logic once more, small and slow, for requests of which everything is known.

Written from the documentation without a look at the package, to be compared with it:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

Document = dict[str, Any]
Context = dict[str, list[str]]

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotLike": "ArnLike",
}


def glob(pattern: str, text: str, *, flags: int = 0) -> bool:
    """Match a whole text."""
    parts = ["." if c == "?" else ".*" if c == "*" else re.escape(c) for c in pattern]
    return re.fullmatch("".join(parts), text, flags | re.DOTALL) is not None


def listed(value: Any) -> list[Any]:
    """Give a list of one or more."""
    return value if isinstance(value, list) else [value]


def same(operator: str, wanted: str, given: str) -> bool:
    """Compare a value of the policy with one of the request; the operator is not negated."""
    match operator:
        case "StringEquals":
            return wanted == given
        case "StringEqualsIgnoreCase" | "Bool":
            return wanted.lower() == given.lower()
        case "StringLike":
            return glob(wanted, given)
        case "NumericEquals":
            return float(given) == float(wanted)
        case "NumericLessThan":
            return float(given) < float(wanted)
        case "IpAddress":
            return ipaddress.ip_address(given) in ipaddress.ip_network(wanted)
        case "ArnLike":
            pairs = zip(wanted.split(":", 5), given.split(":", 5), strict=True)
            return all(glob(one, other) for one, other in pairs)
    raise AssertionError(operator)


def condition_holds(operator: str, wanted: list[str], given: list[str]) -> bool:
    """Say whether one operator holds for one key."""
    if operator == "Null":
        return str(not given).lower() in wanted
    quantifier, _, name = operator.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = name in NEGATED
    plain = NEGATED.get(name, name)
    if not given:
        if quantifier == "ForAnyValue":
            return optional
        return optional or quantifier == "ForAllValues" or negated
    found = [any(same(plain, w, g) for w in wanted) is not negated for g in given]
    if quantifier == "ForAllValues":
        return all(found)
    if quantifier == "ForAnyValue":
        return any(found)
    return all(found) if negated else any(found)


def applies(statement: Document, action: str, resource: str, context: Context) -> bool:
    """Say whether a statement is about a request, whoever makes it."""
    actions = statement.get("NotAction", statement.get("Action"))
    about = any(glob(a, action, flags=re.IGNORECASE) for a in listed(actions))
    if about is ("NotAction" in statement):
        return False
    if "Resource" in statement or "NotResource" in statement:
        resources = statement.get("NotResource", statement.get("Resource"))
        if any(glob(r, resource) for r in listed(resources)) is ("NotResource" in statement):
            return False
    return all(
        condition_holds(operator, listed(wanted), context.get(key, []))
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )


def any_applies(
    documents: list[Document], effect: str, action: str, resource: str, context: Context
) -> bool:
    """Say whether a statement with an effect is about a request."""
    return any(
        statement["Effect"] == effect and applies(statement, action, resource, context)
        for document in documents
        for statement in document["Statement"]
    )


def named(statement: Document, callers: list[str]) -> bool:
    """Say whether a statement of a resource's policy names one of some spellings of the caller."""
    if "NotPrincipal" in statement:
        # Every spelling that the caller has must be excepted, its account's among them.
        names = listed(statement["NotPrincipal"]["AWS"])
        role, *whole = callers
        return not (role in names and any(name in names for name in whole))
    principal = statement["Principal"]
    names = ["*"] if principal == "*" else listed(principal["AWS"])
    return "*" in names or any(name in callers for name in names)


def allowed(  # noqa: PLR0913
    identity: list[Document],
    *,
    action: str,
    resource: str,
    context: Context,
    boundary: Document | None = None,
    session: Document | None = None,
    organization: list[Document] | None = None,
    resource_policy: Document | None = None,
    caller: str = "",
    same_account: bool = True,
) -> bool:
    """Say whether a request is allowed, for any service but KMS and STS and for a role."""
    account = caller.split(":")[4] if caller else ""
    whole = [account, f"arn:aws:iam::{account}:root"]
    asked = (action, resource, context)
    bounds = [bound for bound in (boundary, session) if bound is not None]
    levels = organization or []
    if any_applies([*identity, *bounds, *levels], "Deny", *asked):
        return False
    if not all(any_applies([level], "Allow", *asked) for level in levels):
        return False
    direct = handed_on = False
    for statement in [] if resource_policy is None else resource_policy["Statement"]:
        if not applies(statement, *asked):
            continue
        if statement["Effect"] == "Deny" and named(statement, [caller, *whole]):
            return False
        if statement["Effect"] == "Allow":
            direct = direct or named(statement, [caller])
            handed_on = handed_on or (statement["Principal"] != "*" and named(statement, whole))
    within = all(any_applies([bound], "Allow", *asked) for bound in bounds)
    own = within and any_applies(identity, "Allow", *asked)
    if same_account:
        return own or (direct and within)
    return own and (direct or handed_on)
