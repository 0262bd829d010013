"""The function that replaces the key to the payment provider's API."""
