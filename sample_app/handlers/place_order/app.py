"""Takes an order, writes it into the order book and asks for its payment."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.exceptions import BadRequestError, ServiceError
from aws_lambda_powertools.logging import correlation_paths
from pydantic import TypeAdapter

from ..orders.book import OrderBook
from ..orders.catalogue import UnknownProductError
from ..orders.http import answer, customer_of, order_api
from ..orders.models import IdempotencyKey, NewOrder, Order, OrderStatus, PaymentRequested

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
app = order_api(logger)
book = OrderBook(os.environ["ORDERS_TABLE"])
payments = boto3.client("sqs")
idempotency_keys = TypeAdapter(IdempotencyKey)


@app.post("/orders")
def place_order() -> "Response[str]":
    """Place an order for the caller; the same ``Idempotency-Key`` again gives the same order."""
    event = app.current_event
    idempotency_key = idempotency_keys.validate_python(event.headers.get("Idempotency-Key"))
    new_order = NewOrder.model_validate_json(event.body or "")
    try:
        wanted = Order.place(
            new_order, customer_id=customer_of(app), idempotency_key=idempotency_key
        )
    except UnknownProductError:
        message = "The order names a product that is not for sale."
        raise BadRequestError(message) from None
    order = book.place(wanted)
    if not order.asks_the_same_as(wanted):
        message = "This Idempotency-Key belongs to another order."
        raise ServiceError(HTTPStatus.CONFLICT, message)
    # Also for a repeated request: the first may have failed between the book and the queue.
    if order.status is OrderStatus.PENDING:
        payments.send_message(
            QueueUrl=os.environ["PAYMENTS_QUEUE_URL"],
            MessageBody=PaymentRequested(
                customer_id=order.customer_id, order_id=order.order_id
            ).model_dump_json(),
        )
    logger.info("order placed", order_id=order.order_id, total=order.total)
    return answer(HTTPStatus.ACCEPTED, order.for_customer())


@logger.inject_lambda_context(
    correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True
)
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Answer one request of the API."""
    return app.resolve(event, context)
