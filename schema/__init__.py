"""The public GraphQL schema: its types, its resolvers and its rules, free of HTTP."""
