"""Labels and extended fields: two kinds of one thing, a named definition."""
