"""Serves the scripts and styles of the page, under names that change with their content."""

from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain",
}
_FOREVER: Final = "public, max-age=31536000, immutable"


def routes(bundle: Path) -> list[Route]:
    """Build the routes to what is in the folder `bundle` now; without a bundle there are none.

    Each file may have a twin with ``.gz`` after its name, for who accepts that.
    """
    served = {file.name: file for file in bundle.glob("*") if file.suffix in _TYPES}
    if not served:
        return []

    async def asset(request: Request) -> FileResponse:
        file = served.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        return _answer(file, request.headers.get("accept-encoding", ""))

    # The page's links are relative, and it is at ``/graphql/`` as well.
    return [Route(f"{place}/graphiql/{{name}}", asset) for place in ("", "/graphql")]


def _answer(file: Path, accepted: str) -> FileResponse:
    headers = {"cache-control": _FOREVER, "vary": "accept-encoding"}
    twin = file.with_name(f"{file.name}.gz")
    if "gzip" in accepted and twin.exists():
        headers["content-encoding"] = "gzip"
        return FileResponse(twin, headers=headers, media_type=_TYPES[file.suffix])
    return FileResponse(file, headers=headers, media_type=_TYPES[file.suffix])
