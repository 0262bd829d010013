"""Dispatches: what the warehouse prints and packs, one folder for each order."""

import boto3

from .models import Order


class Dispatches:
    """Hands orders over to the warehouse."""

    def __init__(self, bucket_name: str) -> None:
        self._bucket = bucket_name
        self._s3 = boto3.client("s3")

    def send(self, order: Order, document: bytes | None) -> None:
        """Have an order packed, with the customer's own document if there is one."""
        if document is not None:
            self._put(order, "document.pdf", document, "application/pdf")
        lines = [f"{line.quantity:>5} x {line.sku}" for line in order.lines]
        text = "\n".join(
            [
                f"Packing list for order {order.order_id}",
                f"Customer's reference: {order.reference or '-'}",
                "",
                *lines,
                "",
            ]
        )
        # The list last: the warehouse packs what has one.
        self._put(order, "packing-list.txt", text.encode(), "text/plain; charset=utf-8")

    def _put(self, order: Order, name: str, body: bytes, content_type: str) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=f"{order.order_id}/{name}",
            Body=body,
            ContentType=content_type,
        )
