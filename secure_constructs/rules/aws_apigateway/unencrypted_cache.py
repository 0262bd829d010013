"""Caches of responses that are stored in the clear."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.services.stages import (
    DEPLOYMENT,
    STAGE,
    method_settings,
    settings_for_all,
    stage_of,
)
from secure_constructs.template import Block, Resource, Template


class UnencryptedCache(Rule):
    """
    Responses are cached in the clear.

    The cache holds what the API answers, personal data as well, on disks you do not control.
    Whether a stage caches at all is a matter of speed, so a stage without a cache has no fault;
    settings that say the cache is in the clear have one, even while it is off.
    """

    id = "apigateway-unencrypted-cache"
    control = "apigw.cache-encrypted"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = (STAGE, DEPLOYMENT)
    fix = "set cache_data_encrypted=True beside caching_enabled=True in deploy_options"
    references = (
        "https://docs.aws.amazon.com/apigateway/latest/developerguide/data-protection-encryption.html",
    )

    passes = (
        Example("no cache", {"StageName": "prod"}),
        Example(
            "an encrypted cache",
            {
                "CacheClusterEnabled": True,
                "MethodSettings": [
                    {
                        "ResourcePath": "/*",
                        "HttpMethod": "*",
                        "CachingEnabled": True,
                        "CacheDataEncrypted": True,
                    }
                ],
            },
        ),
    )
    fails = (
        Example(
            "methods are cached",
            {
                "MethodSettings": [
                    {"ResourcePath": "/*", "HttpMethod": "*", "CachingEnabled": "true"}
                ]
            },
        ),
        Example("a cache with no settings", {"CacheClusterEnabled": True}),
        Example(
            "the stage that a deployment makes",
            {"StageDescription": {"CachingEnabled": True, "CacheDataEncrypted": False}},
            type=DEPLOYMENT,
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        stage = stage_of(resource)
        if stage is None:
            return
        for settings in method_settings(stage):
            if _in_the_clear(settings):
                message = "responses are cached in the clear"
                yield self.finding(settings, "CacheDataEncrypted", message)
                return
        if stage.flag("CacheClusterEnabled") and not any(
            settings.flag("CacheDataEncrypted") for settings in settings_for_all(stage)
        ):
            yield self.finding(stage, "CacheClusterEnabled", "the cache is not encrypted")


def _in_the_clear(settings: Block) -> bool:
    encrypted = settings.flag("CacheDataEncrypted")
    return encrypted is False or bool(settings.flag("CachingEnabled") and not encrypted)
