"""Faults of distributions."""
