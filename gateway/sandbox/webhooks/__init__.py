"""Signed events and their delivery to a subscriber."""
