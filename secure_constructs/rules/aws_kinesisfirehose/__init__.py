"""Faults of delivery streams."""
