from __future__ import annotations

import json
import tarfile
from pathlib import Path
from typing import Any

import aws_cdk
import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions

from secure_constructs.assessment import INPUT_PAST_WEB_ACL, assess
from secure_constructs.config import Config
from secure_constructs.constructs import (
    SecureAlarms,
    SecureApi,
    SecureBucket,
    SecureKey,
    SecureTopic,
    SecureUpload,
    SecureUserPool,
    UploadFront,
)
from secure_constructs.errors import ConstructError
from secure_constructs.template import read_assembly

Find = Any


def recommended_flags() -> dict[str, Any]:
    package = Path(aws_cdk.__file__).parent / "_jsii"
    with tarfile.open(next(package.glob("aws-cdk-lib@*.tgz"))) as files:
        member = files.extractfile("package/recommended-feature-flags.json")
        assert member is not None
        flags: dict[str, Any] = json.load(member)
    return flags


def upload(stack: cdk.Stack, authorizer: Any = None, **props: Any) -> SecureUpload:
    api = SecureApi(stack, "Api", authorizer=authorizer or apigateway.AuthorizationType.IAM)
    return SecureUpload(
        stack, "Receipts", api=api, **{"content_types": ["application/pdf", "image/png"], **props}
    )


def one(resources: dict[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    (found,) = (
        (logical_id, resource["Properties"])
        for logical_id, resource in resources.items()
        if logical_id[:-8] == f"Receipts{name}"
    )
    return found


def test_malware_is_told_of_by_an_alarm_and_not_by_a_mail_for_each_find(
    stack: cdk.Stack, found: Find
) -> None:
    made = upload(stack)
    SecureAlarms(stack, "Alarms").watch_all()

    topics = {
        json.dumps(target["Arn"])
        for rule in found(stack, "AWS::Events::Rule").values()
        for target in rule["Properties"]["Targets"]
    }
    assert not any("Topic" in target for target in topics)
    assert "malware" in made.alarms


def bucket_statements(found: Find, stack: cdk.Stack, name: str) -> dict[str, dict[str, Any]]:
    _, policy = one(found(stack, "AWS::S3::BucketPolicy"), f"{name}Policy")
    return {
        statement["Sid"]: statement
        for statement in policy["PolicyDocument"]["Statement"]
        if "Sid" in statement
    }


def role_statements(found: Find, stack: cdk.Stack, name: str) -> list[dict[str, Any]]:
    _, policy = one(found(stack, "AWS::IAM::Policy"), f"{name}DefaultPolicy")
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def allowed(found: Find, stack: cdk.Stack, name: str, service: str) -> list[dict[str, Any]]:
    return [
        statement
        for statement in role_statements(found, stack, name)
        if service in str(statement["Action"])
    ]


def arn(found: Find, stack: cdk.Stack, kind: str, name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [one(found(stack, kind), name)[0], "Arn"]}


def test_callers_announce_a_file_behind_authorizer_and_web_acl(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    upload(stack)
    (method,) = found(stack, "AWS::ApiGateway::Method").values()
    assert method["Properties"]["AuthorizationType"] == "AWS_IAM"
    assert method["Properties"]["HttpMethod"] == "POST"
    assert found(stack, "AWS::WAFv2::WebACLAssociation")
    schema = only(stack, "AWS::ApiGateway::Model")["Schema"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["contentType"]["enum"] == ["application/pdf", "image/png"]
    assert schema["properties"]["size"]["maximum"] == 10 * 1024 * 1024


def test_the_issuer_can_sign_forms_and_nothing_else(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    (statement,) = allowed(found, stack, "IssuerRole", "s3:")
    assert statement["Action"] == "s3:PutObject"
    assert statement["Condition"] == {"StringEquals": {"s3:authType": "POST"}}
    assert statement["Resource"]["Fn::Join"][1][-1] == "/incoming/*"


def test_a_form_is_of_use_for_minutes(stack: cdk.Stack, found: Find) -> None:
    upload(stack, expires=cdk.Duration.minutes(1))
    _, issuer = one(found(stack, "AWS::Lambda::Function"), "Issuer")
    assert issuer["Environment"]["Variables"]["SECONDS"] == "60"


def test_only_forms_of_the_issuer_write_to_quarantine(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    denied = bucket_statements(found, stack, "Quarantine")["OnlyFormsOfTheIssuerWrite"]
    assert (denied["Effect"], denied["Action"]) == ("Deny", "s3:PutObject")
    assert denied["Condition"]["ArnNotEquals"]["aws:PrincipalArn"] == [
        arn(found, stack, "AWS::IAM::Role", "IssuerRole"),
        arn(found, stack, "AWS::IAM::Role", "ScanRole"),
    ]


def test_nobody_but_the_scanner_sets_or_removes_a_tag(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    denied = bucket_statements(found, stack, "Quarantine")["OnlyTheScannerTags"]
    assert set(denied["Action"]) == {
        "s3:DeleteObjectTagging",
        "s3:DeleteObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
    }
    assert denied["Effect"] == "Deny"
    assert denied["Principal"] == {"AWS": "*"}
    scanner = arn(found, stack, "AWS::IAM::Role", "ScanRole")
    assert denied["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": scanner}}


def test_nobody_but_the_scanner_reads_what_is_not_clean(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    denied = bucket_statements(found, stack, "Quarantine")["NobodyReadsWhatIsNotClean"]
    assert set(denied["Action"]) == {"s3:GetObject", "s3:GetObjectVersion"}
    assert denied["Condition"] == {
        "ArnNotEquals": {"aws:PrincipalArn": arn(found, stack, "AWS::IAM::Role", "ScanRole")},
        "StringNotEquals": {"s3:ExistingObjectTag/GuardDutyMalwareScanStatus": "NO_THREATS_FOUND"},
    }


def test_guardduty_scans_and_tags_what_comes_in(stack: cdk.Stack, only: Find, found: Find) -> None:
    upload(stack)
    plan = only(stack, "AWS::GuardDuty::MalwareProtectionPlan")
    quarantine, _ = one(found(stack, "AWS::S3::Bucket"), "Quarantine")
    assert plan["Actions"] == {"Tagging": {"Status": "ENABLED"}}
    assert plan["ProtectedResource"] == {
        "S3Bucket": {"BucketName": {"Ref": quarantine}, "ObjectPrefixes": ["incoming/"]}
    }
    assert plan["Role"] == arn(found, stack, "AWS::IAM::Role", "ScanRole")


def test_the_plan_waits_for_what_its_role_may(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    (plan,) = found(stack, "AWS::GuardDuty::MalwareProtectionPlan").values()
    assert one(found(stack, "AWS::IAM::Policy"), "ScanRoleDefaultPolicy")[0] in plan["DependsOn"]


def test_the_scanner_may_do_what_guardduty_documents(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    _, role = one(found(stack, "AWS::IAM::Role"), "ScanRole")
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "malware-protection-plan.guardduty.amazonaws.com"}
    actions = {
        action
        for statement in role_statements(found, stack, "ScanRole")
        for action in (
            [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
        )
    }
    assert actions == {
        "events:DeleteRule",
        "events:DescribeRule",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:RemoveTargets",
        "s3:GetBucketNotification",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
        "s3:ListBucket",
        "s3:PutBucketNotification",
        "s3:PutObject",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
    }
    (put,) = (s for s in role_statements(found, stack, "ScanRole") if s["Action"] == "s3:PutObject")
    assert str(put["Resource"]).endswith("/malware-protection-resource-validation-object']]}")


def test_only_clean_results_of_this_bucket_go_on(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    _, rule = one(found(stack, "AWS::Events::Rule"), "CleanRule")
    quarantine, _ = one(found(stack, "AWS::S3::Bucket"), "Quarantine")
    assert rule["EventPattern"] == {
        "account": [{"Ref": "AWS::AccountId"}],
        "detail": {
            "s3ObjectDetails": {"bucketName": [{"Ref": quarantine}]},
            "scanResultDetails": {"scanResultStatus": ["NO_THREATS_FOUND"]},
        },
        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
        "source": ["aws.guardduty"],
    }
    (target,) = rule["Targets"]
    assert target["Arn"] == arn(found, stack, "AWS::SQS::Queue", "Scanned")
    assert target["DeadLetterConfig"]["Arn"] == arn(
        found, stack, "AWS::SQS::Queue", "ScannedDeadLetters"
    )


@pytest.mark.parametrize(
    ("rule", "status", "queue"),
    [
        ("MalwareRule", ["THREATS_FOUND"], "Malware"),
        ("UnscannedRule", [{"anything-but": ["NO_THREATS_FOUND", "THREATS_FOUND"]}], "Unscanned"),
    ],
)
def test_every_other_result_is_kept_for_whoever_handles_it(
    stack: cdk.Stack, found: Find, rule: str, status: Any, queue: str
) -> None:
    upload(stack)
    _, properties = one(found(stack, "AWS::Events::Rule"), rule)
    detail = properties["EventPattern"]["detail"]
    assert detail["scanResultDetails"]["scanResultStatus"] == status
    assert properties["Targets"][0]["Arn"] == arn(found, stack, "AWS::SQS::Queue", queue)


def test_trouble_of_the_scanner_is_kept_too(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    (plan,) = found(stack, "AWS::GuardDuty::MalwareProtectionPlan")
    _, rule = one(found(stack, "AWS::Events::Rule"), "ScanTroubleRule")
    assert rule["EventPattern"]["resources"] == [{"Fn::GetAtt": [plan, "Arn"]}]
    assert (
        "GuardDuty Malware Protection Resource Status Error"
        in (rule["EventPattern"]["detail-type"])
    )


def test_the_promoter_reads_versions_and_writes_clean_files(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    read, write = allowed(found, stack, "PromoterRole", "s3:")
    assert read["Action"] == ["s3:GetObjectVersion", "s3:GetObjectVersionTagging"]
    assert read["Resource"]["Fn::Join"][1][-1] == "/incoming/*"
    assert write["Action"] == "s3:PutObject"
    clean = arn(found, stack, "AWS::S3::Bucket", "Clean")
    assert write["Resource"]["Fn::Join"][1][0] == clean


def test_the_promoter_takes_one_scan_result_at_a_time(stack: cdk.Stack, only: Find) -> None:
    upload(stack)
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert mapping["BatchSize"] == 1
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_only_the_promoter_writes_clean_files(stack: cdk.Stack, found: Find) -> None:
    upload(stack)
    denied = bucket_statements(found, stack, "Clean")["OnlyThePromoterWrites"]
    promoter = arn(found, stack, "AWS::IAM::Role", "PromoterRole")
    assert denied["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": promoter}}


def test_the_handlers_are_told_the_same_limits(stack: cdk.Stack, found: Find) -> None:
    upload(stack, max_size=cdk.Size.mebibytes(1), min_size=cdk.Size.kibibytes(1))
    functions = found(stack, "AWS::Lambda::Function")
    limits = {"CONTENT_TYPES": "application/pdf,image/png", "LEAST_BYTES": "1024"}
    for name in ("Issuer", "Promoter"):
        variables = one(functions, name)[1]["Environment"]["Variables"]
        assert variables.items() >= {**limits, "MOST_BYTES": "1048576"}.items()


def test_the_handlers_get_all_that_they_read(stack: cdk.Stack, found: Find) -> None:
    import re

    upload(stack)
    functions = found(stack, "AWS::Lambda::Function")
    folder = Path(__file__).parents[2] / "secure_constructs" / "runtime" / "upload"
    for name in ("Issuer", "Promoter"):
        given = set(one(functions, name)[1]["Environment"]["Variables"]) | {"AWS_REGION"}
        read = set(re.findall(r'environ\["(\w+)"\]', (folder / f"{name.lower()}.py").read_text()))
        assert read <= given


def test_deploys_the_handlers_alone(plain_stack: cdk.Stack, synthesized: Find) -> None:
    upload(plain_stack)
    synthesized(plain_stack)
    app = plain_stack.node.root
    assert isinstance(app, cdk.App)
    shipped = [
        {str(file.relative_to(asset)) for file in asset.rglob("*.py")}
        for asset in Path(app.outdir).glob("asset.*")
        if asset.is_dir()
    ]
    assert shipped == [
        {"upload/__init__.py", "upload/issuer.py", "upload/keys.py", "upload/promoter.py"}
    ]


def test_both_sides_say_the_same_prefix() -> None:
    from secure_constructs.constructs import upload as construct
    from secure_constructs.runtime.upload import keys

    assert construct.PREFIX == keys.PREFIX


@pytest.mark.parametrize(
    ("alarm", "queue"),
    [
        ("MalwareAlarm", "Malware"),
        ("ScanAlarm", "Unscanned"),
        ("PromotionAlarm", "ScannedDeadLetters"),
    ],
)
def test_whatever_stays_in_quarantine_raises_an_alarm(
    stack: cdk.Stack, found: Find, alarm: str, queue: str
) -> None:
    upload(stack)
    _, properties = one(found(stack, "AWS::CloudWatch::Alarm"), alarm)
    name, _ = one(found(stack, "AWS::SQS::Queue"), queue)
    assert properties["MetricName"] == "ApproximateNumberOfMessagesVisible"
    assert properties["Dimensions"] == [
        {"Name": "QueueName", "Value": {"Fn::GetAtt": [name, "QueueName"]}}
    ]
    assert (properties["Threshold"], properties["ComparisonOperator"]) == (
        1,
        "GreaterThanOrEqualToThreshold",
    )
    (topic,) = found(stack, "AWS::SNS::Topic")
    assert properties["AlarmActions"] == [{"Ref": topic}]


def test_alarms_may_publish_to_their_topic(stack: cdk.Stack, only: Find) -> None:
    upload(stack)
    statements = only(stack, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    (statement,) = (s for s in statements if s["Effect"] == "Allow")
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}


def test_two_uploads_share_a_topic_that_admits_alarms_once(
    plain_stack: cdk.Stack, only: Find
) -> None:
    api = upload(plain_stack).method.api
    SecureUpload(plain_stack, "Avatars", api=api, content_types=["image/png"], path="/avatars")  # type: ignore[arg-type]
    statements = only(plain_stack, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    assert len([s for s in statements if s["Effect"] == "Allow"]) == 1


def test_takes_a_topic_and_a_bucket_of_the_callers(stack: cdk.Stack, found: Find) -> None:
    mine = SecureBucket(stack, "Mine")
    topic = SecureTopic(stack, "Pager")
    made = upload(stack, clean_bucket=mine, alarm_topic=topic)
    assert made.clean is mine
    assert len(found(stack, "AWS::SNS::Topic")) == 1
    assert not any(name.startswith("ReceiptsClean") for name in found(stack, "AWS::S3::Bucket"))


def test_takes_an_imported_topic(plain_stack: cdk.Stack, found: Find) -> None:
    arn = "arn:aws:sns:eu-west-1:111122223333:pager"
    upload(plain_stack, alarm_topic=sns.Topic.from_topic_arn(plain_stack, "Pager", arn))
    _, alarm = one(found(plain_stack, "AWS::CloudWatch::Alarm"), "MalwareAlarm")
    assert alarm["AlarmActions"] == [arn]


def test_a_key_of_ones_own_is_used_through_s3_only(stack: cdk.Stack, found: Find) -> None:
    upload(stack, encryption_key=SecureKey(stack, "Key"))
    for role, actions in (
        ("IssuerRole", ["kms:GenerateDataKey"]),
        ("PromoterRole", ["kms:Decrypt", "kms:GenerateDataKey"]),
        ("ScanRole", ["kms:Decrypt", "kms:GenerateDataKey"]),
    ):
        statements = allowed(found, stack, role, "kms:")
        assert statements
        granted: set[str] = set()
        for statement in statements:
            action = statement["Action"]
            granted.update([action] if isinstance(action, str) else action)
            assert "s3." in str(statement["Condition"]["StringEquals"]["kms:ViaService"])
        assert granted == set(actions)


def test_files_do_not_stay_in_quarantine_for_ever(stack: cdk.Stack, found: Find) -> None:
    upload(stack, quarantine_retention=cdk.Duration.days(7))
    _, bucket = one(found(stack, "AWS::S3::Bucket"), "Quarantine")
    rules = {rule["Id"]: rule for rule in bucket["LifecycleConfiguration"]["Rules"]}
    assert rules["ExpireQuarantine"]["ExpirationInDays"] == 7


def test_named_sites_upload_from_a_browser(stack: cdk.Stack, found: Find) -> None:
    upload(stack, cors_origins=["https://shop.example"])
    _, bucket = one(found(stack, "AWS::S3::Bucket"), "Quarantine")
    (rule,) = bucket["CorsConfiguration"]["CorsRules"]
    assert rule == {"AllowedMethods": ["POST"], "AllowedOrigins": ["https://shop.example"]}
    _, issuer = one(found(stack, "AWS::Lambda::Function"), "Issuer")
    assert issuer["Environment"]["Variables"]["ORIGINS"] == "https://shop.example"


def front(stack: cdk.Stack, **props: Any) -> UploadFront:
    certificate = acm.Certificate.from_certificate_arn(
        stack, "Certificate", "arn:aws:acm:us-east-1:111122223333:certificate/c"
    )
    return UploadFront(certificate=certificate, domain_name="upload.shop.example", **props)


@pytest.fixture
def edge_stack(stack: cdk.Stack, app: cdk.App) -> cdk.Stack:  # noqa: ARG001 - judged with it
    return cdk.Stack(app, "Edge", env=cdk.Environment(region="us-east-1"))


def test_with_a_front_nothing_goes_round_it(edge_stack: cdk.Stack, found: Find) -> None:
    upload(edge_stack, front=front(edge_stack))
    denied = bucket_statements(found, edge_stack, "Quarantine")["OnlyThroughTheFront"]
    secret = denied["Condition"]["StringNotEquals"]["aws:Referer"]
    assert "{{resolve:secretsmanager:" in str(secret)
    _, distribution = one(found(edge_stack, "AWS::CloudFront::Distribution"), "Front")
    (origin,) = distribution["DistributionConfig"]["Origins"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "Referer", "HeaderValue": secret}]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    _, issuer = one(found(edge_stack, "AWS::Lambda::Function"), "Issuer")
    assert issuer["Environment"]["Variables"]["UPLOAD_URL"] == "https://upload.shop.example/"


def test_a_new_secret_of_the_front_is_let_in_before_the_edge_shows_it(
    edge_stack: cdk.Stack, app: cdk.App, found: Find
) -> None:
    users = apigateway.CognitoUserPoolsAuthorizer(
        edge_stack, "Users", cognito_user_pools=[SecureUserPool(edge_stack, "Pool")]
    )
    upload(edge_stack, users, front=front(edge_stack, origin_secret_generation=3))
    denied = bucket_statements(found, edge_stack, "Quarantine")["OnlyThroughTheFront"]
    shown, before = denied["Condition"]["StringNotEquals"]["aws:Referer"]
    assert "FrontSecret3" in str(shown)
    assert "FrontSecret2" in str(before)
    (made,) = (
        resource
        for name, resource in found(edge_stack, "AWS::CloudFront::Distribution").items()
        if name.startswith("ReceiptsFront")
    )
    (origin,) = made["Properties"]["DistributionConfig"]["Origins"]
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "Referer", "HeaderValue": shown}]
    assert any(name.startswith("ReceiptsQuarantinePolicy") for name in made["DependsOn"])

    folder = app.synth(force=True).directory
    judged = assess(read_assembly(folder).templates, config=Config(worst_input="provenance"))
    assert not [f for f in judged.findings if f.rule_id == INPUT_PAST_WEB_ACL]


def test_the_front_lets_files_pass_that_no_rule_can_read(
    edge_stack: cdk.Stack, found: Find
) -> None:
    upload(edge_stack, front=front(edge_stack))
    (acl,) = (
        acl["Properties"]
        for acl in found(edge_stack, "AWS::WAFv2::WebACL").values()
        if acl["Properties"]["Scope"] == "CLOUDFRONT"
    )
    names = [rule["Name"] for rule in acl["Rules"]]
    assert names[0] == "RateLimit"
    assert "BodySize" not in names
    (common,) = (r for r in acl["Rules"] if r["Name"] == "AWSManagedRulesCommonRuleSet")
    overrides = common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    assert {override["Name"] for override in overrides} >= {"CrossSiteScripting_BODY"}
    assert all(override["ActionToUse"] == {"Count": {}} for override in overrides)


def test_counts_the_secrets_of_the_front_from_one(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match=r"take front.origin_secret_generation=0"):
        upload(plain_stack, front=front(plain_stack, origin_secret_generation=0))
    assert not plain_stack.node.try_find_child("Receipts")


def test_the_front_takes_a_web_acl_of_the_callers(plain_stack: cdk.Stack, found: Find) -> None:
    acl = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/a/b"
    stack = cdk.Stack(plain_stack.node.root, "Dublin", env=cdk.Environment(region="eu-west-1"))  # type: ignore[arg-type]
    upload(stack, front=front(stack, web_acl_arn=acl))
    _, distribution = one(found(stack, "AWS::CloudFront::Distribution"), "Front")
    assert distribution["DistributionConfig"]["WebACLId"] == acl


@pytest.mark.parametrize(
    ("props", "reason"),
    [
        ({"content_types": []}, "known type by type"),
        ({"content_types": "image/png"}, "no content type"),
        ({"content_types": ["image/*"]}, "no content type"),
        ({"content_types": ["IMAGE/PNG"]}, "no content type"),
        ({"content_types": ["text/html"]}, "a browser runs"),
        ({"content_types": ["image/svg+xml"]}, "a browser runs"),
        ({"max_size": cdk.Size.gibibytes(6)}, "from 1 to 5.36871e"),
        ({"max_size": cdk.Size.bytes(1), "min_size": cdk.Size.bytes(2)}, "min_size"),
        ({"expires": cdk.Duration.minutes(10)}, "from 30 to 300 seconds"),
        ({"expires": cdk.Duration.seconds(1)}, "from 30 to 300 seconds"),
        ({"cors_origins": ["*"]}, "any web site"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, props: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        upload(plain_stack, **props)


@pytest.mark.parametrize("flags", [{}, recommended_flags()], ids=["no-flags", "recommended"])
def test_is_as_good_in_a_stage_beside_its_api_with_any_feature_flags(
    flags: dict[str, Any], tmp_path: Path
) -> None:
    app = cdk.App(analytics_reporting=False, context=flags, outdir=str(tmp_path / "cdk.out"))
    stage = cdk.Stage(app, "Live")
    api = SecureApi(cdk.Stack(stage, "Front"), "Api", authorizer=apigateway.AuthorizationType.IAM)
    stack = cdk.Stack(stage, "Files")
    made = SecureUpload(stack, "Receipts", api=api, content_types=["image/png"])
    made.alarm_topic.add_subscription(subscriptions.EmailSubscription("ops@shop.example"))
    app.synth()


def test_refuses_a_route_that_anyone_may_call(plain_stack: cdk.Stack) -> None:
    api = SecureApi(plain_stack, "Api", authorizer=apigateway.AuthorizationType.IAM)
    with pytest.raises(TypeError):
        SecureUpload(  # type: ignore[call-arg]
            plain_stack, "Receipts", api=api, content_types=["image/png"], public="why not"
        )


def test_the_app_reads_what_is_clean(plain_stack: cdk.Stack, found: Find) -> None:
    reader = iam.Role(
        plain_stack, "Reader", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
    )
    upload(plain_stack).clean.grants.read_objects(reader)
    (policy,) = (
        policy
        for name, policy in found(plain_stack, "AWS::IAM::Policy").items()
        if name.startswith("Reader")
    )
    assert policy["Properties"]["PolicyDocument"]["Statement"][0]["Action"] == "s3:GetObject"


def test_keeps_its_logical_ids(stack: cdk.Stack, synthesized: Find) -> None:
    upload(stack)
    names = {name for name in synthesized(stack)["Resources"] if name.startswith("Receipts")}
    assert names == {
        "ReceiptsClean3E8E2E8A",
        "ReceiptsCleanPolicy46A002A4",
        "ReceiptsCleanRule0DAE23AB",
        "ReceiptsIssuer398A8C9E",
        "ReceiptsIssuerEventInvokeConfigD3841296",
        "ReceiptsIssuerLogGroup59E2ECFC",
        "ReceiptsIssuerRoleA2BCB1CF",
        "ReceiptsIssuerRoleDefaultPolicy9DAACEFF",
        "ReceiptsMalwareAlarmC6461F1B",
        "ReceiptsMalwareB4A6F133",
        "ReceiptsMalwareDeadLetters7197D57E",
        "ReceiptsMalwareDeadLettersPolicy26D51E79",
        "ReceiptsMalwarePolicyAEB795B9",
        "ReceiptsMalwareRuleB6A96105",
        "ReceiptsPromoterA4F6234C",
        "ReceiptsPromoterEventInvokeConfigBDA1DC00",
        "ReceiptsPromoterLogGroupD6CA57B9",
        "ReceiptsPromoterRole5AB4BE1D",
        "ReceiptsPromoterRoleDefaultPolicyA765C03A",
        "ReceiptsPromoterSqsEventSourceShopReceiptsScanned10B5BA4D61B82E67",
        "ReceiptsPromotionAlarm91674B26",
        "ReceiptsQuarantine44598EAB",
        "ReceiptsQuarantinePolicyC6A49B63",
        "ReceiptsScanAlarm5C1F183B",
        "ReceiptsScanPlan1F9B48C6",
        "ReceiptsScanRole2D8075DA",
        "ReceiptsScanRoleDefaultPolicyDB177F8D",
        "ReceiptsScanTroubleRule12F2C084",
        "ReceiptsScanned5C90CBC9",
        "ReceiptsScannedDeadLettersBC52FEA8",
        "ReceiptsScannedDeadLettersPolicy124B8458",
        "ReceiptsScannedPolicy567D6010",
        "ReceiptsUnscannedDeadLetters0DEEFCE2",
        "ReceiptsUnscannedDeadLettersPolicy237FED4E",
        "ReceiptsUnscannedF1C7A6FC",
        "ReceiptsUnscannedPolicy6CA22542",
        "ReceiptsUnscannedRuleB5B3F806",
    }
