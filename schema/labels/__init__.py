"""Labels in the graph."""
