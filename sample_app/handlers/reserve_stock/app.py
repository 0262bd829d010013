"""Reserves the stock of a paid order: the first step of fulfilment."""

import os
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger

from ..orders.book import OrderBook
from ..orders.models import OrderStatus, PaidOrder
from ..orders.stock import Stock

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
book = OrderBook(os.environ["ORDERS_TABLE"])
stock = Stock(stock_table=os.environ["STOCK_TABLE"], orders_table=os.environ["ORDERS_TABLE"])


class NotPaidError(Exception):
    """The order is not paid; nothing is reserved for it."""


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], _: "LambdaContext") -> dict[str, Any]:
    """Reserve what one order needs, and say whether there was enough."""
    paid = PaidOrder.model_validate(event)
    order = book.get(paid.customer_id, paid.order_id)
    if not order.status.is_paid:
        raise NotPaidError(order.order_id)
    # A step that is tried again finds the order reserved by the time before.
    reserved = order.status is not OrderStatus.PAID or stock.reserve(order)
    logger.info("stock asked for", order_id=order.order_id, reserved=reserved)
    return paid.model_copy(update={"reserved": reserved}).model_dump(mode="json")
