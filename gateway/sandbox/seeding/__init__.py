"""The made-up site a sandbox starts with."""
