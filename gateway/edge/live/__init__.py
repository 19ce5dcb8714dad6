"""Connections that carry more than one answer."""
