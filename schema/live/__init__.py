"""What is told while it happens."""
