"""Faults of queues and their policies."""
