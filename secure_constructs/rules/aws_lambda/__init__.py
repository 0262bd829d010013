"""Faults of functions, their URLs, permissions, layers and event sources."""
