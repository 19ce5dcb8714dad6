"""Answers that come in several parts: what ``@defer`` and ``@stream`` ask for."""
