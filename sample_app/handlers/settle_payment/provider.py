"""The payment provider, over HTTPS."""

import json
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from typing import Final

from pydantic import ValidationError

from ..orders.models import Charge, Order

TIMEOUT_SECONDS: Final = 5
_MOST_BYTES: Final = 64 * 1024


class PaymentRefusedError(Exception):
    """The provider will not charge this customer, now or later."""


class PaymentUnavailableError(Exception):
    """The provider gave no usable answer; to ask again is safe."""


class PaymentProvider:
    """
    Charges customers.

    Each charge carries the order id as idempotency key,
    so the provider charges an order once however often it is asked.

    Args:
        host: The provider's host name.
        api_key: Gives the key to the provider's API, as it is at this moment.
    """

    def __init__(self, host: str, api_key: Callable[[], str]) -> None:
        self._host = host
        self._api_key = api_key

    def charge(self, order: Order) -> Charge:
        """
        Charge a customer for an order.

        Raises:
            PaymentRefusedError: The provider refuses.
            PaymentUnavailableError: It cannot be told whether the customer was charged.
        """
        connection = HTTPSConnection(self._host, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "POST",
                "/v1/charges",
                body=json.dumps(
                    {
                        "amount": order.total,
                        "currency": order.currency,
                        "source": order.payment_token,
                    }
                ),
                headers={
                    "Authorization": f"Bearer {self._api_key()}",
                    "Content-Type": "application/json",
                    "Idempotency-Key": order.order_id,
                },
            )
            response = connection.getresponse()
            body = response.read(_MOST_BYTES)
        except (OSError, HTTPException) as error:
            message = f"no answer: {type(error).__name__}"
            raise PaymentUnavailableError(message) from error
        finally:
            connection.close()
        if response.status == HTTPStatus.PAYMENT_REQUIRED:
            raise PaymentRefusedError
        if response.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
            message = f"answer {response.status}"
            raise PaymentUnavailableError(message)
        return _charge_for(order, body)


def _charge_for(order: Order, body: bytes) -> Charge:
    try:
        charge = Charge.model_validate_json(body)
    except ValidationError:
        # Without its cause: that would carry the provider's answer into the log.
        message = "an answer that cannot be read"
        raise PaymentUnavailableError(message) from None
    if (charge.amount, charge.currency) != (order.total, order.currency):
        message = "an answer about another amount"
        raise PaymentUnavailableError(message)
    return charge
