"""
The resources of our constructs, written with the CDK's own, as a careful developer would.

Each function gives the same resource types as one of our constructs with its defaults, what a
stack shares included; `benchmarks.constructs` checks that, and compares what both cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_appsync as appsync
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_logs as logs
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_wafv2 as wafv2

if TYPE_CHECKING:
    from constructs import Construct

T = TypeVar("T")

RUNTIME_FOLDER = Path(__file__).parent.parent / "secure_constructs" / "runtime"

_made: dict[tuple[cdk.Stack, str], Any] = {}


def once(stack: cdk.Stack, name: str, make: Callable[[cdk.Stack, str], T]) -> T:
    """
    What a stack has one of, as the variable that a developer would pass around.
    """
    if (stack, name) not in _made:
        _made[stack, name] = make(stack, name)
    made: T = _made[stack, name]
    return made


def key(scope: Construct, name: str) -> kms.Key:
    made = kms.Key(scope, name, enable_key_rotation=True, removal_policy=cdk.RemovalPolicy.RETAIN)
    made.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:CreateGrant"],
            conditions={
                "BoolIfExists": {
                    "aws:PrincipalIsAWSService": "false",
                    "kms:GrantIsForAWSResource": "false",
                }
            },
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            resources=["*"],
        )
    )
    return made


def use_key(grantee: iam.IGrantable, used: kms.Key, service: str, *allowed: str) -> None:
    grantee.grant_principal.add_to_principal_policy(
        iam.PolicyStatement(
            actions=[*allowed],
            conditions={
                "StringEquals": {"kms:ViaService": f"{service}.{cdk.Aws.REGION}.amazonaws.com"}
            },
            resources=[used.key_arn],
        )
    )


def dead_letters(scope: Construct, name: str, **props: Any) -> sqs.Queue:
    return sqs.Queue(
        scope,
        name,
        enforce_ssl=True,
        receive_message_wait_time=cdk.Duration.seconds(20),
        redrive_allow_policy=sqs.RedriveAllowPolicy(
            redrive_permission=sqs.RedrivePermission.DENY_ALL
        ),
        retention_period=cdk.Duration.days(14),
        visibility_timeout=cdk.Duration.minutes(3),
        **{"encryption": sqs.QueueEncryption.SQS_MANAGED, **props},
    )


def queue(scope: Construct, name: str, **props: Any) -> sqs.Queue:
    unique = f"{cdk.Aws.STACK_NAME}-{scope.node.id}-{name}"
    lost = dead_letters(scope, f"{name}DeadLetters", **props)
    # Only a queue whose name is known can be allowed before it is made.
    cast("sqs.CfnQueue", lost.node.default_child).redrive_allow_policy = {
        "redrivePermission": "byQueue",
        "sourceQueueArns": [
            f"arn:{cdk.Aws.PARTITION}:sqs:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:{unique}"
        ],
    }
    return sqs.Queue(
        scope,
        name,
        dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=5, queue=lost),
        enforce_ssl=True,
        queue_name=unique,
        receive_message_wait_time=cdk.Duration.seconds(20),
        visibility_timeout=cdk.Duration.minutes(3),
        **{"encryption": sqs.QueueEncryption.SQS_MANAGED, **props},
    )


def log_group(scope: Construct, name: str, **props: Any) -> logs.LogGroup:
    return logs.LogGroup(
        scope,
        name,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        retention=logs.RetentionDays.THREE_MONTHS,
        **props,
    )


def function(
    scope: Construct,
    name: str,
    *,
    code: lambda_.Code | None = None,
    environment: dict[str, str] | None = None,
    handler: str = "index.handler",
    **props: Any,
) -> lambda_.Function:
    role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    own_log = log_group(scope, f"{name}LogGroup")
    own_log.grant_write(role)
    return lambda_.Function(
        scope,
        name,
        code=code or lambda_.Code.from_inline("def handler(event, context): ..."),
        handler=handler,
        application_log_level_v2=lambda_.ApplicationLogLevel.INFO,
        environment=environment,
        log_group=own_log,
        logging_format=lambda_.LoggingFormat.JSON,
        max_event_age=cdk.Duration.hours(1),
        memory_size=256,
        on_failure=destinations.SqsDestination(
            once(cdk.Stack.of(scope), "DeadLetters", dead_letters)
        ),
        recursive_loop=lambda_.RecursiveLoop.TERMINATE,
        retry_attempts=1,
        role=role,
        system_log_level_v2=lambda_.SystemLogLevel.WARN,
        tracing=lambda_.Tracing.ACTIVE,
        **(props or usual()),
    )


def usual() -> dict[str, Any]:
    return {
        "reserved_concurrent_executions": 5,
        "runtime": lambda_.Runtime.PYTHON_3_13,
        "timeout": cdk.Duration.seconds(10),
    }


def bucket(scope: Construct, name: str, **props: Any) -> s3.Bucket:
    return _bucket(
        scope,
        name,
        lifecycle=s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            expired_object_delete_marker=True,
            noncurrent_version_expiration=cdk.Duration.days(90),
        ),
        server_access_logs_bucket=once(cdk.Stack.of(scope), "AccessLogs", access_logs),
        server_access_logs_prefix=f"{name}/",
        **props,
    )


def access_logs(scope: Construct, name: str) -> s3.Bucket:
    return _bucket(
        scope,
        name,
        lifecycle=s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=cdk.Duration.days(7),
            expiration=cdk.Duration.days(365),
            noncurrent_version_expiration=cdk.Duration.days(7),
        ),
    )


def _bucket(scope: Construct, name: str, *, lifecycle: s3.LifecycleRule, **props: Any) -> s3.Bucket:
    return s3.Bucket(
        scope,
        name,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        blocked_encryption_types=[s3.BlockedEncryptionType.SSE_C],
        enforce_ssl=True,
        lifecycle_rules=[lifecycle],
        minimum_tls_version=1.2,
        removal_policy=cdk.RemovalPolicy.RETAIN,
        versioned=True,
        **{
            "encryption": s3.BucketEncryption.S3_MANAGED,
            "object_ownership": s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            **props,
        },
    )


def secret(scope: Construct, name: str, **props: Any) -> secretsmanager.Secret:
    made = secretsmanager.Secret(
        scope,
        name,
        encryption_key=once(cdk.Stack.of(scope), "Key", key),
        removal_policy=cdk.RemovalPolicy.RETAIN,
        **props,
    )
    # The guardrails would ask why it is not rotated.
    cdk.Validations.of(made).acknowledge(
        cdk.Acknowledgment(
            id="Secure-Constructs::secretsmanager-without-rotation",
            reason="The partner replaces it by phone.",
        )
    )
    return made


def stream(scope: Construct, name: str) -> kinesis.Stream:
    return kinesis.Stream(scope, name, encryption=kinesis.StreamEncryption.MANAGED)


def table(
    scope: Construct, name: str, *, partition_key: dynamodb.Attribute, **props: Any
) -> dynamodb.TableV2:
    return dynamodb.TableV2(
        scope,
        name,
        billing=dynamodb.Billing.on_demand(
            max_read_request_units=1000, max_write_request_units=500
        ),
        deletion_protection=True,
        partition_key=partition_key,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True, recovery_period_in_days=35
        ),
        removal_policy=cdk.RemovalPolicy.RETAIN,
        **(props if "encryption" in props else {"encryption": aws_key(), **props}),
    )


def aws_key() -> dynamodb.TableEncryptionV2:
    return dynamodb.TableEncryptionV2.aws_managed_key()


def topic(scope: Construct, name: str) -> sns.Topic:
    role = iam.Role(
        scope, f"{name}DeliveryRole", assumed_by=iam.ServicePrincipal("sns.amazonaws.com")
    )
    made = sns.Topic(
        scope,
        name,
        enforce_ssl=True,
        logging_configs=[
            sns.LoggingConfig(protocol=protocol, failure_feedback_role=role)
            for protocol in sns.LoggingProtocol
        ],
        master_key=once(cdk.Stack.of(scope), "Key", key),
        signature_version="2",
    )
    place = f"sns/{cdk.Aws.REGION}/{cdk.Aws.ACCOUNT_ID}/{made.topic_name}"
    groups = [
        log_group(scope, f"{name}DeliveryLog", log_group_name=place),
        log_group(scope, f"{name}FailureLog", log_group_name=f"{place}/Failure"),
    ]
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn for group in groups],
        )
    )
    return made


def subscription(subscribed: sns.Topic, name: str, subscriber: sqs.Queue) -> None:
    subscribed.add_subscription(
        subscriptions.SqsSubscription(
            subscriber, dead_letter_queue=dead_letters(subscriber, f"{name}DeadLetters")
        )
    )


def bus(scope: Construct, name: str) -> events.EventBus:
    encrypts = once(cdk.Stack.of(scope), "Key", key)
    unique = f"{cdk.Aws.STACK_NAME}-{name}"
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    arn = f"arn:{cdk.Aws.PARTITION}:events:{place}:event-bus/{unique}"
    service = iam.ServicePrincipal("events.amazonaws.com")
    lost = dead_letters(scope, f"{name}DeadLetters")
    made = events.EventBus(
        scope,
        name,
        dead_letter_queue=lost,
        event_bus_name=unique,
        log_config=events.LogConfig(
            include_detail=events.IncludeDetail.NONE, level=events.Level.ERROR
        ),
    )
    # The prop would let the service use the key for any bus.
    cast("events.CfnEventBus", made.node.default_child).kms_key_identifier = encrypts.key_arn
    for statement in (
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            conditions={
                "StringEquals": {
                    "aws:SourceAccount": cdk.Aws.ACCOUNT_ID,
                    "aws:SourceArn": arn,
                    "kms:EncryptionContext:aws:events:event-bus:arn": arn,
                }
            },
            principals=[service],
            resources=["*"],
        ),
        iam.PolicyStatement(actions=["kms:DescribeKey"], principals=[service], resources=["*"]),
        iam.PolicyStatement(
            actions=["kms:GenerateDataKey"],
            conditions={
                "StringLike": {
                    "kms:EncryptionContext:SourceArn": f"arn:{cdk.Aws.PARTITION}:logs:{place}:*"
                }
            },
            principals=[service],
            resources=["*"],
        ),
    ):
        encrypts.add_to_resource_policy(statement)
    lost.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sqs:SendMessage"],
            conditions={"ArnEquals": {"aws:SourceArn": made.event_bus_arn}},
            principals=[service],
            resources=[lost.queue_arn],
        )
    )
    group = log_group(
        scope, f"{name}Log", log_group_name=f"/aws/vendedlogs/events/event-bus/{unique}"
    )
    destination = logs.CfnDeliveryDestination(
        scope,
        f"{name}LogDestination",
        name=unique,
        destination_resource_arn=group.log_group_arn,
        output_format="json",
    )
    source = logs.CfnDeliverySource(
        scope,
        f"{name}LogSource",
        name=f"{unique}-error",
        log_type="ERROR_LOGS",
        resource_arn=made.event_bus_arn,
    )
    logs.CfnDelivery(
        scope,
        f"{name}LogDelivery",
        delivery_destination_arn=destination.attr_arn,
        delivery_source_name=source.ref,
    )
    return made


def rule(scope: Construct, name: str, target: sqs.Queue) -> None:
    events.Rule(
        scope,
        name,
        event_pattern=events.EventPattern(account=[cdk.Aws.ACCOUNT_ID], source=["shop.orders"]),
        targets=[
            targets.SqsQueue(
                target,
                dead_letter_queue=dead_letters(scope, f"{name}DeadLetters"),
                max_event_age=cdk.Duration.hours(1),
                retry_attempts=10,
            )
        ],
    )


def state_machine(
    scope: Construct,
    name: str,
    *,
    definition: sfn.IChainable | None = None,
    encryption_key: kms.Key | None = None,
    timeout: cdk.Duration | None = None,
) -> sfn.StateMachine:
    encrypts = encryption_key or once(cdk.Stack.of(scope), "Key", key)
    unique = f"{cdk.Aws.STACK_NAME}-{name}"
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    arn = f"arn:{cdk.Aws.PARTITION}:states:{place}:stateMachine:{unique}"
    groups = f"arn:{cdk.Aws.PARTITION}:logs:{place}:*"
    delivered = {"StringEquals": {"kms:EncryptionContext:SourceArn": groups}}

    def admit_logs(_stack: cdk.Stack, _name: str) -> None:
        encrypts.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt"],
                conditions=delivered,
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                resources=["*"],
            )
        )
        encrypts.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
                conditions={
                    "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"{groups[:-1]}log-group:*"}
                },
                principals=[iam.ServicePrincipal("logs.amazonaws.com")],
                resources=["*"],
            )
        )

    once(cdk.Stack.of(scope), "log encryption", admit_logs)
    role = iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal(
            "states.amazonaws.com",
            conditions={
                "ArnEquals": {"aws:SourceArn": arn},
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            },
        ),
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            conditions={"StringEquals": {"kms:EncryptionContext:aws:states:stateMachineArn": arn}},
            resources=[encrypts.key_arn],
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["kms:GenerateDataKey"], conditions=delivered, resources=[encrypts.key_arn]
        )
    )
    machine = sfn.StateMachine(
        scope,
        name,
        definition_body=sfn.DefinitionBody.from_chainable(
            definition or sfn.Pass(scope, f"{name}Step")
        ),
        logs=sfn.LogOptions(
            destination=log_group(
                scope,
                f"{name}LogGroup",
                encryption_key=encrypts,
                log_group_name=f"/aws/vendedlogs/states/{unique}",
            ),
            include_execution_data=False,
            level=sfn.LogLevel.ERROR,
        ),
        role=role,
        state_machine_name=unique,
        timeout=timeout or cdk.Duration.minutes(5),
        tracing_enabled=True,
    )
    # The prop would let the role use the key for anything.
    cast(
        "sfn.CfnStateMachine", machine.node.default_child
    ).encryption_configuration = sfn.CfnStateMachine.EncryptionConfigurationProperty(
        kms_key_id=encrypts.key_arn, type="CUSTOMER_MANAGED_KMS_KEY"
    )
    return machine


def pipe(scope: Construct, name: str, source: sqs.Queue, target: sqs.Queue) -> None:
    unique = f"{cdk.Aws.STACK_NAME}-{name}"
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    role = iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal(
            "pipes.amazonaws.com",
            conditions={
                "ArnEquals": {
                    "aws:SourceArn": f"arn:{cdk.Aws.PARTITION}:pipes:{place}:pipe/{unique}"
                },
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            },
        ),
    )
    group = log_group(scope, f"{name}LogGroup", log_group_name=f"/aws/vendedlogs/pipes/{unique}")
    group.grant_write(role)
    source.grant_consume_messages(role)
    target.grant_send_messages(role)
    made = pipes.CfnPipe(
        scope,
        name,
        log_configuration=pipes.CfnPipe.PipeLogConfigurationProperty(
            cloudwatch_logs_log_destination=pipes.CfnPipe.CloudwatchLogsLogDestinationProperty(
                log_group_arn=group.log_group_arn
            ),
            level="ERROR",
        ),
        name=unique,
        role_arn=role.role_arn,
        source=source.queue_arn,
        source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
            sqs_queue_parameters=pipes.CfnPipe.PipeSourceSqsQueueParametersProperty(batch_size=1)
        ),
        target=target.queue_arn,
    )
    made.node.add_dependency(role)


def schedule(scope: Construct, name: str, target: sqs.Queue) -> None:
    stack = cdk.Stack.of(scope)
    group = once(
        stack,
        "Schedules",
        lambda stack, name: scheduler.ScheduleGroup(
            stack, name, removal_policy=cdk.RemovalPolicy.DESTROY
        ),
    )
    role = iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal(
            "scheduler.amazonaws.com",
            conditions={
                "StringEquals": {
                    "aws:SourceAccount": cdk.Aws.ACCOUNT_ID,
                    "aws:SourceArn": group.schedule_group_arn,
                }
            },
        ),
    )
    made = scheduler.Schedule(
        scope,
        name,
        schedule=scheduler.ScheduleExpression.cron(hour="3", minute="0"),
        schedule_group=group,
        target=scheduler_targets.SqsSendMessage(
            target,
            dead_letter_queue=once(stack, "DeadLetters", dead_letters),
            max_event_age=cdk.Duration.hours(1),
            retry_attempts=2,
            role=role,
        ),
    )
    made.node.add_dependency(role)


MANAGED_RULES = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)


def visible(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def web_acl(scope: Construct, name: str, *, front: str = "REGIONAL") -> wafv2.CfnWebACL:
    hosts = (
        ["CLOUDFRONT"]
        if front == "CLOUDFRONT"
        else ["API_GATEWAY", "APP_RUNNER_SERVICE", "COGNITO_USER_POOL", "VERIFIED_ACCESS_INSTANCE"]
    )
    secrets = ["authorization", "cookie", "x-api-key"]
    acl = wafv2.CfnWebACL(
        scope,
        name,
        association_config=wafv2.CfnWebACL.AssociationConfigProperty(
            request_body={
                host: wafv2.CfnWebACL.RequestBodyAssociatedResourceTypeConfigProperty(
                    default_size_inspection_limit="KB_64"
                )
                for host in hosts
            }
        ),
        data_protection_config=wafv2.CfnWebACL.DataProtectionConfigProperty(
            data_protections=[
                wafv2.CfnWebACL.DataProtectProperty(
                    action="SUBSTITUTION",
                    field=wafv2.CfnWebACL.FieldToProtectProperty(
                        field_type="SINGLE_HEADER", field_keys=[header]
                    ),
                )
                for header in secrets
            ]
        ),
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        rules=[
            wafv2.CfnWebACL.RuleProperty(
                name="RateLimit",
                priority=0,
                action={"block": {"customResponse": {"responseCode": 429}}},
                statement=wafv2.CfnWebACL.StatementProperty(
                    rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                        aggregate_key_type="IP", evaluation_window_sec=300, limit=1000
                    )
                ),
                visibility_config=visible("RateLimit"),
            ),
            wafv2.CfnWebACL.RuleProperty(
                name="BodySize",
                priority=1,
                action={"block": {"customResponse": {"responseCode": 413}}},
                statement=wafv2.CfnWebACL.StatementProperty(
                    size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
                        comparison_operator="GT",
                        field_to_match={"body": {"oversizeHandling": "MATCH"}},
                        size=65536,
                        text_transformations=[{"priority": 0, "type": "NONE"}],
                    )
                ),
                visibility_config=visible("BodySize"),
            ),
            *(
                wafv2.CfnWebACL.RuleProperty(
                    name=group,
                    priority=priority,
                    override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
                    statement=wafv2.CfnWebACL.StatementProperty(
                        managed_rule_group_statement=(
                            wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                                name=group,
                                # The rule above lets larger bodies through than this group does.
                                rule_action_overrides=[
                                    {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
                                ]
                                if group == "AWSManagedRulesCommonRuleSet"
                                else None,
                                vendor_name="AWS",
                            )
                        )
                    ),
                    visibility_config=visible(group),
                )
                for priority, group in enumerate(MANAGED_RULES, start=2)
            ),
        ],
        scope=front,
        visibility_config=visible("WebAcl"),
    )
    stack = cdk.Stack.of(scope)
    group = log_group(scope, f"{name}Log", log_group_name=f"aws-waf-logs-{stack.stack_name}-{name}")
    policy = logs.ResourcePolicy(
        scope,
        f"{name}LogPolicy",
        policy_statements=[
            iam.PolicyStatement(
                actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                conditions={
                    "ArnLike": {
                        "aws:SourceArn": f"arn:{stack.partition}:logs:{stack.region}:"
                        f"{stack.account}:*"
                    },
                    "StringEquals": {"aws:SourceAccount": stack.account},
                },
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                resources=[group.log_group_arn],
            )
        ],
    )
    logging = wafv2.CfnLoggingConfiguration(
        scope,
        f"{name}Logging",
        log_destination_configs=[
            stack.format_arn(
                arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                resource="log-group",
                resource_name=group.log_group_name,
                service="logs",
            )
        ],
        redacted_fields=[{"singleHeader": {"Name": header}} for header in secrets],
        resource_arn=acl.attr_arn,
    )
    logging.node.add_dependency(policy)
    return acl


def certificate(scope: Construct, name: str) -> acm.ICertificate:
    return acm.Certificate.from_certificate_arn(
        scope, name, "arn:aws:acm:us-east-1:111122223333:certificate/1"
    )


def edge_logs(scope: Construct, name: str) -> s3.Bucket:
    made = bucket(scope, name)
    # CloudFront writes its log by ACL.
    cast(
        "s3.CfnBucket", made.node.default_child
    ).ownership_controls = s3.CfnBucket.OwnershipControlsProperty(
        rules=[s3.CfnBucket.OwnershipControlsRuleProperty(object_ownership="BucketOwnerPreferred")]
    )
    return made


def distribution(
    scope: Construct, name: str, origin: cloudfront.IOrigin, **behavior: Any
) -> cloudfront.Distribution:
    stack = cdk.Stack.of(scope)
    acl = once(stack, "EdgeWebAcl", lambda stack, name: web_acl(stack, name, front="CLOUDFRONT"))
    return cloudfront.Distribution(
        scope,
        name,
        default_behavior=cloudfront.BehaviorOptions(
            origin=origin,
            response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
            **{
                "viewer_protocol_policy": cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                **behavior,
            },
        ),
        certificate=once(stack, "Certificate", certificate),
        domain_names=[f"{name.lower()}.example.com"],
        http_version=cloudfront.HttpVersion.HTTP2_AND_3,
        log_bucket=once(stack, "EdgeLogs", edge_logs),
        log_file_prefix=f"{name}/",
        minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
        ssl_support_method=cloudfront.SSLMethod.SNI,
        web_acl_id=acl.attr_arn,
    )


def api_distribution(
    scope: Construct,
    name: str,
    origin: cloudfront.IOrigin,
    methods: cloudfront.AllowedMethods | None = None,
) -> cloudfront.Distribution:
    return distribution(
        scope,
        name,
        origin,
        allowed_methods=methods or cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
    )


def function_url(scope: Construct, name: str, target: lambda_.IFunction) -> None:
    url = lambda_.FunctionUrl(
        scope, name, auth_type=lambda_.FunctionUrlAuthType.AWS_IAM, function=target
    )
    api_distribution(
        scope,
        f"{name}Distribution",
        origins.FunctionUrlOrigin.with_origin_access_control(url),
    )


def user_pool(scope: Construct, name: str, *, min_length: int = 12) -> cognito.UserPool:
    pool = cognito.UserPool(
        scope,
        name,
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        custom_threat_protection_mode=cognito.CustomThreatProtectionMode.FULL_FUNCTION,
        deletion_protection=True,
        enable_sms_role=False,
        feature_plan=cognito.FeaturePlan.PLUS,
        keep_original=cognito.KeepOriginalAttrs(email=True),
        mfa=cognito.Mfa.REQUIRED,
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
        password_policy=cognito.PasswordPolicy(
            min_length=min_length,
            require_digits=True,
            require_lowercase=True,
            require_symbols=True,
            require_uppercase=True,
            temp_password_validity=cdk.Duration.days(1),
        ),
        removal_policy=cdk.RemovalPolicy.RETAIN,
        self_sign_up_enabled=False,
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        standard_threat_protection_mode=cognito.StandardThreatProtectionMode.FULL_FUNCTION,
    )
    group = log_group(
        scope,
        f"{name}SignInLog",
        log_group_name=f"/aws/vendedlogs/cognito/{cdk.Aws.STACK_NAME}-{name}",
    )
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    cognito.CfnLogDeliveryConfiguration(
        scope,
        f"{name}SignInLogDelivery",
        log_configurations=[
            cognito.CfnLogDeliveryConfiguration.LogConfigurationProperty(
                cloud_watch_logs_configuration=(
                    cognito.CfnLogDeliveryConfiguration.CloudWatchLogsConfigurationProperty(
                        log_group_arn=f"arn:{cdk.Aws.PARTITION}:logs:{place}:log-group:"
                        f"{group.log_group_name}"
                    )
                ),
                event_source="userAuthEvents",
                log_level="INFO",
            )
        ],
        user_pool_id=pool.user_pool_id,
    )
    return pool


def user_pool_client(
    pool: cognito.UserPool, name: str, *, callback: str, logout: str | None = None
) -> None:
    pool.add_client(
        name,
        access_token_validity=cdk.Duration.minutes(30),
        auth_flows=cognito.AuthFlow(user_srp=True),
        enable_token_revocation=True,
        generate_secret=False,
        id_token_validity=cdk.Duration.minutes(30),
        o_auth=cognito.OAuthSettings(
            callback_urls=[callback],
            flows=cognito.OAuthFlows(authorization_code_grant=True),
            logout_urls=[logout] if logout else None,
            scopes=[cognito.OAuthScope.OPENID],
        ),
        prevent_user_existence_errors=True,
        read_attributes=cognito.ClientAttributes().with_standard_attributes(
            email=True, email_verified=True
        ),
        refresh_token_rotation_grace_period=cdk.Duration.seconds(10),
        refresh_token_validity=cdk.Duration.days(1),
        supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
        write_attributes=cognito.ClientAttributes().with_standard_attributes(locale=True),
    )


LOGGED = (
    "requestId extendedRequestId requestTime status stage domainName apiId identity.sourceIp"
    " authorizer.status authorizer.error authorizer.latency error.responseType error.message"
    " integration.integrationStatus integration.latency"
)
LOGGED_OF_REST = (
    " httpMethod resourcePath responseLength responseLatency accountId identity.caller"
    " identity.clientCert.serialNumber tlsVersion cipherSuite authorizer.principalId"
    " authorizer.claims.sub authorize.status authorize.error authenticate.status"
    " authenticate.error waf.status waf.error wafResponseCode webaclArn integrationErrorMessage"
)
LOGGED_OF_HTTP = (
    " routeKey httpMethod responseLength responseLatency accountId authorizer.issuer"
    " authorizer.subject integration.error"
)
LOGGED_OF_WEBSOCKET = (
    " routeKey eventType connectionId authorizer.issuer authorizer.principalId authorize.status"
    " authorize.error integration.error"
)


def logged(names: str) -> str:
    return json.dumps({name: f"$context.{name}" for name in names.split()})


def api(scope: Construct, name: str, *, path: str, handler: lambda_.IFunction) -> None:
    made = rest_api(scope, name, CALLERS_SIGN)
    rest_route(made, "GET", path, handler)


CALLERS_SIGN = apigateway.MethodOptions(authorization_type=apigateway.AuthorizationType.IAM)


def rest_api(scope: Construct, name: str, callers: apigateway.MethodOptions) -> apigateway.RestApi:
    stack = cdk.Stack.of(scope)
    requests = log_group(scope, f"{name}AccessLog")
    made = apigateway.RestApi(
        scope,
        name,
        cloud_watch_role=False,
        default_method_options=callers,
        deploy_options=apigateway.StageOptions(
            access_log_destination=apigateway.LogGroupLogDestination(requests),
            access_log_format=apigateway.AccessLogFormat.custom(logged(LOGGED + LOGGED_OF_REST)),
            data_trace_enabled=False,
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            metrics_enabled=True,
            throttling_burst_limit=100,
            throttling_rate_limit=50,
            tracing_enabled=True,
        ),
        endpoint_configuration=apigateway.EndpointConfiguration(
            types=[apigateway.EndpointType.REGIONAL]
        ),
    )
    resource = cast("apigateway.CfnRestApi", made.node.default_child)
    resource.security_policy = "SecurityPolicy_TLS13_1_3_2025_09"
    resource.endpoint_access_mode = "STRICT"
    executions = log_group(
        scope,
        f"{name}ExecutionLog",
        log_group_name=f"API-Gateway-Execution-Logs_{made.rest_api_id}/prod",
    )
    made.deployment_stage.node.add_dependency(executions)
    wafv2.CfnWebACLAssociation(
        scope,
        f"{name}WebAclAssociation",
        resource_arn=made.deployment_stage.stage_arn,
        web_acl_arn=once(stack, "WebAcl", web_acl).attr_arn,
    )
    for kind, sentence in (
        (apigateway.ResponseType.DEFAULT_4_XX, "The request was not accepted."),
        (apigateway.ResponseType.DEFAULT_5_XX, "The request could not be handled."),
    ):
        made.add_gateway_response(
            f"Default{sentence[12:15]}",
            response_headers={
                "Cache-Control": "'no-store'",
                "Strict-Transport-Security": "'max-age=63072000; includeSubDomains'",
                "X-Content-Type-Options": "'nosniff'",
            },
            templates={
                "application/json": json.dumps(
                    {"message": sentence, "requestId": "$context.requestId"}
                )
            },
            type=kind,
        )
    return made


def rest_route(
    api: apigateway.RestApi,
    http_method: str,
    path: str,
    handler: lambda_.IFunction,
    *,
    body: dict[str, Any] | None = None,
    **options: Any,
) -> None:
    stack = cdk.Stack.of(api)
    validator = once(
        stack,
        f"{api.node.path} validator",
        lambda _stack, _name: api.add_request_validator(
            "Validator", validate_request_body=True, validate_request_parameters=True
        ),
    )
    models = None
    if body is not None:
        model_id = f"{http_method}{path.replace('/', '')}Body"
        model = once(
            stack, f"{api.node.path} {json.dumps(body)}", lambda *_: _model(api, model_id, body)
        )
        models = {"application/json": model}
    method = api.root.resource_for_path(path).add_method(
        http_method,
        apigateway.LambdaIntegration(handler, allow_test_invoke=False),
        request_models=models,
        **options,
        request_validator=validator,
    )
    permission = next(
        child for child in method.node.find_all() if isinstance(child, lambda_.CfnPermission)
    )
    permission.source_account = cdk.Aws.ACCOUNT_ID


def _model(api: apigateway.RestApi, model_id: str, body: dict[str, Any]) -> apigateway.IModel:
    resource = apigateway.CfnModel(
        api,
        model_id,
        content_type="application/json",
        rest_api_id=api.rest_api_id,
        schema=body,
    )
    return apigateway.Model.from_model_name(api, f"{model_id}Name", resource.ref)


def gate(scope: Construct, name: str) -> tuple[lambda_.Function, secretsmanager.Secret]:
    """
    The authorizer that knows the secret of the distribution in front.
    """
    shown = secret(
        scope,
        f"{name}Secret",
        generate_secret_string=secretsmanager.SecretStringGenerator(
            exclude_punctuation=True, password_length=64
        ),
    )
    decides = function(
        scope,
        f"{name}Gate",
        code=lambda_.Code.from_asset(str(RUNTIME_FOLDER), exclude=["*", "!origin_gate.py"]),
        environment={
            "ORIGIN_HEADER": "x-origin-verify",
            "ORIGIN_SECRET": shown.secret_arn,
            "TOKEN_AUDIENCE": '["shop"]',
            "TOKEN_ISSUER": "https://users.example.com",
        },
        handler="origin_gate.handler",
    )
    # The stock grant lets the role use the key for anything.
    decides.add_to_role_policy(
        iam.PolicyStatement(actions=["secretsmanager:GetSecretValue"], resources=[shown.secret_arn])
    )
    encrypts = once(cdk.Stack.of(scope), "Key", key)
    use_key(decides, encrypts, "secretsmanager", "kms:Decrypt")
    return decides, shown


def log_stage(scope: Construct, name: str, stage: apigatewayv2.IStage, names: str) -> None:
    group = log_group(scope, f"{name}AccessLog")
    resource = cast("apigatewayv2.CfnStage", stage.node.default_child)
    resource.access_log_settings = apigatewayv2.CfnStage.AccessLogSettingsProperty(
        destination_arn=cdk.Stack.of(scope).format_arn(
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
            resource="log-group",
            resource_name=group.log_group_name,
            service="logs",
        ),
        format=logged(LOGGED + names),
    )


def origin(
    scope: Construct, api: apigatewayv2.IApi, shown: secretsmanager.Secret, path: str | None = None
) -> cloudfront.IOrigin:
    stack = cdk.Stack.of(scope)
    return origins.HttpOrigin(
        f"{api.api_id}.execute-api.{stack.region}.{stack.url_suffix}",
        custom_headers={"x-origin-verify": shown.secret_value.unsafe_unwrap()},
        origin_path=path,
    )


def http_api(scope: Construct, name: str, handler: lambda_.IFunction) -> None:
    decides, shown = gate(scope, name)
    made = apigatewayv2.HttpApi(
        scope,
        name,
        create_default_stage=False,
        default_authorizer=authorizers.HttpLambdaAuthorizer(
            "KnownCallers",
            decides,
            identity_source=[
                "$request.header.x-origin-verify",
                "$request.header.Authorization",
                "$context.routeKey",
            ],
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=cdk.Duration.seconds(60),
        ),
    )
    stage = apigatewayv2.HttpStage(
        scope,
        f"{name}Stage",
        auto_deploy=True,
        detailed_metrics_enabled=True,
        http_api=made,
        throttle=apigatewayv2.ThrottleSettings(burst_limit=100, rate_limit=50),
    )
    log_stage(scope, name, stage, LOGGED_OF_HTTP)
    made.add_routes(
        integration=integrations.HttpLambdaIntegration(
            "Integration",
            handler,
            parameter_mapping=apigatewayv2.ParameterMapping().remove_header("x-origin-verify"),
        ),
        methods=[apigatewayv2.HttpMethod.GET],
        path="/orders",
    )
    reached = api_distribution(scope, f"{name}Distribution", origin(scope, made, shown))
    reached.node.add_dependency(decides)


def websocket_api(scope: Construct, name: str, handler: lambda_.IFunction) -> None:
    decides, shown = gate(scope, name)
    made = apigatewayv2.WebSocketApi(
        scope,
        name,
        connect_route_options=apigatewayv2.WebSocketRouteOptions(
            authorizer=authorizers.WebSocketLambdaAuthorizer(
                "KnownCallers",
                decides,
                identity_source=["route.request.header.x-origin-verify"],
            ),
            integration=integrations.WebSocketMockIntegration(
                "ConnectIntegration",
                request_templates={"200": '{"statusCode": 200}'},
                template_selection_expression="200",
            ),
        ),
    )
    stage = apigatewayv2.WebSocketStage(
        scope,
        f"{name}Stage",
        auto_deploy=True,
        detailed_metrics_enabled=True,
        stage_name="live",
        throttle=apigatewayv2.ThrottleSettings(burst_limit=100, rate_limit=50),
        web_socket_api=made,
    )
    log_stage(scope, name, stage, LOGGED_OF_WEBSOCKET)
    made.add_route(
        "say", integration=integrations.WebSocketLambdaIntegration("SayIntegration", handler)
    )
    reached = api_distribution(
        scope,
        f"{name}Distribution",
        origin(scope, made, shown, "/live"),
        cloudfront.AllowedMethods.ALLOW_GET_HEAD,
    )
    reached.node.add_dependency(decides)


def graphql_api(scope: Construct, name: str, schema: str) -> None:
    role = iam.Role(
        scope, f"{name}LogRole", assumed_by=iam.ServicePrincipal("appsync.amazonaws.com")
    )
    made = appsync.GraphqlApi(
        scope,
        name,
        name=name,
        authorization_config=appsync.AuthorizationConfig(
            default_authorization=appsync.AuthorizationMode(
                authorization_type=appsync.AuthorizationType.IAM
            )
        ),
        definition=appsync.Definition.from_file(schema),
        introspection_config=appsync.IntrospectionConfig.DISABLED,
        query_depth_limit=10,
        resolver_count_limit=100,
        xray_enabled=True,
    )
    group = log_group(scope, f"{name}RequestLog", log_group_name=f"/aws/appsync/apis/{made.api_id}")
    group.grant_write(role)
    # The prop would let the role write every log of the account.
    cast(
        "appsync.CfnGraphQLApi", made.node.default_child
    ).log_config = appsync.CfnGraphQLApi.LogConfigProperty(
        cloud_watch_logs_role_arn=role.role_arn,
        exclude_verbose_content=True,
        field_log_level="ERROR",
    )
    wafv2.CfnWebACLAssociation(
        scope,
        f"{name}WebAclAssociation",
        resource_arn=made.arn,
        web_acl_arn=once(cdk.Stack.of(scope), "WebAcl", web_acl).attr_arn,
    )


def alarm_topic(scope: Construct, name: str) -> sns.Topic:
    made = topic(scope, name)
    admit(made, "cloudwatch")
    return made


def admit(told: sns.Topic, service: str, region: str | None = None) -> None:
    principal = iam.ServicePrincipal(f"{service}.amazonaws.com")
    place = f"{cdk.Aws.REGION if region is None else region}:{cdk.Aws.ACCOUNT_ID}"
    told.add_to_resource_policy(
        iam.PolicyStatement(
            actions=["sns:Publish"],
            conditions={
                "ArnLike": {"aws:SourceArn": f"arn:{cdk.Aws.PARTITION}:{service}:{place}:*"},
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            },
            principals=[principal],
            resources=[told.topic_arn],
        )
    )
    topics = f"arn:{cdk.Aws.PARTITION}:sns:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:*"
    once(cdk.Stack.of(told), "Key", key).add_to_resource_policy(
        iam.PolicyStatement(
            actions=["kms:GenerateDataKey", "kms:Decrypt"],
            conditions={"ArnLike": {"kms:EncryptionContext:aws:sns:topicArn": topics}},
            principals=[principal],
            resources=["*"],
        )
    )


def alarm(scope: Construct, name: str, metric: cloudwatch.IMetric, threshold: float = 1) -> None:
    cloudwatch.Alarm(
        scope,
        name,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        evaluation_periods=1,
        metric=metric,
        threshold=threshold,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
    ).add_alarm_action(actions.SnsAction(once(cdk.Stack.of(scope), "AlarmTopic", alarm_topic)))


def alarms(scope: Construct, name: str, watched: lambda_.IFunction) -> None:
    alarm(scope, f"{name}Errors", watched.metric_errors())
    alarm(scope, f"{name}Throttles", watched.metric_throttles())


def budget(scope: Construct, name: str) -> None:
    stack = cdk.Stack.of(scope)
    told = once(stack, "AlarmTopic", alarm_topic)
    once(stack, "budgets", lambda _stack, _name: admit(told, "budgets", region=""))
    made = budgets.CfnBudget(
        scope,
        name,
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_limit=budgets.CfnBudget.SpendProperty(amount=500, unit="USD"),
            budget_type="COST",
            time_unit="MONTHLY",
        ),
        notifications_with_subscribers=[
            budgets.CfnBudget.NotificationWithSubscribersProperty(
                notification=budgets.CfnBudget.NotificationProperty(
                    comparison_operator="GREATER_THAN",
                    notification_type=kind,
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                ),
                subscribers=[
                    budgets.CfnBudget.SubscriberProperty(
                        address=told.topic_arn, subscription_type="SNS"
                    )
                ],
            )
            for percent, kind in ((80, "ACTUAL"), (100, "ACTUAL"), (100, "FORECASTED"))
        ],
    )
    made.node.add_dependency(told)


def guardrail_hook(scope: Construct, name: str, archive: str) -> None:
    judge = function(
        scope,
        f"{name}Function",
        code=lambda_.Code.from_asset(archive),
        handler="secure_constructs.hook.handler",
    )
    alias = f"Private::Guardrails::{name}"
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    hooks = f"arn:{cdk.Aws.PARTITION}:cloudformation:{place}:type/hook"
    role = iam.Role(
        scope,
        f"{name}Role",
        assumed_by=iam.ServicePrincipal(
            "hooks.cloudformation.amazonaws.com",
            conditions={
                "ArnLike": {"aws:SourceArn": f"{hooks}/{alias.replace('::', '-')}/*"},
                "StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID},
            },
        ),
    )
    judge.grant_invoke(role)
    made = cdk.CfnLambdaHook(
        scope,
        name,
        alias=alias,
        execution_role=role.role_arn,
        failure_mode="FAIL",
        hook_status="ENABLED",
        lambda_function=judge.function_arn,
        stack_filters=cdk.CfnLambdaHook.StackFiltersProperty(
            filtering_criteria="ANY",
            stack_names=cdk.CfnLambdaHook.StackNamesProperty(exclude=[cdk.Aws.STACK_NAME]),
        ),
        target_operations=["STACK", "CHANGE_SET"],
    )
    made.add_property_override(
        "TargetFilters",
        {"Actions": ["CREATE", "UPDATE"], "InvocationPoints": ["PRE_PROVISION"]},
    )
    made.node.add_dependency(role)


SCANNER = "malware-protection-plan.guardduty.amazonaws.com"
SCAN_TAG = "GuardDutyMalwareScanStatus"
SCAN_RESULT = "GuardDuty Malware Protection Object Scan Result"


def upload(
    scope: cdk.Stack,
    name: str,
    announced_at: apigateway.RestApi,
    *,
    encryption_key: kms.Key | None = None,
    most_bytes: int = 10 * 1024**2,
) -> s3.Bucket:
    encrypted = (
        {"encryption": s3.BucketEncryption.KMS, "encryption_key": encryption_key}
        if encryption_key
        else {}
    )
    quarantine, clean = (
        bucket(scope, f"{name}{kind}", **encrypted) for kind in ("Quarantine", "Clean")
    )
    for each in (quarantine, clean):
        cast(
            "s3.CfnBucket", each.node.default_child
        ).notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )
    limits = {
        "CONTENT_TYPES": "application/pdf",
        "LEAST_BYTES": "1",
        "MOST_BYTES": str(most_bytes),
        "QUARANTINE": quarantine.bucket_name,
    }
    issuer = function(
        scope,
        f"{name}Issuer",
        code=upload_code(),
        environment={**limits, "ORIGINS": "", "SECONDS": "300"},
        handler="upload.issuer.handler",
    )
    incoming = quarantine.arn_for_objects("incoming/*")
    issuer.add_to_role_policy(
        iam.PolicyStatement(
            actions=["s3:PutObject"],
            conditions={"StringEquals": {"s3:authType": "POST"}},
            resources=[incoming],
        )
    )
    rest_route(
        announced_at,
        "POST",
        f"/{name.lower()}",
        issuer,
        body={
            "type": "object",
            "properties": {
                "contentType": {"type": "string", "enum": ["application/pdf"]},
                "sha256": {"type": "string", "pattern": "^[A-Za-z0-9+/]{43}=$"},
                "size": {"type": "integer", "minimum": 1, "maximum": most_bytes},
            },
            "required": ["contentType", "sha256", "size"],
            "additionalProperties": False,
        },
    )
    scanner = scan_role(scope, f"{name}ScanRole", quarantine)
    plan = guardduty.CfnMalwareProtectionPlan(
        scope,
        f"{name}ScanPlan",
        actions=guardduty.CfnMalwareProtectionPlan.CFNActionsProperty(
            tagging=guardduty.CfnMalwareProtectionPlan.CFNTaggingProperty(status="ENABLED")
        ),
        protected_resource=guardduty.CfnMalwareProtectionPlan.CFNProtectedResourceProperty(
            s3_bucket=guardduty.CfnMalwareProtectionPlan.S3BucketProperty(
                bucket_name=quarantine.bucket_name, object_prefixes=["incoming/"]
            )
        ),
        role=scanner.role_arn,
    )
    plan.node.add_dependency(scanner)
    scanned, malware, unscanned = (
        queue(scope, f"{name}{kind}") for kind in ("Scanned", "Malware", "Unscanned")
    )
    lost = cast("sqs.DeadLetterQueue", scanned.dead_letter_queue).queue
    for kind, status, target in (
        ("Clean", ["NO_THREATS_FOUND"], scanned),
        ("Malware", ["THREATS_FOUND"], malware),
        (
            "Unscanned",
            events.Match.anything_but("NO_THREATS_FOUND", "THREATS_FOUND"),
            unscanned,
        ),
    ):
        scan_rule(
            scope,
            f"{name}{kind}Rule",
            events.EventPattern(
                account=[cdk.Aws.ACCOUNT_ID],
                detail={
                    "s3ObjectDetails": {"bucketName": [quarantine.bucket_name]},
                    "scanResultDetails": {"scanResultStatus": status},
                },
                detail_type=[SCAN_RESULT],
                source=["aws.guardduty"],
            ),
            target,
            lost,
        )
    scan_rule(
        scope,
        f"{name}ScanTroubleRule",
        events.EventPattern(
            account=[cdk.Aws.ACCOUNT_ID],
            detail_type=[
                "GuardDuty Malware Protection Post Scan Action Failed",
                "GuardDuty Malware Protection Resource Status Error",
                "GuardDuty Malware Protection Resource Status Warning",
            ],
            resources=[plan.attr_arn],
            source=["aws.guardduty"],
        ),
        unscanned,
        lost,
    )
    promoter = function(
        scope,
        f"{name}Promoter",
        code=upload_code(),
        environment={**limits, "ACCOUNT": cdk.Aws.ACCOUNT_ID, "CLEAN": clean.bucket_name},
        handler="upload.promoter.handler",
    )
    promoter.add_to_role_policy(
        iam.PolicyStatement(
            actions=["s3:GetObjectVersion", "s3:GetObjectVersionTagging"], resources=[incoming]
        )
    )
    promoter.add_to_role_policy(
        iam.PolicyStatement(actions=["s3:PutObject"], resources=[clean.arn_for_objects("*")])
    )
    promoter.add_event_source(
        event_sources.SqsEventSource(
            scanned, batch_size=1, max_concurrency=5, report_batch_item_failures=True
        )
    )
    if encryption_key is not None:
        use_key(issuer, encryption_key, "s3", "kms:GenerateDataKey")
        use_key(scanner, encryption_key, "s3", "kms:Decrypt", "kms:GenerateDataKey")
        use_key(promoter, encryption_key, "s3", "kms:Decrypt", "kms:GenerateDataKey")
    everything = quarantine.arn_for_objects("*")
    issuer_arn = cast("iam.IRole", issuer.role).role_arn
    deny(
        quarantine,
        ["s3:PutObject"],
        everything,
        {"ArnNotEquals": {"aws:PrincipalArn": [issuer_arn, scanner.role_arn]}},
    )
    deny(
        quarantine,
        [
            "s3:PutObjectTagging",
            "s3:PutObjectVersionTagging",
            "s3:DeleteObjectTagging",
            "s3:DeleteObjectVersionTagging",
        ],
        everything,
        {"ArnNotEquals": {"aws:PrincipalArn": scanner.role_arn}},
    )
    deny(
        quarantine,
        ["s3:GetObject", "s3:GetObjectVersion"],
        everything,
        {
            "ArnNotEquals": {"aws:PrincipalArn": scanner.role_arn},
            "StringNotEquals": {f"s3:ExistingObjectTag/{SCAN_TAG}": "NO_THREATS_FOUND"},
        },
    )
    promoter_arn = cast("iam.IRole", promoter.role).role_arn
    deny(
        clean,
        ["s3:PutObject"],
        clean.arn_for_objects("*"),
        {"ArnNotEquals": {"aws:PrincipalArn": promoter_arn}},
    )
    for kind, watched in (("Malware", malware), ("Scan", unscanned), ("Promotion", lost)):
        alarm(
            scope,
            f"{name}{kind}Alarm",
            watched.metric_approximate_number_of_messages_visible(
                period=cdk.Duration.minutes(1), statistic="Maximum"
            ),
        )
    return clean


def upload_code() -> lambda_.Code:
    return lambda_.Code.from_asset(
        str(RUNTIME_FOLDER),
        exclude=["*", "!upload", "!upload/*.py"],
        ignore_mode=cdk.IgnoreMode.GIT,
    )


def scan_rule(
    scope: Construct,
    name: str,
    pattern: events.EventPattern,
    target: sqs.IQueue,
    lost: sqs.IQueue,
) -> None:
    events.Rule(
        scope,
        name,
        event_pattern=pattern,
        targets=[
            targets.SqsQueue(
                target,
                dead_letter_queue=lost,
                max_event_age=cdk.Duration.hours(1),
                retry_attempts=10,
            )
        ],
    )


def scan_role(scope: Construct, name: str, scanned: s3.Bucket) -> iam.Role:
    role = iam.Role(scope, name, assumed_by=iam.ServicePrincipal(SCANNER))
    place = f"{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}"
    managed = f"arn:{cdk.Aws.PARTITION}:events:{place}:rule/DO-NOT-DELETE-AmazonGuardDuty*"
    objects = scanned.arn_for_objects("*")
    for allowed, resource, conditions in (
        (
            ["events:DeleteRule", "events:PutRule", "events:PutTargets", "events:RemoveTargets"],
            managed,
            {"StringLike": {"events:ManagedBy": SCANNER}},
        ),
        (["events:DescribeRule", "events:ListTargetsByRule"], managed, None),
        (
            [
                "s3:GetObjectTagging",
                "s3:GetObjectVersionTagging",
                "s3:PutObjectTagging",
                "s3:PutObjectVersionTagging",
            ],
            objects,
            None,
        ),
        (["s3:GetBucketNotification", "s3:PutBucketNotification"], scanned.bucket_arn, None),
        (
            ["s3:PutObject"],
            scanned.arn_for_objects("malware-protection-resource-validation-object"),
            None,
        ),
        (["s3:ListBucket"], scanned.bucket_arn, None),
        (["s3:GetObject", "s3:GetObjectVersion"], objects, None),
    ):
        role.add_to_policy(
            iam.PolicyStatement(actions=allowed, conditions=conditions, resources=[resource])
        )
    return role


def deny(guarded: s3.Bucket, denied: list[str], resource: str, conditions: dict[str, Any]) -> None:
    guarded.add_to_resource_policy(
        iam.PolicyStatement(
            actions=denied,
            conditions=conditions,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            resources=[resource],
        )
    )
