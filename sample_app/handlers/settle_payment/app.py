"""Charges the orders that the queue brings, writes their receipts and has them fulfilled."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.parameters import get_secret
from pydantic import ValidationError

from ..orders.book import OrderBook
from ..orders.fulfilment import Fulfilment
from ..orders.models import Order, OrderStatus, PaymentRequested
from ..orders.provider import PaymentProvider, PaymentRefusedError
from ..orders.receipts import Receipts

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
book = OrderBook(os.environ["ORDERS_TABLE"])
receipts = Receipts(os.environ["RECEIPTS_BUCKET"])
fulfilment = Fulfilment(os.environ["FULFILMENT_ARN"])
provider = PaymentProvider(
    os.environ["PAYMENT_API_HOST"],
    api_key=lambda: get_secret(os.environ["PAYMENT_KEY_ARN"], max_age=300),
)
processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
once = IdempotencyConfig(event_key_jmespath="order_id", expires_after_seconds=24 * 60 * 60)


class MalformedMessageError(Exception):
    """A message does not have the form of a payment request."""


def settle(*, request: PaymentRequested) -> str:
    """
    Charge one order, write its receipt and have it fulfilled.

    Returns:
        How the order stands now.

    Raises:
        UnknownOrderError: There is no such order.
        PaymentUnavailableError: The provider gave no usable answer; the message comes again.
    """
    order = book.get(request.customer_id, request.order_id)
    status = charge(order) if order.status is OrderStatus.PENDING else order.status
    # Also for a message that comes again: the first may have failed after the book.
    if status is OrderStatus.PAID:
        fulfilment.start(order)
    return status


def charge(order: Order) -> OrderStatus:
    """Charge a pending order and write its receipt."""
    try:
        taken = provider.charge(order)
    except PaymentRefusedError:
        book.settle(order, OrderStatus.REFUSED)
        logger.warning("payment refused", order_id=order.order_id)
        return OrderStatus.REFUSED
    # The receipt first: a paid order always has one.
    receipts.write(order, taken)
    book.settle(order, OrderStatus.PAID)
    logger.info("payment taken", order_id=order.order_id, charge_id=taken.id)
    return OrderStatus.PAID


settle_once: Callable[..., str] = idempotent_function(
    settle,
    data_keyword_argument="request",
    persistence_store=DynamoDBPersistenceLayer(os.environ["IDEMPOTENCY_TABLE"]),
    config=once,
)


def settle_record(record: "SQSRecord") -> str:
    """Settle the payment that one message asks for."""
    try:
        request = PaymentRequested.model_validate_json(record.body)
    except ValidationError:
        logger.warning("malformed message", message_id=record.message_id)
        # Without its cause: that would carry the message into the log.
        raise MalformedMessageError from None
    try:
        return settle_once(request=request)
    except Exception:
        # The batch keeps to itself what failed, and the queue only counts.
        logger.exception("payment not settled", order_id=request.order_id)
        raise


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Work through a batch; what fails comes again, what succeeded does not."""
    once.register_lambda_context(context)
    return process_partial_response(
        event=event, record_handler=settle_record, processor=processor, context=context
    )
