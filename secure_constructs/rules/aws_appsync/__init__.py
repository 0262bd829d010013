"""Faults of GraphQL and event APIs."""
