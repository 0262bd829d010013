"""The first step of fulfilment."""
