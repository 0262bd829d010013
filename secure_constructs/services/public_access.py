"""What keeps a bucket from being public."""

from __future__ import annotations

from secure_constructs.template import Resource

GATES = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
"""
The four switches of S3 Block Public Access.
"""


def acls_ignored(bucket: Resource) -> bool:
    """
    Say whether public ACLs have no effect on a bucket.
    """
    if bucket.flag("PublicAccessBlockConfiguration.IgnorePublicAcls"):
        return True
    return any(
        rule.text("ObjectOwnership") == "BucketOwnerEnforced"
        for rule in bucket.blocks("OwnershipControls.Rules")
    )
