"""Faults of policies, roles, users and groups, and of the policies of other resources."""
