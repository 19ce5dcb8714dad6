"""Inbound HTTP: what a request meets between the socket and the schema."""
