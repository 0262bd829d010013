"""``GET /orders`` and ``GET /orders/{order_id}``."""
