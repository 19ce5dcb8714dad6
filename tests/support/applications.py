"""A whole application in this process, and a client to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from tests.support.listening import Overheard


@asynccontextmanager
async def calling(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Call an application for the length of the block, and close its gateway."""
    async with httpx.AsyncClient(transport=Overheard(app), base_url="http://gateway") as client:
        try:
            yield client
        finally:
            await app.state.gateway.aclose()
