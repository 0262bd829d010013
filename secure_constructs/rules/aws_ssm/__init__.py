"""Faults of parameters in Parameter Store."""
