"""
Everything that crosses a border of the service, as the form it must have.

``NewOrder`` is also the request model of the API:
API Gateway turns a wrong body away before any function runs,
and the function, which others might call, checks again.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from .catalogue import CURRENCY, price_of

_ORDERS: Final = UUID("5d1f0d0e-63c5-4c62-8d0e-6f3b6f0a7a51")

Sku = Annotated[str, Field(pattern=r"^[A-Z]{3}-[0-9]{4}$")]
OrderId = Annotated[str, Field(pattern=r"^ord_[0-9a-f]{32}$")]
IdempotencyKey = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{16,64}$")]
DocumentId = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$")]
CustomerId = Annotated[str, Field(min_length=1, max_length=128)]
Cents = Annotated[int, Field(ge=0, le=100_000_000)]


class _Form(BaseModel):
    """A form that takes nothing it does not know, and does not change once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class NewOrderLine(_Form):
    """So many packs of one product."""

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=500)]


class NewOrder(_Form):
    """What a customer sends to place an order."""

    lines: Annotated[list[NewOrderLine], Field(min_length=1, max_length=50)]
    payment_token: Annotated[str, Field(pattern=r"^pay_[A-Za-z0-9]{24}$")]
    """A single-use token from the payment provider's own form: card data never comes here."""
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9 ./-]{0,35}$")] = ""
    """The customer's own purchase order number."""
    document: DocumentId = ""
    """The upload id of a purchase order that goes with the goods."""


class OrderStatus(StrEnum):
    """How far an order has come."""

    PENDING = "pending"
    PAID = "paid"
    REFUSED = "refused"
    RESERVED = "reserved"
    SHIPPED = "shipped"

    @property
    def is_paid(self) -> bool:
        """Whether the customer was charged."""
        return self in {OrderStatus.PAID, OrderStatus.RESERVED, OrderStatus.SHIPPED}


class OrderLine(_Form):
    """So many packs of one product, at the price of the day."""

    sku: Sku
    quantity: int
    unit_price: Cents


class Order(_Form):
    """An order as it is kept."""

    customer_id: CustomerId
    order_id: OrderId
    status: OrderStatus
    lines: list[OrderLine]
    total: Cents
    currency: str
    payment_token: str
    reference: str
    document: DocumentId = ""
    placed_at: datetime

    @classmethod
    def place(cls, new_order: NewOrder, *, customer_id: str, idempotency_key: str) -> "Order":
        """
        Price what a customer asks for.

        The same customer and key always give the same order id,
        so a repeated request finds the order that the first one placed.

        Args:
            new_order: What the customer sent.
            customer_id: Who sent it, as the authorizer says.
            idempotency_key: What the client calls this attempt.

        Raises:
            UnknownProductError: A line names something that is not for sale.
        """
        lines = [
            OrderLine(sku=line.sku, quantity=line.quantity, unit_price=price_of(line.sku))
            for line in new_order.lines
        ]
        return cls(
            customer_id=customer_id,
            order_id=f"ord_{uuid5(_ORDERS, f'{customer_id}/{idempotency_key}').hex}",
            status=OrderStatus.PENDING,
            lines=lines,
            total=sum(line.quantity * line.unit_price for line in lines),
            currency=CURRENCY,
            payment_token=new_order.payment_token,
            reference=new_order.reference,
            document=new_order.document,
            placed_at=datetime.now(tz=UTC),
        )

    def asks_the_same_as(self, other: "Order") -> bool:
        """Say whether two requests under one key mean one order."""
        return (self.lines, self.reference, self.document) == (
            other.lines,
            other.reference,
            other.document,
        )

    def for_customer(self) -> dict[str, Any]:
        """Give what the customer may see."""
        return self.model_dump(mode="json", exclude={"customer_id", "payment_token"})


class PaymentRequested(_Form):
    """
    The message that sends an order to be paid.

    It carries no amount: the worker takes that from the order itself.
    """

    customer_id: CustomerId
    order_id: OrderId


class PaidOrder(_Form):
    """
    What the workflow of fulfilment hands from step to step.

    It only says which order; each step looks up how that order stands.
    """

    customer_id: CustomerId
    order_id: OrderId
    reserved: bool = False


class Charge(BaseModel):
    """What the payment provider answers when it has charged a customer."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Annotated[str, Field(pattern=r"^ch_[A-Za-z0-9]{8,64}$")]
    amount: Cents
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


def caller_of(claims: Mapping[str, Any]) -> str | None:
    """
    Read who calls from the claims that the authorizer has verified.

    Returns:
        The customer's id; None where the request came without verified claims.
    """
    subject = claims.get("sub")
    return subject if isinstance(subject, str) and subject else None
