"""Policies that AWS writes and keeps."""

from __future__ import annotations

from typing import Final

from secure_constructs.template import Resource

ADMINISTRATORS: Final = frozenset({"AdministratorAccess", "AdministratorAccess-Amplify"})
"""
Policies that give administrator rights.
"""

NEAR_ADMINISTRATORS: Final = frozenset({"IAMFullAccess", "PowerUserAccess"})
"""
Policies that give the means to take administrator rights.
"""

FULL_ACCESS: Final = ("FullAccess", "_FullAccess", "FullAccessV2", "FullAccess_v2")
"""
How the names of policies end that give full access to a service.
"""


def managed_policies_at(holder: Resource) -> str:
    """
    Name the property that lists the managed policies of a role, user, group or permission set.
    """
    return "ManagedPolicies" if holder.type == "AWS::SSO::PermissionSet" else "ManagedPolicyArns"
