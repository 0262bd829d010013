"""
Which IAM actions an operation of the AWS SDK takes.

Most take the action of their own name; the table lists the others, and what boto3 makes of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from secure_constructs.iam import actions
from secure_constructs.iam._archive import archive

_TABLE: Final = "sdk_operations.pack"

# Parameters that change which permission a service asks for.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
# https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.access.html
_VERSIONED: Final = {
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObjectAcl": "s3:GetObjectVersionAcl",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
    "s3:DeleteObjectTagging": "s3:DeleteObjectVersionTagging",
    "s3:GetObjectAttributes": "s3:GetObjectVersionAttributes",
}
_GET_SECRET: Final = "secretsmanager:GetSecretValue"  # noqa: S105 - an action, no password
_WITH: Final = {
    ("s3:PutObject", "ACL"): "s3:PutObjectAcl",
    ("s3:PutObject", "Tagging"): "s3:PutObjectTagging",
    ("s3:PutObject", "ObjectLockMode"): "s3:PutObjectRetention",
    ("s3:PutObject", "ObjectLockRetainUntilDate"): "s3:PutObjectRetention",
    ("s3:PutObject", "ObjectLockLegalHoldStatus"): "s3:PutObjectLegalHold",
    ("s3:DeleteObject", "BypassGovernanceRetention"): "s3:BypassGovernanceRetention",
    ("rds-data:BatchExecuteStatement", "secretArn"): _GET_SECRET,
    ("rds-data:BeginTransaction", "secretArn"): _GET_SECRET,
    ("rds-data:CommitTransaction", "secretArn"): _GET_SECRET,
    ("rds-data:ExecuteStatement", "secretArn"): _GET_SECRET,
    ("rds-data:RollbackTransaction", "secretArn"): _GET_SECRET,
}

# Operations that hand a role to a service, and the parameter in which.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
_PASSING: Final = {
    ("bedrock:CreateModelCustomizationJob", "roleArn"),
    ("cloudformation:CreateStack", "RoleARN"),
    ("cloudformation:UpdateStack", "RoleARN"),
    ("codebuild:CreateProject", "serviceRole"),
    ("codebuild:UpdateProject", "serviceRole"),
    ("ecs:RegisterTaskDefinition", "executionRoleArn"),
    ("ecs:RegisterTaskDefinition", "taskRoleArn"),
    ("glue:CreateJob", "Role"),
    ("lambda:CreateFunction", "Role"),
    ("lambda:UpdateFunctionConfiguration", "Role"),
    ("mediaconvert:CreateJob", "Role"),
    ("pipes:CreatePipe", "RoleArn"),
    ("pipes:UpdatePipe", "RoleArn"),
    ("sagemaker:CreateProcessingJob", "RoleArn"),
    ("sagemaker:CreateTrainingJob", "RoleArn"),
    ("scheduler:CreateSchedule", "Target"),
    ("scheduler:UpdateSchedule", "Target"),
    ("states:CreateStateMachine", "roleArn"),
    ("states:UpdateStateMachine", "roleArn"),
}

# What an operation may ask for beside: services check these for the caller, depending on what is
# asked and on what the resource is; an entry ``service:*`` stands for whatever it takes there.
_BESIDE: Final = {
    # A missing key is reported as such only to who may list.
    # https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    "s3:GetObject": (
        "s3:ListBucket",
        "s3:GetObjectVersion",
        "s3:GetObjectTagging",
        "s3:GetObjectAttributes",
    ),
    "s3:GetObjectAttributes": ("s3:GetObject",),
    "s3:GetObjectVersionAttributes": ("s3:GetObjectVersion",),
    "s3:PutObject": (
        "s3:AbortMultipartUpload",
        "s3:ListMultipartUploadParts",
        "s3:ListBucketMultipartUploads",
        "s3:PutObjectTagging",
    ),
    "s3:DeleteObject": ("s3:DeleteObjectVersion",),
    "s3:ListBucket": ("s3:GetBucketLocation",),
    "secretsmanager:BatchGetSecretValue": (
        "secretsmanager:GetSecretValue",
        "secretsmanager:ListSecrets",
    ),
    "ssm:GetParameter": ("secretsmanager:GetSecretValue",),
    "ssm:GetParameters": ("secretsmanager:GetSecretValue",),
    "sts:AssumeRole": ("sts:TagSession", "sts:SetSourceIdentity"),
    "sqs:SendMessage": ("sqs:GetQueueUrl", "sqs:GetQueueAttributes"),
    "ses:SendEmail": ("ses:SendRawEmail", "ses:SendTemplatedEmail", "ses:SendBulkEmail"),
    "ses:SendRawEmail": ("ses:SendEmail",),
    "states:StartSyncExecution": ("states:StartExecution",),
    "dynamodb:Query": ("dynamodb:GetItem",),
    "cognito-idp:ListUsers": ("cognito-idp:ListUsersInGroup",),
}
# Services that act for the caller, with the caller's own permissions in other services.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html
_FORWARDS: Final = {
    "athena": ("s3", "glue", "lakeformation", "lambda"),
    "bedrock": ("bedrock", "s3", "lambda", "aws-marketplace", "iam"),
    "cloudformation": ("*",),
    "comprehend": ("s3", "iam"),
    "ecs": ("iam", "ecr"),
    "emr-serverless": ("iam", "s3"),
    "events": ("iam",),
    "firehose": ("iam",),
    "glue": ("s3", "iam", "lakeformation"),
    "lakeformation": ("glue", "s3", "iam"),
    "lambda": ("iam", "s3", "ec2", "ecr"),
    "mediaconvert": ("iam",),
    "rds-data": ("secretsmanager",),
    "redshift-data": ("redshift", "redshift-serverless", "secretsmanager", "sqlworkbench"),
    "rekognition": ("s3",),
    "sagemaker": ("iam", "s3", "ecr", "ec2"),
    "scheduler": ("iam",),
    "servicecatalog": ("*",),
    "states": ("iam",),
    "textract": ("s3",),
    "timestream": ("s3",),
    "transcribe": ("s3", "iam"),
    "translate": ("s3", "iam"),
    "batch": ("iam",),
    "iam": ("iam",),
    "ec2": ("iam",),
    "rds": ("iam", "ec2"),
    "ssm": ("iam",),
    "elasticmapreduce": ("iam", "ec2"),
    "codebuild": ("iam",),
    "codepipeline": ("iam",),
    "quicksight": ("*",),
    "fis": ("*",),
    "backup": ("iam",),
    "datasync": ("iam", "s3"),
    "dms": ("iam",),
    "cloudtrail": ("s3",),
    "config": ("iam",),
    "apigateway": ("iam",),
    "appsync": ("iam",),
    "cloudfront": ("iam", "acm"),
    "elasticloadbalancing": ("ec2", "acm"),
    "logs": ("s3", "firehose", "iam"),
    "dynamodb": ("s3",),
}
_BETWEEN_WORDS: Final = r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
# What clients offer that asks for nothing.
_WITHOUT_REQUEST: Final = frozenset(
    {"can_paginate", "close", "exceptions", "meta", "waiter_names", "get_available_subresources"}
)


class Need(NamedTuple):
    """
    What an operation takes.

    Args:
        required: Groups of actions, one of each group is needed.
        beside: Actions it may take as well, and services (``s3:*``) in which it may take any.
        known: False when it is not known what it takes.
    """

    required: tuple[tuple[str, ...], ...] = ()
    beside: tuple[str, ...] = ()
    known: bool = True


class Service(NamedTuple):
    """
    One service of boto3.

    Args:
        name: As boto3 names it.
        prefix: Of its actions.
        operations: Operations that do not take the action of their name.
        waiters: Waiter -> the operation it repeats.
        resources: Type -> attribute -> operation and the type it gives.
    """

    name: str
    prefix: str
    operations: dict[str, list[str] | None]
    waiters: dict[str, str]
    resources: dict[str, dict[str, list[str]]]


@lru_cache(maxsize=128)
def service(name: str) -> Service | None:
    """
    Give a service by the name boto3 has for it.
    """
    if name.startswith("@"):
        return None
    found = archive(_TABLE).get(name)
    if found is None:
        return None
    return Service(name=name, **found)


def service_of_package(package: str) -> str:
    """
    Give boto3's name of the service of an ``@aws-sdk/client-…`` package.
    """
    packages: dict[str, str] = archive(_TABLE).get("@packages") or {}
    return packages.get(package, package)


def services_of(prefix: str) -> tuple[str, ...]:
    """
    Give boto3's names of the services whose actions have a prefix.
    """
    prefixes: dict[str, list[str]] = archive(_TABLE).get("@prefixes") or {}
    return tuple(prefixes.get(prefix, ()))


def snake_case(name: str) -> str:
    """
    Give boto3's name of an operation; the table does not mind where the underscores stand.
    """
    return re.sub(_BETWEEN_WORDS, "_", name).lower()


def makes_request(method: str) -> bool:
    """
    Whether a method of a client asks the service for something.
    """
    return method not in _WITHOUT_REQUEST


@lru_cache(maxsize=4096)
def need_of(service_name: str, operation: str, keywords: tuple[str, ...] = ()) -> Need:
    """
    Give the actions that an operation takes.

    Args:
        service_name: The service as boto3 names it.
        operation: The operation as boto3 names it.
        keywords: The parameters that are set.
    """
    described = service(service_name)
    if described is None:
        return Need(known=False)
    if operation in described.operations:
        entries = described.operations[operation]
        if entries is None:
            return Need(known=False)
    else:
        own = actions.action(f"{described.prefix}:{operation.replace('_', '')}")
        if own is None:
            return Need(known=False)
        entries = [own.name]
    required = _with_parameters(tuple(tuple(entry.split("|")) for entry in entries), keywords)
    if any((name, keyword) in _PASSING for name in entries for keyword in keywords):
        required = (*required, ("iam:PassRole",))
    taken = [action for group in required for action in group]
    beside = [extra for action in taken for extra in _BESIDE.get(action, ())]
    beside += [f"{other}:*" for other in _FORWARDS.get(described.prefix, ())]
    return Need(required=required, beside=tuple(dict.fromkeys(beside)))


def _with_parameters(
    required: tuple[tuple[str, ...], ...], keywords: tuple[str, ...]
) -> tuple[tuple[str, ...], ...]:
    if "VersionId" in keywords:
        required = tuple(tuple(_VERSIONED.get(name, name) for name in group) for group in required)
    if "CopySource" in keywords:
        # The source may name a version, which only its value tells.
        required = tuple(
            (*group, *(_VERSIONED[name] for name in group if name == "s3:GetObject"))
            for group in required
        )
    more = (
        (_WITH[name, keyword],)
        for group in required
        for name in group
        for keyword in keywords
        if (name, keyword) in _WITH
    )
    return tuple(dict.fromkeys((*required, *more)))


def origin() -> dict[str, str]:
    """
    Give source, version and date of the data.
    """
    return archive(_TABLE).origin
