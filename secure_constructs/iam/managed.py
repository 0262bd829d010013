"""
The policies that AWS writes and anyone can attach, by content.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from secure_constructs.iam._archive import archive
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.iam.patterns import arn_parts

_TABLE: Final = "aws_managed_policies.pack"
_USUAL: Final = re.compile(
    r"arn:(?:aws|\$\{AWS::Partition\}):iam::aws:policy/(?:[\w/-]*/)?(?P<name>[\w-]+)"
)


def managed_policy_name(arn: str) -> str | None:
    """
    Give the name in the ARN of an AWS-managed policy, ``None`` for any other text.
    """
    usual = _USUAL.fullmatch(arn)
    if usual:
        return usual["name"]
    parts = arn_parts(arn)
    if parts is None or parts[2] != "iam" or parts[4] != "aws":
        return None
    kind, _, path = parts[5].partition("/")
    return path.rpartition("/")[2] if kind == "policy" else None


@lru_cache(maxsize=256)
def managed_policy(name: str) -> PolicyDocument | None:
    """
    Give the document of an AWS-managed policy.

    Returns:
        ``None`` for a policy that did not exist on the day of the data.
    """
    statements = archive(_TABLE).get(name)
    if statements is None:
        return None
    return PolicyDocument.parse({"Version": "2012-10-17", "Statement": statements})


def origin() -> dict[str, str]:
    """
    Give source, version and date of the data.
    """
    return archive(_TABLE).origin
