"""Hands a reserved order over to the warehouse: the last step of fulfilment."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from ..orders.book import OrderBook
from ..orders.dispatches import Dispatches
from ..orders.documents import Documents
from ..orders.models import OrderStatus, PaidOrder

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
book = OrderBook(os.environ["ORDERS_TABLE"])
documents = Documents(os.environ["DOCUMENTS_BUCKET"])
dispatches = Dispatches(os.environ["DISPATCHES_BUCKET"])


class NotReservedError(Exception):
    """Nothing was reserved for the order; it is not shipped."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: "LambdaContext") -> None:
    """Ship one order, once."""
    paid = PaidOrder.model_validate(event)
    order = book.get(paid.customer_id, paid.order_id)
    if order.status is OrderStatus.SHIPPED:
        return
    if order.status is not OrderStatus.RESERVED:
        raise NotReservedError(order.order_id)
    dispatches.send(order, documents.of(order))
    book.ship(order)
    logger.info("order shipped", order_id=order.order_id)
