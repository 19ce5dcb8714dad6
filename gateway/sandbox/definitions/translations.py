"""Names that Wix itself gives, in the languages a caller may ask for (contract 2.3)."""

from collections.abc import Mapping

NAMESPACE = "Labels"
"""English display name of the namespaces ``custom`` and ``contacts``."""

_NAMES: Mapping[str, Mapping[str, str]] = {
    "de": {
        NAMESPACE: "Labels",
        "Customers": "Kunden",
        "Contacted Me": "Hat mich kontaktiert",
    },
    "es": {
        NAMESPACE: "Etiquetas",
        "Customers": "Clientes",
        "Contacted Me": "Me contactaron",
    },
    "fr": {
        NAMESPACE: "Libellés",
        "Customers": "Clients",
        "Contacted Me": "M'a contacté",
    },
    "it": {
        NAMESPACE: "Etichette",
        "Customers": "Clienti",
        "Contacted Me": "Mi ha contattato",
    },
    "pt": {
        NAMESPACE: "Etiquetas",
        "Customers": "Clientes",
        "Contacted Me": "Entrou em contato",
    },
}


def translated(name: str, language: str | None) -> str:
    """Say a name of Wix's own in a language (ISO 639-1); in English where it is not known."""
    return _NAMES.get((language or "").lower(), {}).get(name, name)
