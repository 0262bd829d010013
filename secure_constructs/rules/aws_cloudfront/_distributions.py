"""Distributions: their behaviours and their origins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from secure_constructs.template import Attribute, Block, Resource, Text

DISTRIBUTION: Final = "AWS::CloudFront::Distribution"
STREAMING: Final = "AWS::CloudFront::StreamingDistribution"

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
