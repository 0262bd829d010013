from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_signer as signer
from aws_cdk import aws_sqs as sqs

from secure_constructs.assessment import assess
from secure_constructs.config import Config, read_config
from secure_constructs.constructs import SecureFunction, SecureKey, SecureQueue, SecureSecret
from secure_constructs.errors import ConfigError, ConstructError
from secure_constructs.guardrails import guard
from secure_constructs.template import Template

Find = Any


def function(stack: cdk.Stack, name: str = "Checkout", **props: Any) -> SecureFunction:
    if "unreserved" not in props:
        props.setdefault("reserved_concurrent_executions", 5)
    return SecureFunction(
        stack,
        name,
        **{
            "code": lambda_.Code.from_inline("def handler(event, context): ..."),
            "handler": "index.handler",
            "runtime": lambda_.Runtime.PYTHON_3_14,
            **props,
        },
    )


def partner(stack: cdk.Stack) -> SecureSecret:
    return SecureSecret(stack, "Partner", no_rotation="the partner replaces it by phone")


def statements(policies: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        statement
        for policy in policies.values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
    ]


def test_its_role_has_no_managed_policies(stack: cdk.Stack, only: Find) -> None:
    function(stack)
    assert "ManagedPolicyArns" not in only(stack, "AWS::IAM::Role")


def test_each_function_has_a_role_of_its_own(stack: cdk.Stack, found: Find) -> None:
    function(stack, "Checkout")
    function(stack, "Refund")
    assert len(found(stack, "AWS::IAM::Role")) == 2


def test_its_role_starts_with_its_log_its_traces_and_its_lost_events(
    stack: cdk.Stack, found: Find
) -> None:
    function(stack)
    (log_group,) = found(stack, "AWS::Logs::LogGroup")
    (lost,) = found(stack, "AWS::SQS::Queue")
    assert statements(found(stack, "AWS::IAM::Policy")) == [
        {
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [log_group, "Arn"]},
        },
        {
            "Action": "sqs:SendMessage",
            "Effect": "Allow",
            "Resource": {"Fn::GetAtt": [lost, "Arn"]},
        },
        {
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Effect": "Allow",
            "Resource": "*",
        },
    ]


def test_its_role_stays_within_a_boundary(stack: cdk.Stack, only: Find) -> None:
    boundary = iam.ManagedPolicy.from_managed_policy_arn(
        stack, "Boundary", "arn:aws:iam::111122223333:policy/developers"
    )
    function(stack, permissions_boundary=boundary)
    role = only(stack, "AWS::IAM::Role")
    assert role["PermissionsBoundary"] == "arn:aws:iam::111122223333:policy/developers"


def test_the_boundary_of_its_scope_applies(stack: cdk.Stack, only: Find) -> None:
    boundary = iam.ManagedPolicy.from_managed_policy_arn(
        stack, "Boundary", "arn:aws:iam::111122223333:policy/developers"
    )
    iam.PermissionsBoundary.of(stack).apply(boundary)
    function(stack)
    assert "PermissionsBoundary" in only(stack, "AWS::IAM::Role")


def test_its_log_is_kept_90_days_and_outlives_the_stack(stack: cdk.Stack, found: Find) -> None:
    function(stack)
    (log_group,) = found(stack, "AWS::Logs::LogGroup").values()
    assert log_group["Properties"]["RetentionInDays"] == 90
    assert log_group["DeletionPolicy"] == "Retain"


def test_it_writes_json_records_to_its_own_log_group(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    function(stack)
    (log_group,) = found(stack, "AWS::Logs::LogGroup")
    assert only(stack, "AWS::Lambda::Function")["LoggingConfig"] == {
        "ApplicationLogLevel": "INFO",
        "LogFormat": "JSON",
        "LogGroup": {"Ref": log_group},
        "SystemLogLevel": "WARN",
    }


def test_a_key_encrypts_the_log_of_this_stack_only(stack: cdk.Stack, found: Find) -> None:
    key = SecureKey(stack, "Key")
    function(stack, "Checkout", log_encryption_key=key)
    function(stack, "Refund", log_encryption_key=key)
    (policy,) = (k["Properties"]["KeyPolicy"] for k in found(stack, "AWS::KMS::Key").values())
    (for_logs,) = (s for s in policy["Statement"] if "Service" in s["Principal"])
    arn = for_logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert for_logs["Principal"] == {"Service": "logs.amazonaws.com"}
    assert arn["Fn::Join"][1][-3:] == [":log-group:", {"Ref": "AWS::StackName"}, "-*"]


def test_the_key_of_its_log_may_be_in_another_stack(app: cdk.App, plain_stack: cdk.Stack) -> None:
    key = SecureKey(plain_stack, "Key")
    function(cdk.Stack(app, "Other"), log_encryption_key=key)
    app.synth()


def test_masks_data_in_its_log(stack: cdk.Stack, only: Find) -> None:
    policy = logs.DataProtectionPolicy(identifiers=[logs.DataIdentifier.CREDITCARDNUMBER])
    function(stack, data_protection_policy=policy)
    assert "DataProtectionPolicy" in only(stack, "AWS::Logs::LogGroup")


def test_its_requests_are_traced(stack: cdk.Stack, only: Find) -> None:
    function(stack)
    assert only(stack, "AWS::Lambda::Function")["TracingConfig"] == {"Mode": "Active"}


def test_a_loop_back_to_itself_is_stopped(stack: cdk.Stack, only: Find) -> None:
    function(stack)
    assert only(stack, "AWS::Lambda::Function")["RecursiveLoop"] == "Terminate"


def test_its_limits_stand_in_the_template(stack: cdk.Stack, only: Find) -> None:
    function(stack)
    properties = only(stack, "AWS::Lambda::Function")
    assert properties["ReservedConcurrentExecutions"] == 5
    assert properties["Timeout"] == 10
    assert properties["MemorySize"] == 256


def test_a_lost_event_is_tried_once_more_within_the_hour_and_kept(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    function(stack)
    (lost,) = found(stack, "AWS::SQS::Queue")
    config = only(stack, "AWS::Lambda::EventInvokeConfig")
    assert config["MaximumEventAgeInSeconds"] == 3600
    assert config["MaximumRetryAttempts"] == 1
    assert config["DestinationConfig"] == {
        "OnFailure": {"Destination": {"Fn::GetAtt": [lost, "Arn"]}}
    }


def test_the_functions_of_a_stack_share_a_queue_for_lost_events(
    stack: cdk.Stack, found: Find
) -> None:
    function(stack, "Checkout")
    function(stack, "Refund")
    assert len(found(stack, "AWS::SQS::Queue")) == 1


def test_lost_events_go_where_the_caller_says(stack: cdk.Stack, found: Find, only: Find) -> None:
    lost = SecureQueue(stack, "Lost", holds_dead_letters=True)
    function(
        stack,
        on_failure=destinations.SqsDestination(lost),
        max_event_age=cdk.Duration.minutes(5),
        retry_attempts=0,
    )
    (queue,) = found(stack, "AWS::SQS::Queue")
    config = only(stack, "AWS::Lambda::EventInvokeConfig")
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert config["MaximumEventAgeInSeconds"] == 300
    assert config["MaximumRetryAttempts"] == 0
    to_queue = [s for s in statements(found(stack, "AWS::IAM::Policy")) if "sqs" in str(s)]
    assert [statement["Action"] for statement in to_queue] == ["sqs:SendMessage"]


def test_a_result_and_a_lost_event_go_different_ways(stack: cdk.Stack, only: Find) -> None:
    done = SecureQueue(stack, "Done")
    function(stack, on_success=destinations.SqsDestination(done))
    config = only(stack, "AWS::Lambda::EventInvokeConfig")["DestinationConfig"]
    assert config["OnSuccess"] != config["OnFailure"]


def test_an_event_may_be_as_young_as_the_caller_says(stack: cdk.Stack, only: Find) -> None:
    function(stack, max_event_age=cdk.Duration.minutes(5))
    assert only(stack, "AWS::Lambda::EventInvokeConfig")["MaximumEventAgeInSeconds"] == 300


def test_a_secret_is_in_the_environment_by_its_arn(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    function(stack, secrets={"PARTNER": partner(stack)}, environment={"CURRENCY": "EUR"})
    (secret,) = found(stack, "AWS::SecretsManager::Secret")
    variables = only(stack, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables == {"CURRENCY": "EUR", "PARTNER": {"Ref": secret}}


def test_it_reads_its_secret_and_no_other(stack: cdk.Stack, found: Find) -> None:
    function(stack, secrets={"PARTNER": partner(stack)})
    (secret,) = found(stack, "AWS::SecretsManager::Secret")
    read, decrypt = statements(found(stack, "AWS::IAM::Policy"))[-2:]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    assert read["Resource"] == {"Ref": secret}
    assert decrypt["Action"] == "kms:Decrypt"
    assert "kms:ViaService" in decrypt["Condition"]["StringEquals"]


def test_reads_a_secret_of_another_app(plain_stack: cdk.Stack, found: Find) -> None:
    secret = secretsmanager.Secret.from_secret_name_v2(plain_stack, "Partner", "shop/partner")
    function(plain_stack, secrets={"PARTNER": secret})
    read = statements(found(plain_stack, "AWS::IAM::Policy"))[-1]
    assert read["Action"] == "secretsmanager:GetSecretValue"
    assert json.dumps(read["Resource"]).endswith('secret:shop/partner-??????"]]}')


def test_unsigned_code_is_refused_where_someone_signs(stack: cdk.Stack, only: Find) -> None:
    profile = signer.SigningProfile(
        stack, "Profile", platform=signer.Platform.AWS_LAMBDA_SHA384_ECDSA
    )
    function(
        stack,
        code=lambda_.Code.from_bucket(
            s3.Bucket.from_bucket_name(stack, "Releases", "releases"), "checkout.zip"
        ),
        signing_profiles=[profile],
    )
    policies = only(stack, "AWS::Lambda::CodeSigningConfig")["CodeSigningPolicies"]
    assert policies == {"UntrustedArtifactOnDeployment": "Enforce"}
    assert "CodeSigningConfigArn" in only(stack, "AWS::Lambda::Function")


def test_in_a_vpc_only_lambda_manages_its_network_interfaces(
    plain_stack: cdk.Stack, found: Find
) -> None:
    function(plain_stack, vpc=ec2.Vpc(plain_stack, "Network", max_azs=2))
    (name,) = found(plain_stack, "AWS::Lambda::Function")
    on_interfaces = {
        statement["Effect"]: statement
        for statement in statements(found(plain_stack, "AWS::IAM::Policy"))
        if "ec2:CreateNetworkInterface" in statement["Action"]
    }
    assert on_interfaces["Allow"]["Action"] == on_interfaces["Deny"]["Action"]
    assert len(on_interfaces["Allow"]["Action"]) == 6
    assert on_interfaces["Deny"]["Condition"] == {
        "ArnEquals": {"lambda:SourceFunctionArn": {"Fn::GetAtt": [name, "Arn"]}}
    }


def test_in_a_vpc_it_connects_to_nothing_unless_told(plain_stack: cdk.Stack, only: Find) -> None:
    network = ec2.Vpc(plain_stack, "Network", max_azs=2)
    function(plain_stack, vpc=network)
    (egress,) = only(plain_stack, "AWS::EC2::SecurityGroup")["SecurityGroupEgress"]
    assert egress["CidrIp"] == "255.255.255.255/32"


def test_handles_a_queue_message_by_message_within_its_limits(
    stack: cdk.Stack, found: Find, only: Find
) -> None:
    orders = SecureQueue(stack, "Orders")
    function(stack).consume(orders, batch_size=7)
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert mapping["BatchSize"] == 7
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 5}
    on_queue = statements(found(stack, "AWS::IAM::Policy"))[-1]
    assert on_queue["Action"] == [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
    ]


def test_the_stock_event_source_is_as_safe(stack: cdk.Stack, only: Find) -> None:
    function(stack).add_event_source(event_sources.SqsEventSource(SecureQueue(stack, "Orders")))
    mapping = only(stack, "AWS::Lambda::EventSourceMapping")
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_takes_event_sources_as_a_prop(stack: cdk.Stack, found: Find) -> None:
    function(stack, events=[event_sources.SqsEventSource(SecureQueue(stack, "Orders"))])
    assert len(found(stack, "AWS::Lambda::EventSourceMapping")) == 1


def test_refuses_to_repeat_whole_batches(plain_stack: cdk.Stack) -> None:
    source = event_sources.SqsEventSource(
        SecureQueue(plain_stack, "Orders"), report_batch_item_failures=False
    )
    with pytest.raises(RuntimeError, match="one bad message would make the whole batch come"):
        function(plain_stack).add_event_source(source)


def test_refuses_a_queue_whose_messages_come_back_too_soon(plain_stack: cdk.Stack) -> None:
    orders = SecureQueue(plain_stack, "Orders", visibility_timeout=cdk.Duration.seconds(59))
    with pytest.raises(ConstructError, match=r"visibility_timeout=Duration\.seconds\(60\)"):
        function(plain_stack).consume(orders)


def test_counts_the_batching_window_in(plain_stack: cdk.Stack) -> None:
    orders = SecureQueue(plain_stack, "Orders", visibility_timeout=cdk.Duration.seconds(60))
    with pytest.raises(ConstructError, match=r"visibility_timeout=Duration\.seconds\(65\)"):
        function(plain_stack).consume(orders, max_batching_window=cdk.Duration.seconds(5))


def test_does_not_compare_a_visibility_known_only_at_deployment(
    plain_stack: cdk.Stack, found: Find
) -> None:
    parameter = cdk.CfnParameter(plain_stack, "Seconds", type="Number", default=1)
    visibility = cdk.Duration.seconds(parameter.value_as_number)
    function(plain_stack).consume(SecureQueue(plain_stack, "Orders", visibility_timeout=visibility))
    assert len(found(plain_stack, "AWS::Lambda::EventSourceMapping")) == 1


def test_refuses_a_queue_that_repeats_a_bad_message_for_days(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="use a SecureQueue"):
        function(plain_stack).consume(sqs.Queue(plain_stack, "Orders"))


def test_refuses_more_consumers_than_are_reserved(plain_stack: cdk.Stack) -> None:
    orders = SecureQueue(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="only 5 instances are reserved"):
        function(plain_stack).consume(orders, max_concurrency=6)


def test_refuses_a_queue_for_a_function_of_one(plain_stack: cdk.Stack) -> None:
    orders = SecureQueue(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="at least 2 instances"):
        function(plain_stack, reserved_concurrent_executions=1).consume(orders)


def test_a_function_without_a_limit_names_one_for_its_queue(plain_stack: cdk.Stack) -> None:
    orders = SecureQueue(plain_stack, "Orders")
    with pytest.raises(ConstructError, match="pass a number from 2 to 1000"):
        function(plain_stack, unreserved="it is called by hand").consume(orders)


def test_takes_a_reservation_known_only_at_deployment(stack: cdk.Stack, found: Find) -> None:
    most = cdk.CfnParameter(stack, "Most", type="Number", default=5).value_as_number
    function(stack, reserved_concurrent_executions=most).consume(SecureQueue(stack, "Orders"))
    (mapping,) = found(stack, "AWS::Lambda::EventSourceMapping").values()
    assert mapping["Properties"]["ScalingConfig"] == {"MaximumConcurrency": {"Ref": "Most"}}


def test_a_rule_invokes_it_on_its_own_behalf(
    plain_stack: cdk.Stack, found: Find, only: Find
) -> None:
    rule = events.Rule(plain_stack, "Rule", event_pattern=events.EventPattern(source=["shop"]))
    rule.add_target(targets.LambdaFunction(function(plain_stack)))
    (name,) = found(plain_stack, "AWS::Events::Rule")
    assert only(plain_stack, "AWS::Lambda::Permission")["SourceArn"] == {
        "Fn::GetAtt": [name, "Arn"]
    }


def test_a_bucket_invokes_it_from_this_account_only(plain_stack: cdk.Stack, only: Find) -> None:
    bucket = s3.Bucket(plain_stack, "Uploads")
    bucket.add_event_notification(
        s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(function(plain_stack))
    )
    permission = only(plain_stack, "AWS::Lambda::Permission")
    assert "SourceArn" in permission
    assert permission["SourceAccount"] == {"Ref": "AWS::AccountId"}


def test_an_api_invokes_it_on_its_own_behalf(plain_stack: cdk.Stack, found: Find) -> None:
    api = apigateway.RestApi(plain_stack, "Api")
    api.root.add_method("POST", apigateway.LambdaIntegration(function(plain_stack)))
    permissions = found(plain_stack, "AWS::Lambda::Permission").values()
    assert permissions
    assert all("SourceArn" in permission["Properties"] for permission in permissions)


def test_is_watched_and_invoked_like_any_function(stack: cdk.Stack, found: Find) -> None:
    checkout = function(stack)
    cloudwatch.Alarm(
        stack, "Errors", metric=checkout.metric_errors(), threshold=1, evaluation_periods=1
    )
    caller = function(stack, "Caller")
    checkout.grant_invoke(caller)
    assert "lambda:InvokeFunction" in str(statements(found(stack, "AWS::IAM::Policy")))


def test_refuses_a_service_that_calls_for_anyone(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="pass source_arn"):
        function(plain_stack).add_permission(
            "Anyone", principal=iam.ServicePrincipal("events.amazonaws.com")
        )


def test_takes_a_service_whose_principal_says_for_whom(stack: cdk.Stack, only: Find) -> None:
    arn = "arn:aws:events:eu-west-1:111122223333:rule/shop"
    principal = iam.ServicePrincipal(
        "events.amazonaws.com", conditions={"ArnLike": {"aws:SourceArn": arn}}
    )
    function(stack).grant_invoke(principal)
    assert only(stack, "AWS::Lambda::Permission")["SourceArn"] == arn


@pytest.mark.parametrize("principal", [iam.StarPrincipal, iam.AnyPrincipal])
def test_refuses_the_whole_internet(plain_stack: cdk.Stack, principal: Any) -> None:
    with pytest.raises(ConstructError, match="everyone on the internet could invoke it"):
        function(plain_stack).add_permission("Everyone", principal=principal())


def test_refuses_a_url_without_authentication(plain_stack: cdk.Stack) -> None:
    with pytest.raises(RuntimeError, match="everyone on the internet could invoke it"):
        function(plain_stack).add_function_url(auth_type=lambda_.FunctionUrlAuthType.NONE)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "hunter2"),
        ("password", "hunter2"),
        ("STRIPE_API_KEY", "abc"),
        ("GITHUB_TOKEN", "abc"),
        ("CLIENT_SECRET", "abc"),
        ("NOTE", "AKIA" + "IOSFODNN7EXAMPLE"),
        ("NOTE", "sk_live_" + "4eC39HqLyjWDarjtT1"),
        ("NOTE", "-----BEGIN RSA PRIVATE KEY-----"),
        ("DATABASE_URL", "postgres://shop:hunter2@db.internal/shop"),
    ],
)
def test_refuses_a_secret_in_plain_text(plain_stack: cdk.Stack, name: str, value: str) -> None:
    with pytest.raises(ConstructError, match="looks like a secret") as refused:
        function(plain_stack, environment={name: value})
    assert value not in str(refused.value)
    assert f"secrets={{'{name}': secret}}" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TOKEN_URL", "https://login.example.com/token"),
        ("MAX_TOKENS", "512"),
        ("PASSWORD_LENGTH", "12"),
        ("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db"),
        ("API_KEY", "/shop/api-key"),
        ("PASSWORD", ""),
        ("DEBUG", "false"),
        ("LOG_LEVEL", "INFO"),
        ("TABLE_NAME", "orders"),
    ],
)
def test_takes_what_only_sounds_like_a_secret(stack: cdk.Stack, name: str, value: str) -> None:
    function(stack, environment={name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "1"),
        ("FLASK_DEBUG", "true"),
        ("SHOP_DEBUG", "yes"),
        ("POWERTOOLS_LOGGER_LOG_EVENT", "true"),
        ("LOG_LEVEL", "DEBUG"),
        ("POWERTOOLS_LOG_LEVEL", "debug"),
    ],
)
def test_refuses_a_debug_switch(plain_stack: cdk.Stack, name: str, value: str) -> None:
    with pytest.raises(ConstructError, match="while you look for a fault"):
        function(plain_stack, environment={name: value})


@pytest.mark.parametrize(
    "text",
    [
        "{{resolve:secretsmanager:shop/partner}}",
        "{{resolve:ssm-secure:/shop/partner:1}}",
    ],
)
def test_refuses_a_secret_that_cloudformation_would_write_out(
    plain_stack: cdk.Stack, text: str
) -> None:
    with pytest.raises(ConstructError, match="would write the secret into"):
        function(plain_stack, environment={"PARTNER": text})


def test_refuses_an_unwrapped_secret(plain_stack: cdk.Stack) -> None:
    value = partner(plain_stack).secret_value.unsafe_unwrap()
    with pytest.raises(ConstructError, match="would write the secret into"):
        function(plain_stack, environment={"PARTNER": value})


def test_takes_a_value_known_only_at_deployment(stack: cdk.Stack, only: Find) -> None:
    function(stack, environment={"DB_PASSWORD_PARAMETER": cdk.Fn.import_value("shop-parameter")})
    variables = only(stack, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables["DB_PASSWORD_PARAMETER"] == {"Fn::ImportValue": "shop-parameter"}


def test_refuses_a_secret_that_is_added_later(plain_stack: cdk.Stack) -> None:
    checkout = function(plain_stack)
    with pytest.raises(ConstructError, match="looks like a secret"):
        checkout.add_environment("DB_PASSWORD", "hunter2")


def test_takes_a_variable_that_is_added_later(stack: cdk.Stack, only: Find) -> None:
    function(stack).add_environment("CURRENCY", "EUR")
    variables = only(stack, "AWS::Lambda::Function")["Environment"]["Variables"]
    assert variables == {"CURRENCY": "EUR"}


def test_refuses_a_variable_that_is_no_text(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="a variable is a text, not a int"):
        function(plain_stack, environment={"LIMIT": 5})


def test_refuses_two_values_for_one_variable(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="environment has a variable of that name"):
        function(
            plain_stack,
            environment={"PARTNER": "acme"},
            secrets={"PARTNER": partner(plain_stack)},
        )


@pytest.mark.parametrize("name", ["1ST", "WITH-DASH", "", 5])
def test_refuses_a_name_that_no_variable_can_have(plain_stack: cdk.Stack, name: Any) -> None:
    with pytest.raises(ConstructError, match="letters, digits and underscores"):
        function(plain_stack, secrets={name: partner(plain_stack)})


@pytest.mark.parametrize("value", ["hunter2", 5, None])
def test_refuses_what_is_no_secret(plain_stack: cdk.Stack, value: Any) -> None:
    with pytest.raises(ConstructError, match="not a secret of Secrets Manager"):
        function(plain_stack, secrets={"PARTNER": value})


def test_refuses_to_run_without_a_limit(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="give exactly one: reserved_concurrent_executions=10"):
        function(plain_stack, reserved_concurrent_executions=None)


def test_refuses_to_reserve_what_the_account_must_keep(plain_stack: cdk.Stack) -> None:
    function(plain_stack, "Checkout", reserved_concurrent_executions=890)
    with pytest.raises(ConstructError, match="would reserve 901, and of the account's 1000"):
        function(plain_stack, "Refund", reserved_concurrent_executions=11)


@pytest.fixture
def account_concurrency(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[object], None]:
    def set_to(limit: object) -> None:
        (tmp_path / "secure-constructs.toml").write_text(f"account-concurrency = {limit}")
        monkeypatch.chdir(tmp_path)

    return set_to


def test_refuses_to_reserve_in_an_account_too_small_for_it(
    plain_stack: cdk.Stack, account_concurrency: Callable[[object], None]
) -> None:
    account_concurrency(10)
    with pytest.raises(ConstructError, match="of the account's 10 Lambda keeps 100 unreserved"):
        function(plain_stack)


def test_reserves_what_a_larger_account_has(
    plain_stack: cdk.Stack, account_concurrency: Callable[[object], None]
) -> None:
    account_concurrency(2000)
    function(plain_stack, reserved_concurrent_executions=1900)


def test_refuses_an_account_limit_that_is_no_number(
    plain_stack: cdk.Stack, account_concurrency: Callable[[object], None]
) -> None:
    account_concurrency('"many"')
    with pytest.raises(ConfigError, match="account-concurrency: 'many' is no number"):
        function(plain_stack)


def test_refuses_what_the_stacks_of_an_account_reserve_together(app: cdk.App) -> None:
    here = cdk.Environment(account="111122223333", region="eu-west-1")
    there = cdk.Environment(account="111122223333", region="eu-central-1")
    function(cdk.Stack(app, "Shop", env=here), reserved_concurrent_executions=890)
    function(cdk.Stack(app, "Copy", env=there), reserved_concurrent_executions=890)
    stock = cdk.Stack(cdk.Stage(app, "Live"), "Stock", env=here)
    said = "the functions of the app in aws://111122223333/eu-west-1 would reserve 901"
    with pytest.raises(ConstructError, match=said):
        function(stock, reserved_concurrent_executions=11)
    function(stock, reserved_concurrent_executions=10)


def test_stacks_that_may_go_to_several_accounts_are_not_added_up(app: cdk.App) -> None:
    for name in ("Dev", "Live"):
        function(cdk.Stack(app, name), reserved_concurrent_executions=890)


@pytest.mark.parametrize("part", ["app", "stage", "stack"])
def test_goes_by_what_the_guardrails_above_it_were_told(app: cdk.App, part: str) -> None:
    stage = cdk.Stage(app, "Live")
    stack = cdk.Stack(stage, "Shop")
    other = cdk.Stack(app, "Other")
    guard({"app": app, "stage": stage, "stack": stack}[part], config=Config(account_concurrency=10))
    with pytest.raises(ConstructError, match="of the account's 10 Lambda keeps 100 unreserved"):
        function(stack)
    if part == "app":
        with pytest.raises(ConstructError, match="of the account's 10"):
            function(other)
    else:
        function(other)


def test_one_made_before_went_by_the_file(plain_stack: cdk.Stack, app: cdk.App) -> None:
    function(plain_stack, "Checkout", reserved_concurrent_executions=890)
    plugin = guard(app, config=Config(account_concurrency=500))
    app.synth()
    assert "lambda-reserved-beyond-account" in {found.rule_id for found in plugin.findings}


@pytest.mark.parametrize(("limit", "reserved"), [(1000, 900), (2000, 1900), (300, 200)])
def test_refuses_where_the_rule_does(
    plain_stack: cdk.Stack,
    account_concurrency: Callable[[object], None],
    limit: int,
    reserved: int,
) -> None:
    account_concurrency(limit)

    def judged(total: int) -> bool:
        template = {
            "Resources": {
                "F": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {"ReservedConcurrentExecutions": total},
                }
            }
        }
        findings = assess([Template(template)], config=read_config()).findings
        return "lambda-reserved-beyond-account" in {finding.rule_id for finding in findings}

    assert judged(reserved + 1)
    assert not judged(reserved)
    with pytest.raises(ConstructError, match=f"of the account's {limit} Lambda keeps 100"):
        function(plain_stack, "More", reserved_concurrent_executions=reserved + 1)
    function(plain_stack, "Fits", reserved_concurrent_executions=reserved)


def test_refuses_a_limit_and_a_reason_for_none(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="it has a limit already"):
        function(plain_stack, reserved_concurrent_executions=5, unreserved="called by hand")


@pytest.mark.parametrize("reason", ["", " ", 5])
def test_refuses_a_reason_without_words(plain_stack: cdk.Stack, reason: Any) -> None:
    with pytest.raises(ConstructError, match="say why in a sentence"):
        function(plain_stack, unreserved=reason)


def test_runs_without_a_limit_for_a_reason(stack: cdk.Stack, only: Find) -> None:
    function(stack, unreserved="it is called by hand, twice a year")
    assert "ReservedConcurrentExecutions" not in only(stack, "AWS::Lambda::Function")


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("reserved_concurrent_executions", -1),
        ("reserved_concurrent_executions", "5"),
        ("reserved_concurrent_executions", True),
        ("memory_size", 64),
        ("memory_size", 10_241),
        ("memory_size", "256"),
        ("retry_attempts", 3),
        ("timeout", 30),
    ],
)
def test_refuses_a_value_out_of_range(plain_stack: cdk.Stack, prop: str, value: Any) -> None:
    with pytest.raises(ConstructError, match=f"does not take {prop}="):
        function(plain_stack, **{prop: value})


@pytest.mark.parametrize(
    ("runtime", "reason"),
    [
        (lambda_.Runtime.PYTHON_3_8, "stopped patching it on 2024-10-14; move to python3.14"),
        (lambda_.Runtime.NODEJS_16_X, "stopped patching it on 2024-06-12; move to nodejs24.x"),
    ],
)
def test_refuses_a_runtime_that_nobody_patches(
    plain_stack: cdk.Stack, runtime: lambda_.Runtime, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason):
        function(plain_stack, runtime=runtime)


def test_refuses_the_name_of_a_runtime(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match=r"pass one, such as Runtime\.PYTHON_3_13"):
        function(plain_stack, runtime="python3.14")


@pytest.mark.parametrize(
    ("prop", "value", "reason"),
    [
        ("role", None, "a role of its own"),
        ("log_group", None, "set log_retention"),
        ("logging_format", lambda_.LoggingFormat.TEXT, "not JSON"),
        ("tracing", lambda_.Tracing.DISABLED, "without traces"),
        ("recursive_loop", lambda_.RecursiveLoop.ALLOW, "without end"),
        ("code_signing_config", None, "pass signing_profiles"),
        ("dead_letter_queue", None, "pass on_failure"),
        ("system_log_level_v2", lambda_.SystemLogLevel.DEBUG, "as warnings only"),
        ("log_removal_policy", cdk.RemovalPolicy.DESTROY, "evidence after an attack"),
        ("allow_public_subnet", True, "choose private subnets"),
    ],
)
def test_refuses_what_would_undo_it(
    plain_stack: cdk.Stack, prop: str, value: Any, reason: str
) -> None:
    with pytest.raises(ConstructError, match=reason) as refused:
        function(plain_stack, **{prop: value})
    assert str(refused.value).startswith(f"SecureFunction at 'Shop/Checkout' does not take {prop}")


def test_refuses_debug_records(plain_stack: cdk.Stack) -> None:
    with pytest.raises(ConstructError, match="hold the data of your users"):
        function(plain_stack, application_log_level_v2=lambda_.ApplicationLogLevel.DEBUG)


def test_says_which_prop_was_meant(plain_stack: cdk.Stack) -> None:
    with pytest.raises(TypeError, match="did you mean 'memory_size'"):
        function(plain_stack, memory=256)


def test_every_prop_is_documented() -> None:
    documented = inspect.getdoc(SecureFunction) or ""
    props = inspect.signature(SecureFunction.__init__).parameters
    for prop in props:
        if prop not in ("self", "decided"):
            assert f"{prop}: " in documented, prop


def test_keeps_the_logical_id_of_a_plain_function(stack: cdk.Stack, found: Find) -> None:
    function(stack)
    (name,) = found(stack, "AWS::Lambda::Function")
    other = cdk.Stack(cdk.App(), "Shop")
    lambda_.Function(
        other,
        "Checkout",
        code=lambda_.Code.from_inline("def handler(event, context): ..."),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    assert name in found(other, "AWS::Lambda::Function")
