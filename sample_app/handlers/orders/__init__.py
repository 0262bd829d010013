"""The domain of the order service: what an order is, what it costs and where it is kept."""
