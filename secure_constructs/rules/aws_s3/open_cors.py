"""Buckets that every web site may use from a browser."""

from __future__ import annotations

from collections.abc import Iterator

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template


class OpenCors(Rule):
    """
    Every web site may use the bucket from the browser of its visitors.

    With ``*`` as origin and a method that writes, a page anywhere that gets hold of a presigned
    URL or of signed-in credentials uses them from the visitor's browser.
    """

    id = "s3-open-cors"
    control = "s3.cors"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.LOW
    resource_types = ("AWS::S3::Bucket",)
    fix = "name the origins of your own pages in cors=[CorsRule(allowed_origins=[...])]"
    references = ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html",)

    passes = (
        Example(
            "one origin",
            {
                "CorsConfiguration": {
                    "CorsRules": [
                        {"AllowedMethods": ["PUT"], "AllowedOrigins": ["https://shop.example"]}
                    ]
                }
            },
        ),
        Example(
            "everyone may read, as fonts need it",
            {
                "CorsConfiguration": {
                    "CorsRules": [{"AllowedMethods": ["GET", "HEAD"], "AllowedOrigins": ["*"]}]
                }
            },
        ),
    )
    fails = (
        Example(
            "every origin may post",
            {
                "CorsConfiguration": {
                    "CorsRules": [{"AllowedMethods": ["POST"], "AllowedOrigins": ["*"]}]
                }
            },
        ),
        Example(
            "every origin may write",
            {
                "CorsConfiguration": {
                    "CorsRules": [{"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["*"]}]
                }
            },
        ),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for cors in bucket.blocks("CorsConfiguration.CorsRules"):
            writes = {"PUT", "POST", "DELETE"} & set(cors.texts("AllowedMethods"))
            if writes and "*" in tuple(cors.texts("AllowedOrigins")):
                yield self.finding(
                    cors, "AllowedOrigins", f"every origin may {', '.join(sorted(writes))}"
                )
