"""A bucket that nobody outside reads, and that forgets nothing by accident."""

from __future__ import annotations

from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_constructs.constructs._base import (
    Decision,
    PythonOnly,
    acknowledge,
    check_duration,
    check_reason,
    logical_id_of,
    refusal,
    refuse_decided,
    remembered,
    resource_of,
    service_principal,
    shared,
)
from secure_constructs.constructs._key_use import grant_key_through
from secure_constructs.constructs.grants import encryption_key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Never

    from aws_cdk import aws_kms as kms

_TLS_VERSION: Final = 1.2
_OLD_VERSIONS_DAYS: Final = 90
_UNFINISHED_UPLOADS_DAYS: Final = 7
_ACCESS_LOG_DAYS: Final = 365
_ONE_DAY: Final = 24 * 60 * 60
# A hundred years: who keeps versions longer means for ever, and uses lifecycle_rules.
_MOST_DAYS: Final = 36_500

# What is encrypted already, what is not, and the check of a bucket key, in this order:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
_REPLICA_KEY_ACTIONS: Final = ("kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt")

_LOG_POLICY_FLAG: Final = "@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy"

_DECIDED: Final[Mapping[str, Decision]] = {
    "access_control": Decision(
        because="ACLs are off, so that every permission stands in one policy",
        instead="use bucket.grants, or add_to_resource_policy for another account",
    ),
    "auto_delete_objects": Decision(because="data must outlive a wrong deployment"),
    "block_public_access": Decision(
        because="nothing in it may be public",
        instead="leave it out, and put a CloudFront distribution with origin access control in "
        "front of what the public may read",
    ),
    "blocked_encryption_types": Decision(
        because="with SSE-C whoever steals a write permission can encrypt the data with a key "
        "of their own and ask a ransom for it",
    ),
    "bucket_key_enabled": Decision(because="a bucket key saves most requests to KMS"),
    "encryption": Decision(
        because="objects are always encrypted",
        instead="leave it out, or pass encryption_key for a key of your own",
    ),
    "enforce_ssl": Decision(because="plain HTTP must stay refused"),
    "minimum_tls_version": Decision(because="TLS before 1.2 must stay refused"),
    "object_ownership": Decision(
        because="an uploader from elsewhere would own what it uploads, and the bucket's "
        "permissions would not reach it",
    ),
    "public_read_access": Decision(
        because="nothing in it may be public",
        instead="leave it out, and put a CloudFront distribution with origin access control in "
        "front of what the public may read",
    ),
    "removal_policy": Decision(because="data must outlive a wrong deployment"),
    "versioned": Decision(
        because="what is overwritten or deleted must be recoverable",
        instead="leave it out, or shorten noncurrent_version_expiration",
    ),
    "website_error_document": Decision(
        because="website endpoints speak plain HTTP only",
        instead="leave it out, and put a CloudFront distribution in front",
    ),
    "website_index_document": Decision(
        because="website endpoints speak plain HTTP only",
        instead="leave it out, and put a CloudFront distribution in front",
    ),
    "website_redirect": Decision(
        because="website endpoints speak plain HTTP only",
        instead="leave it out, and put a CloudFront distribution in front",
    ),
    "website_routing_rules": Decision(
        because="website endpoints speak plain HTTP only",
        instead="leave it out, and put a CloudFront distribution in front",
    ),
}


_Destination: TypeAlias = s3.GrantReplicationPermissionDestinationProps | dict[str, Any]


class SecureBucket(s3.Bucket):
    """
    A bucket that is private, encrypted, versioned, logged, and kept.

    - Block Public Access in all four parts, ACLs off.
      https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    - Plain HTTP and TLS before 1.2 are denied to everyone.
      https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    - Encrypted with keys of S3, or with yours and a bucket key. SSE-C, the way of ransomware,
      is blocked.
      https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
    - Versioned; old versions go after ``noncurrent_version_expiration``, unfinished multipart
      uploads after 7 days.
    - Requests are logged in a bucket that all secure buckets of the stack share, for a year.
      https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
    - Kept with its data when it leaves the stack, and its log with it.
    - Its events go to EventBridge, set on the bucket itself: no custom resource, and no Lambda
      function with rights on every bucket of the account. An object may start a function
      directly only where ``trusted_source`` says why its writers need no gate.

    Cost (us-east-1 list price, 2026-11): 0.023 USD a month for each GB of objects, old versions and
    logs; nothing by itself. https://aws.amazon.com/s3/pricing/

    ``bucket.grants`` gives exact permissions. The stock ``grant_*`` methods give the same when
    they are called from Python; CDK's own constructs keep those they are written for.

    Args:
        scope: Where to build it.
        id: Its id there.
        bucket_name: Its name, unique in the world. Default: CloudFormation makes one up.
        cors: Which web sites may use it from a browser; origins are named, never ``*``.
            Default: none.
        encryption_key: The key that encrypts objects. Default: keys of S3, at no cost.
        event_bridge_enabled: Send the bucket's events to EventBridge. Default: they are not sent.
        lifecycle_rules: Rules beside those of the construct. Default: current objects are kept.
        noncurrent_version_expiration: How long an overwritten or deleted object can be brought
            back. Default: 90 days.
        object_lock_default_retention: How long no one can delete an object, if anyone must not.
            Cannot be taken back. Default: there is no object lock.
        server_access_logs_bucket: Where requests are logged. One that was made outside of the
            app must let the logging service write already.
            Default: the bucket that the stack shares.
        server_access_logs_prefix: What the names of its log objects start with.
            Default: the id and a slash.
        trusted_source: Why what writes here needs no gate before code runs on it: who writes,
            and how it was checked. Allows ``add_event_notification`` and ``S3EventSource``.
            Default: they are refused.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        bucket_name: str | None = None,
        cors: Sequence[s3.CorsRule] | None = None,
        encryption_key: kms.IKey | None = None,
        event_bridge_enabled: bool = False,
        lifecycle_rules: Sequence[s3.LifecycleRule] | None = None,
        noncurrent_version_expiration: cdk.Duration | None = None,
        object_lock_default_retention: s3.ObjectLockRetention | None = None,
        server_access_logs_bucket: s3.IBucket | None = None,
        server_access_logs_prefix: str | None = None,
        trusted_source: str | None = None,
        **decided: Never,
    ) -> None:
        refuse_decided(SecureBucket, scope, id, decided, _DECIDED)
        for rule in cors or ():
            _check_origins(scope, id, rule.allowed_origins)
        check_duration(
            SecureBucket, scope, id,
            "noncurrent_version_expiration", noncurrent_version_expiration,
            least=_ONE_DAY, most=_MOST_DAYS * _ONE_DAY,
        )  # fmt: skip
        if trusted_source is not None:
            check_reason(
                SecureBucket, scope, id, "trusted_source", trusted_source,
                gives_up="objects start code that nothing has checked them for",
            )  # fmt: skip
        prefix = f"{id}/" if server_access_logs_prefix is None else server_access_logs_prefix
        self._trusted_source = trusted_source
        # The paths of the scope and of this id, while neither costs a message.
        self._scope = scope
        self._id = id
        super().__init__(
            scope,
            id,
            block_public_access=_block_all(),
            blocked_encryption_types=[_sse_c()],
            bucket_key_enabled=True if encryption_key else None,
            bucket_name=bucket_name,
            cors=cors,
            encryption=s3.BucketEncryption.KMS
            if encryption_key
            else s3.BucketEncryption.S3_MANAGED,
            encryption_key=encryption_key,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="ExpireWhatNobodySees",
                    abort_incomplete_multipart_upload_after=_days(_UNFINISHED_UPLOADS_DAYS),
                    expired_object_delete_marker=True,
                    noncurrent_version_expiration=noncurrent_version_expiration
                    or _days(_OLD_VERSIONS_DAYS),
                ),
                *(lifecycle_rules or ()),
            ],
            minimum_tls_version=_TLS_VERSION,
            object_lock_default_retention=object_lock_default_retention,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            server_access_logs_bucket=None
            if server_access_logs_bucket
            else shared(scope, "AccessLogs", _AccessLogs).bucket,
            server_access_logs_prefix=None if server_access_logs_bucket else prefix,
            versioned=True,
        )
        if server_access_logs_bucket:
            self._log_to(server_access_logs_bucket, prefix)
        if event_bridge_enabled:
            self.notify_through_event_bridge()

    @cached_property
    def grants(self) -> SecureBucketGrants:
        """
        Exact permissions on the bucket.
        """
        return SecureBucketGrants(self)

    def notify_through_event_bridge(self) -> None:
        """
        Send the bucket's events to the default event bus of the account.

        A rule there names the bucket (``detail.bucket.name``) and what happens to the event.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
        """
        if self._trusted_source:
            # CDK's handler rewrites the whole configuration, so it has to know of this part.
            super().enable_event_bridge_notification()
            return
        resource: s3.CfnBucket = resource_of(self)
        resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )

    def enable_event_bridge_notification(self) -> None:
        """
        The same as ``notify_through_event_bridge``.
        """
        self.notify_through_event_bridge()

    def add_event_notification(
        self,
        event: s3.EventType,
        dest: s3.IBucketNotificationDestination,
        *filters: s3.NotificationKeyFilter,
    ) -> None:
        """
        Start something directly when an object changes, where the writers are trusted.

        CDK sets this through a custom resource, with a Lambda function of its own.

        Args:
            event: What happens to the object.
            dest: The function, queue or topic that is told.
            filters: Which objects: by prefix, suffix, or both.

        Raises:
            ConstructError: The bucket was built without ``trusted_source``.
        """
        if not self._trusted_source:
            raise refusal(
                SecureBucket,
                self._scope,
                self._id,
                "add_event_notification",
                because="code would run on whatever is written there, and CDK would add a "
                "function that may change the notifications of every bucket",
                instead="use notify_through_event_bridge() and a rule that names the bucket, or "
                "pass trusted_source with the reason why its writers need no gate",
            )
        super().add_event_notification(event, dest, *filters)

    @PythonOnly
    def add_cors_rule(self, /, *, allowed_origins: Sequence[str], **options: Any) -> None:
        """
        Let web sites use the bucket from a browser.

        Args:
            allowed_origins: Which sites, by scheme and host; never ``*``.
            options: What the stock method takes beside it.

        Raises:
            ConstructError: An origin is not named.
        """
        _check_origins(self._scope, self._id, allowed_origins)
        super().add_cors_rule(allowed_origins=allowed_origins, **options)

    @PythonOnly
    def grant_read(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Let someone read objects they know the key of: ``s3:GetObject``, and no listing.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self.grants.read(identity, objects_key_pattern)

    @PythonOnly
    def grant_put(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Let someone write objects: ``s3:PutObject``, without tags, retention or legal hold.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self.grants.put(identity, objects_key_pattern)

    @PythonOnly
    def grant_put_acl(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Refused: the bucket takes no ACLs.

        Args:
            identity: Who would.
            objects_key_pattern: For which objects.

        Raises:
            ConstructError: Always.
        """
        return self.grants.put_acl(identity, objects_key_pattern)

    @PythonOnly
    def grant_write(
        self,
        identity: iam.IGrantable,
        objects_key_pattern: str | None = None,
        allowed_action_patterns: Sequence[str] | None = None,
    ) -> iam.Grant:
        """
        Let someone write and delete objects: ``s3:PutObject`` and ``s3:DeleteObject``.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
            allowed_action_patterns: Actions in place of those two. Default: those two.
        """
        return self.grants.write(identity, objects_key_pattern, allowed_action_patterns)

    @PythonOnly
    def grant_read_write(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Let someone read, write and delete objects they know the key of.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self.grants.read_write(identity, objects_key_pattern)

    @PythonOnly
    def grant_delete(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Let someone delete objects: ``s3:DeleteObject``, and no old versions for good.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self.grants.delete(identity, objects_key_pattern)

    @PythonOnly
    def grant_replication_permission(
        self,
        identity: iam.IGrantable,
        *,
        destinations: Sequence[_Destination],
        source_decryption_key: kms.IKey | None = None,
    ) -> iam.Grant:
        """
        Let the role that S3 acts with copy new objects and their tags to other buckets.

        Args:
            identity: The role.
            destinations: The buckets, each with its key where it has one.
            source_decryption_key: The key of this bucket. Default: the one it has.
        """
        return self.grants.replication_permission(
            identity, destinations=destinations, source_decryption_key=source_decryption_key
        )

    def _log_to(self, bucket: s3.IBucket, prefix: str) -> None:
        # Left to CDK, a bucket in another stack would take logs of every account, and without
        # the recommended feature flags any bucket would have its ACLs turned on.
        resource: s3.CfnBucket = resource_of(self)
        resource.logging_configuration = s3.CfnBucket.LoggingConfigurationProperty(
            destination_bucket_name=bucket.bucket_name, log_file_prefix=prefix
        )
        stack = cdk.Stack.of(self)
        conditions: dict[str, dict[str, str]] = {
            "StringEquals": {"aws:SourceAccount": stack.account}
        }
        if cdk.Stack.of(bucket) is stack:
            conditions["ArnLike"] = {"aws:SourceArn": self.bucket_arn}
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["s3:PutObject"],
                conditions=conditions,
                principals=[service_principal("logging.s3.amazonaws.com")],
                resources=[bucket.arn_for_objects(f"{prefix}*")],
            )
        )


class SecureBucketGrants(s3.BucketGrants):
    """
    Permissions on the objects of a bucket, each with the actions it says and no others.

    With a key of your own, its use comes with them, through S3 only.

    Args:
        bucket: The bucket.
    """

    def __init__(self, bucket: s3.Bucket) -> None:
        self._bucket = bucket
        # The class has no constructor in jsii: this object stands for the stock one.
        self.__jsii_ref__ = s3.BucketGrants.from_bucket(bucket).__jsii_ref__  # type: ignore[attr-defined]

    def read_objects(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone read objects they know the key of: ``s3:GetObject``.

        Args:
            grantee: Who may.
            prefix: What the keys start with, such as ``in/``. Default: all objects.
        """
        return self._on_objects(grantee, f"{prefix}*", ["s3:GetObject"], ["kms:Decrypt"])

    def write_objects(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone write objects: ``s3:PutObject``, and with a key of your own what KMS needs.

        An SDK sends large objects in parts, under the same permission; ``kms:Decrypt`` puts the
        parts together. What a failed upload leaves is cleaned by the bucket, not by the writer.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions

        Args:
            grantee: Who may.
            prefix: What the keys start with, such as ``receipts/``. Default: all objects.
        """
        return self._on_objects(
            grantee, f"{prefix}*", ["s3:PutObject"], ["kms:Decrypt", "kms:GenerateDataKey"]
        )

    def delete_objects(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone delete objects: ``s3:DeleteObject``. The versions can be brought back.

        Args:
            grantee: Who may.
            prefix: What the keys start with. Default: all objects.
        """
        return self._on_objects(grantee, f"{prefix}*", ["s3:DeleteObject"])

    def read_versions(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone read versions that were overwritten or deleted: ``s3:GetObjectVersion``.

        Args:
            grantee: Who may.
            prefix: What the keys start with, such as ``in/``. Default: all objects.
        """
        return self._on_objects(grantee, f"{prefix}*", ["s3:GetObjectVersion"], ["kms:Decrypt"])

    def delete_versions(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone erase versions for good, as a person may ask for: ``s3:DeleteObjectVersion``.

        Args:
            grantee: Who may.
            prefix: What the keys start with. Default: all objects.
        """
        return self._on_objects(grantee, f"{prefix}*", ["s3:DeleteObjectVersion"])

    def read_tags(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone read the tags of objects, such as what a scan found: ``s3:GetObjectTagging``.

        Args:
            grantee: Who may.
            prefix: What the keys start with. Default: all objects.
        """
        return self._on_objects(grantee, f"{prefix}*", ["s3:GetObjectTagging"])

    def list_versions(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone list versions and what deleted them: ``s3:ListBucketVersions``.

        Args:
            grantee: Who may.
            prefix: What the listing asks for, such as ``in/``. Default: the whole bucket.
        """
        return self._list(grantee, "s3:ListBucketVersions", prefix)

    def list_objects(self, grantee: iam.IGrantable, *, prefix: str = "") -> iam.Grant:
        """
        Let someone list keys: ``s3:ListBucket``, for the prefix where there is one.

        Args:
            grantee: Who may.
            prefix: What the listing asks for, such as ``in/``. Default: the whole bucket.
        """
        return self._list(grantee, "s3:ListBucket", prefix)

    def read(self, identity: iam.IGrantable, objects_key_pattern: str | None = None) -> iam.Grant:
        """
        The same as ``read_objects``, by pattern.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self._on_objects(identity, objects_key_pattern, ["s3:GetObject"], ["kms:Decrypt"])

    def put(self, identity: iam.IGrantable, objects_key_pattern: str | None = None) -> iam.Grant:
        """
        The same as ``write_objects``, by pattern.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self._on_objects(
            identity, objects_key_pattern, ["s3:PutObject"], ["kms:Decrypt", "kms:GenerateDataKey"]
        )

    def delete(self, grantee: iam.IGrantable, objects_key_pattern: str | None = None) -> iam.Grant:
        """
        The same as ``delete_objects``, by pattern.

        Args:
            grantee: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self._on_objects(grantee, objects_key_pattern, ["s3:DeleteObject"])

    def write(
        self,
        identity: iam.IGrantable,
        objects_key_pattern: str | None = None,
        allowed_action_patterns: Sequence[str] | None = None,
    ) -> iam.Grant:
        """
        Let someone write and delete objects.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
            allowed_action_patterns: Actions in place of those two. Default: those two.
        """
        return self._on_objects(
            identity,
            objects_key_pattern,
            allowed_action_patterns or ["s3:DeleteObject", "s3:PutObject"],
            ["kms:Decrypt", "kms:GenerateDataKey"],
        )

    def read_write(
        self, identity: iam.IGrantable, objects_key_pattern: str | None = None
    ) -> iam.Grant:
        """
        Let someone read, write and delete objects they know the key of.

        Args:
            identity: Who may.
            objects_key_pattern: Which objects. Default: all.
        """
        return self._on_objects(
            identity,
            objects_key_pattern,
            ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
            ["kms:Decrypt", "kms:GenerateDataKey"],
        )

    def replication_permission(
        self,
        identity: iam.IGrantable,
        *,
        destinations: Sequence[_Destination],
        source_decryption_key: kms.IKey | None = None,
        deletions: bool = False,
    ) -> iam.Grant:
        """
        Let the role that S3 acts with copy new objects and their tags to other buckets.

        The owner of a replica is not overridden: where ACLs are off, whoever owns the bucket
        owns what is in it.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html

        Args:
            identity: The role.
            destinations: The buckets, each with its key where it has one.
            source_decryption_key: The key of this bucket. Default: the one it has.
            deletions: Whether what is deleted here is deleted there, as a rule with
                ``delete_marker_replication`` asks. A copy that follows deletions brings
                nothing back. Default: it is not.
        """
        if not destinations:
            raise refusal(
                SecureBucket, self._bucket, "", "destinations", destinations,
                because="there is nowhere to copy to",
                instead="name at least one bucket",
            )  # fmt: skip
        configuration = iam.Grant.add_to_principal(
            grantee=identity,
            actions=["s3:GetReplicationConfiguration", "s3:ListBucket"],
            resource_arns=[self._bucket.bucket_arn],
        )
        grant = configuration.combine(
            self._on_objects(
                identity,
                "*",
                [
                    "s3:GetObjectVersionAcl",
                    "s3:GetObjectVersionForReplication",
                    "s3:GetObjectVersionTagging",
                ],
                ["kms:Decrypt"],
                key=source_decryption_key,
            )
        )
        actions = ["s3:ReplicateObject", "s3:ReplicateTags"]
        for destination in destinations:
            each = (
                s3.GrantReplicationPermissionDestinationProps(**destination)
                if isinstance(destination, dict)
                else destination
            )
            copy = iam.Grant.add_to_principal(
                grantee=identity,
                actions=[*actions, "s3:ReplicateDelete"] if deletions else actions,
                resource_arns=[each.bucket.arn_for_objects("*")],
            )
            grant = grant.combine(copy)
            if each.encryption_key is not None:
                encrypt = grant_key_through(
                    "s3", *_REPLICA_KEY_ACTIONS,
                    key=each.encryption_key, grantee=identity, resource=each.bucket,
                )  # fmt: skip
                grant = grant.combine(encrypt)
        return grant

    def put_acl(
        self,
        identity: iam.IGrantable,
        objects_key_pattern: str | None = None,  # noqa: ARG002
    ) -> iam.Grant:
        """
        Refused: the bucket takes no ACLs.

        Args:
            identity: Who would.
            objects_key_pattern: For which objects.

        Raises:
            ConstructError: Always.
        """
        raise refusal(
            SecureBucket, self._bucket, "", "grant_put_acl", identity,
            because="ACLs are off, so that every permission stands in one policy",
            instead="use write_objects, or add_to_resource_policy for another account",
        )  # fmt: skip

    def _list(self, grantee: iam.IGrantable, action: str, prefix: str) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=[action],
            resource_arns=[self._bucket.bucket_arn],
            conditions={"StringLike": {"s3:prefix": f"{prefix}*"}} if prefix else None,
        )

    def _on_objects(
        self,
        grantee: iam.IGrantable,
        pattern: str | None,
        actions: Sequence[str],
        key_actions: Sequence[str] = (),
        *,
        key: kms.IKey | None = None,
    ) -> iam.Grant:
        pattern = pattern or "*"
        grant = self.actions_on_object_keys(grantee, pattern, *actions)
        self._accept_pattern(grantee, pattern)
        if key is None and key_actions:
            key = encryption_key_of(self._bucket, "encryption_key")
        if key is None:
            return grant
        return grant.combine(
            grant_key_through("s3", *key_actions, key=key, grantee=grantee, resource=self._bucket)
        )

    def _accept_pattern(self, grantee: iam.IGrantable, pattern: str) -> None:
        principal = remembered(grantee, "principal", lambda: grantee.grant_principal)
        if not isinstance(principal, Construct) or "*" not in pattern:
            return
        name = logical_id_of(self._bucket)
        acknowledge(
            principal,
            f"AwsSolutions-IAM5[Resource::<{name}.Arn>/{pattern}]",
            reason="The objects of a bucket cannot be named one by one; the grant says which it "
            "is about by their prefix.",
        )


class _AccessLogs(Construct):
    """
    Where the secure buckets of a stack log the requests they get.

    Log delivery is allowed by bucket policy, for each source bucket of this account by name.
    """

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        # Without the flag CDK would turn ACLs on and let the log delivery group write by them.
        self.node.set_context(_LOG_POLICY_FLAG, True)  # noqa: FBT003 - positional in jsii
        self.bucket: Final = s3.Bucket(
            self,
            "Bucket",
            block_public_access=_block_all(),
            blocked_encryption_types=[_sse_c()],
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="ExpireLogs",
                    abort_incomplete_multipart_upload_after=_days(_UNFINISHED_UPLOADS_DAYS),
                    expiration=_days(_ACCESS_LOG_DAYS),
                    noncurrent_version_expiration=_days(_UNFINISHED_UPLOADS_DAYS),
                )
            ],
            minimum_tls_version=_TLS_VERSION,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            versioned=True,
        )
        acknowledge(
            self.bucket,
            "AwsSolutions-S1",
            reason="It holds access logs: a log of its own would log the log for ever. Who reads "
            "it is seen in CloudTrail data events.",
        )


def _check_origins(scope: Construct, construct_id: str, origins: Sequence[str]) -> None:
    for origin in origins:
        if "*" in origin:
            raise refusal(
                SecureBucket, scope, construct_id, "allowed_origins", origin,
                because="any web site that fits could use the bucket with its visitor's rights",
                instead="name the sites",
            )  # fmt: skip


# Each of these is a message to the jsii kernel: once for all buckets is enough.


@cache
def _block_all() -> s3.BlockPublicAccess:
    return s3.BlockPublicAccess.BLOCK_ALL


@cache
def _sse_c() -> s3.BlockedEncryptionType:
    return s3.BlockedEncryptionType.SSE_C


@cache
def _days(days: int) -> cdk.Duration:
    return cdk.Duration.days(days)
