"""The stock: how many packs of each product are left."""

from collections import Counter
from typing import Any

import boto3
from botocore.exceptions import ClientError

from .models import Order, OrderStatus


class Stock:
    """
    Reserves what orders need.

    An order and the stock it takes change together or not at all,
    so an order is never reserved twice, and never in part.
    """

    def __init__(self, *, stock_table: str, orders_table: str) -> None:
        self._stock = stock_table
        self._orders = orders_table
        self._dynamodb = boto3.resource("dynamodb").meta.client

    def reserve(self, order: Order) -> bool:
        """
        Take all that a paid order needs out of the stock.

        Returns:
            Whether there was enough of everything, and the order was paid.
        """
        packs: Counter[str] = Counter()
        for line in order.lines:
            packs[line.sku] += line.quantity
        try:
            self._dynamodb.transact_write_items(
                TransactItems=[
                    self._reserved(order),
                    *(self._less(sku, quantity) for sku, quantity in packs.items()),
                ]
            )
        except ClientError as error:
            reasons = error.response.get("CancellationReasons", [])
            if not any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons):
                raise
            return False
        return True

    def _reserved(self, order: Order) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._orders,
                "Key": {"customer_id": order.customer_id, "order_id": order.order_id},
                "UpdateExpression": "SET #status = :reserved",
                "ConditionExpression": "#status = :paid",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {
                    ":reserved": OrderStatus.RESERVED,
                    ":paid": OrderStatus.PAID,
                },
            }
        }

    def _less(self, sku: str, packs: int) -> dict[str, Any]:
        return {
            "Update": {
                "TableName": self._stock,
                "Key": {"sku": sku},
                "UpdateExpression": "SET packs = packs - :packs",
                "ConditionExpression": "packs >= :packs",
                "ExpressionAttributeValues": {":packs": packs},
            }
        }
