"""Faults of event buses and rules."""
