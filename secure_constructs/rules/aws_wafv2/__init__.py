"""Faults of web ACLs and their logs."""
