"""Distributions that keep no record of who called."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._values import filled
from secure_constructs.services.distributions import (
    DISTRIBUTION,
    STREAMING,
    behaviours,
    config_of,
)
from secure_constructs.template import UNRESOLVED, Resource, Template, Undecided

_SOURCE: Final = {
    "Type": "AWS::Logs::DeliverySource",
    "Properties": {
        "Name": "edge",
        "LogType": "ACCESS_LOGS",
        "ResourceArn": {"Fn::Sub": "arn:aws:cloudfront::1:distribution/${Subject}"},
    },
}


class WithoutAccessLog(Rule):
    """
    The distribution keeps no access log.

    What is answered from the cache leaves no trace anywhere else, so nobody can say after an attack
    who fetched what. Standard logs of both kinds and real-time logs count.
    """

    id = "cloudfront-without-access-log"
    control = "cloudfront.access-logging"
    risk = Risk.INADEQUATE_MONITORING
    severity = Severity.LOW
    resource_types = (DISTRIBUTION, STREAMING)
    fix = "set enable_logging=True and log_bucket"
    references = (
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html",
    )

    passes = (
        Example("a bucket", {"DistributionConfig": {"Logging": {"Bucket": "b.s3.amazonaws.com"}}}),
        Example(
            "a delivery of CloudWatch",
            {"DistributionConfig": {"Enabled": True}},
            beside={
                "Source": _SOURCE,
                "Delivery": {
                    "Type": "AWS::Logs::Delivery",
                    "Properties": {"DeliverySourceName": {"Ref": "Source"}},
                },
            },
        ),
        Example(
            "a delivery that names its source",
            {"DistributionConfig": {"Enabled": True}},
            beside={
                "Source": _SOURCE,
                "Delivery": {
                    "Type": "AWS::Logs::Delivery",
                    "Properties": {"DeliverySourceName": "edge"},
                },
            },
        ),
        Example(
            "in real time",
            {
                "DistributionConfig": {
                    "DefaultCacheBehavior": {"RealtimeLogConfigArn": "arn:aws:cloudfront::1:a"}
                }
            },
        ),
    )
    fails = (
        Example("none", {"DistributionConfig": {"Enabled": True}}),
        Example(
            "a source of logs that nothing delivers",
            {"DistributionConfig": {"Enabled": True}},
            beside={"Source": _SOURCE},
        ),
        Example(
            "the name of the bucket came out empty",
            {"DistributionConfig": {"Logging": {"Bucket": ""}}},
        ),
        Example("a prefix, and no bucket", {"DistributionConfig": {"Logging": {"Prefix": "edge"}}}),
        Example(
            "switched off for a streaming distribution",
            {"StreamingDistributionConfig": {"Logging": {"Enabled": "false", "Bucket": "b"}}},
            type=STREAMING,
        ),
        Example(
            "none for a streaming distribution",
            {"StreamingDistributionConfig": {"Enabled": True}},
            type=STREAMING,
        ),
    )

    def check(self, distribution: Resource, template: Template) -> Iterator[Finding]:
        config = config_of(distribution)
        if filled(config, "Logging.Bucket") and config.flag("Logging.Enabled") is not False:
            return
        if any(behaviour.has("RealtimeLogConfigArn") for behaviour in behaviours(config)):
            return
        if not _is_delivered(distribution, template):
            yield self.finding(config, "Logging", "requests are not logged")


def _is_delivered(distribution: Resource, template: Template) -> bool:
    """
    Say whether CloudWatch delivers the logs of a distribution somewhere.
    """
    sources = []
    for source in template.everywhere("AWS::Logs::DeliverySource"):
        arn = source.get("ResourceArn")
        if arn is UNRESOLVED:
            raise Undecided(f"{source.logical_id}.ResourceArn")
        if template.find(arn) == distribution:
            sources.append(source)
    delivered = [
        delivery.get("DeliverySourceName")
        for delivery in template.everywhere("AWS::Logs::Delivery")
    ]
    return any(
        source.get("Name") in delivered or any(template.find(name) == source for name in delivered)
        for source in sources
    )
