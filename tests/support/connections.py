"""A replica's connection to Redis: waited for, and cut short."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from gateway.replicas.connection import Connection


async def until_available(connection: Connection) -> float:
    """Tell after how many seconds the connection has seen that Redis is there."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    back = asyncio.Event()
    connection.watch(back=back.set)
    if not connection.available:
        await asyncio.wait_for(back.wait(), 10)
    return loop.time() - began


async def cut_short(work: Coroutine[Any, Any, object], connection: Connection) -> None:
    """Begin some work, and cancel it while Redis has not answered what it asks."""
    task = asyncio.create_task(work)
    while not connection.under_way:  # noqa: ASYNC110 - others go on
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
