"""Faults of APIs: their methods, stages, domains and usage plans; stages of HTTP and WebSocket APIs too."""
