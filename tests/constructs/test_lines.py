from __future__ import annotations

from benchmarks.lines import count, types
from benchmarks.plain_order_service import PlainOrderService
from sample_app.service import OrderService


def test_the_plain_order_service_has_the_same_resources() -> None:
    assert types(PlainOrderService) == types(OrderService)


def test_the_plain_order_service_takes_five_times_the_lines() -> None:
    ours, plain = count()
    assert plain >= 5 * ours
