"""Faults of secrets."""
