"""Bulk calls on contacts and the jobs they start."""
