"""Faults of virtual machines beside serverless applications."""
