"""Policies that let a principal open what it works with to other accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from secure_constructs.findings import Finding, Risk, Severity
from secure_constructs.iam.policies import IDENTITY_POLICIES, grants
from secure_constructs.iam.powers import OPENING, remains
from secure_constructs.iam.roles import Identity, identities
from secure_constructs.rules._base import Example, Rule
from secure_constructs.rules._grants import entries_of, named, on_everything
from secure_constructs.template import Resource, Template


def _may(action: str, service: str = "lambda.amazonaws.com", **more: object) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:s3:::receipts", **more}
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}
    return {
        "AssumeRolePolicyDocument": {"Statement": trust},
        "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [statement]}}],
    }


class PolicyOpensResource(Rule):
    """
    The policy lets code say who else may use a resource.

    Code that is taken over does not have to carry data away: one call opens the bucket, queue or
    key to an account of the attacker's, and it stays open when the code is mended. Said of roles
    that a service takes; people who administer a key have to.
    """

    id = "iam-policy-opens-resource"
    control = "iam.resource-exposure"
    risk = Risk.OVER_PRIVILEGED
    severity = Severity.MEDIUM
    resource_types = IDENTITY_POLICIES
    fix = "leave the policies of resources to the deployment: bucket.add_to_resource_policy(...)"
    references = (
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html",
    )

    passes = (
        Example("it uses the bucket", _may("s3:PutObject"), type="AWS::IAM::Role"),
        Example(
            "every bucket, which is a fault of its own",
            _may("s3:PutBucketPolicy", Resource="*"),
            type="AWS::IAM::Role",
        ),
        Example(
            "objects have no policies",
            _may("s3:Put*", Resource="arn:aws:s3:::receipts/*"),
            type="AWS::IAM::Role",
        ),
        Example(
            "people administer the key",
            {
                **_may("kms:PutKeyPolicy", Resource="arn:aws:kms:eu-west-1:111122223333:key/1"),
                "AssumeRolePolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {"AWS": {"Ref": "AWS::AccountId"}},
                    }
                },
            },
            type="AWS::IAM::Role",
        ),
        Example(
            "its boundary takes it away",
            {**_may("s3:PutBucketPolicy"), "PermissionsBoundary": {"Ref": "Boundary"}},
            type="AWS::IAM::Role",
            beside={
                "Boundary": {
                    "Type": "AWS::IAM::ManagedPolicy",
                    "Properties": {
                        "PolicyDocument": {
                            "Statement": {
                                "Effect": "Allow",
                                "Action": ["s3:GetObject", "s3:PutObject"],
                                "Resource": "*",
                            }
                        }
                    },
                }
            },
        ),
    )
    fails = (
        Example(
            "it may write the policy of its bucket",
            _may("s3:PutBucketPolicy"),
            type="AWS::IAM::Role",
        ),
        Example(
            "it may change any attribute of its topic, the policy too",
            _may("sns:SetTopicAttributes", Resource={"Ref": "Topic"}),
            type="AWS::IAM::Role",
            beside={"Topic": {"Type": "AWS::SNS::Topic"}},
        ),
        Example(
            "it may put policies, by a wildcard",
            _may("s3:PutBucketPol*"),
            type="AWS::IAM::Role",
        ),
        Example(
            "a policy beside the role says so",
            {
                "PolicyName": "p",
                "Roles": [{"Ref": "Role"}],
                "PolicyDocument": {
                    "Statement": {
                        "Effect": "Allow",
                        "Action": "sqs:AddPermission",
                        "Resource": "arn:aws:sqs:eu-west-1:111122223333:orders",
                    }
                },
            },
            type="AWS::IAM::Policy",
            beside={"Role": {"Type": "AWS::IAM::Role", "Properties": _may("sqs:SendMessage")}},
        ),
    )
    uncertain = (
        Example(
            "only under a condition",
            _may(
                "kms:CreateGrant",
                Resource="arn:aws:kms:eu-west-1:111122223333:key/1",
                Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
            type="AWS::IAM::Role",
        ),
    )

    def check(self, resource: Resource, template: Template) -> Iterator[Finding]:
        for policy, statement in grants(resource):
            opening = entries_of(statement, OPENING)
            if not opening or on_everything(statement).certain:
                continue
            if not any(map(_runs_code, identities(template).holders(resource))):
                continue
            answer = (
                remains(statement, opening, resource, template, among=OPENING) & statement.holds()
            )
            if answer.possible:
                yield self.finding(
                    policy.block,
                    policy.at(statement, "Action"),
                    f"{named(opening)} lets other accounts in",
                    certain=answer.certain and statement.allows,
                )


def _runs_code(identity: Identity) -> bool:
    return identity.trust is not None and any(
        statement.services
        for document in identity.trust.documents
        for statement in document.allowing
    )
