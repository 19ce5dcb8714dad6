"""Documents that callers name in place of sending them."""
