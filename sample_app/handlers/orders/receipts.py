"""Receipts: one text file for each paid order, which only its customer gets to see."""

from typing import Final

import boto3
from botocore.config import Config

from .models import Charge, Order

LINK_SECONDS: Final = 60


class Receipts:
    """
    Writes receipts and lends them out.

    The bucket is private. A customer gets a link to one object that expires after ``LINK_SECONDS``.
    """

    def __init__(self, bucket_name: str) -> None:
        self._bucket = bucket_name
        # Objects under a KMS key are given out for signature version 4 only.
        self._s3 = boto3.client("s3", config=Config(signature_version="s3v4"))

    def write(self, order: Order, charge: Charge) -> None:
        """Write the receipt of an order that was just paid."""
        lines = [
            f"{line.quantity:>5} x {line.sku}  {_money(line.quantity * line.unit_price):>12}"
            for line in order.lines
        ]
        text = "\n".join(
            [
                f"Receipt for order {order.order_id}",
                f"Your reference: {order.reference or '-'}",
                f"Placed: {order.placed_at:%Y-%m-%d}",
                "",
                *lines,
                "",
                f"Total {order.currency} {_money(order.total)}, charge {charge.id}",
                "",
            ]
        )
        self._s3.put_object(
            Bucket=self._bucket,
            Key=_key(order),
            Body=text.encode(),
            ContentType="text/plain; charset=utf-8",
        )

    def link_to(self, order: Order) -> str:
        """Give a link to an order's receipt, good for ``LINK_SECONDS``."""
        link: str = self._s3.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _key(order),
                "ResponseContentDisposition": f'attachment; filename="{order.order_id}.txt"',
            },
            ExpiresIn=LINK_SECONDS,
        )
        return link


def _key(order: Order) -> str:
    return f"{order.customer_id}/{order.order_id}.txt"


def _money(cents: int) -> str:
    return f"{cents // 100:,}.{cents % 100:02}"
