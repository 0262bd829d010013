"""Faults of buckets and their policies."""
