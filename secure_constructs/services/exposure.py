"""Who can reach an API before any authorizer is asked."""

from __future__ import annotations

from typing import Final

from secure_constructs.services.openapi import document_of
from secure_constructs.template import UNRESOLVED, Block, Resource, Template, Undecided

REST_API: Final = "AWS::ApiGateway::RestApi"
HTTP_API: Final = "AWS::ApiGatewayV2::Api"

# Conditions that say how a caller comes, not who or from where.
_TRANSPORT: Final = frozenset({"aws:securetransport", "s3:tlsversion", "aws:tlsversion"})


def reached_by_few(api: Resource | None, template: Template) -> bool:
    """
    Say whether only a network or a set of callers that someone chose gets as far as the methods.

    An API that is not in the templates is taken to be open, as most are.
    """
    return api is not None and (is_private(api) or fenced(api, template))


def fenced(api: Resource, template: Template) -> bool:
    """
    Say whether something other than an authorizer keeps strangers out.

    That is a resource policy that names its callers or their networks,
    or certificates that callers show, with no endpoint left that does not ask for them.
    """
    policy = policy_of(api)
    if policy and not policy_is_open(policy):
        return True
    return bool(api.flag("DisableExecuteApiEndpoint")) and asks_for_certificates(api, template)


def is_private(api: Resource) -> bool:
    """
    Say whether only VPC endpoints lead to the API.
    """
    return api.once("private", _is_private)


def _is_private(api: Resource) -> bool:
    return any(kind.upper() == "PRIVATE" for kind in api.texts("EndpointConfiguration.Types"))


def policy_of(api: Resource) -> Block:
    """
    Give the resource policy of the API, set beside its definition or in it.

    An empty text, as the Serverless Framework writes it, is no policy.
    """
    if api.get("Policy", "") != "":
        return api.block("Policy")
    document = document_of(api) if api.type == REST_API else None
    if document is None:
        return Block(api, "Policy", {})
    return document.block.block(("x-amazon-apigateway-policy",))


def policy_is_open(policy: Block) -> bool:
    """
    Say whether a resource policy lets anyone in, from anywhere.
    """
    opened = False
    for statement in policy.blocks("Statement"):
        effect = statement.text("Effect")
        if effect == "Deny" and (_narrowed(statement) or statement.has("NotPrincipal")):
            return False
        opened = opened or (
            effect == "Allow" and not _narrowed(statement) and _lets_anyone(statement)
        )
    return opened


def asks_for_certificates(api: Resource, template: Template) -> bool:
    """
    Say whether a domain name of the API asks its callers for a certificate.
    """
    return any(
        domain.has("MutualTlsAuthentication.TruststoreUri") for domain in domains(api, template)
    )


def domains(api: Resource, template: Template) -> tuple[Resource, ...]:
    """
    Give the domain names that lead to the API.
    """
    found = (
        template.find(
            mapping.get("DomainName"),
            "AWS::ApiGateway::DomainName",
            "AWS::ApiGatewayV2::DomainName",
        )
        for mapping in _mappings(api, template)
    )
    return tuple(domain for domain in found if domain is not None)


def without_address(api: Resource, template: Template) -> bool:
    """
    Say whether the API answers under no name that the templates give it.

    Raises:
        Undecided: Whether it answers under its own name is not known.
    """
    return bool(api.flag("DisableExecuteApiEndpoint")) and not _mappings(api, template)


def _mappings(api: Resource, template: Template) -> tuple[Resource, ...]:
    return (
        *template.referrers(api, "AWS::ApiGateway::BasePathMapping", at="RestApiId"),
        *template.referrers(api, "AWS::ApiGateway::BasePathMappingV2", at="RestApiId"),
        *template.referrers(api, "AWS::ApiGatewayV2::ApiMapping", at="ApiId"),
    )


def _narrowed(statement: Block) -> bool:
    condition = statement.block("Condition")
    keys = {key.lower() for operator in condition for key in condition.block((operator,))}
    return bool(keys - _TRANSPORT)


def _lets_anyone(statement: Block) -> bool:
    if statement.has("NotPrincipal"):
        return True
    principal = statement.get("Principal")
    if principal is UNRESOLVED:
        raise Undecided(statement.at("Principal"))
    if isinstance(principal, dict):
        return "*" in statement.texts("Principal.AWS").elements
    return bool(principal == "*")
