"""
What an identity could do beside escalating: give data out, open resources, make credentials.

None of them is a fault by itself; each says what an attacker in its place could do next. The rules
say where one goes further than an app needs.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from enum import Enum
from typing import Final, NamedTuple

from secure_constructs.iam.actions import Action, matching
from secure_constructs.iam.answers import Answer
from secure_constructs.iam.documents import Statement
from secure_constructs.iam.evaluation import Request
from secure_constructs.iam.roles import Identity, identities
from secure_constructs.template import Attribute, Resource, Template, Text


class Kind(Enum):
    """
    What a power leads to.
    """

    EXFILTRATION = "data exfiltration"
    """Read what resources hold."""
    EXPOSURE = "resource exposure"
    """Open resources to other accounts, by policies or permissions of their own."""
    CREDENTIALS = "credential minting"
    """Make or fetch credentials that outlive the call."""


class Power(NamedTuple):
    """
    Something an identity could do.

    Args:
        kind: What it leads to.
        action: The action.
        answer: Yes when it may do it to any resource, maybe when only to some, or under conditions.
        witnesses: The statements that allow it.
    """

    kind: Kind
    action: str
    answer: Answer
    witnesses: tuple[Statement, ...]

    @property
    def certain(self) -> bool:
        """
        Whether it may do it to any resource.
        """
        return self.answer.certain


# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
_ACTIONS: Final = {
    Kind.EXFILTRATION: (
        "athena:GetQueryResults",
        "dynamodb:BatchGetItem",
        "dynamodb:ExportTableToPointInTime",
        "dynamodb:GetItem",
        "dynamodb:GetRecords",
        "dynamodb:Query",
        "dynamodb:Scan",
        "ebs:GetSnapshotBlock",
        "ecr:BatchGetImage",
        "kinesis:GetRecords",
        "logs:FilterLogEvents",
        "logs:GetLogEvents",
        "rds-data:ExecuteStatement",
        "rds:StartExportTask",
        "redshift-data:GetStatementResult",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:PutReplicationConfiguration",
        "secretsmanager:BatchGetSecretValue",
        "secretsmanager:GetSecretValue",
        "sqs:ReceiveMessage",
        "ssm:GetParameter",
        "ssm:GetParameterHistory",
        "ssm:GetParameters",
        "ssm:GetParametersByPath",
    ),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-resources.html
    Kind.EXPOSURE: (
        "backup:PutBackupVaultAccessPolicy",
        "dynamodb:PutResourcePolicy",
        "ec2:ModifyImageAttribute",
        "ec2:ModifySnapshotAttribute",
        "ecr:SetRepositoryPolicy",
        "elasticfilesystem:PutFileSystemPolicy",
        "es:UpdateDomainConfig",
        "events:PutPermission",
        "glacier:SetVaultAccessPolicy",
        "kinesis:PutResourcePolicy",
        "kms:CreateGrant",
        "kms:PutKeyPolicy",
        "lambda:AddLayerVersionPermission",
        "lambda:AddPermission",
        "lambda:CreateFunctionUrlConfig",
        "logs:PutSubscriptionFilter",
        "ram:CreateResourceShare",
        "rds:ModifyDBClusterSnapshotAttribute",
        "rds:ModifyDBSnapshotAttribute",
        "s3:PutAccessPointPolicy",
        "s3:PutAccountPublicAccessBlock",
        "s3:PutBucketAcl",
        "s3:PutBucketPolicy",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutObjectAcl",
        "secretsmanager:PutResourcePolicy",
        "ses:PutIdentityPolicy",
        "sns:AddPermission",
        "sns:SetTopicAttributes",
        "sqs:AddPermission",
        "sqs:SetQueueAttributes",
        "ssm:ModifyDocumentPermission",
    ),
    Kind.CREDENTIALS: (
        "chime:CreateApiKey",
        "codeartifact:GetAuthorizationToken",
        "codepipeline:PollForJobs",
        "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
        "connect:GetFederationToken",
        "dsql:DbConnectAdmin",
        "ec2:CreateKeyPair",
        "ec2:GetPasswordData",
        "ecr:GetAuthorizationToken",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UpdateAccessKey",
        "iam:UpdateLoginProfile",
        "lightsail:DownloadDefaultKeyPair",
        "lightsail:GetInstanceAccessDetails",
        "rds-db:connect",
        "redshift-serverless:GetCredentials",
        "redshift:GetClusterCredentials",
        "sts:AssumeRole",
        "sts:AssumeRoot",
        "sts:GetFederationToken",
    ),
}

# What opens nothing without something else: access control lists that buckets ignore unless they
# are told not to, blocks in front of policies, and an address without the permission to call it.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
_NOT_ALONE: Final = frozenset(
    {
        "lambda:CreateFunctionUrlConfig",
        "logs:PutSubscriptionFilter",
        "s3:PutAccountPublicAccessBlock",
        "s3:PutBucketAcl",
        "s3:PutBucketPublicAccessBlock",
        "s3:PutObjectAcl",
    }
)
OPENING: Final = frozenset(_ACTIONS[Kind.EXPOSURE]) - _NOT_ALONE
"""
Actions that let other accounts in by themselves.
"""
LASTING: Final = frozenset(
    {
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UpdateAccessKey",
        "iam:UpdateLoginProfile",
    }
)
"""
Actions that make credentials which last until somebody removes them.
"""
# To pull what is built is what most tokens of registries are for; roles are escalation's matter.
MINTING: Final = (
    frozenset(_ACTIONS[Kind.CREDENTIALS])
    - LASTING
    - {
        "codeartifact:GetAuthorizationToken",
        "ec2:CreateKeyPair",
        "ecr:GetAuthorizationToken",
        "sts:AssumeRole",
    }
)
"""
Actions that give out credentials for one thing, which everywhere are those for all.
"""


def remains(
    statement: Statement,
    entries: Iterable[str],
    holder: Resource,
    template: Template,
    *,
    among: Container[str] | None = None,
) -> Answer:
    """
    Whether what a statement allows remains, with all else that says what its holders may do.

    Whether its own conditions hold is not asked.

    Args:
        statement: The statement.
        entries: Some of its actions, as it writes them.
        holder: The resource the policy stands in.
        template: Its template.
        among: The actions that matter of those the entries stand for. Default: all of them.

    Returns:
        No when it is about nothing the actions are done to, or when a denial or a permissions
        boundary takes all of it away from each identity that has the policy.
    """
    asked = [
        (action.name, resource)
        for entry in entries
        for action in matching(entry)
        if among is None or action.name in among
        for resource in statement.resources or ("*",)
        if not _misses(action, resource)
    ]
    held = identities(template).holders(holder)
    if not asked or not all(map(_held_back, held)) or not held:
        return Answer.of(bool(asked))
    requests = [Request(action, resource) for action, resource in asked]
    return Answer.any(_left(identity, request) for identity in held for request in requests)


def _held_back(identity: Identity) -> bool:
    """
    Whether anything takes away from what an identity is allowed.
    """
    policies = identity.policies
    return bool(policies.bounds) or any(
        not statement.allows
        for document in policies.identity.documents
        for statement in document.statements
    )


def _misses(action: Action, resource: str) -> bool:
    """
    Whether a resource is the objects of a bucket, and an action is done to something else.
    """
    return "object" not in action.resource_types and _is_objects(resource)


def _is_objects(resource: str) -> bool:
    if isinstance(resource, Text) and len(resource.parts) > 1:
        first, second = resource.parts[:2]
        if isinstance(first, Attribute) and isinstance(second, str):
            return first.resource.type == "AWS::S3::Bucket" and second.startswith("/")
    return resource.startswith("arn:") and "/" in resource.partition(":s3:::")[2]


def _left(identity: Identity, request: Request) -> Answer:
    """
    Whether the bounds of an identity leave some of what is asked.
    """
    policies = (identity.policies.identity, *identity.policies.bounds)
    if Answer.any(found.denies(request) for found in policies).certain:
        return Answer.NO
    return Answer.all(bound.allows(request) for bound in identity.policies.bounds)


def powers_of(identity: Identity) -> tuple[Power, ...]:
    """
    Find what an identity could give out, open or mint; an administrator could do all of it.
    """
    found: list[Power] = []
    own = identity.policies.identity
    for kind, actions in _ACTIONS.items():
        for action in actions:
            if own.readable and not own.may_allow(action):
                continue
            request = Request(action)
            answer = identity.policies.grants(request)
            if answer.possible:
                witnesses = tuple(w.statement for w in own.witnesses(request))
                found.append(Power(kind=kind, action=action, answer=answer, witnesses=witnesses))
    return tuple(found)
