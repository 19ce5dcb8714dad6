"""The GraphQL gateway over a Wix site's contacts and contact labels."""

__version__ = "0.1.0"
