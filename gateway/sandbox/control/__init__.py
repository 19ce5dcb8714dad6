"""The sandbox's own routes under ``/_sandbox``."""
