"""Extended fields in the graph."""
