"""Policies that let a principal have a bucket emptied."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.documents import Entries
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.rules._base import Example, Rule
from secure_constructs.template import Resource, Template

_REWRITES: Final = "s3:putlifecycleconfiguration"


def _may(*actions: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "arn:aws:s3:::receipts"}
    return {"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}


class PolicyRewritesLifecycle(Rule):
    """
    The policy lets its principal say when the objects of a bucket expire.

    One call has S3 delete every object and version within a day, past any permission to delete and
    with no further call by anyone: that is how data is held to ransom.
    SAM's ``S3CrudPolicy`` allows it, which few who use it know.
    """

    id = "iam-policy-rewrites-lifecycle"
    control = "iam.data-destruction"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "leave lifecycle rules to the deployment, and grant bucket.grant_read_write(function)"
    references = (
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
        "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html",
    )

    passes = (
        Example("it handles objects", _may("s3:GetObject", "s3:Put*"), type="AWS::IAM::Policy"),
        Example("every action, which another rule reports", _may("s3:*"), type="AWS::IAM::Policy"),
    )
    fails = (
        Example(
            "beside what it needs",
            _may("s3:GetObject", "s3:PutLifecycleConfiguration"),
            type="AWS::IAM::Policy",
        ),
        Example(
            "in a role",
            {"Policies": [_may("S3:PutLifecycleConfiguration")]},
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:  # noqa: ARG002
        for policy, statement in grants(resource):
            if statement.actions and statement.actions.once("rewrites lifecycle", _rewrites):
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    "it may have every object expire",
                    certain=statement.allows,
                )


def _rewrites(actions: Entries) -> bool:
    return any(action.lower() == _REWRITES for action in actions)
