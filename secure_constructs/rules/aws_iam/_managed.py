"""Policies that AWS writes and keeps."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from secure_constructs.iam.actions import Level
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.managed import managed_policy, managed_policy_name
from secure_constructs.iam.powers import remains
from secure_constructs.rules._grants import data_read_anywhere, goes_anywhere
from secure_constructs.template import Known, Resource, Template

ADMINISTRATORS: Final = frozenset({"AdministratorAccess", "AdministratorAccess-Amplify"})
"""
Policies that give administrator rights.
"""

NEAR_ADMINISTRATORS: Final = frozenset({"IAMFullAccess", "PowerUserAccess"})
"""
Policies that give the means to take administrator rights.
"""

# https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html
NEEDED: Final = frozenset({"AmazonSSMManagedInstanceCore"})
"""
What an agent of AWS on instances cannot do without.
"""

FULL_ACCESS: Final = ("FullAccess", "_FullAccess", "FullAccessV2", "FullAccess_v2")
"""
How the names of policies end that give full access to a service.
"""

_CHANGING: Final = frozenset({Level.WRITE, Level.TAGGING, Level.PERMISSIONS_MANAGEMENT})


def managed_policies_at(holder: Resource) -> str:
    """
    Name the property that lists the managed policies of a role, user, group or permission set.
    """
    return "ManagedPolicies" if holder.type == "AWS::SSO::PermissionSet" else "ManagedPolicyArns"


def attached(holder: Resource) -> Known[str]:
    """
    Give the ARNs of the policies of AWS that are attached to a holder.
    """
    return holder.once("policies of AWS", _attached)


def _attached(holder: Resource) -> Known[str]:
    arns = holder.texts(managed_policies_at(holder))
    of_aws = tuple([arn for arn in arns.elements if ":iam::aws:" in arn])
    return Known(of_aws, complete=arns.complete, place=arns.place)


def full_access(holder: Resource) -> tuple[str, ...]:
    """
    Name the policies of AWS attached to a holder that give full access to a service.
    """
    names = [p.rpartition("/")[2] for p in attached(holder) if p.endswith(FULL_ACCESS)]
    return tuple([name for name in names if name not in NEAR_ADMINISTRATORS])


def reading(holder: Resource, template: Template) -> Iterator[tuple[str, tuple[str, ...], Answer]]:
    """
    Give the policies of AWS attached to a holder that read data anywhere.

    Yields:
        The name, the actions, and whether nothing else takes them back.
    """
    for arn in attached(holder):
        if for_one_service(arn):
            continue
        name = managed_policy_name(arn)
        if name is None or _known_for_worse(name):
            continue
        document = managed_policy(name)
        for statement in document.allowing if document else ():
            read = data_read_anywhere(statement, whole_services=True)
            answer = remains(statement, read, holder, template) if read else Answer.NO
            if answer.possible:
                yield name, read, answer
                break


def for_one_service(policy: str) -> bool:
    """
    Say whether AWS wrote a policy for the role of one service, given its ARN.
    """
    return ":policy/service-role/" in policy or ":policy/aws-service-role/" in policy


def general(policy: str) -> bool:
    """
    Say whether a policy of AWS, given its ARN, was written for everyone, with no rule for worse.

    One that is not known here, because it is newer, counts: what it allows nobody has seen.
    """
    if for_one_service(policy):
        return False
    name = managed_policy_name(policy)
    return name is not None and not _known_for_worse(name) and _changes_anything(name)


@lru_cache(maxsize=256)
def _changes_anything(name: str) -> bool:
    """
    Say whether a policy of AWS changes things anywhere, or may for all that is known, and no more.
    """
    document = managed_policy(name)
    if document is None:
        return True
    return not any(
        data_read_anywhere(statement, whole_services=True) for statement in document.allowing
    ) and any(goes_anywhere(statement, _CHANGING) for statement in document.allowing)


def _known_for_worse(name: str) -> bool:
    known = ADMINISTRATORS | NEAR_ADMINISTRATORS | NEEDED
    return name in known or name.endswith(FULL_ACCESS)
