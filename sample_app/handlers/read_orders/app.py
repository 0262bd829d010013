"""Shows customers their own orders."""

import os
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from pydantic import TypeAdapter

from ..orders.book import OrderBook
from ..orders.http import answer, customer_of, order_api
from ..orders.models import OrderId
from ..orders.receipts import Receipts

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = Logger()
app = order_api(logger)
book = OrderBook(os.environ["ORDERS_TABLE"])
receipts = Receipts(os.environ["RECEIPTS_BUCKET"])
order_ids = TypeAdapter(OrderId)


@app.get("/orders")
def list_orders() -> "Response[str]":
    """List the caller's latest orders."""
    orders = book.latest(customer_of(app))
    return answer(HTTPStatus.OK, {"orders": [order.for_customer() for order in orders]})


@app.get("/orders/<order_id>")
def get_order(order_id: str) -> "Response[str]":
    """Show one order of the caller, with a link to its receipt that lasts a minute."""
    order = book.find(customer_of(app), order_ids.validate_python(order_id))
    if order is None:
        message = "You have no such order."
        raise NotFoundError(message)
    shown = order.for_customer()
    if order.status.is_paid:
        shown["receipt_url"] = receipts.link_to(order)
    return answer(HTTPStatus.OK, shown)


@logger.inject_lambda_context(
    correlation_id_path=correlation_paths.API_GATEWAY_REST, clear_state=True
)
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    """Answer one request of the API."""
    return app.resolve(event, context)
