"""Caches of GraphQL APIs that hold data in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class UnencryptedCache(Rule):
    """
    Answers are cached in the clear.

    The cache keeps what resolvers return, personal data as well, and sends it over the network.
    Both kinds of encryption can be chosen only when the cache is made.
    """

    id = "appsync-unencrypted-cache"
    control = "appsync.cache-encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::AppSync::ApiCache",)
    fix = "set at_rest_encryption_enabled=True and transit_encryption_enabled=True on CfnApiCache"
    references = ("https://docs.aws.amazon.com/appsync/latest/devguide/enabling-caching.html",)

    passes = (
        Example("both", {"AtRestEncryptionEnabled": "true", "TransitEncryptionEnabled": True}),
    )
    fails = (
        Example("neither", {"Ttl": 60}),
        Example("at rest only", {"AtRestEncryptionEnabled": True}),
    )

    def check(self, cache: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for path in ("AtRestEncryptionEnabled", "TransitEncryptionEnabled"):
            if not cache.flag(path):
                yield self.finding(cache, path, "answers are cached in the clear")
                return
