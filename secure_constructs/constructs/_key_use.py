"""The use of a key by way of the service that encrypts with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam

from secure_constructs.constructs._base import region_of, remembered

if TYPE_CHECKING:
    import aws_cdk as cdk
    from aws_cdk import aws_kms as kms


def grant_key_through(
    service: str,
    *actions: str,
    key: kms.IKey,
    grantee: iam.IGrantable,
    resource: cdk.IResource,
) -> iam.Grant:
    """
    Allow the use of a key in requests that a service makes for the grantee, and no others.

    A grantee that may call KMS directly can decrypt whatever ciphertext it gets hold of; with
    ``kms:ViaService`` the permission on the resource stays the gate.
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service

    Args:
        service: The service that calls KMS, as in its endpoint: ``s3``.
        actions: What it calls: ``kms:Decrypt``.
        key: The key of the resource.
        grantee: Who reads or writes the resource.
        resource: The encrypted resource; KMS is called in its Region.

    Returns:
        The grant, which stands in the policy of the grantee; in that of the key where the
        grantee takes no policy, as a service or an ARN does not.
    """
    region = region_of(resource)
    grant = iam.Grant.add_to_principal(
        grantee=grantee,
        actions=list(actions),
        resource_arns=[remembered(key, "arn", lambda: key.key_arn)],
        conditions={"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
    )
    # A role made in the app takes a policy in any case.
    if isinstance(grantee, iam.Role) or isinstance(
        remembered(grantee, "principal", lambda: grantee.grant_principal), iam.Role
    ):
        return grant
    if grant.success:
        return grant
    return key.grant(grantee, *actions)
