"""
Rebuild the table of SDK operations in ``secure_constructs/data``: which actions each one takes.

Operations, waiters and resources are read from the installed botocore and boto3 (Apache-2.0).
An operation takes the action of its own name, if the Service Authorization Reference lists one;
the others are kept by hand below, from the pages named beside them.
Run ``python -m tests.data.sdk_operations DATE`` after ``tests.data.iam_tables``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boto3
import botocore
from botocore import xform_name
from botocore.exceptions import UnknownServiceError
from botocore.session import get_session

from secure_constructs.iam import actions
from secure_constructs.iam._archive import packed

TARGET = Path(__file__).parents[2] / "secure_constructs" / "data" / "sdk_operations.pack"

# Where neither the signing name nor the endpoint is the prefix of the actions.
PREFIXES = {
    "bedrock-agentcore-control": "bedrock-agentcore",
    "cloudcontrol": "cloudformation",
    "cloudsearchdomain": "cloudsearch",
    "dynamodbstreams": "dynamodb",
    "iot-data": "iot",
    "iot-jobs-data": "iotjobsdata",
    "keyspaces": "cassandra",
    "neptunedata": "neptune-db",
    "opensearchserverless": "aoss",
    "resourcegroupstaggingapi": "tag",
    "s3control": "s3",
    "timestream-query": "timestream",
    "timestream-write": "timestream",
}

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
_S3_CONFIGURATIONS = ("Analytics", "Inventory", "Metrics", "IntelligentTiering")
_S3: dict[str, list[str]] = {
    "CompleteMultipartUpload": ["PutObject"],
    "CopyObject": ["GetObject", "PutObject"],
    "CreateBucketMetadataConfiguration": ["CreateBucketMetadataTableConfiguration"],
    "CreateMultipartUpload": ["PutObject"],
    "CreateSession": ["s3express:CreateSession"],
    "DeleteBucketCors": ["PutBucketCORS"],
    "DeleteBucketEncryption": ["PutEncryptionConfiguration"],
    "DeleteBucketLifecycle": ["PutLifecycleConfiguration"],
    "DeleteBucketMetadataConfiguration": ["DeleteBucketMetadataTableConfiguration"],
    "DeleteBucketOwnershipControls": ["PutBucketOwnershipControls"],
    "DeleteBucketReplication": ["PutReplicationConfiguration"],
    "DeleteBucketTagging": ["PutBucketTagging"],
    "DeleteObjects": ["DeleteObject"],
    "DeletePublicAccessBlock": ["PutBucketPublicAccessBlock"],
    "GetBucketAccelerateConfiguration": ["GetAccelerateConfiguration"],
    "GetBucketEncryption": ["GetEncryptionConfiguration"],
    "GetBucketLifecycle": ["GetLifecycleConfiguration"],
    "GetBucketLifecycleConfiguration": ["GetLifecycleConfiguration"],
    "GetBucketMetadataConfiguration": ["GetBucketMetadataTableConfiguration"],
    "GetBucketNotificationConfiguration": ["GetBucketNotification"],
    "GetBucketReplication": ["GetReplicationConfiguration"],
    "GetObjectLockConfiguration": ["GetBucketObjectLockConfiguration"],
    "GetPublicAccessBlock": ["GetBucketPublicAccessBlock"],
    "HeadBucket": ["ListBucket"],
    "HeadObject": ["GetObject"],
    "ListBuckets": ["ListAllMyBuckets"],
    "ListDirectoryBuckets": ["s3express:ListAllMyDirectoryBuckets"],
    "ListMultipartUploads": ["ListBucketMultipartUploads"],
    "ListObjectVersions": ["ListBucketVersions"],
    "ListObjects": ["ListBucket"],
    "ListObjectsV2": ["ListBucket"],
    "ListParts": ["ListMultipartUploadParts"],
    "PutBucketAccelerateConfiguration": ["PutAccelerateConfiguration"],
    "PutBucketEncryption": ["PutEncryptionConfiguration"],
    "PutBucketLifecycle": ["PutLifecycleConfiguration"],
    "PutBucketLifecycleConfiguration": ["PutLifecycleConfiguration"],
    "PutBucketNotificationConfiguration": ["PutBucketNotification"],
    "PutBucketReplication": ["PutReplicationConfiguration"],
    "PutObjectLockConfiguration": ["PutBucketObjectLockConfiguration"],
    "PutPublicAccessBlock": ["PutBucketPublicAccessBlock"],
    "RenameObject": ["s3express:CreateSession"],
    "SelectObjectContent": ["GetObject"],
    "UploadPart": ["PutObject"],
    "UploadPartCopy": ["GetObject", "PutObject"],
    "WriteGetObjectResponse": ["s3-object-lambda:WriteGetObjectResponse"],
    **{
        f"{verb}Bucket{kind}Configuration{plural}": [f"{taken}{kind}Configuration"]
        for kind in _S3_CONFIGURATIONS
        for verb, taken, plural in (
            ("Delete", "Put", ""),
            ("Get", "Get", ""),
            ("List", "Get", "s"),
            ("Put", "Put", ""),
        )
    },
}

# Operation -> what it takes: actions of its own service, or of the one they name. ``a|b`` takes
# one of them, depending on what is asked; none when everybody may.
BY_HAND: dict[str, dict[str, list[str]]] = {
    # https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-control-access-iam.html
    "apigatewaymanagementapi": {
        name: ["execute-api:ManageConnections"]
        for name in ("DeleteConnection", "GetConnection", "PostToConnection")
    },
    # https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
    "bedrock-agent-runtime": {"RetrieveAndGenerateStream": ["RetrieveAndGenerate"]},
    "bedrock-runtime": {
        "Converse": ["InvokeModel"],
        "ConverseStream": ["InvokeModelWithResponseStream"],
        "InvokeModelWithBidirectionalStream": ["InvokeModelWithResponseStream"],
        "StartAsyncInvoke": ["InvokeModel"],
    },
    # https://docs.aws.amazon.com/cost-management/latest/userguide/billing-permissions-ref.html
    "budgets": {
        **{
            name: ["ViewBudget"]
            for name in (
                "DescribeBudget",
                "DescribeBudgetNotificationsForAccount",
                "DescribeBudgetPerformanceHistory",
                "DescribeBudgets",
                "DescribeNotificationsForBudget",
                "DescribeSubscribersForNotification",
            )
        },
        **{
            name: ["ModifyBudget"]
            for name in (
                "CreateBudget",
                "CreateNotification",
                "CreateSubscriber",
                "DeleteBudget",
                "DeleteNotification",
                "DeleteSubscriber",
                "UpdateBudget",
                "UpdateNotification",
                "UpdateSubscriber",
            )
        },
    },
    # https://docs.aws.amazon.com/AmazonCloudFront/latest/APIReference/API_CreateDistributionWithTags.html
    "cloudfront": {"CreateDistributionWithTags": ["CreateDistribution", "TagResource"]},
    # https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html
    "cognito-identity": {
        name: []
        for name in (
            "GetCredentialsForIdentity",
            "GetId",
            "GetOpenIdToken",
            "UnlinkIdentity",
        )
    },
    # Signed by nobody, or by a token of the user:
    # https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
    "cognito-idp": {
        name: []
        for name in (
            "AssociateSoftwareToken",
            "ChangePassword",
            "CompleteWebAuthnRegistration",
            "ConfirmDevice",
            "ConfirmForgotPassword",
            "ConfirmSignUp",
            "DeleteUser",
            "DeleteUserAttributes",
            "DeleteWebAuthnCredential",
            "ForgetDevice",
            "ForgotPassword",
            "GetDevice",
            "GetTokensFromRefreshToken",
            "GetUser",
            "GetUserAttributeVerificationCode",
            "GetUserAuthFactors",
            "GlobalSignOut",
            "InitiateAuth",
            "ListDevices",
            "ListWebAuthnCredentials",
            "ResendConfirmationCode",
            "RespondToAuthChallenge",
            "RevokeToken",
            "SetUserMFAPreference",
            "SetUserSettings",
            "SignUp",
            "StartWebAuthnRegistration",
            "UpdateDeviceStatus",
            "UpdateUserAttributes",
            "VerifySoftwareToken",
            "VerifyUserAttribute",
        )
    },
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
    "dynamodb": {
        "TransactGetItems": ["GetItem"],
        "TransactWriteItems": ["PutItem|UpdateItem|DeleteItem|ConditionCheckItem"],
        **{
            name: ["PartiQLSelect|PartiQLInsert|PartiQLUpdate|PartiQLDelete"]
            for name in ("BatchExecuteStatement", "ExecuteStatement", "ExecuteTransaction")
        },
    },
    # https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html
    "kms": {"ReEncrypt": ["ReEncryptFrom", "ReEncryptTo"]},
    # https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    "lambda": {
        "GetLayerVersionByArn": ["GetLayerVersion"],
        "Invoke": ["InvokeFunction"],
        "InvokeAsync": ["InvokeFunction"],
        "InvokeWithResponseStream": ["InvokeFunction"],
    },
    # https://docs.aws.amazon.com/rdsdataservice: no action of its own beside the named ones.
    "s3": _S3,
    "s3control": {
        "DeleteBucketLifecycleConfiguration": ["s3-outposts:PutLifecycleConfiguration"],
        "DeleteBucketTagging": ["s3-outposts:PutBucketTagging"],
        "DeletePublicAccessBlock": ["PutAccountPublicAccessBlock"],
        "GetPublicAccessBlock": ["GetAccountPublicAccessBlock"],
        "PutPublicAccessBlock": ["PutAccountPublicAccessBlock"],
    },
    # https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
    "sns": {"PublishBatch": ["Publish"]},
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
    "sqs": {
        "ChangeMessageVisibilityBatch": ["ChangeMessageVisibility"],
        "DeleteMessageBatch": ["DeleteMessage"],
        "SendMessageBatch": ["SendMessage"],
    },
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    "sts": {
        "AssumeRoleWithSAML": [],
        "AssumeRoleWithWebIdentity": [],
        "GetCallerIdentity": [],
        "GetSessionToken": [],
    },
    # https://docs.aws.amazon.com/timestream/latest/developerguide/security_iam_service-with-iam.html
    "timestream-query": {"Query": ["Select"]},
}

# What the SDKs offer beside operations: the operations they make.
HELPERS = {
    "dsql": {
        "generate_db_connect_admin_auth_token": ["dsql:DbConnectAdmin"],
        "generate_db_connect_auth_token": ["dsql:DbConnect"],
    },
    "rds": {"generate_db_auth_token": ["rds-db:connect"]},
    "s3": {
        "copy": ["s3:GetObject", "s3:PutObject"],
        "download_file": ["s3:GetObject"],
        "download_fileobj": ["s3:GetObject"],
        "generate_presigned_post": ["s3:PutObject"],
        "upload_file": ["s3:PutObject"],
        "upload_fileobj": ["s3:PutObject"],
    },
}

# What boto3 puts into the classes of its resources: method -> operation, or method of HELPERS.
INJECTED: dict[str, dict[str, tuple[str, ...]]] = {
    "s3": {
        "Bucket": (
            "copy",
            "download_file",
            "download_fileobj",
            "upload_file",
            "upload_fileobj",
        ),
        "Object": (
            "copy",
            "download_file",
            "download_fileobj",
            "upload_file",
            "upload_fileobj",
        ),
        "ObjectSummary": ("head_object:load",),
    },
    "dynamodb": {"Table": ("batch_write_item:batch_writer",)},
    "ec2": {"": ("create_tags",), "Instance": ("delete_tags",)},
}


def services() -> dict[str, Any]:
    """
    Service of boto3 -> prefix of its actions, operations, waiters and resources.
    """
    session = get_session()
    found: dict[str, Any] = {}
    packages: dict[str, str] = {}
    prefixes: dict[str, list[str]] = {}
    for name in session.get_available_services():
        model = session.get_service_model(name)
        package = model.metadata.get("serviceId", name).lower().replace(" ", "-")
        if package != name:
            packages[package] = name
        prefix = _prefix(name, model)
        prefixes.setdefault(prefix, []).append(name)
        found[name] = {
            "prefix": prefix,
            "operations": _operations(name, prefix, model),
            "waiters": _waiters(session, name),
            "resources": _resources(name),
        }
    return found | {"@packages": packages, "@prefixes": prefixes}


def _prefix(name: str, model: Any) -> str:
    if name in PREFIXES:
        return PREFIXES[name]
    candidates = [
        candidate
        for candidate in (
            model.metadata.get("signingName"),
            model.metadata.get("endpointPrefix"),
            name,
        )
        if candidate
    ]
    return str(
        max(
            candidates,
            key=lambda prefix: sum(_exists(f"{prefix}:{op}") for op in model.operation_names),
        )
    )


def _exists(action: str) -> bool:
    return actions.action(action) is not None


def _operations(name: str, prefix: str, model: Any) -> dict[str, list[str] | None]:
    """
    Give the operations that do not take the action of their own name; None for what is not known.
    """
    by_hand = BY_HAND.get(name, {})
    found: dict[str, list[str] | None] = {}
    for operation in model.operation_names:
        if name in ("apigateway", "apigatewayv2"):
            # https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-create-and-manage-api.html
            method = model.operation_model(operation).http["method"]
            found[xform_name(operation)] = [f"apigateway:{method}"]
        elif operation in by_hand:
            found[xform_name(operation)] = [
                entry if ":" in entry else _with_prefix(prefix, entry)
                for entry in by_hand[operation]
            ]
        elif not _exists(f"{prefix}:{operation}"):
            found[xform_name(operation)] = None
        elif xform_name(operation).replace("_", "") != operation.lower():
            found[xform_name(operation)] = [f"{prefix}:{operation}"]
    for wanted in [entry for needs in found.values() for entry in needs or ()]:
        for alternative in wanted.split("|"):
            if not _exists(alternative):
                raise SystemExit(f"{name}: there is no action {alternative}")
    return found | HELPERS.get(name, {})


def _with_prefix(prefix: str, entry: str) -> str:
    return "|".join(f"{prefix}:{alternative}" for alternative in entry.split("|"))


def _waiters(session: Any, name: str) -> dict[str, str]:
    try:
        model = session.get_waiter_model(name)
    except (UnknownServiceError, ValueError):
        return {}
    return {
        xform_name(waiter): xform_name(model.get_waiter(waiter).operation)
        for waiter in model.waiter_names
    }


def _resources(name: str) -> dict[str, Any]:
    """
    Type ("" for the service) -> attribute -> operation (or "") and the type it gives (or "").
    """
    folder = Path(boto3.__file__).parent / "data" / name
    models = sorted(folder.glob("*/resources-1.json"))
    if not models:
        return {}
    described = json.loads(models[-1].read_text(encoding="utf-8"))
    types = {"": described["service"], **described["resources"]}
    found = {kind: _attributes(body) for kind, body in types.items()}
    # boto3 makes any of them by its name.
    found[""] |= {kind: ["", kind] for kind in described["resources"]}
    for kind, methods in INJECTED.get(name, {}).items():
        for method in methods:
            operation, _, alias = method.partition(":")
            found[kind][alias or operation] = [operation, ""]
    return found


def _attributes(body: dict[str, Any]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for attribute, resource in body.get("has", {}).items():
        kind = resource["resource"]["type"]
        # A class to be called with a name, or what the resource itself refers to.
        found[attribute] = ["", kind]
        found[xform_name(attribute)] = ["", kind]
    for attribute, action in body.get("actions", {}).items():
        operation = xform_name(action["request"]["operation"])
        found[xform_name(attribute)] = [operation, action.get("resource", {}).get("type", "")]
    for attribute, collection in body.get("hasMany", {}).items():
        operation = xform_name(collection["request"]["operation"])
        found[xform_name(attribute)] = [operation, "*" + collection["resource"]["type"]]
    for attribute, action in body.get("batchActions", {}).items():
        found["*" + xform_name(attribute)] = [xform_name(action["request"]["operation"]), ""]
    for attribute, waiter in body.get("waiters", {}).items():
        found["wait_until_" + xform_name(attribute)] = ["~" + xform_name(waiter["waiterName"]), ""]
    if "load" in body:
        operation = xform_name(body["load"]["request"]["operation"])
        found |= {"load": [operation, ""], "reload": [operation, ""], "?": [operation, ""]}
    return found


def origin(date: str) -> dict[str, str]:
    """
    Where the table comes from.
    """
    return {
        "source": "PyPI botocore and boto3; exceptions by hand from docs.aws.amazon.com",
        "version": botocore.__version__,
        "date": date,
        "license": "Apache-2.0",
    }


if __name__ == "__main__":
    TARGET.write_bytes(packed(services(), origin(sys.argv[1]), block_size=24))
