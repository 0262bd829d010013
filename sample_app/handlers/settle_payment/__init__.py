"""The worker that charges an order and writes its receipt."""
