"""Faults of log groups."""
