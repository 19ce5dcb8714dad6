"""Contacts v4: rules, rows and endpoints."""
