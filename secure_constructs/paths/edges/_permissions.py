"""Whom the permissions of functions let in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from secure_constructs.iam.roles import ROLE
from secure_constructs.iam.statements import Kind, Principal
from secure_constructs.paths.edges._callers import Caller, is_own
from secure_constructs.paths.graph import ACCOUNTS, INTERNET, PRINCIPALS, Guard, node_of
from secure_constructs.paths.targets import target_resource
from secure_constructs.services.callers import PERMISSION, URL
from secure_constructs.template import Resource, Template, Text

FUNCTION: Final = "AWS::Lambda::Function"

_SERVICES: Final = (".amazonaws.com", ".amazonaws.com.cn", ".amazon.com", ".${AWS::URLSuffix}")


def function_called(permission: Resource, template: Template) -> Resource | None:
    """
    Give the function a permission is for; it may be named by its URL, its alias or its version.
    """
    function = target_resource(permission.get("FunctionName"), template, FUNCTION, URL)
    if function is not None and function.type == URL:
        function = target_resource(function.get("TargetFunctionArn"), template, FUNCTION)
    return function


def permissions_for(function: Resource) -> tuple[Resource, ...]:
    """
    Give the permissions for a function, in any of the templates.
    """
    return function.template.once_for_all("permissions", _permissions).get(function, ())


def _permissions(templates: Sequence[Template]) -> Mapping[Resource, tuple[Resource, ...]]:
    found: dict[Resource, tuple[Resource, ...]] = {}
    for template in templates:
        for permission in template.of_type(PERMISSION):
            function = function_called(permission, template)
            if function is not None:
                found[function] = (*found.get(function, ()), permission)
    return found


def service_of(permission: Resource) -> str:
    """
    Give the service a permission is for; empty for someone else.

    Raises:
        Undecided: The principal is not known.
    """
    principal = permission.text("Principal") or ""
    return principal if principal.endswith(_SERVICES) else ""


def caller_of(permission: Resource, template: Template) -> Caller | None:
    """
    Say whom a permission lets in, where that is no service; none where nobody is.

    Raises:
        Undecided: The principal is not known.
    """
    principal = permission.text("Principal")
    if not principal:
        return None
    within = "only accounts of the organisation" if permission.has("PrincipalOrgID") else ""
    if principal == "*":
        if within:
            return Caller(node=ACCOUNTS, limited=within)
        narrowed = permission.has("SourceArn") or permission.has("SourceAccount")
        if narrowed:
            return Caller(node=ACCOUNTS, limited="only one source", certain=False)
        return Caller(node=INTERNET, guard=Guard.NONE)
    role = template.find(principal, ROLE)
    if role is not None:
        return Caller(node=node_of(role))
    account = Principal(Kind.AWS, principal).account
    if account is not None and is_own(account, template):
        return Caller(node=PRINCIPALS)
    return Caller(node=ACCOUNTS, limited=within)


def sources_in_templates(permission: Resource, template: Template) -> Iterator[Resource]:
    """
    Give the resources that a permission names as its source.
    """
    arn = permission.get("SourceArn")
    if isinstance(arn, Text):
        yield from arn.resources
    found = template.find(arn)
    if found is not None:
        yield found
