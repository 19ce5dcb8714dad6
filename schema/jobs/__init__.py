"""Bulk jobs in the graph."""
