"""How the service answers over HTTP: plainly, and never with an error's own words."""

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import (
    ServiceError,
    UnauthorizedError,
)
from pydantic import ValidationError

from .models import caller_of

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger


def order_api(logger: "Logger") -> APIGatewayRestResolver:
    """
    Make a resolver that answers every error in the same plain form.

    Args:
        logger: Where what the caller must not see is written.
    """
    app = APIGatewayRestResolver()

    def error(status: HTTPStatus, message: str) -> Response[str]:
        request_id = app.current_event.request_context.request_id
        return answer(status, {"message": message, "request_id": request_id})

    def invalid(invalid: ValidationError) -> Response[str]:
        # The kinds of fault only: the values and the names of unknown fields are the caller's.
        faults = sorted({fault["type"] for fault in invalid.errors()})
        logger.warning("invalid request", faults=faults)
        return error(HTTPStatus.BAD_REQUEST, "The request does not have the expected form.")

    def refused(refused: ServiceError) -> Response[str]:
        logger.info("refused request", status=refused.status_code)
        return error(HTTPStatus(refused.status_code), str(refused.msg))

    def failed(failure: Exception) -> Response[str]:
        logger.error("request failed", exc_info=failure)
        return error(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side.")

    app.exception_handler(ValidationError)(invalid)
    app.exception_handler(ServiceError)(refused)
    app.exception_handler(Exception)(failed)
    return app


def customer_of(app: APIGatewayRestResolver) -> str:
    """
    Tell whose request this is.

    Raises:
        UnauthorizedError: The request came past the authorizer.
    """
    customer_id = caller_of(app.current_event.request_context.authorizer.claims or {})
    if customer_id is None:
        message = "Sign in first."
        raise UnauthorizedError(message)
    return customer_id


def answer(status: HTTPStatus, body: dict[str, Any]) -> Response[str]:
    """Give an answer that no cache keeps."""
    return Response(
        status_code=status,
        content_type=content_types.APPLICATION_JSON,
        body=json.dumps(body),
        headers={"Cache-Control": "no-store"},
    )
