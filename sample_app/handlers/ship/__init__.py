"""The last step of fulfilment."""
