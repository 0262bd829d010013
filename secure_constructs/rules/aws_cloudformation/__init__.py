"""Faults of what a template declares beside its resources."""
