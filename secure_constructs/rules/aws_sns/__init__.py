"""Faults of topics, subscriptions and their policies."""
