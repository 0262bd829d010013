from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_sqs as sqs
from jsii._kernel.providers.process import _NodeProcess

from secure_constructs.constructs import SecureBucket, SecureFunction
from secure_constructs.errors import ConstructError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Synthesized = Callable[[cdk.Stack], dict[str, Any]]

BUCKET = "AWS::S3::Bucket"


def logical_id(construct: Any) -> str:
    name: str = cdk.Stack.of(construct).get_logical_id(construct.node.default_child)
    return name


def properties(template: Mapping[str, Any], construct: Any) -> dict[str, Any]:
    found: dict[str, Any] = template["Resources"][logical_id(construct)]["Properties"]
    return found


def bucket_policy(template: Mapping[str, Any], bucket: s3.Bucket) -> list[dict[str, Any]]:
    (statements,) = (
        resource["Properties"]["PolicyDocument"]["Statement"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::S3::BucketPolicy"
        and resource["Properties"]["Bucket"] == {"Ref": logical_id(bucket)}
    )
    return list(statements)


def granted(template: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    return [
        (statement["Action"], statement["Resource"], statement.get("Condition"))
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IAM::Policy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    ]


@pytest.fixture
def role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "Worker", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))


def test_blocks_public_access_in_all_four_parts(stack: cdk.Stack, synthesized: Synthesized) -> None:
    bucket = SecureBucket(stack, "Receipts")
    assert properties(synthesized(stack), bucket)["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_turns_acls_off(stack: cdk.Stack, synthesized: Synthesized) -> None:
    bucket = SecureBucket(stack, "Receipts")
    assert properties(synthesized(stack), bucket)["OwnershipControls"] == {
        "Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]
    }


@pytest.mark.parametrize(
    "condition",
    [{"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": 1.2}}],
)
def test_refuses_weak_transport_to_everyone(
    stack: cdk.Stack, synthesized: Synthesized, condition: dict[str, Any]
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    (statement,) = (
        statement
        for statement in bucket_policy(synthesized(stack), bucket)
        if statement["Condition"] == condition
    )
    assert statement["Effect"] == "Deny"
    assert statement["Action"] == "s3:*"
    assert statement["Principal"] == {"AWS": "*"}
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    assert statement["Resource"] == [arn, {"Fn::Join": ["", [arn, "/*"]]}]


def test_encrypts_with_keys_of_s3_and_blocks_keys_of_the_uploader(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    (rule,) = properties(synthesized(stack), bucket)["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_encrypts_with_the_key_it_is_given(stack: cdk.Stack, synthesized: Synthesized) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    bucket = SecureBucket(stack, "Receipts", encryption_key=key)
    (rule,) = properties(synthesized(stack), bucket)["BucketEncryption"][
        "ServerSideEncryptionConfiguration"
    ]
    assert rule["ServerSideEncryptionByDefault"] == {
        "KMSMasterKeyID": {"Fn::GetAtt": [logical_id(key), "Arn"]},
        "SSEAlgorithm": "aws:kms",
    }
    assert rule["BucketKeyEnabled"] is True
    assert rule["BlockedEncryptionTypes"] == {"EncryptionType": ["SSE-C"]}


def test_keeps_old_versions_for_ninety_days_and_unfinished_uploads_for_seven(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    found = properties(synthesized(stack), bucket)
    assert found["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = found["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 90}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["ExpiredObjectDeleteMarker"] is True


def test_adds_lifecycle_rules_to_its_own(stack: cdk.Stack, synthesized: Synthesized) -> None:
    bucket = SecureBucket(
        stack,
        "Receipts",
        noncurrent_version_expiration=cdk.Duration.days(30),
        lifecycle_rules=[s3.LifecycleRule(expiration=cdk.Duration.days(400))],
    )
    own, added = properties(synthesized(stack), bucket)["LifecycleConfiguration"]["Rules"]
    assert own["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert added["ExpirationInDays"] == 400


def test_outlives_its_stack(stack: cdk.Stack, synthesized: Synthesized) -> None:
    bucket = SecureBucket(stack, "Receipts")
    resource = synthesized(stack)["Resources"][logical_id(bucket)]
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["UpdateReplacePolicy"] == "Retain"


def recommended_flags() -> dict[str, Any]:
    (archive,) = Path(cdk.__file__).parent.glob("_jsii/aws-cdk-lib@*.jsii.tgz")
    with tarfile.open(archive) as files:
        member = files.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        flags: dict[str, Any] = json.load(member)
    return flags


@pytest.mark.parametrize("flags", [{}, recommended_flags()], ids=["no-flags", "recommended"])
def test_logs_requests_by_bucket_policy_with_any_feature_flags(
    flags: dict[str, Any], synthesized: Synthesized, tmp_path: Path
) -> None:
    app = cdk.App(analytics_reporting=False, context=flags, outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(app, "Shop")
    bucket = SecureBucket(stack, "Receipts")
    other = SecureBucket(stack, "Invoices")
    template = synthesized(stack)
    logging = properties(template, bucket)["LoggingConfiguration"]
    assert logging["LogFilePrefix"] == "Receipts/"
    assert (
        logging["DestinationBucketName"]
        == (properties(template, other)["LoggingConfiguration"]["DestinationBucketName"])
    )
    logs = template["Resources"][logging["DestinationBucketName"]["Ref"]]["Properties"]
    assert "AccessControl" not in logs
    assert logs["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (statement,) = (
        statement
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::S3::BucketPolicy"
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        and statement["Condition"]["ArnLike"]["aws:SourceArn"]
        == {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    )
    assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"]["Fn::Join"][1][-1] == "/Receipts/*"
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }


def test_keeps_logs_for_a_year_and_beyond_the_stack(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    SecureBucket(stack, "Receipts")
    logs = synthesized(stack)["Resources"]["SecureConstructsAccessLogsBucket9C39A5C3"]
    assert logs["DeletionPolicy"] == "Retain"
    (rule,) = logs["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["ExpirationInDays"] == 365
    assert "LoggingConfiguration" not in logs["Properties"]


@pytest.mark.parametrize("elsewhere", [False, True], ids=["same-stack", "another-stack"])
@pytest.mark.parametrize("flags", [{}, recommended_flags()], ids=["no-flags", "recommended"])
def test_logs_to_a_bucket_of_yours_for_this_account_only(
    flags: dict[str, Any], synthesized: Synthesized, tmp_path: Path, *, elsewhere: bool
) -> None:
    app = cdk.App(analytics_reporting=False, context=flags, outdir=str(tmp_path / "cdk.out"))
    stack = cdk.Stack(app, "Shop")
    logs = SecureBucket(cdk.Stack(app, "Audit") if elsewhere else stack, "Logs")
    bucket = SecureBucket(stack, "Receipts", server_access_logs_bucket=logs)
    template = synthesized(stack)
    assert properties(template, bucket)["LoggingConfiguration"]["LogFilePrefix"] == "Receipts/"
    receiving = synthesized(logs.stack)
    assert "AccessControl" not in properties(receiving, logs)
    (statement,) = (
        statement for statement in bucket_policy(receiving, logs) if statement["Effect"] == "Allow"
    )
    assert statement["Principal"] == {"Service": "logging.s3.amazonaws.com"}
    assert statement["Resource"]["Fn::Join"][1][-1] == "/Receipts/*"
    account = statement["Condition"]["StringEquals"]["aws:SourceAccount"]
    assert account == {"Ref": "AWS::AccountId"}
    assert ("ArnLike" in statement["Condition"]) is not elsewhere


def test_costs_one_kernel_message_after_the_first(plain_stack: cdk.Stack) -> None:
    SecureBucket(plain_stack, "First")
    sent = []
    send = _NodeProcess.send

    def counting(self: Any, request: Any, answer: Any) -> Any:
        sent.append(request)
        return send(self, request, answer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_NodeProcess, "send", counting)
        SecureBucket(plain_stack, "Second")
    assert len(sent) == 1


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("access_control", s3.BucketAccessControl.PRIVATE),
        ("auto_delete_objects", True),
        ("blocked_encryption_types", []),
        ("bucket_key_enabled", False),
        ("encryption", s3.BucketEncryption.UNENCRYPTED),
        ("enforce_ssl", False),
        ("minimum_tls_version", 1.1),
        ("object_ownership", s3.ObjectOwnership.OBJECT_WRITER),
        ("public_read_access", True),
        ("removal_policy", cdk.RemovalPolicy.DESTROY),
        ("versioned", False),
        ("website_index_document", "index.html"),
    ],
)
def test_refuses_what_would_undo_it(plain_stack: cdk.Stack, prop: str, value: object) -> None:
    with pytest.raises(ConstructError, match=f"'Shop/Receipts' does not take {prop}.* because"):
        SecureBucket(plain_stack, "Receipts", **{prop: value})  # type: ignore[arg-type]


def test_names_the_prop_that_was_meant(plain_stack: cdk.Stack) -> None:
    with pytest.raises(TypeError, match="did you mean 'cors'"):
        SecureBucket(plain_stack, "Receipts", corse=[])  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", ["*", "https://*.example.com"])
def test_refuses_web_sites_that_are_not_named(plain_stack: cdk.Stack, origin: str) -> None:
    rule = s3.CorsRule(allowed_methods=[s3.HttpMethods.GET], allowed_origins=[origin])
    with pytest.raises(ConstructError, match="name the sites"):
        SecureBucket(plain_stack, "Receipts", cors=[rule])
    bucket = SecureBucket(plain_stack, "Invoices")
    with pytest.raises(ConstructError, match=r"'Shop/Invoices'.*name the sites"):
        bucket.add_cors_rule(allowed_methods=[s3.HttpMethods.GET], allowed_origins=[origin])


def test_lets_a_named_web_site_in(stack: cdk.Stack, synthesized: Synthesized) -> None:
    rule = s3.CorsRule(
        allowed_methods=[s3.HttpMethods.GET], allowed_origins=["https://shop.example.com"]
    )
    bucket = SecureBucket(stack, "Receipts", cors=[rule])
    bucket.add_cors_rule(
        allowed_methods=[s3.HttpMethods.PUT], allowed_origins=["https://office.example.com"]
    )
    assert [
        rule["AllowedOrigins"]
        for rule in properties(synthesized(stack), bucket)["CorsConfiguration"]["CorsRules"]
    ] == [["https://shop.example.com"], ["https://office.example.com"]]


@pytest.mark.parametrize("way", ["prop", "method", "stock method"])
def test_sends_events_to_event_bridge_without_a_custom_resource(
    stack: cdk.Stack, synthesized: Synthesized, way: str
) -> None:
    bucket = SecureBucket(stack, "Receipts", event_bridge_enabled=way == "prop")
    if way == "method":
        bucket.notify_through_event_bridge()
    elif way == "stock method":
        bucket.enable_event_bridge_notification()
    template = synthesized(stack)
    assert properties(template, bucket)["NotificationConfiguration"] == {
        "EventBridgeConfiguration": {"EventBridgeEnabled": True}
    }
    kinds = {resource["Type"] for resource in template["Resources"].values()}
    assert kinds == {BUCKET, "AWS::S3::BucketPolicy"}


def test_refuses_a_direct_trigger_from_python_and_from_an_event_source(
    plain_stack: cdk.Stack,
) -> None:
    bucket = SecureBucket(plain_stack, "Receipts")
    queue = sqs.Queue(plain_stack, "Queue")
    with pytest.raises(ConstructError, match=r"'Shop/Receipts'.*notify_through_event_bridge"):
        bucket.add_event_notification(
            s3.EventType.OBJECT_CREATED, notifications.SqsDestination(queue)
        )
    function = lambda_.Function(
        plain_stack,
        "Import",
        code=lambda_.Code.from_inline("..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
    )
    source = event_sources.S3EventSource(bucket, events=[s3.EventType.OBJECT_CREATED])
    with pytest.raises(RuntimeError, match="trusted_source"):
        function.add_event_source(source)


def test_takes_a_direct_trigger_from_a_trusted_source(
    plain_stack: cdk.Stack, synthesized: Synthesized
) -> None:
    bucket = SecureBucket(
        plain_stack, "Receipts", trusted_source="only the renderer writes, from checked orders"
    )
    queue = sqs.Queue(plain_stack, "Queue")
    bucket.add_event_notification(s3.EventType.OBJECT_CREATED, notifications.SqsDestination(queue))
    bucket.notify_through_event_bridge()
    (configuration,) = (
        resource["Properties"]["NotificationConfiguration"]
        for resource in synthesized(plain_stack)["Resources"].values()
        if resource["Type"] == "Custom::S3BucketNotifications"
    )
    assert "EventBridgeConfiguration" in configuration
    assert "QueueConfigurations" in configuration


@pytest.mark.parametrize("reason", ["", "  "])
def test_wants_the_reason_for_a_trusted_source(plain_stack: cdk.Stack, reason: str) -> None:
    with pytest.raises(ConstructError, match="trusted_source"):
        SecureBucket(plain_stack, "Receipts", trusted_source=reason)


def test_grants_reading_exactly(stack: cdk.Stack, synthesized: Synthesized, role: iam.Role) -> None:
    bucket = SecureBucket(stack, "Receipts")
    bucket.grants.read_objects(role, prefix="in/")
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    assert granted(synthesized(stack)) == [
        ("s3:GetObject", {"Fn::Join": ["", [arn, "/in/*"]]}, None)
    ]


def test_grants_writing_without_tags_or_retention(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    bucket.grants.write_objects(role, prefix="out/")
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    assert granted(synthesized(stack)) == [
        ("s3:PutObject", {"Fn::Join": ["", [arn, "/out/*"]]}, None)
    ]


def test_grants_listing_of_a_prefix_only(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    bucket.grants.list_objects(role, prefix="in/")
    assert granted(synthesized(stack)) == [
        (
            "s3:ListBucket",
            {"Fn::GetAtt": [logical_id(bucket), "Arn"]},
            {"StringLike": {"s3:prefix": "in/*"}},
        )
    ]


def test_grants_what_is_done_with_versions_and_tags(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    for grant in ("read_versions", "delete_versions", "read_tags", "list_versions"):
        getattr(bucket.grants, grant)(role, prefix="in/")
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    objects = {"Fn::Join": ["", [arn, "/in/*"]]}
    actions = ["s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectTagging"]
    listing, *others = sorted(granted(synthesized(stack)), key=lambda grant: grant[1] != arn)
    assert listing == ("s3:ListBucketVersions", arn, {"StringLike": {"s3:prefix": "in/*"}})
    flat = [name for names, *_ in others for name in ([names] if isinstance(names, str) else names)]
    assert sorted(flat) == sorted(actions)
    assert all(resource == objects for _, resource, _ in others)


def test_refuses_to_copy_nowhere(plain_stack: cdk.Stack) -> None:
    copier = iam.Role(plain_stack, "Copier", assumed_by=iam.ServicePrincipal("s3.amazonaws.com"))
    with pytest.raises(ConstructError, match="nowhere to copy to"):
        SecureBucket(plain_stack, "Receipts").grant_replication_permission(copier, destinations=[])


@pytest.mark.parametrize("grant", ["grant_put_acl", "grants.put_acl"])
def test_refuses_to_grant_acls(plain_stack: cdk.Stack, grant: str) -> None:
    allow: Any = SecureBucket(plain_stack, "Receipts")
    for name in grant.split("."):
        allow = getattr(allow, name)
    with pytest.raises(ConstructError, match="ACLs are off"):
        allow(iam.AccountRootPrincipal())


@pytest.mark.parametrize(
    ("grant", "actions"),
    [
        ("grant_read", "s3:GetObject"),
        ("grant_put", "s3:PutObject"),
        ("grant_delete", "s3:DeleteObject"),
        ("grant_write", ["s3:DeleteObject", "s3:PutObject"]),
        ("grant_read_write", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]),
    ],
)
def test_narrows_the_stock_grants(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role, grant: str, actions: object
) -> None:
    bucket = SecureBucket(stack, "Receipts")
    getattr(bucket, grant)(role, "in/*")
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    assert granted(synthesized(stack)) == [(actions, {"Fn::Join": ["", [arn, "/in/*"]]}, None)]


@pytest.mark.parametrize(
    ("grant", "key_actions"),
    [
        ("read_objects", "kms:Decrypt"),
        ("write_objects", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ],
)
def test_grants_the_key_through_s3_only(
    stack: cdk.Stack, synthesized: Synthesized, role: iam.Role, grant: str, key_actions: object
) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    bucket = SecureBucket(stack, "Receipts", encryption_key=key)
    getattr(bucket.grants, grant)(role)
    _, on_key = granted(synthesized(stack))
    host = {"Fn::Join": ["", ["s3.", {"Ref": "AWS::Region"}, ".amazonaws.com"]]}
    assert on_key == (
        key_actions,
        {"Fn::GetAtt": [logical_id(key), "Arn"]},
        {"StringEquals": {"kms:ViaService": host}},
    )


def test_lets_a_principal_without_policies_use_the_key_by_the_keys_own(
    stack: cdk.Stack, synthesized: Synthesized
) -> None:
    from aws_cdk import aws_iam as iam

    from secure_constructs.constructs import SecureKey

    key = SecureKey(stack, "Key")
    bucket = SecureBucket(stack, "Receipts", encryption_key=key)
    bucket.grants.read_objects(iam.ArnPrincipal(f"arn:aws:iam::{stack.account}:role/fixed"))
    statements = properties(synthesized(stack), key)["KeyPolicy"]["Statement"]
    assert any(
        statement["Action"] == "kms:Decrypt" and "role/fixed" in str(statement["Principal"])
        for statement in statements
    )


def test_leaves_cdk_s_own_constructs_the_grants_they_need(
    plain_stack: cdk.Stack, synthesized: Synthesized
) -> None:
    from aws_cdk import aws_s3_deployment as deployment

    bucket = SecureBucket(plain_stack, "Site")
    deployment.BucketDeployment(
        plain_stack,
        "Deploy",
        destination_bucket=bucket,
        sources=[deployment.Source.data("a.txt", "a")],
    )
    arn = {"Fn::GetAtt": [logical_id(bucket), "Arn"]}
    (actions,) = (
        actions
        for actions, resource, _ in granted(synthesized(plain_stack))
        if isinstance(resource, list) and arn in resource
    )
    assert "s3:List*" in actions


def test_is_a_bucket_wherever_one_is_taken(stack: cdk.Stack, synthesized: Synthesized) -> None:
    bucket = SecureBucket(stack, "Receipts")
    function = SecureFunction(
        stack,
        "Render",
        code=lambda_.Code.from_inline("..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_13,
        reserved_concurrent_executions=5,
        environment={"BUCKET": bucket.bucket_name},
    )
    bucket.grants.write_objects(function)
    assert isinstance(bucket, s3.Bucket)
    assert logical_id(bucket) in json.dumps(synthesized(stack))


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Synthesized) -> None:
    SecureBucket(stack, "Receipts")
    assert set(synthesized(stack)["Resources"]) == {
        "Receipts59C0D3E0",
        "ReceiptsPolicyFAF1CC38",
        "SecureConstructsAccessLogsBucket9C39A5C3",
        "SecureConstructsAccessLogsBucketPolicy5315FFC7",
    }
