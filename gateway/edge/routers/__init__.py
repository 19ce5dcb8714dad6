"""Requests of federation routers, and how they are told from others."""
