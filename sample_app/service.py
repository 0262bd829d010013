"""The order service: what it is made of, and who may do what."""

from functools import partial
from typing import Final

from aws_cdk import Duration, Environment, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from sample_app.customers import Customers
from sample_app.deployment import POWERTOOLS_LAYER, handlers
from sample_app.documents import Documents
from sample_app.fulfilment import Fulfilment
from sample_app.handlers.orders.models import NewOrder
from secure_constructs.constructs import (
    SecureAlarms,
    SecureApi,
    SecureBucket,
    SecureFunction,
    SecureKey,
    SecureQueue,
    SecureSecret,
    SecureTable,
)

OPERATIONS: Final = "operations@shop.example.com"
REGION: Final = "us-east-1"  # where CloudFront takes its certificate and its web ACL from
PAYMENT_API_HOST: Final = "api.payments.example.com"


class OrderService(Stack):
    """
    Takes orders of trade customers, charges them, hands out receipts and ships the goods.

    An order goes from the API into the table and a queue;
    a worker charges it, writes its receipt and starts its fulfilment.
    A document that goes with the goods is uploaded beside, and scanned before it is read.
    Each function may do exactly the calls its handler makes.
    """

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id, env=Environment(region=REGION))
        function = partial(
            SecureFunction,
            self,
            code=handlers(),
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            layers=[
                lambda_.LayerVersion.from_layer_version_arn(self, "Powertools", POWERTOOLS_LAYER)
            ],
        )

        key = SecureKey(self, "Key", description="Orders, documents, receipts and the payment key")
        orders = SecureTable(
            self,
            "Orders",
            encryption_key=key,
            partition_key=_text("customer_id"),
            sort_key=_text("order_id"),
            local_secondary_indexes=[
                dynamodb.LocalSecondaryIndexProps(index_name="by_date", sort_key=_text("placed_at"))
            ],
        )
        idempotency = SecureTable(
            self, "Idempotency", partition_key=_text("id"), time_to_live_attribute="expiration"
        )
        receipts = SecureBucket(self, "Receipts", encryption_key=key)
        payments = SecureQueue(self, "Payments", encryption_master_key=key)
        payment_key = SecureSecret(
            self,
            "PaymentKey",
            description="Opens the payment provider's API",
            encryption_key=key,
            rotation_lambda=function(
                "RotatePaymentKey",
                handler="handlers.rotate_payment_key.app.handler",
                reserved_concurrent_executions=1,
                timeout=Duration.seconds(30),
                environment={"PAYMENT_API_HOST": PAYMENT_API_HOST},
            ),
        )

        place_order = function(
            "PlaceOrder",
            handler="handlers.place_order.app.handler",
            reserved_concurrent_executions=20,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "PAYMENTS_QUEUE_URL": payments.queue_url,
            },
        )
        orders.grants.write_items(place_order, "PutItem")
        orders.grants.read_items(place_order, "GetItem")
        payments.grants.send_messages(place_order)

        read_orders = function(
            "ReadOrders",
            handler="handlers.read_orders.app.handler",
            reserved_concurrent_executions=50,
            environment={
                "ORDERS_TABLE": orders.table_name,
                "RECEIPTS_BUCKET": receipts.bucket_name,
            },
        )
        orders.grants.read_items(read_orders, "GetItem", "Query")
        receipts.grants.read_objects(read_orders)

        settle_payment = function(
            "SettlePayment",
            handler="handlers.settle_payment.app.handler",
            reserved_concurrent_executions=5,
            timeout=Duration.seconds(30),
            environment={
                "ORDERS_TABLE": orders.table_name,
                "IDEMPOTENCY_TABLE": idempotency.table_name,
                "RECEIPTS_BUCKET": receipts.bucket_name,
                "PAYMENT_API_HOST": PAYMENT_API_HOST,
            },
            secrets={"PAYMENT_KEY_ARN": payment_key},
        )
        settle_payment.consume(payments, batch_size=5)
        orders.grants.read_items(settle_payment, "GetItem")
        orders.grants.write_items(settle_payment, "UpdateItem")
        idempotency.grants.read_items(settle_payment, "GetItem")
        idempotency.grants.write_items(settle_payment, "PutItem", "UpdateItem", "DeleteItem")
        receipts.grants.write_objects(settle_payment)

        api = SecureApi(
            self,
            "Api",
            authorizer=apigateway.CognitoUserPoolsAuthorizer(
                self, "SignedIn", cognito_user_pools=[Customers(self, "Customers")]
            ),
        )
        api.route("POST", "/orders", place_order, body=NewOrder, headers={"Idempotency-Key": True})
        api.route("GET", "/orders", read_orders)
        api.route("GET", "/orders/{order_id}", read_orders)

        stock = SecureTable(self, "Stock", encryption_key=key, partition_key=_text("sku"))
        reserve_stock = function(
            "ReserveStock",
            handler="handlers.reserve_stock.app.handler",
            reserved_concurrent_executions=5,
            environment={"ORDERS_TABLE": orders.table_name, "STOCK_TABLE": stock.table_name},
        )
        orders.grants.read_items(reserve_stock, "GetItem")
        orders.grants.write_items(reserve_stock, "UpdateItem")
        stock.grants.write_items(reserve_stock, "UpdateItem")

        documents = Documents(self, "Documents", api=api, key=key)
        dispatches = SecureBucket(self, "Dispatches", encryption_key=key)
        ship = function(
            "Ship",
            handler="handlers.ship.app.handler",
            reserved_concurrent_executions=5,
            timeout=Duration.seconds(30),
            environment={
                "ORDERS_TABLE": orders.table_name,
                "DOCUMENTS_BUCKET": documents.clean.bucket_name,
                "DISPATCHES_BUCKET": dispatches.bucket_name,
            },
        )
        orders.grants.read_items(ship, "GetItem")
        orders.grants.write_items(ship, "UpdateItem")
        documents.clean.grants.read_objects(ship)
        dispatches.grants.write_objects(ship)

        fulfilment = Fulfilment(self, "Fulfilment", key=key, reserve_stock=reserve_stock, ship=ship)
        settle_payment.add_environment("FULFILMENT_ARN", fulfilment.state_machine_arn)
        fulfilment.grants.start_execution(settle_payment)

        SecureAlarms(self, "Alarms", emails=[OPERATIONS]).watch_all()


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
