"""Distributions: their behaviours, their origins, and what stands behind those."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from secure_constructs.template import (
    UNRESOLVED,
    Attribute,
    Block,
    Resource,
    Template,
    Text,
    Undecided,
)

DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
STREAMING: Final = "AWS::CloudFront::StreamingDistribution"

# What can stand behind an origin, by the part of its host that a resource provides.
_BEHIND: Final = (
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGatewayV2::Api",
    "AWS::AppSync::Api",
    "AWS::AppSync::GraphQLApi",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::Lambda::Url",
    "AWS::S3::Bucket",
)
# A name of an API -> what leads from the name to the API, and by which property.
_NAMES: Final = {
    "AWS::ApiGateway::DomainName": ("AWS::ApiGateway::BasePathMapping", "RestApiId"),
    "AWS::ApiGatewayV2::DomainName": ("AWS::ApiGatewayV2::ApiMapping", "ApiId"),
    "AWS::AppSync::DomainName": ("AWS::AppSync::DomainNameApiAssociation", "ApiId"),
}

_EVERY_PATH: Final = "/*"
_WILDCARD: Final = re.compile("[*?]")
_S3_HOST: Final = re.compile(
    r"(?:^|[.}])s3(?:[.-](?:[a-z0-9-]+|\$\{[^}]*\}))*\.(?:amazonaws\.com(?:\.cn)?|\$\{[^}]*\})$"
)
_S3_NAMES: Final = frozenset({"DomainName", "RegionalDomainName", "DualStackDomainName"})


def config_of(distribution: Resource) -> Block:
    """
    Give the configuration of a distribution, of either kind.
    """
    if distribution.type == STREAMING:
        return distribution.block("StreamingDistributionConfig")
    return distribution.block("DistributionConfig")


def is_off(config: Block) -> bool:
    """
    Say whether a distribution answers nobody.
    """
    return config.flag("Enabled") is False


def behaviours(config: Block) -> Iterator[Block]:
    """
    Give the default behaviour and those of path patterns.
    """
    default = config.block("DefaultCacheBehavior")
    if default:
        yield default
    yield from config.blocks("CacheBehaviors")


def reached(config: Block) -> Iterator[Block]:
    """
    Give the behaviours that some request comes to: the first whose path matches takes it.

    The default one comes last, whatever is listed.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern
    """
    listed = config.blocks("CacheBehaviors")
    paths = [path_of(behaviour) for behaviour in listed.elements]
    default = config.block("DefaultCacheBehavior")
    if default and not _is_taken(_EVERY_PATH, paths):
        yield default
    for place, behaviour in enumerate(listed):
        if not _is_taken(paths[place], paths[:place]):
            yield behaviour


def path_of(behaviour: Block) -> str | None:
    """
    Give the pattern of the paths that a behaviour takes; none where it is not known.
    """
    asked = behaviour.get("PathPattern", _EVERY_PATH)
    return f"/{asked.lstrip('/')}" if type(asked) is str else None


def _is_taken(path: str | None, before: Sequence[str | None]) -> bool:
    """
    Say whether all that matches a pattern matches one of those before it.
    """
    return path is not None and any(
        earlier == path
        or (
            earlier.endswith("*")
            and _WILDCARD.search(earlier[:-1]) is None
            and path.startswith(earlier[:-1])
        )
        for earlier in before
        if earlier is not None
    )


def takes(behaviour: Block, *methods: str) -> bool:
    """
    Say whether a behaviour hands on one of some methods; what is not known may be.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html
    """
    listed = behaviour.get("AllowedMethods", ["GET", "HEAD"])
    return not isinstance(listed, list) or bool({*methods} & {str(one) for one in listed})


def leading(origin: Block) -> Iterator[Block]:
    """
    Give the behaviours that send requests to an origin, by its name or by that of its group.

    Those whose target is not known may; those that no request comes to do not.
    """
    names = _names_of(origin)
    for behaviour in reached(config_of(origin.resource)):
        if behaviour.get("TargetOriginId") in names:
            yield behaviour


def _names_of(origin: Block) -> list[Any]:
    """
    Give what behaviours that lead to an origin name: it, a group it is in, or what is not known.
    """
    name = origin.get("Id")
    groups = config_of(origin.resource).blocks("OriginGroups.Items").elements
    return [
        name,
        *(
            group.get("Id")
            for group in groups
            if any(each.get("OriginId") == name for each in group.blocks("Members.Items").elements)
        ),
        UNRESOLVED,
    ]


def is_used(origin: Block) -> bool:
    """
    Say whether a behaviour leads to an origin; where that is not known, one may.
    """
    if not (config_of(origin.resource).has("DefaultCacheBehavior") and origin.has("Id")):
        return True
    try:
        return next(leading(origin), None) is not None
    except Undecided:
        return True


def origins(config: Block) -> Iterator[Block]:
    """
    Give the origins, also one that is written the way distributions were written at first.
    """
    yield from config.blocks("Origins")
    for legacy in ("S3Origin", "CustomOrigin"):
        if config.has(legacy):
            yield config.block(legacy)


def is_bucket(origin: Block) -> bool:
    """
    Say whether an origin is a bucket, addressed as such and not as a web site.
    """
    if origin.has("S3OriginConfig"):
        return True
    if origin.has("CustomOriginConfig"):
        return False
    host = origin.get("DomainName", origin.get("DNSName"))
    if isinstance(host, Text) and len(host.parts) == 1:
        part = host.parts[0]
        return (
            isinstance(part, Attribute)
            and part.resource.type == "AWS::S3::Bucket"
            and part.name in _S3_NAMES
        )
    return isinstance(host, str) and bool(_S3_HOST.search(host)) and "s3-website" not in host


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """
    A distribution that hands requests on to a resource of the templates.

    Args:
        distribution: The distribution.
        origin: The origin that leads there.
    """

    distribution: Resource
    origin: Block

    @property
    def headers(self) -> Mapping[str, Any]:
        """
        The headers it adds, in lower case, with their values.
        """
        return {
            name.lower(): header.get("HeaderValue")
            for header in self.origin.blocks("OriginCustomHeaders").elements
            if isinstance(name := header.get("HeaderName"), str)
        }

    @property
    def behaviours(self) -> Iterator[Block]:
        """
        The behaviours that send requests to the origin.
        """
        return leading(self.origin)

    @property
    def in_order(self) -> Iterator[tuple[Block, bool]]:
        """
        Every behaviour, those first that come first, and whether it sends requests to the origin.
        """
        config = config_of(self.distribution)
        names = _names_of(self.origin)
        default = config.block("DefaultCacheBehavior")
        for behaviour in (*config.blocks("CacheBehaviors"), *([default] if default else [])):
            yield behaviour, behaviour.get("TargetOriginId") in names

    def hands_on(self, *methods: str) -> bool:
        """
        Say whether one of some methods gets to the origin; what is not known may.
        """
        return any(takes(behaviour, *methods) for behaviour in self.behaviours)


def fronts_of(resource: Resource) -> tuple[Front, ...]:
    """
    Give the distributions, in any of the templates, that hand requests on to a resource.
    """
    return resource.template.once_for_all("fronts", _fronts).get(resource, ())


def has_web_acl(distribution: Resource) -> bool:
    """
    Say whether a web ACL sees what comes to a distribution.
    """
    return bool(config_of(distribution).text("WebACLId"))


def behind(origin: Block, template: Template) -> tuple[Resource, ...]:
    """
    Give what stands behind an origin, where that is in the templates; several for a shared name.

    Raises:
        Undecided: The host is not known.
    """
    host = origin.text("DomainName") or origin.text("DNSName")
    if host is None:
        return ()
    if isinstance(host, Text):
        for resource in host.resources:
            if resource.type in _BEHIND:
                return (resource,)
            if resource.type in _NAMES:
                return tuple(_named(resource, template))
        if not host.known:
            raise Undecided(origin.at("DomainName"))
        return ()
    named = template.once_for_all("domain names", _domain_names).get(host.lower())
    if named is not None:
        return tuple(_named(named, template))
    bucket = template.find(host.partition(".s3")[0], "AWS::S3::Bucket") if ".s3" in host else None
    return (bucket,) if bucket is not None else ()


def _named(domain: Resource, template: Template) -> Iterator[Resource]:
    kind, place = _NAMES[domain.type]
    for mapping in template.everywhere(kind):
        name = mapping.get("DomainName")
        if name == domain.get("DomainName") or template.find(name, domain.type) == domain:
            api = template.find(mapping.get(place), *_BEHIND)
            if api is not None:
                yield api


def _domain_names(templates: Sequence[Template]) -> Mapping[str, Resource]:
    return {
        name.lower(): domain
        for template in templates
        for domain in template.of_type(*_NAMES)
        if isinstance(name := domain.get("DomainName"), str)
    }


def _fronts(templates: Sequence[Template]) -> Mapping[Resource, tuple[Front, ...]]:
    found: dict[Resource, tuple[Front, ...]] = {}
    for template in templates:
        for distribution in template.of_type(DISTRIBUTION):
            config = distribution.get("DistributionConfig")
            if not isinstance(config, dict) or config.get("Enabled") in (False, "false"):
                continue
            for origin in config_of(distribution).blocks("Origins").elements:
                try:
                    reached = behind(origin, template)
                except Undecided:
                    continue  # what the distribution itself reports
                for resource in reached:
                    front = Front(distribution=distribution, origin=origin)
                    found[resource] = (*found.get(resource, ()), front)
    return found
