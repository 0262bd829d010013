"""Faults of APIs: their methods, stages, domains and usage plans."""
