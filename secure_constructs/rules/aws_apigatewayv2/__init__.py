"""Faults of HTTP and WebSocket APIs that REST APIs do not share."""
