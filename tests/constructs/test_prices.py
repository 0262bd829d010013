"""Prices that the documentation of a construct names are those that costs are worked out with."""

from __future__ import annotations

import csv
import re
from importlib import import_module
from pathlib import Path

import pytest

import secure_constructs
from secure_constructs import constructs

PRICES = Path(secure_constructs.__file__).parent / "data" / "prices.csv"
MILLION = 1_000_000
SOCKETS = "SecureWebSocketApi"

# The construct, what it says, and of which item how much that is.
NAMED = (
    ("SecureApi", "3.50 USD for a million requests", "apigateway-rest-request", MILLION),
    ("SecureBus", "1 USD for a million custom events", "events-event", MILLION),
    ("SecureBus", "0.50 USD/GB of log", "logs-gb", 1),
    ("SecureFunction", "logs 0.50 USD/GB", "logs-gb", 1),
    ("SecureFunction", "traces 5 USD for a million", "xray-trace", MILLION),
    ("SecureGraphqlApi", "4.00 USD for a million queries", "appsync-query", MILLION),
    ("SecureHttpApi", "1.00 USD for a million requests", "apigateway-http-request", MILLION),
    ("SecurePipe", "0.40 USD for a million requests", "pipes-request", MILLION),
    ("SecureQueue", "0.40 USD for a million requests", "sqs-request", MILLION),
    ("SecureQueue", "0.50 USD for FIFO", "sqs-fifo-request", MILLION),
    ("SecureSecret", "0.05 USD for 10,000 reads", "secrets-request", 10_000),
    ("SecureStateMachine", "25 USD for a million transitions", "states-transition", MILLION),
    ("SecureStateMachine", "1 USD for a million express", "states-express-request", MILLION),
    ("SecureStateMachine", "5 USD for a million traces", "xray-trace", MILLION),
    ("SecureStream", "0.014 USD for a million records", "kinesis-put-unit", MILLION),
    ("SecureStream", "0.08 USD for a GB", "kinesis-on-demand-gb", 1),
    ("SecureTable", "0.125 USD for a million reads", "dynamodb-read-unit", MILLION),
    ("SecureTable", "0.625 USD for a million writes", "dynamodb-write-unit", MILLION),
    ("SecureTopic", "0.50 USD for a million messages", "sns-request", MILLION),
    ("SecureWebAcl", "0.60 USD for a million requests", "waf-request", MILLION),
    (SOCKETS, "1.00 USD for a million messages", "apigateway-websocket-message", MILLION),
    (SOCKETS, "0.25 USD for a million minutes", "apigateway-websocket-minute", MILLION),
)  # fmt: skip


def documented(name: str) -> str:
    return " ".join((getattr(constructs, name).__doc__ or "").split())


@pytest.mark.parametrize(("name", "said", "item", "amount"), NAMED)
def test_says_what_costs_are_worked_out_with(name: str, said: str, item: str, amount: int) -> None:
    assert said in documented(name)
    with PRICES.open(encoding="utf-8") as file:
        (price,) = (
            float(row["usd"])
            for row in csv.DictReader(file)
            if (row["item"], row["region"]) == (item, "us-east-1")
        )
    found = re.search(r"[\d.]+(?= USD)", said)
    assert found is not None
    assert float(found.group()) == pytest.approx(price * amount)


@pytest.mark.parametrize("name", [name for name in constructs.__all__ if name.startswith("Secure")])
def test_every_price_has_a_date(name: str) -> None:
    home = import_module(f"secure_constructs.constructs.{constructs._HOMES[name]}")
    said = " ".join((home.__doc__ or "", documented(name)))
    if re.search(r"\d USD", said):
        assert re.search(r"2026-\d\d", said)
