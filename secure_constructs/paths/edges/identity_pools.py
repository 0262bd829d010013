"""Identity pools: roles of the account that browsers and apps act with by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, Final

from secure_constructs.iam.policies import trust_policy
from secure_constructs.iam.roles import ROLE
from secure_constructs.paths.graph import INTERNET, MEMBERS, Edge, Flow, Guard, Node, node_of
from secure_constructs.paths.targets import target_of
from secure_constructs.template import UNRESOLVED, Resource, Template, Undecided

_ATTACHMENT: Final = "AWS::Cognito::IdentityPoolRoleAttachment"
_POOL: Final = "AWS::Cognito::IdentityPool"
_PROVIDER: Final = "cognito-identity.amazonaws.com"
_AUTHENTICATED: Final = "authenticated"
_UNAUTHENTICATED: Final = "unauthenticated"
TYPES: Final = (_ATTACHMENT, ROLE)


def edges(resource: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who acts with a role that an identity pool hands out, or may.
    """
    if resource.type == _ATTACHMENT:
        yield from _attached(resource, template)
    else:
        yield from _trusting(resource, template)


def _attached(attachment: Resource, template: Template) -> Iterator[Edge]:
    pool = template.find(attachment.get("IdentityPoolId"), _POOL)
    roles = attachment.get("Roles")
    for kind in roles if isinstance(roles, dict) else ():
        role = target_of(roles[kind], template, ROLE)
        if role is not None:
            guests = kind == _UNAUTHENTICATED
            yield from _assumed(role, attachment, f"Roles.{kind}", pool, guests=guests)
    for place, arn in _mapped(attachment):
        role = target_of(arn, template, ROLE)
        if role is not None:
            yield from _assumed(role, attachment, place, pool, guests=False)
    if roles is UNRESOLVED:
        raise Undecided("Roles")


def _mapped(attachment: Resource) -> Iterator[tuple[str, Any]]:
    mappings = attachment.get("RoleMappings")
    for name in mappings if isinstance(mappings, dict) else ():
        mapping = attachment.block(("RoleMappings", name))
        for rule in mapping.blocks("RulesConfiguration.Rules"):
            yield rule.at("RoleARN"), rule.get("RoleARN")


def _assumed(
    role: Node, via: Resource, place: str, pool: Resource | None, *, guests: bool
) -> Iterator[Edge]:
    admitted = pool.get("AllowUnauthenticatedIdentities", False) if pool is not None else UNRESOLVED
    if guests and admitted in (False, "false"):
        return
    yield Edge(
        source=INTERNET if guests else MEMBERS,
        target=role,
        flow=Flow.ASSUME,
        label="guest" if guests else "signed-in user",
        via=via,
        place=place,
        guard=Guard.NONE if guests else Guard.AUTHORIZER,
        certain=not guests or admitted in (True, "true"),
    )


def _trusting(role: Resource, template: Template) -> Iterator[Edge]:
    """
    Give who may act with a role that trusts identity pools and that no attachment hands out.

    https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
    """
    if role in template.once_for_all("roles of identity pools", _handed_out):
        return
    policy = trust_policy(role)
    for statement in policy.document.allowing:
        if not any(principal.value == _PROVIDER for principal in statement.principals or ()):
            continue
        pools = statement.condition_values(f"{_PROVIDER}:aud")
        pool = next((found for aud in pools if (found := template.find(aud, _POOL))), None)
        if pool is not None and pool.get("AllowClassicFlow") not in (True, "true"):
            continue  # the pool hands out other roles
        place = policy.at(statement)
        kinds = statement.condition_values(f"{_PROVIDER}:amr")
        for guests, name in ((True, _UNAUTHENTICATED), (False, _AUTHENTICATED)):
            if not kinds or any(name.startswith(kind.rstrip("*")) for kind in kinds):
                for edge in _assumed(node_of(role), role, place, pool, guests=guests):
                    # Without an audience, a pool of any account will do.
                    yield edge if pools else edge._replace(certain=statement.allows)


def _handed_out(templates: Sequence[Template]) -> frozenset[Resource]:
    found: set[Resource] = set()
    for template in templates:
        for attachment in template.of_type(_ATTACHMENT):
            roles = attachment.get("Roles")
            values = list(roles.values()) if isinstance(roles, dict) else []
            with suppress(Undecided):  # the attachment itself reports it
                values += [arn for _, arn in _mapped(attachment)]
            for value in values:
                role = template.find(value, ROLE)
                if role is not None:
                    found.add(role)
    return frozenset(found)
