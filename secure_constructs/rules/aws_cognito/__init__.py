"""Faults of user pools, their clients and identity pools."""
