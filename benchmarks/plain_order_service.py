"""
The sample app's order service, written with the CDK's own constructs to the same security.

It is here to be counted: `benchmarks.lines` says what each of the two takes to write, what this
one takes from `benchmarks.by_hand` included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks

from benchmarks import by_hand
from sample_app.customers import SHOP
from sample_app.deployment import POWERTOOLS_LAYER, handlers
from sample_app.documents import UPLOAD_HOST
from sample_app.handlers.orders.models import NewOrder
from sample_app.service import OPERATIONS, PAYMENT_API_HOST

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from aws_cdk import aws_wafv2 as wafv2
    from constructs import Construct


class PlainOrderService(Stack):
    """
    Takes orders of trade customers, charges them, hands out receipts and ships the goods.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.layer = lambda_.LayerVersion.from_layer_version_arn(
            self, "Powertools", POWERTOOLS_LAYER
        )
        key = by_hand.key(self, "OrdersKey")
        orders = table(
            self,
            "Orders",
            "customer_id",
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(key),
            local_secondary_indexes=[
                dynamodb.LocalSecondaryIndexProps(
                    index_name="by_date",
                    sort_key=dynamodb.Attribute(
                        name="placed_at", type=dynamodb.AttributeType.STRING
                    ),
                )
            ],
            sort_key=dynamodb.Attribute(name="order_id", type=dynamodb.AttributeType.STRING),
        )
        idempotency = table(self, "Idempotency", "id", time_to_live_attribute="expiration")
        receipts = by_hand.bucket(
            self, "Receipts", encryption=s3.BucketEncryption.KMS, encryption_key=key
        )
        payments = by_hand.queue(
            self,
            "Payments",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
        )
        payment_key = secretsmanager.Secret(
            self, "PaymentKey", encryption_key=key, removal_policy=RemovalPolicy.RETAIN
        )
        rotate = self.function(
            "RotatePaymentKey",
            "rotate_payment_key",
            concurrency=1,
            timeout=30,
            environment={"PAYMENT_API_HOST": PAYMENT_API_HOST},
        )
        payment_key.add_rotation_schedule("Rotation", rotation_lambda=rotate)

        place_order = self.function(
            "PlaceOrder",
            "place_order",
            concurrency=20,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "PAYMENTS_QUEUE_URL": payments.queue_url,
            },
        )
        on_items(place_order, orders, "PutItem", "GetItem")
        allow(place_order, payments.queue_arn, "sqs:SendMessage")
        by_hand.use_key(place_order, key, "dynamodb", "kms:Decrypt")
        by_hand.use_key(place_order, key, "sqs", "kms:GenerateDataKey", "kms:Decrypt")

        read_orders = self.function(
            "ReadOrders",
            "read_orders",
            concurrency=50,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "RECEIPTS_BUCKET": receipts.bucket_name,
            },
        )
        on_items(read_orders, orders, "GetItem", "Query")
        allow(read_orders, f"{orders.table_arn}/index/by_date", "dynamodb:Query")
        allow(read_orders, receipts.arn_for_objects("*"), "s3:GetObject")
        by_hand.use_key(read_orders, key, "dynamodb", "kms:Decrypt")
        by_hand.use_key(read_orders, key, "s3", "kms:Decrypt")

        settle_payment = self.function(
            "SettlePayment",
            "settle_payment",
            concurrency=5,
            timeout=30,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "IDEMPOTENCY_TABLE": idempotency.table_name,
                "RECEIPTS_BUCKET": receipts.bucket_name,
                "PAYMENT_API_HOST": PAYMENT_API_HOST,
                "PAYMENT_KEY_ARN": payment_key.secret_arn,
            },
        )
        lambda_.EventSourceMapping(
            self,
            "Payment",
            batch_size=5,
            event_source_arn=payments.queue_arn,
            max_concurrency=5,
            report_batch_item_failures=True,
            target=settle_payment,
        )
        allow(
            settle_payment,
            payments.queue_arn,
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
        )
        on_items(settle_payment, orders, "GetItem", "UpdateItem")
        on_items(settle_payment, idempotency, "GetItem", "PutItem", "UpdateItem", "DeleteItem")
        allow(settle_payment, receipts.arn_for_objects("*"), "s3:PutObject")
        allow(settle_payment, payment_key.secret_arn, "secretsmanager:GetSecretValue")
        for service, actions in (
            ("sqs", ["kms:Decrypt"]),
            ("dynamodb", ["kms:Decrypt"]),
            ("s3", ["kms:Decrypt", "kms:GenerateDataKey"]),
            ("secretsmanager", ["kms:Decrypt"]),
        ):
            by_hand.use_key(settle_payment, key, service, *actions)

        api = by_hand.rest_api(
            self,
            "Api",
            apigateway.MethodOptions(
                authorizer=apigateway.CognitoUserPoolsAuthorizer(
                    self, "SignedIn", cognito_user_pools=[self.customers()]
                )
            ),
        )
        by_hand.rest_route(
            api,
            "POST",
            "/orders",
            place_order,
            body=closed(NewOrder.model_json_schema()),
            request_parameters={"method.request.header.Idempotency-Key": True},
        )
        by_hand.rest_route(api, "GET", "/orders", read_orders)
        by_hand.rest_route(
            api,
            "GET",
            "/orders/{order_id}",
            read_orders,
            request_parameters={"method.request.path.order_id": True},
        )

        stock = table(
            self,
            "Stock",
            "sku",
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(key),
        )
        reserve_stock = self.function(
            "ReserveStock",
            "reserve_stock",
            concurrency=5,
            environment={"ORDERS_TABLE": orders.table_name, "STOCK_TABLE": stock.table_name},
        )
        on_items(reserve_stock, orders, "GetItem", "UpdateItem")
        on_items(reserve_stock, stock, "UpdateItem")
        by_hand.use_key(reserve_stock, key, "dynamodb", "kms:Decrypt")

        documents = self.documents(api, key)
        dispatches = by_hand.bucket(
            self, "Dispatches", encryption=s3.BucketEncryption.KMS, encryption_key=key
        )
        ship = self.function(
            "Ship",
            "ship",
            concurrency=5,
            timeout=30,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "DOCUMENTS_BUCKET": documents.bucket_name,
                "DISPATCHES_BUCKET": dispatches.bucket_name,
            },
        )
        on_items(ship, orders, "GetItem", "UpdateItem")
        allow(ship, documents.arn_for_objects("*"), "s3:GetObject")
        allow(ship, dispatches.arn_for_objects("*"), "s3:PutObject")
        by_hand.use_key(ship, key, "dynamodb", "kms:Decrypt")
        by_hand.use_key(ship, key, "s3", "kms:Decrypt", "kms:GenerateDataKey")

        fulfilment = by_hand.state_machine(
            self,
            "Fulfilment",
            definition=self.steps(reserve_stock, ship),
            encryption_key=key,
            timeout=Duration.days(30),
        )
        settle_payment.add_environment("FULFILMENT_ARN", fulfilment.state_machine_arn)
        allow(settle_payment, fulfilment.state_machine_arn, "states:StartExecution")
        self.watch(api, fulfilment)

    def documents(self, api: apigateway.RestApi, key: kms.Key) -> s3.Bucket:
        clean = by_hand.upload(
            self,
            "Documents",
            api,
            encryption_key=key,
            most_bytes=5 * 1024**2,
        )
        quarantine = cast("s3.Bucket", self.node.find_child("DocumentsQuarantine"))
        acl = by_hand.web_acl(self, "UploadWebAcl", front="CLOUDFRONT")
        rules = {rule.name: rule for rule in cast("list[wafv2.CfnWebACL.RuleProperty]", acl.rules)}
        kept: list[Any] = [
            rules["RateLimit"],
            {
                "name": "AWSManagedRulesCommonRuleSet",
                "overrideAction": {"none": {}},
                "priority": 2,
                "statement": {
                    "managedRuleGroupStatement": {
                        "name": "AWSManagedRulesCommonRuleSet",
                        "ruleActionOverrides": [
                            {"name": f"{name}_BODY", "actionToUse": {"count": {}}}
                            for name in (
                                "CrossSiteScripting",
                                "EC2MetaDataSSRF",
                                "GenericLFI",
                                "GenericRFI",
                                "SizeRestrictions",
                            )
                        ],
                        "vendorName": "AWS",
                    }
                },
                "visibilityConfig": by_hand.visible("AWSManagedRulesCommonRuleSet"),
            },
            rules["AWSManagedRulesKnownBadInputsRuleSet"],
            rules["AWSManagedRulesAmazonIpReputationList"],
        ]
        acl.rules = kept
        referer = secretsmanager.Secret(
            self,
            "FrontSecret",
            encryption_key=key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                exclude_punctuation=True, password_length=48
            ),
        ).secret_value.unsafe_unwrap()
        cloudfront.Distribution(
            self,
            "DocumentsFront",
            certificate=acm.Certificate(
                self,
                "UploadCertificate",
                domain_name=UPLOAD_HOST,
                validation=acm.CertificateValidation.from_dns(),
            ),
            default_behavior=cloudfront.BehaviorOptions(
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin=origins.HttpOrigin(
                    quarantine.bucket_regional_domain_name,
                    custom_headers={"Referer": referer},
                    origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                    protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                ),
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                response_headers_policy=cloudfront.ResponseHeadersPolicy.SECURITY_HEADERS,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            ),
            domain_names=[UPLOAD_HOST],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            log_bucket=by_hand.once(self, "EdgeLogs", by_hand.edge_logs),
            log_file_prefix="Front/",
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            web_acl_id=acl.attr_arn,
        )
        by_hand.deny(
            quarantine,
            ["s3:PutObject"],
            quarantine.arn_for_objects("incoming/*"),
            {"StringNotEquals": {"aws:Referer": referer}},
        )
        issuer = cast("lambda_.Function", self.node.find_child("DocumentsIssuer"))
        issuer.add_environment("UPLOAD_URL", f"https://{UPLOAD_HOST}/")
        return clean

    def steps(self, reserve_stock: lambda_.Function, ship: lambda_.Function) -> sfn.Chain:
        reserve = tasks.LambdaInvoke(
            self, "Reserve", lambda_function=reserve_stock, payload_response_only=True
        ).add_retry(errors=["TransactionCanceledException"], max_attempts=5)
        deliver = tasks.LambdaInvoke(
            self, "Deliver", lambda_function=ship, payload_response_only=True
        ).add_retry(
            backoff_rate=1,
            errors=["DocumentMissingError"],
            interval=Duration.minutes(5),
            max_attempts=12,
        )
        restock = sfn.Wait(self, "Restock", time=sfn.WaitTime.duration(Duration.hours(6)))
        return reserve.next(
            sfn.Choice(self, "Reserved?")
            .when(sfn.Condition.boolean_equals("$.reserved", value=True), deliver)
            .otherwise(restock.next(reserve))
        )

    def watch(self, api: apigateway.RestApi, fulfilment: sfn.StateMachine) -> None:
        topic = by_hand.once(self, "AlarmTopic", by_hand.alarm_topic)
        topic.add_subscription(subscriptions.EmailSubscription(OPERATIONS))
        refused = logs.MetricFilter(
            self,
            "Refused",
            default_value=0,
            filter_pattern=logs.FilterPattern.any(
                logs.FilterPattern.string_value("$.status", "=", "401"),
                logs.FilterPattern.string_value("$.status", "=", "403"),
            ),
            log_group=cast("logs.LogGroup", self.node.find_child("ApiAccessLog")),
            metric_name="Refused",
            metric_namespace=self.stack_name,
        )
        by_hand.alarm(self, "RefusedAlarm", refused.metric(statistic="Sum"), 10)
        by_hand.alarm(self, "ApiFailures", api.metric_server_error())
        by_hand.alarm(
            self,
            "Blocked",
            cloudwatch.Metric(
                dimensions_map={"WebACL": "WebAcl", "Rule": "ALL", "Region": self.region},
                metric_name="BlockedRequests",
                namespace="AWS/WAFV2",
                statistic="Sum",
            ),
            100,
        )
        by_hand.alarm(
            self,
            "UploadsBlocked",
            cloudwatch.Metric(
                dimensions_map={"WebACL": "WebAcl", "Rule": "ALL"},
                metric_name="BlockedRequests",
                namespace="AWS/WAFV2",
                statistic="Sum",
            ),
            100,
        )
        by_hand.alarm(self, "FulfilmentFailures", fulfilment.metric_failed())
        by_hand.alarm(self, "FulfilmentTimeouts", fulfilment.metric_timed_out())
        for each in self.node.find_all():
            name = each.node.id
            if isinstance(each, lambda_.Function):
                reserved = cast("lambda_.CfnFunction", each.node.default_child)
                by_hand.alarms(self, name, each)
                by_hand.alarm(
                    self,
                    f"{name}Concurrency",
                    each.metric("ConcurrentExecutions", statistic="Maximum"),
                    reserved.reserved_concurrent_executions or 1,
                )
            if isinstance(each, dynamodb.TableV2):
                for kind in ("Read", "Write"):
                    by_hand.alarm(
                        self,
                        f"{name}{kind}Throttles",
                        each.metric(
                            f"{kind}ThrottleEvents",
                            dimensions_map={"TableName": each.table_name},
                            statistic="Sum",
                        ),
                    )
            if isinstance(each, sqs.Queue) and each.dead_letter_queue is None:
                by_hand.alarm(
                    self,
                    f"{name}Depth",
                    each.metric_approximate_number_of_messages_visible(statistic="Maximum"),
                )

    def customers(self) -> cognito.UserPool:
        pool = by_hand.user_pool(self, "Customers", min_length=14)
        by_hand.user_pool_client(
            pool, "Shop", callback=f"{SHOP}/signed-in", logout=f"{SHOP}/signed-out"
        )
        return pool

    def function(
        self,
        name: str,
        package: str,
        *,
        concurrency: int,
        environment: dict[str, str],
        timeout: int = 10,
    ) -> lambda_.Function:
        return by_hand.function(
            self,
            name,
            architecture=lambda_.Architecture.ARM_64,
            code=handlers(),
            environment=environment,
            handler=f"handlers.{package}.app.handler",
            layers=[self.layer],
            reserved_concurrent_executions=concurrency,
            runtime=lambda_.Runtime.PYTHON_3_14,
            timeout=Duration.seconds(timeout),
        )


def table(scope: Construct, name: str, partition_key: str, **props: Any) -> dynamodb.TableV2:
    return by_hand.table(
        scope,
        name,
        partition_key=dynamodb.Attribute(name=partition_key, type=dynamodb.AttributeType.STRING),
        **props,
    )


def allow(function: lambda_.Function, resource: str, *actions: str) -> None:
    function.add_to_role_policy(iam.PolicyStatement(actions=[*actions], resources=[resource]))


def on_items(function: lambda_.Function, table: dynamodb.TableV2, *operations: str) -> None:
    allow(function, table.table_arn, *(f"dynamodb:{operation}" for operation in operations))


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """
    The JSON schema as API Gateway takes it: definitions in place, and nothing beside.
    """
    definitions = schema.pop("$defs", {})

    def resolved(part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                return resolved(definitions[part["$ref"].rpartition("/")[2]])
            return {name: resolved(value) for name, value in part.items()}
        return [resolved(each) for each in part] if isinstance(part, list) else part

    found: dict[str, Any] = resolved(schema)
    return found
