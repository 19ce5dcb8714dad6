"""Measures the gateway: ``python -m tests.bench`` prints medians; nothing here is a test."""
