"""How refusals for want of a scope look, as a response carries them."""

from typing import Any, Final

from gateway.model.principal import SCOPES

WITHOUT_PERSONAL: Final = SCOPES - {"contacts:pii"}


def forbidden(place: str, *scopes: str, at: str = "", **error: Any) -> dict[str, Any]:
    """Write the error of a refused place; `at` leads to an argument."""
    subject = f"{place}, {at}," if at else place
    noun = "scope" if len(scopes) == 1 else "scopes"
    where = {"field": at.split(".")} if at else {}
    return {
        "message": f"{subject} asks for the {noun} {' '.join(scopes)}.",
        **error,
        "extensions": {
            "code": "FORBIDDEN",
            "missingScopes": list(scopes),
            **where,
            "requestId": "the-request",
        },
    }


def placed(errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out where in the document errors stand, which is no matter here."""
    kept = ({name: each[name] for name in each if name != "locations"} for each in errors)
    return sorted(kept, key=lambda error: error["message"])
