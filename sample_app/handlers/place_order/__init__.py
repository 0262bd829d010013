"""``POST /orders``."""
