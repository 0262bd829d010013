"""Uploads as the gallery shows them."""

from __future__ import annotations

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm

from secure_constructs.constructs import (
    SecureApi,
    SecureBucket,
    SecureKey,
    SecureUpload,
    UploadFront,
)


def upload(stack: Stack) -> None:
    """
    An upload with its defaults, and one with a key, a bucket, limits and a front of its own.
    """
    api = SecureApi(stack, "UploadApi", authorizer=apigateway.AuthorizationType.IAM)
    SecureUpload(stack, "UploadReceipts", api=api, content_types=["application/pdf"])
    key = SecureKey(stack, "UploadKey")
    SecureUpload(
        stack,
        "UploadPictures",
        api=api,
        clean_bucket=SecureBucket(stack, "UploadGallery", encryption_key=key),
        content_types=["image/jpeg", "image/png"],
        cors_origins=["https://shop.example"],
        encryption_key=key,
        expires=Duration.minutes(2),
        front=UploadFront(
            certificate=acm.Certificate.from_certificate_arn(
                stack, "UploadCertificate", "arn:aws:acm:us-east-1:111122223333:certificate/c"
            ),
            domain_name="upload.shop.example",
            web_acl_arn="arn:aws:wafv2:us-east-1:111122223333:global/webacl/upload/u",
        ),
        max_size=Size.mebibytes(50),
        path="/pictures",
        quarantine_retention=Duration.days(7),
    )
