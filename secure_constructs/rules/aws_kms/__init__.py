"""Faults of keys."""
