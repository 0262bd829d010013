"""The order book: every order, under the customer who placed it."""

from typing import TYPE_CHECKING, Any, Final

import boto3
from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError
from pydantic import ValidationError

from .models import Order, OrderStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE_SIZE: Final = 25
BY_DATE: Final = "by_date"


class UnknownOrderError(Exception):
    """An order that something in the app asks for is not in the book."""


class DamagedOrderError(Exception):
    """What the book holds is no order; nobody who asks for it is to blame."""


class OrderBook:
    """
    Reads and writes orders.

    Whoever looks up an order names the customer it belongs to, because that is half of its key:
    an order of someone else is not there.
    """

    def __init__(self, table_name: str) -> None:
        self._table = boto3.resource("dynamodb").Table(table_name)

    def place(self, order: Order) -> Order:
        """
        Enter an order, once.

        Returns:
            The order as it stands in the book: the given one,
            or the one entered before under the same id.
        """
        try:
            self._table.put_item(
                Item=order.model_dump(mode="json"),
                ConditionExpression="attribute_not_exists(order_id)",
            )
        except ClientError as error:
            if not _condition_failed(error):
                raise
        else:
            return order
        placed_before = self.find(order.customer_id, order.order_id)
        return placed_before or order

    def find(self, customer_id: str, order_id: str) -> Order | None:
        """Look up one order of one customer."""
        answer = self._table.get_item(
            Key={"customer_id": customer_id, "order_id": order_id}, ConsistentRead=True
        )
        item = answer.get("Item")
        return _order(item) if item else None

    def get(self, customer_id: str, order_id: str) -> Order:
        """
        Look up an order that must be there.

        Raises:
            UnknownOrderError: There is no such order.
        """
        order = self.find(customer_id, order_id)
        if order is None:
            raise UnknownOrderError(order_id)
        return order

    def latest(self, customer_id: str) -> list[Order]:
        """List a customer's latest orders, the newest first, ``PAGE_SIZE`` at most."""
        answer = self._table.query(
            IndexName=BY_DATE,
            KeyConditionExpression=Key("customer_id").eq(customer_id),
            ScanIndexForward=False,
            Limit=PAGE_SIZE,
        )
        return [_order(item) for item in answer["Items"]]

    def settle(self, order: Order, status: OrderStatus) -> None:
        """Note how the payment of a pending order ended; a settled order stays as it is."""
        self._change(order, OrderStatus.PENDING, status, payment_token="")

    def ship(self, order: Order) -> None:
        """Note that a reserved order is on its way; any other stays as it is."""
        self._change(order, OrderStatus.RESERVED, OrderStatus.SHIPPED)

    def _change(self, order: Order, before: OrderStatus, after: OrderStatus, **fields: str) -> None:
        changes = "".join(f", {name} = :{name}" for name in fields)
        try:
            self._table.update_item(
                Key={"customer_id": order.customer_id, "order_id": order.order_id},
                UpdateExpression=f"SET #status = :after{changes}",
                ConditionExpression="#status = :before",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":before": before,
                    ":after": after,
                    **{f":{name}": value for name, value in fields.items()},
                },
            )
        except ClientError as error:
            if not _condition_failed(error):
                raise


def _order(item: "Mapping[str, Any]") -> Order:
    try:
        return Order.model_validate(item)
    except ValidationError:
        # Its text would show what was stored.
        raise DamagedOrderError(str(item.get("order_id"))) from None


def _condition_failed(error: ClientError) -> bool:
    code: str = error.response["Error"]["Code"]
    return code == "ConditionalCheckFailedException"
