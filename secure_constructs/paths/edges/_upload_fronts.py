"""
Distributions that uploads go through, where the bucket refuses what comes past them.

A bucket tells them apart by a header that only the distribution adds, ``Referer`` with a secret.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from secure_constructs.iam.answers import Answer
from secure_constructs.iam.conditions import Context
from secure_constructs.iam.documents import PolicyDocument
from secure_constructs.iam.policies import resource_policy
from secure_constructs.iam.roles import identities
from secure_constructs.paths.edges._stores import stores_around
from secure_constructs.paths.graph import Edge, Flow, node_of
from secure_constructs.services.distributions import Front, fronts_of
from secure_constructs.template import Resource

_PUT: Final = "s3:PutObject"
_HEADER: Final = "referer"
_KEY: Final = "aws:Referer"
_PAST: Final = Context({_KEY: None})


def uploads(past: Edge, signers: Iterable[Resource]) -> Iterator[Edge]:
    """
    Give how signed uploads get into a bucket: through its distributions, or from outside.

    Args:
        past: The upload, as it comes from outside if nothing refuses it there.
        signers: The functions that may have signed it: nobody else's permission counts.
    """
    bucket = past.target.resource
    fronts = tuple(_opening(bucket, signers)) if bucket is not None else ()
    for front in fronts:
        yield past._replace(source=node_of(front.distribution), flow=Flow.HANDOVER)
    if not fronts:
        yield past


def _opening(bucket: Resource, signers: Iterable[Resource]) -> Iterator[Front]:
    """
    Give the distributions without which nobody uploads.
    """
    fronts = [front for front in fronts_of(bucket) if front.hands_on("POST", "PUT")]
    if not fronts:
        return
    policies = [
        resource_policy(policy).document
        for policy in bucket.template.referrers(bucket, "AWS::S3::BucketPolicy", at="Bucket")
    ]
    objects = {one for signer in signers for one in _objects(signer, bucket)}
    if objects and all(_refused(policies, _PAST, one).certain for one in objects):
        for front in fronts:
            added = front.headers.get(_HEADER)
            brought = Context({_KEY: added if isinstance(added, str) else None})
            if not any(_refused(policies, brought, one).certain for one in objects):
                yield front


def _objects(signer: Resource, bucket: Resource) -> Iterator[str]:
    """
    Give the objects of a bucket that a function may write, as its policies name them.
    """
    role = identities(signer.template).role_of(signer)
    stores = stores_around(signer.template)
    for attachment in role.attachments if role is not None else ():
        writing = [
            statement
            for statement in attachment.document.allowing
            if statement.applies_to_action(_PUT).possible
        ]
        for store, asked in stores.about(writing, "s3"):
            if store == bucket and ("/" in asked or asked.endswith("*")):
                yield asked


def _refused(policies: Iterable[PolicyDocument], context: Context, objects: str) -> Answer:
    return Answer.any(policy.refuses(context, action=_PUT, resource=objects) for policy in policies)
