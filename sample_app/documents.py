"""What customers upload: their own purchase orders, which go with the goods."""

from typing import Final

from aws_cdk import Size
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_kms as kms
from constructs import Construct

from secure_constructs.constructs import SecureApi, SecureUpload, UploadFront

UPLOAD_HOST: Final = "upload.shop.example.com"
LARGEST: Final = Size.mebibytes(5)


class Documents(SecureUpload):
    """
    The customers' documents: one PDF for each upload, scanned before anybody reads it.

    A customer announces a document at ``POST /documents``, uploads it with the form that comes
    back, and names its ``uploadId`` in the order. Forms go through a distribution with a web ACL.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, api: SecureApi, key: kms.IKey
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            api=api,
            content_types=["application/pdf"],
            encryption_key=key,
            front=UploadFront(
                certificate=acm.Certificate(
                    scope,
                    "UploadCertificate",
                    domain_name=UPLOAD_HOST,
                    validation=acm.CertificateValidation.from_dns(),
                ),
                domain_name=UPLOAD_HOST,
            ),
            max_size=LARGEST,
            path="/documents",
        )
