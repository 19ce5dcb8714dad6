"""Wix's query language: read from JSON, compiled to SQL."""
