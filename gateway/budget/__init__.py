"""What is left of the upstream calls a site may make."""
