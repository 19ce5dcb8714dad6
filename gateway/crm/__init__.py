"""What the gateway does: the rules above the wire, free of HTTP and of GraphQL."""
