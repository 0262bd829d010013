"""Buckets of trails that everyone may read or write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules.aws_s3._logs import keeps_trail
from secure_constructs.services.public_access import acls_ignored
from secure_constructs.template import Resource, Template

_OPEN: Final = frozenset({"PublicRead", "PublicReadWrite"})
_TRAIL = {
    "Trail": {
        "Type": "AWS::CloudTrail::Trail",
        "Properties": {"IsLogging": True, "S3BucketName": {"Ref": "Subject"}},
    }
}


class PublicBucket(Rule):
    """
    An ACL opens the records of a trail to strangers.

    They name every principal, resource and address of the account: an intruder plans with them,
    and, where writing is allowed, removes the traces.
    """

    id = "cloudtrail-public-bucket"
    control = "cloudtrail.bucket-not-public"
    risk = Risk.INSECURE_DEPLOYMENT
    severity = Severity.CRITICAL
    resource_types = ("AWS::S3::Bucket",)
    fix = "leave access_control out, and let block_public_access=BlockPublicAccess.BLOCK_ALL stand"
    references = (
        "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    )

    passes = (
        Example("private", {"AccessControl": "LogDeliveryWrite"}, beside=_TRAIL),
        Example(
            "ACLs are ignored",
            {
                "AccessControl": "PublicRead",
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
            },
            beside=_TRAIL,
        ),
        Example(
            "no trail writes there, so another rule judges it", {"AccessControl": "PublicRead"}
        ),
    )
    fails = (
        Example("everyone may read", {"AccessControl": "PublicRead"}, beside=_TRAIL),
        Example("everyone may write", {"AccessControl": "PublicReadWrite"}, beside=_TRAIL),
    )

    def check(self, bucket: Resource, template: Template) -> Iterator[Finding]:
        acl = bucket.text("AccessControl")
        if acl in _OPEN and not acls_ignored(bucket) and keeps_trail(bucket, template):
            yield self.finding(bucket, "AccessControl", f"the ACL of the records is {acl}")
