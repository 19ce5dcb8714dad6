"""Contacts in the graph."""
