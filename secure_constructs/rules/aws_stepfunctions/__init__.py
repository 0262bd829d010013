"""Faults of state machines."""
