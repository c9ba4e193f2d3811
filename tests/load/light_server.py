"""The light cloud on a socket of this machine: HTTP/1.1 with connections that are kept."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.load.light_cloud import Answer, LightCloud, read_head

_REASONS = {200: "OK", 204: "No Content", 404: "Not Found", 409: "Conflict"}


class _Connection(asyncio.Protocol):
    """Answers one request after the other, each `latency` seconds after it came."""

    def __init__(self, cloud: LightCloud, latency: float, opened: set[asyncio.Transport]) -> None:
        self._opened = opened
        self._cloud = cloud
        self._latency = latency
        self._read = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
            self._opened.add(transport)

    def connection_lost(self, _error: Exception | None) -> None:
        if self._transport is not None:
            self._opened.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._read += data
        head, end, rest = self._read.partition(b"\r\n\r\n")
        if not end:
            return
        asked, length = read_head(head)
        if len(rest) < length:
            return
        self._read = rest[length:]
        answer = self._cloud.answer(asked._replace(body=rest[:length]))
        reply = self._written(answer, with_body=asked.method != "HEAD")
        asyncio.get_running_loop().call_later(self._latency, self._reply, reply)

    def _reply(self, reply: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(reply)

    def _written(self, answer: Answer, *, with_body: bool) -> bytes:
        length = f"Content-Length: {len(answer.body)}"
        fields = [f"{name}: {value}" for name, value in answer.headers]
        first = f"HTTP/1.1 {answer.status} {_REASONS[answer.status]}"
        head = "\r\n".join([first, f"Date: {self._cloud.date()}", length, *fields, "", ""])
        return head.encode() + (answer.body if with_body else b"")


@contextmanager
def served(cloud: LightCloud, latency: float) -> Iterator[str]:
    """Serve it in a thread; gives its address."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened: set[asyncio.Transport] = set()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: _Connection(cloud, latency, opened), "127.0.0.1", 0)

    async def end(server: asyncio.Server) -> None:
        server.close()
        for transport in tuple(opened):
            transport.abort()
        await asyncio.sleep(0)  # in which the loop ends them

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
