"""The payment provider, over HTTPS."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from typing import Annotated, Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .models import Charge, Order

TIMEOUT_SECONDS: Final = 5
_MOST_BYTES: Final = 64 * 1024

Answer = TypeVar("Answer", bound=BaseModel)


class PaymentRefusedError(Exception):
    """The provider will not charge this customer, now or later."""


class PaymentUnavailableError(Exception):
    """The provider gave no usable answer; to ask again is safe."""


class IssuedKey(BaseModel):
    """A new key to the provider's API. The one before it works for another day."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    key: Annotated[str, Field(min_length=16, max_length=256, repr=False)]


class Account(BaseModel):
    """The shop's account with the provider."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    active: bool


class PaymentProvider:
    """
    Charges customers, and issues the keys that open its API.

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
        charge = self._ask(
            "POST",
            "/v1/charges",
            Charge,
            body={
                "amount": order.total,
                "currency": order.currency,
                "source": order.payment_token,
            },
            idempotency_key=order.order_id,
        )
        if (charge.amount, charge.currency) != (order.total, order.currency):
            message = "an answer about another amount"
            raise PaymentUnavailableError(message)
        return charge

    def issue_key(self, *, request_id: str) -> str:
        """
        Have a new key issued, the same one for the same request id.

        Raises:
            PaymentUnavailableError: No key was issued.
        """
        return self._ask("POST", "/v1/api-keys", IssuedKey, body={}, idempotency_key=request_id).key

    def accepts_key(self) -> bool:
        """
        Say whether the key opens the shop's account.

        Raises:
            PaymentUnavailableError: The provider does not accept the key, or does not answer.
        """
        return self._ask("GET", "/v1/account", Account).active

    def _ask(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        body: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        headers = {"Authorization": f"Bearer {self._api_key()}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        connection = HTTPSConnection(self._host, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                method, path, body=None if body is None else json.dumps(body), headers=headers
            )
            response = connection.getresponse()
            text = response.read(_MOST_BYTES)
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
        try:
            return answer.model_validate_json(text)
        except ValidationError:
            # Without its cause: that would carry the provider's answer into the log.
            message = "an answer that cannot be read"
            raise PaymentUnavailableError(message) from None
