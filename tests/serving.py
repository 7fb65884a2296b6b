"""A Sanic application on a real socket, in a thread of its own beside the tests."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: A first start may train the model.
START_TIMEOUT_SECONDS = 180


@contextmanager
def serving(app: Any, listening: socket.socket) -> Iterator[str]:
    """Serve `app` on `listening` as long as the block runs, and yield its address.

    Raises:
        RuntimeError: When the application did not start, with its own error as the cause.
    """
    from sanic import Sanic

    # Sanic rewrites its own methods at the start of an application; only in this mode can a second one start in one process.
    Sanic.test_mode = True
    loop = asyncio.new_event_loop()
    ended = threading.Event()
    ready = threading.Event()
    failure: list[BaseException] = []

    def serve() -> None:
        asyncio.set_event_loop(loop)
        try:
            running = loop.run_until_complete(app.create_server(sock=listening, return_asyncio_server=True))
            loop.run_until_complete(running.startup())
            loop.run_until_complete(running.before_start())  # the application's own listeners, as in a real start
            loop.run_until_complete(running.after_start())
            loop.call_soon(ready.set)
            loop.run_forever()
        except BaseException as error:
            failure.append(error)
            ready.set()
        finally:
            ended.set()

    threading.Thread(target=serve, daemon=True).start()
    in_time = ready.wait(START_TIMEOUT_SECONDS)
    if failure or not in_time:
        raise RuntimeError("the application under test did not start") from (failure[0] if failure else None)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        ended.wait(10)
