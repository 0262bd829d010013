"""An AWS account in memory with what the handlers of the order service work on."""

import importlib
import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

REGION = "eu-central-1"
CUSTOMER = "9f0c5a52-1111-4c0f-8f9e-3a5d1c2b7e01"
STRANGER = "0b1d2c3e-2222-4c0f-8f9e-3a5d1c2b7e02"
TOKEN = "pay_" + "a1B2c3D4e5F6" * 2
DOCUMENT = "0123456789abcdef" * 2
KEY = "attempt-0000000000000001"
FULFILMENT = "arn:aws:states:eu-central-1:123456789012:stateMachine:fulfilment"


@dataclass
class Shop:
    """The resources behind the handlers."""

    orders: Any
    queue_url: str
    sqs: Any
    s3: Any
    stock: Any

    def messages(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def order(self, order_id: str, customer_id: str = CUSTOMER) -> dict[str, Any]:
        item = self.orders.get_item(Key={"customer_id": customer_id, "order_id": order_id})["Item"]
        return dict(item)

    def receipts(self) -> dict[str, str]:
        return self.objects("receipts")

    def objects(self, bucket: str) -> dict[str, str]:
        listed = self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
        return {
            entry["Key"]: self.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"]
            .read()
            .decode()
            for entry in listed
        }

    def enter(self, order_id: str, **changes: object) -> None:
        """Enter an order of the customer, as the API would have."""
        item = {
            "customer_id": CUSTOMER,
            "order_id": order_id,
            "status": "pending",
            "lines": [{"sku": "DAR-0250", "quantity": 2, "unit_price": 1450}],
            "total": 2900,
            "currency": "EUR",
            "payment_token": TOKEN,
            "reference": "PO 4711",
            "placed_at": "2026-11-02T08:00:00Z",
        }
        self.orders.put_item(Item=item | changes)


@dataclass(frozen=True)
class Context:
    """What Lambda hands to a handler beside the event."""

    function_name: str = "orders"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:orders"
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


@dataclass(frozen=True)
class Account:
    """An AWS account in memory and the clients to look into it."""

    mock: Any
    dynamodb: Any
    s3: Any
    sqs: Any
    secretsmanager: Any
    stepfunctions: Any


@pytest.fixture(scope="module")
def account() -> Iterator[Account]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "POWERTOOLS_SERVICE_NAME": "orders",
            "ORDERS_TABLE": "orders",
            "IDEMPOTENCY_TABLE": "idempotency",
            "RECEIPTS_BUCKET": "receipts",
            "STOCK_TABLE": "stock",
            "DOCUMENTS_BUCKET": "documents",
            "DISPATCHES_BUCKET": "dispatches",
            "FULFILMENT_ARN": FULFILMENT,
            "PAYMENT_API_HOST": "api.payments.example.com",
        }.items():
            monkeypatch.setenv(name, value)
        with mock_aws() as mock:
            yield Account(
                mock=mock,
                dynamodb=boto3.resource("dynamodb"),
                s3=boto3.client("s3"),
                sqs=boto3.client("sqs"),
                secretsmanager=boto3.client("secretsmanager"),
                stepfunctions=boto3.client("stepfunctions"),
            )


@pytest.fixture
def shop(account: Account, monkeypatch: pytest.MonkeyPatch) -> Shop:
    account.mock.reset()
    orders = account.dynamodb.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("customer_id", "order_id"),
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("customer_id", "order_id", "placed_at")
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by_date",
                "KeySchema": _keys("customer_id", "placed_at"),
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    account.dynamodb.create_table(
        TableName="idempotency",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("id"),
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    stock = account.dynamodb.create_table(
        TableName="stock",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("sku"),
        AttributeDefinitions=[{"AttributeName": "sku", "AttributeType": "S"}],
    )
    for bucket in ("receipts", "documents", "dispatches"):
        account.s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    account.stepfunctions.create_state_machine(
        name="fulfilment",
        definition=json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::123456789012:role/fulfilment",
    )
    queue_url = account.sqs.create_queue(QueueName="payments")["QueueUrl"]
    secret_arn = account.secretsmanager.create_secret(
        Name="payment-api-key", SecretString="key-of-the-shop"
    )["ARN"]
    monkeypatch.setenv("PAYMENTS_QUEUE_URL", queue_url)
    monkeypatch.setenv("PAYMENT_KEY_ARN", secret_arn)
    return Shop(orders=orders, queue_url=queue_url, sqs=account.sqs, s3=account.s3, stock=stock)


def _keys(partition: str, sort: str | None = None) -> list[dict[str, str]]:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}]
    return keys if sort is None else [*keys, {"AttributeName": sort, "KeyType": "RANGE"}]


@pytest.fixture
def log() -> io.StringIO:
    """What the handlers log."""
    return io.StringIO()


@pytest.fixture(scope="module")
def functions(account: Account) -> Iterator[dict[str, ModuleType]]:
    """The functions loaded so far, each with its clients in the account of this module."""
    assert account.mock
    loaded: dict[str, ModuleType] = {}
    yield loaded
    for module in loaded.values():
        del sys.modules[module.__name__]


@pytest.fixture
def load(
    functions: dict[str, ModuleType], shop: Shop, log: io.StringIO
) -> Callable[[str], ModuleType]:
    """Load a function's module, as a new execution environment does."""
    assert shop.queue_url

    def load(function: str) -> ModuleType:
        if function not in functions:
            functions[function] = importlib.import_module(f"sample_app.handlers.{function}.app")
        for handler in logging.getLogger("orders").handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(log)
        return functions[function]

    return load


@dataclass
class Provider:
    """The payment provider at the other end of the connection."""

    status: int = 201
    body: bytes | None = None
    fails_with: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def connect(self, host: str, timeout: float) -> "Connection":
        return Connection(provider=self, host=host, timeout=timeout)


@dataclass
class Connection:
    """Stands in for ``http.client.HTTPSConnection``."""

    provider: Provider
    host: str
    timeout: float

    def request(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> None:
        self.provider.requests.append(
            {
                "url": f"https://{self.host}{path}",
                "method": method,
                "body": None if body is None else json.loads(body),
                "headers": headers,
                "timeout": self.timeout,
            }
        )
        self.provider.meanwhile()
        if self.provider.fails_with is not None:
            raise self.provider.fails_with

    def getresponse(self) -> "Connection":
        return self

    @property
    def status(self) -> int:
        return self.provider.status

    def read(self, most: int) -> bytes:
        if self.provider.body is not None:
            return self.provider.body[:most]
        asked = self.provider.requests[-1]["body"]
        charge = {"id": "ch_0123456789", "amount": asked["amount"], "currency": asked["currency"]}
        return json.dumps(charge).encode()

    def close(self) -> None:
        pass


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    from sample_app.handlers.orders import provider as module

    provider = Provider()
    monkeypatch.setattr(module, "HTTPSConnection", provider.connect)
    return provider


def api_request(
    method: str,
    path: str,
    *,
    body: str | None = None,
    customer: str | None = CUSTOMER,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Give the event that API Gateway sends for a request."""
    authorizer = {} if customer is None else {"claims": {"sub": customer, "email": "a@example.com"}}
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers or {},
        "multiValueHeaders": {name: [value] for name, value in (headers or {}).items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "requestId": "request-1",
            "httpMethod": method,
            "path": path,
            "resourcePath": path,
            "stage": "prod",
            "authorizer": authorizer,
        },
        "body": body,
        "isBase64Encoded": False,
    }


def order_body(**changes: object) -> str:
    """Give the body of a request that places an order."""
    body = {
        "lines": [{"sku": "DAR-0250", "quantity": 2}, {"sku": "ASM-1000", "quantity": 1}],
        "payment_token": TOKEN,
        "reference": "PO 4711",
    }
    return json.dumps(body | changes)
