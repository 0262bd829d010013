"""
The sample app's order service, written with the CDK's own constructs to the same security.

It is here to be counted: `benchmarks.lines` says what each of the two takes to write, what this
one takes from `benchmarks.by_hand` included.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_cognito as cognito
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs

from benchmarks import by_hand
from sample_app.customers import SHOP
from sample_app.deployment import POWERTOOLS_LAYER, handlers
from sample_app.handlers.orders.models import NewOrder
from sample_app.service import PAYMENT_API_HOST

if TYPE_CHECKING:
    from aws_cdk import aws_kms as kms
    from constructs import Construct


class PlainOrderService(Stack):
    """
    Takes orders of trade customers, charges them and hands out receipts.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.layer = lambda_.LayerVersion.from_layer_version_arn(
            self, "Powertools", POWERTOOLS_LAYER
        )
        key = by_hand.key(self, "Key")
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
        use_key(place_order, key, "dynamodb", "kms:Decrypt")
        use_key(place_order, key, "sqs", "kms:GenerateDataKey", "kms:Decrypt")

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
        use_key(read_orders, key, "dynamodb", "kms:Decrypt")
        use_key(read_orders, key, "s3", "kms:Decrypt")

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
            use_key(settle_payment, key, service, *actions)

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


def use_key(function: lambda_.Function, key: kms.Key, service: str, *actions: str) -> None:
    region = Stack.of(function).region
    function.add_to_role_policy(
        iam.PolicyStatement(
            actions=[*actions],
            conditions={"StringEquals": {"kms:ViaService": f"{service}.{region}.amazonaws.com"}},
            resources=[key.key_arn],
        )
    )


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
