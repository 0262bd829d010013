"""Uploads that reach the app only after they were scanned, and looked at again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from secure_constructs.constructs._base import (
    acknowledge,
    check_duration,
    check_number,
    everyone,
    is_token,
    known_seconds,
    logical_id_of,
    pseudo,
    refusal,
    remembered,
    seconds,
    service_principal,
    settle,
    shared,
)
from secure_constructs.constructs._key_use import grant_key_through
from secure_constructs.constructs._origin_secrets import check_generation, origin_secrets
from secure_constructs.constructs._shipped import shipped_code, shipped_runtime
from secure_constructs.constructs.alarms import SecureAlarms, tell_by_queue
from secure_constructs.constructs.bucket import SecureBucket
from secure_constructs.constructs.distribution import SecureDistribution, api_behavior, edge_scope
from secure_constructs.constructs.function import SecureFunction
from secure_constructs.constructs.key import SecureKey
from secure_constructs.constructs.queue import SecureQueue
from secure_constructs.constructs.rule import RETRIES
from secure_constructs.constructs.topic import SecureTopic
from secure_constructs.constructs.web_acl import SecureWebAcl

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aws_cdk import aws_certificatemanager as acm
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_sns as sns
    from aws_cdk import aws_sqs as sqs
    from aws_cdk import aws_wafv2 as wafv2

    from secure_constructs.constructs.api import SecureApi

# The same as in secure_constructs.runtime.upload.keys, which a test holds together.
PREFIX: Final = "incoming/"
"""What every key in quarantine starts with."""

_CLEAN: Final = "NO_THREATS_FOUND"
_MALWARE: Final = "THREATS_FOUND"
_SCAN_TAG: Final = "GuardDutyMalwareScanStatus"
_SCAN_RESULT: Final = "GuardDuty Malware Protection Object Scan Result"
# https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
_SCAN_TROUBLE: Final = (
    "GuardDuty Malware Protection Post Scan Action Failed",
    "GuardDuty Malware Protection Resource Status Error",
    "GuardDuty Malware Protection Resource Status Warning",
)
_SCANNER: Final = "malware-protection-plan.guardduty.amazonaws.com"
_MANAGED_RULE: Final = "DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
_VALIDATION_OBJECT: Final = "malware-protection-resource-validation-object"

_LONGEST_SECONDS: Final = 300
_SHORTEST_SECONDS: Final = 30
_GIB: Final = 1024**3
# What a form can upload at most, and CopyObject copy.
_MOST_BYTES: Final = 5 * _GIB
_PROMOTER_SECONDS: Final = 60
_ONE_HOUR: Final = 60 * 60
_KEPT_SECONDS: Final = 14 * 24 * 60 * 60
_REFERER_LENGTH: Final = 48

_ONE_DAY: Final = 24 * 60 * 60
_MOST_DAYS: Final = 36_500

_CONTENT_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
# A browser runs these as the site that serves them.
_ACTIVE_TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/html",
        "text/javascript",
        "text/xml",
    }
)

# Rules of the common rule set that read a body as if it were text that someone typed.
_BODY_RULES: Final = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
)
_COMMON_RULES: Final = "AWSManagedRulesCommonRuleSet"
_NOT_ROTATED: Final = (
    "It only shows that a form came through the distribution; a form is signed, and of use for "
    "minutes."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFront:
    """
    A distribution in front of the hop from the browser to S3 as well.

    Args:
        certificate: The certificate for ``domain_name``, in us-east-1.
        domain_name: The name that forms are sent to, such as ``upload.shop.example``.
        web_acl_arn: The ARN of a web ACL of scope ``CLOUDFRONT`` that lets large bodies pass.
            Default: one is built in us-east-1; the stack needs a known Region for it.
        origin_secret_generation: How many secrets there have been. Raise it by one to replace
            the secret that the distribution shows the bucket, and by one more to turn away the
            one before at once.
    """

    certificate: acm.ICertificate
    domain_name: str
    web_acl_arn: str | None = None
    origin_secret_generation: int = 1


class SecureUpload(Construct):
    """
    A way into the app for files: checked before, scanned, checked after, and only then clean.

    1. The caller announces a file at a route of a `SecureApi`, behind its authorizer and its web
       ACL: content type, size and SHA-256.
    2. The **issuer** answers with a form that uploads exactly this file, within minutes, to a key
       of its own making under a prefix of the caller's. S3 holds the uploader to the key, the
       size, the type and the checksum, and refuses metadata, tags and every other field.
       https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    3. The file lands in the **quarantine** bucket. Only forms of the issuer write there, nobody
       but GuardDuty sets tags, and nobody else reads what is not tagged as clean.
       https://docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html
    4. GuardDuty scans it. Only ``NO_THREATS_FOUND`` goes on, by a rule that pins GuardDuty, this
       account and this bucket, to a queue.
       https://docs.aws.amazon.com/guardduty/latest/ug/gdu-malware-protection-s3.html
    5. The **promoter** looks for itself at the version that was scanned: its tag, size, checksum,
       content type and how its content begins. It copies this version, never "the key", to the
       **clean** bucket: without metadata and tags, as an attachment, and once, however often the
       message comes.

    Everything else stays in quarantine, where it expires, and raises an alarm: malware, a file
    that could not be scanned or a scanner in trouble, a file that was not promoted.

    What a clean scan does not say: that the content is what the app expects. Parse what you take
    from the clean bucket with care, and serve it from a domain of its own. GuardDuty cannot look
    into an archive with a password: such a file stays in quarantine.

    The hop from the browser to S3 has no web ACL unless ``front`` is given: what passes there is
    bound by a form that passed one. With ``front``, forms go to a distribution with a web ACL
    and S3 refuses those that do not come through it. AWS WAF sees the first 64 KB of a file, so
    what this adds is limits by rate and reputation, not a look into files.

    Cost (us-east-1 list price, 2026-11): 0.30 USD a month for its three alarms and, with ``front``,
    9.40 USD for a web ACL and a secret, 0.40 USD more once it was replaced; for use 0.09 USD for
    each GB and 0.215 USD for each 1,000 objects scanned, and tags 0.065 USD a month for 10,000.
    The key of the alarm topic is the one that the stack shares, see `SecureKey`.
    https://aws.amazon.com/guardduty/pricing/

    ::

        upload = SecureUpload(self, "Receipts", api=api, content_types=["application/pdf"])
        upload.clean.grants.read_objects(book_keeper)

    The app finds the files of a caller under ``caller_prefix(identity)``, from
    ``secure_constructs.runtime.upload.keys``, and a file by the ``uploadId`` that the caller got.

    Attributes:
        alarm_topic: Where alarms are raised.
        alarms: The alarms, by what they watch: ``malware``, ``scan`` and ``promotion``.
        clean: The bucket of what may be used.
        distribution: What stands in front of the upload hop, if anything does.
        issuer: The function that hands out forms.
        malware: The queue of scan results with threats, for whoever handles them.
        method: The route where callers announce files.
        plan: The malware protection plan.
        promoter: The function that copies what is clean.
        quarantine: The bucket of what is not clean yet.
        queue: The queue between scan and promoter.
        scanner: The role that GuardDuty scans with.
        unscanned: The queue of scans that failed, for whoever handles them.

    Args:
        scope: Where to build it.
        id: Its id there.
        api: The API where callers announce files.
        content_types: What may be uploaded, such as ``image/png``; nothing a browser would run.
        alarm_topic: Where to raise alarms; one from outside must admit CloudWatch.
            Default: the topic that the stack shares, `SecureAlarms.topic_of`.
        authorization_scopes: What the token must allow, for a Cognito authorizer.
            Default: an identity token will do.
        clean_bucket: Where clean files go. Default: a bucket is made that only the promoter
            writes, and that sends its events to EventBridge.
        cors_origins: Which web sites may upload from a browser, named; the API must allow them
            too. Default: none.
        encryption_key: The key that encrypts the files. Default: keys of S3.
        expires: How long a form is of use, 30 to 300 seconds. Default: 300 seconds.
        front: What stands in front of the upload hop too. Default: forms go to S3 itself.
        issuing_concurrency: How many announcements are answered at a time.
        max_size: The largest file, at most 5 GiB. Default: 10 MiB.
        min_size: The smallest file. Default: 1 byte.
        path: Where callers announce files.
        promoting_concurrency: How many files are promoted at a time, at least 2.
        quarantine_retention: How long a file stays in quarantine. Default: 30 days.

    Raises:
        ConstructError: A prop would undo what the construct guarantees.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        api: SecureApi,
        content_types: Sequence[str],
        alarm_topic: sns.ITopic | None = None,
        authorization_scopes: Sequence[str] | None = None,
        clean_bucket: SecureBucket | None = None,
        cors_origins: Sequence[str] | None = None,
        encryption_key: kms.IKey | None = None,
        expires: cdk.Duration | None = None,
        front: UploadFront | None = None,
        issuing_concurrency: int = 10,
        max_size: cdk.Size | None = None,
        min_size: cdk.Size | None = None,
        path: str = "/uploads",
        promoting_concurrency: int = 5,
        quarantine_retention: cdk.Duration | None = None,
    ) -> None:
        _check_types(scope, id, content_types)
        least = 1 if min_size is None else int(min_size.to_bytes())
        most = 10 * 1024**2 if max_size is None else int(max_size.to_bytes())
        check_number(
            SecureUpload, scope, id, "max_size", most, least=1, most=_MOST_BYTES, unit="bytes"
        )
        check_number(SecureUpload, scope, id, "min_size", least, least=1, most=most, unit="bytes")
        for prop, count, fewest in (
            ("issuing_concurrency", issuing_concurrency, 1),
            ("promoting_concurrency", promoting_concurrency, 2),
        ):
            check_number(
                SecureUpload, scope, id, prop, count,
                least=fewest, most=1_000_000, unit="instances",
            )  # fmt: skip
        check_duration(
            SecureUpload, scope, id, "expires", expires,
            least=_SHORTEST_SECONDS, most=_LONGEST_SECONDS,
        )  # fmt: skip
        lasts = _LONGEST_SECONDS if expires is None else known_seconds(expires)
        if lasts is None:
            raise refusal(
                SecureUpload, scope, id, "expires", expires,
                because="every form says when it ends",
                instead="pass a Duration that is known before deployment",
            )  # fmt: skip
        check_duration(
            SecureUpload, scope, id, "quarantine_retention", quarantine_retention,
            least=_ONE_DAY, most=_MOST_DAYS * _ONE_DAY,
        )  # fmt: skip
        if front is not None and is_token(front.domain_name):
            raise refusal(
                SecureUpload, scope, id, "front", front.domain_name,
                because="the issuer writes the name into every form",
                instead="pass the name itself",
            )  # fmt: skip
        if front is not None:
            check_generation(
                SecureUpload,
                scope,
                id,
                "front.origin_secret_generation",
                front.origin_secret_generation,
            )
        super().__init__(scope, id)
        settle(self, scope)
        self._key = encryption_key
        limits = {
            "CONTENT_TYPES": ",".join(content_types),
            "LEAST_BYTES": str(least),
            "MOST_BYTES": str(most),
        }
        retention = quarantine_retention or _thirty_days()
        self.quarantine: Final = SecureBucket(
            self,
            "Quarantine",
            cors=[s3.CorsRule(allowed_methods=[s3.HttpMethods.POST], allowed_origins=cors_origins)]
            if cors_origins
            else None,
            encryption_key=encryption_key,
            event_bridge_enabled=True,
            lifecycle_rules=[s3.LifecycleRule(id="ExpireQuarantine", expiration=retention)],
            noncurrent_version_expiration=retention,
        )
        self.clean: Final = clean_bucket or SecureBucket(
            self, "Clean", encryption_key=encryption_key, event_bridge_enabled=True
        )
        name = self.quarantine.bucket_name
        self._quarantine_arn = self.quarantine.bucket_arn
        self.distribution: Final = self._front(front) if front else None

        self.issuer: Final = SecureFunction(
            self,
            "Issuer",
            code=shipped_code("upload", "upload/*.py"),
            description=f"Hands out upload forms for {id}",
            environment={
                **limits,
                "ORIGINS": ",".join(cors_origins or ()),
                "QUARANTINE": name,
                "SECONDS": str(lasts),
                **({"UPLOAD_URL": f"https://{front.domain_name}/"} if front else {}),
            },
            handler="upload.issuer.handler",
            reserved_concurrent_executions=issuing_concurrency,
            runtime=shipped_runtime(),
        )
        self._grant(self.issuer, ["s3:PutObject"], ["kms:GenerateDataKey"], conditions=_FORMS_ONLY)
        self.method: Final = api.route(
            "POST",
            path,
            self.issuer,
            authorization_scopes=authorization_scopes,
            body=_announcement(content_types, least, most),
        )

        self.scanner: Final = self._scan_role()
        self._scanner_arn = self.scanner.role_arn
        self.plan: Final = self._scan_plan(name)
        self.queue: Final = SecureQueue(
            self, "Scanned", visibility_timeout=seconds(6 * _PROMOTER_SECONDS)
        )
        self.malware: Final = SecureQueue(self, "Malware", retention_period=seconds(_KEPT_SECONDS))
        self.unscanned: Final = SecureQueue(
            self, "Unscanned", retention_period=seconds(_KEPT_SECONDS)
        )
        self._route_results(name)

        self.promoter: Final = SecureFunction(
            self,
            "Promoter",
            code=shipped_code("upload", "upload/*.py"),
            description=f"Copies what was found clean of {id}",
            environment={
                **limits,
                "ACCOUNT": pseudo("ACCOUNT_ID"),
                "CLEAN": self.clean.bucket_name,
                "QUARANTINE": name,
            },
            handler="upload.promoter.handler",
            reserved_concurrent_executions=promoting_concurrency,
            runtime=shipped_runtime(),
            timeout=seconds(_PROMOTER_SECONDS),
        )
        self._grant(
            self.promoter, ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"], ["kms:Decrypt"]
        )
        self.clean.grants.write_objects(self.promoter)
        self.promoter.consume(self.queue, batch_size=1)
        self._guard(clean_is_ours=clean_bucket is None)

        if isinstance(alarm_topic, SecureTopic):
            _admit_alarms(alarm_topic)
        self.alarm_topic: Final = alarm_topic or SecureAlarms.topic_of(self)
        lost = cast("sqs.IQueue", self.queue.undelivered)
        self._tell = actions.SnsAction(self.alarm_topic)
        self.alarms: Final[Mapping[str, cloudwatch.Alarm]] = {
            "malware": self._alarm("MalwareAlarm", self.malware, "Malware was uploaded"),
            "scan": self._alarm("ScanAlarm", self.unscanned, "An upload could not be scanned"),
            "promotion": self._alarm("PromotionAlarm", lost, "A clean upload was not promoted"),
        }

    def _grant(
        self,
        function: SecureFunction,
        object_actions: Sequence[str],
        key_actions: Sequence[str],
        *,
        conditions: dict[str, Any] | None = None,
    ) -> None:
        function.execution_role.add_to_policy(
            iam.PolicyStatement(
                actions=object_actions,
                conditions=conditions,
                resources=[f"{self._quarantine_arn}/{PREFIX}*"],
            )
        )
        if self._key is not None:
            grant_key_through(
                "s3", *key_actions, key=self._key, grantee=function, resource=self.quarantine
            )
        self._accept_pattern(function.execution_role, f"{PREFIX}*")

    def _accept_pattern(self, role: iam.Role, pattern: str) -> None:
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::<{logical_id_of(self.quarantine)}.Arn>/{pattern}]",
            reason="The objects of a bucket cannot be named one by one.",
            scope=self,
        )

    def _scan_role(self) -> iam.Role:
        # What GuardDuty documents, and no more:
        # https://docs.aws.amazon.com/guardduty/latest/ug/malware-protection-s3-iam-policy-prerequisite.html
        place = f"{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
        managed_rule = f"arn:{pseudo('PARTITION')}:events:{place}:rule/{_MANAGED_RULE}"
        bucket = self._quarantine_arn
        objects = f"{bucket}/*"
        role = iam.Role(self, "ScanRole", assumed_by=service_principal(_SCANNER))
        for allowed, resource, conditions in (
            (
                (
                    "events:DeleteRule",
                    "events:PutRule",
                    "events:PutTargets",
                    "events:RemoveTargets",
                ),
                managed_rule,
                {"StringLike": {"events:ManagedBy": _SCANNER}},
            ),
            (("events:DescribeRule", "events:ListTargetsByRule"), managed_rule, None),
            (
                (
                    "s3:GetObjectTagging",
                    "s3:GetObjectVersionTagging",
                    "s3:PutObjectTagging",
                    "s3:PutObjectVersionTagging",
                ),
                objects,
                None,
            ),
            (("s3:GetBucketNotification", "s3:PutBucketNotification"), bucket, None),
            (("s3:PutObject",), f"{bucket}/{_VALIDATION_OBJECT}", None),
            (("s3:ListBucket",), bucket, None),
            (("s3:GetObject", "s3:GetObjectVersion"), objects, None),
        ):
            role.add_to_policy(
                iam.PolicyStatement(
                    actions=list(allowed), conditions=conditions, resources=[resource]
                )
            )
        if self._key is not None:
            grant_key_through(
                "s3", "kms:Decrypt", "kms:GenerateDataKey",
                key=self._key, grantee=role, resource=self.quarantine,
            )  # fmt: skip
        self._accept_pattern(role, "*")
        acknowledge(
            role,
            f"AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:events:<AWS::Region>:"
            f"<AWS::AccountId>:rule/{_MANAGED_RULE}]",
            reason="GuardDuty makes up the rest of the name of the rule that it manages.",
            scope=self,
        )
        return role

    def _scan_plan(self, bucket_name: str) -> guardduty.CfnMalwareProtectionPlan:
        plan = guardduty.CfnMalwareProtectionPlan(
            self,
            "ScanPlan",
            actions={"tagging": {"status": "ENABLED"}},
            protected_resource={
                "s3Bucket": {"bucketName": bucket_name, "objectPrefixes": [PREFIX]}
            },
            role=self._scanner_arn,
        )
        # GuardDuty tries the role when the plan is made.
        plan.node.add_dependency(self.scanner)
        tell_by_queue(plan)
        return plan

    def _route_results(self, bucket_name: str) -> None:
        for construct_id, status, queue in (
            ("CleanRule", [_CLEAN], self.queue),
            ("MalwareRule", [_MALWARE], self.malware),
            ("UnscannedRule", _what_is_neither(), self.unscanned),
        ):
            self._rule(
                construct_id,
                queue,
                detail={
                    "s3ObjectDetails": {"bucketName": [bucket_name]},
                    "scanResultDetails": {"scanResultStatus": status},
                },
                detail_type=[_SCAN_RESULT],
            )
        self._rule(
            "ScanTroubleRule",
            self.unscanned,
            detail_type=list(_SCAN_TROUBLE),
            resources=[self.plan.attr_arn],
        )

    def _rule(self, construct_id: str, queue: SecureQueue, **pattern: Any) -> None:
        # A plain rule that says all a `SecureRule` would ask its target for.
        events.Rule(
            self,
            construct_id,
            event_pattern=events.EventPattern(
                account=[pseudo("ACCOUNT_ID")], source=["aws.guardduty"], **pattern
            ),
            targets=[
                targets.SqsQueue(
                    queue,
                    dead_letter_queue=self.queue.undelivered,
                    max_event_age=seconds(_ONE_HOUR),
                    retry_attempts=RETRIES,
                )
            ],
        )

    def _guard(self, *, clean_is_ours: bool) -> None:
        scanner = self._scanner_arn
        issuer = self.issuer.execution_role.role_arn
        objects = [f"{self._quarantine_arn}/*"]
        self._deny(
            self.quarantine,
            "OnlyFormsOfTheIssuerWrite",
            ["s3:PutObject"],
            objects,
            {"ArnNotEquals": {"aws:PrincipalArn": [issuer, scanner]}},
        )
        # Whoever could set the tag could call anything clean.
        self._deny(
            self.quarantine,
            "OnlyTheScannerTags",
            [
                "s3:DeleteObjectTagging",
                "s3:DeleteObjectVersionTagging",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ],
            objects,
            {"ArnNotEquals": {"aws:PrincipalArn": scanner}},
        )
        self._deny(
            self.quarantine,
            "NobodyReadsWhatIsNotClean",
            ["s3:GetObject", "s3:GetObjectVersion"],
            objects,
            {
                "ArnNotEquals": {"aws:PrincipalArn": scanner},
                "StringNotEquals": {f"s3:ExistingObjectTag/{_SCAN_TAG}": _CLEAN},
            },
        )
        if clean_is_ours:
            promoter = self.promoter.execution_role.role_arn
            self._deny(
                self.clean,
                "OnlyThePromoterWrites",
                ["s3:PutObject"],
                [self.clean.arn_for_objects("*")],
                {"ArnNotEquals": {"aws:PrincipalArn": promoter}},
            )

    def _deny(
        self,
        bucket: SecureBucket,
        sid: str,
        denied: list[str],
        resources: list[str],
        conditions: dict[str, Any],
    ) -> None:
        bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid=sid,
                effect=iam.Effect.DENY,
                actions=denied,
                conditions=conditions,
                principals=[everyone()],
                resources=resources,
            )
        )

    def _front(self, front: UploadFront) -> SecureDistribution:
        secrets = origin_secrets(
            self,
            "FrontSecret",
            description="Shows that a form came through the distribution",
            generation=front.origin_secret_generation,
            key=self._key or SecureKey.of(self),
            length=_REFERER_LENGTH,
            reason=_NOT_ROTATED,
        )
        # CloudFormation reads them when it deploys: they stand in no template.
        referer, *before = (secret.secret_value.unsafe_unwrap() for secret in secrets)
        distribution = SecureDistribution(
            self,
            "Front",
            certificate=front.certificate,
            comment="Takes the upload forms",
            default_behavior=api_behavior(
                origins.HttpOrigin(
                    self.quarantine.bucket_regional_domain_name,
                    custom_headers={"Referer": referer},
                    origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                    protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                ),
            ),
            default_root_object=None,
            domain_names=[front.domain_name],
            web_acl=front.web_acl_arn or _web_acl_for_files(self),
        )
        acknowledge(
            distribution,
            "AwsSolutions-CFR7",
            reason="The form is signed by the issuer. Origin access control would sign it again, "
            "and S3 refuses what is signed twice.",
            scope=self,
        )
        self._deny(
            self.quarantine,
            "OnlyThroughTheFront",
            ["s3:PutObject"],
            [f"{self._quarantine_arn}/{PREFIX}*"],
            {"StringNotEquals": {"aws:Referer": [referer, *before] if before else referer}},
        )
        # What the edge is to show must be let in first.
        distribution.node.add_dependency(cast("s3.BucketPolicy", self.quarantine.policy))
        return distribution

    def _alarm(self, construct_id: str, queue: sqs.IQueue, what: str) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            construct_id,
            alarm_description=f"{what}: see the messages of the queue",
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            evaluation_periods=1,
            metric=cloudwatch.Metric(
                dimensions_map={"QueueName": queue.queue_name},
                metric_name="ApproximateNumberOfMessagesVisible",
                namespace="AWS/SQS",
                period=seconds(60),
                statistic="Maximum",
            ),
            threshold=1,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        alarm.add_alarm_action(self._tell)
        return alarm


# The role of the issuer can do nothing but sign forms, whoever gets hold of it.
_FORMS_ONLY: Final = {"StringEquals": {"s3:authType": "POST"}}


def _check_types(scope: Construct, construct_id: str, content_types: Sequence[str]) -> None:
    for content_type in content_types:
        if not _CONTENT_TYPE.fullmatch(content_type):
            raise refusal(
                SecureUpload, scope, construct_id, "content_types", content_type,
                because="it is no content type in small letters, without parameters",
                instead="name each type, such as image/png",
            )  # fmt: skip
        if content_type in _ACTIVE_TYPES:
            raise refusal(
                SecureUpload, scope, construct_id, "content_types", content_type,
                because="a browser runs what is in such a file as the site that serves it",
                instead="take a type that is only shown",
            )  # fmt: skip
    if isinstance(content_types, str) or not content_types:
        raise refusal(
            SecureUpload, scope, construct_id, "content_types", str(content_types),
            because="what may be uploaded is known type by type",
            instead="pass a list such as ['image/png']",
        )  # fmt: skip


def _announcement(content_types: Sequence[str], least: int, most: int) -> dict[str, Any]:
    return {
        "title": "Upload",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "contentType": {"type": "string", "enum": list(content_types)},
            "sha256": {"type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$"},
            "size": {"type": "integer", "minimum": least, "maximum": most},
        },
        "required": ["contentType", "sha256", "size"],
    }


def _admit_alarms(topic: SecureTopic) -> None:
    place = f"{pseudo('REGION')}:{pseudo('ACCOUNT_ID')}"
    arn = f"arn:{pseudo('PARTITION')}:cloudwatch:{place}:alarm:*"
    remembered(
        topic,
        "alarms of uploads",
        lambda: topic.grants.publish_from_service("cloudwatch.amazonaws.com", source_arn=arn),
    )


def _web_acl_for_files(scope: Construct) -> SecureWebAcl:
    edge = edge_scope(scope)
    return shared(edge, "UploadWebAcl", _file_web_acl)


def _file_web_acl(scope: Construct, construct_id: str) -> SecureWebAcl:
    acl = SecureWebAcl(scope, construct_id, web_acl_scope="CLOUDFRONT")
    kept: list[Any] = []
    for rule in cast("list[wafv2.CfnWebACL.RuleProperty]", acl.web_acl.rules):
        if rule.name == _COMMON_RULES:
            kept.append(_common_rules_but_bodies(rule))
        elif rule.name != "BodySize":
            kept.append(rule)
    acl.web_acl.rules = kept
    return acl


def _common_rules_but_bodies(rule: wafv2.CfnWebACL.RuleProperty) -> dict[str, Any]:
    return {
        "name": rule.name,
        "overrideAction": {"none": {}},
        "priority": rule.priority,
        "statement": {
            "managedRuleGroupStatement": {
                "name": _COMMON_RULES,
                "ruleActionOverrides": [
                    {"name": name, "actionToUse": {"count": {}}} for name in _BODY_RULES
                ],
                "vendorName": "AWS",
            }
        },
        "visibilityConfig": rule.visibility_config,
    }


@cache
def _thirty_days() -> cdk.Duration:
    return cdk.Duration.days(30)


@cache
def _what_is_neither() -> list[str]:
    return events.Match.anything_but(_CLEAN, _MALWARE)
