"""COS and CI as light as they can be: one bucket in memory, and jobs that succeed at once.

The official SDK talks to it over loopback, on connections that are kept. It checks no signature and
knows no fault: it is for thousands of requests a second, each of which takes as long as one over a
network, so that only the caller decides how fast they come, and for buckets of a million objects.
Its clock can be moved on.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
import time
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import formatdate
from typing import NamedTuple
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

from shared.times import rfc3339, to_ci

_REASONS = {200: "OK", 204: "No Content", 404: "Not Found", 409: "Conflict"}
_OWNED = (
    "<Owner><ID>1250000000</ID><DisplayName>1250000000</DisplayName></Owner>"
    "<StorageClass>STANDARD</StorageClass>"
)
_CARD = (
    "<ImageLicenseRecResult><Code>Success</Code><State>Success</State><Status>1</Status>"
    "<IdInfo><Name>姓名</Name><DetectedText>样本甲</DetectedText><Score>99</Score></IdInfo>"
    "</ImageLicenseRecResult>"
)


class Asked(NamedTuple):
    """A request; `query` has one value a name."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Answer(NamedTuple):
    """What it is answered with."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Stored(NamedTuple):
    """An object; `written` is Unix seconds."""

    body: bytes
    etag: str
    written: int


class Job(NamedTuple):
    """A job that was accepted; `arrived` is this machine's time, `created` the cloud's."""

    job_id: str
    key: str
    card_type: str
    user_data: str
    created: float
    arrived: float


class LightCloud:
    """Everything it holds; answers one request at a time. `requests` counts those to COS."""

    def __init__(self) -> None:
        self.objects: dict[str, Stored] = {}
        self.jobs: dict[str, Job] = {}
        self.requests: Counter[str] = Counter()
        self._names: list[str] = []
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """The cloud's time, Unix seconds."""
        return time.time() + self._ahead

    def move(self, seconds: float) -> None:
        """Move its clock on."""
        self._ahead += seconds

    def put(self, name: str, body: bytes, age: float = 0) -> Stored:
        """Write an object, as if so many seconds ago."""
        stored = Stored(body, _etag(body), int(self.now() - age))
        if name not in self.objects:
            insort(self._names, name)
        self.objects[name] = stored
        return stored

    def delete(self, name: str) -> None:
        """Delete an object, if it is there."""
        if self.objects.pop(name, None) is not None:
            del self._names[bisect_right(self._names, name) - 1]

    def fill(self, ages: Mapping[str, float], bodies: Mapping[str, bytes]) -> None:
        """Write objects of these ages in seconds; the ETag of one without a body is its name's."""
        now = int(self.now())
        for name, age in ages.items():
            body = bodies.get(name, b"")
            self.objects[name] = Stored(body, _etag(body or name.encode()), now - int(age))
        self._names = sorted(self.objects)

    def count(self, folder: str) -> int:
        """How many objects lie under a folder."""
        with self._lock:
            return sum(name.startswith(folder) for name in self._names)

    def answer(self, asked: Asked) -> Answer:
        """Do what is asked."""
        with self._lock:
            return self._ci(asked) if ".ci." in asked.host else self._cos(asked)

    def date(self) -> str:
        """The Date header."""
        return formatdate(self.now(), usegmt=True)

    # -- COS

    def _cos(self, asked: Asked) -> Answer:
        name = unquote(asked.path[1:])
        self.requests[asked.method if name else "listing"] += 1
        if not name:
            return self._listing(asked.query)
        if asked.method == "PUT":
            return self._put(name, asked)
        stored = self.objects.get(name)
        if asked.method == "DELETE":
            self.delete(name)
            return Answer(204)
        if stored is None:
            return _error(404, "NoSuchKey")
        written = formatdate(stored.written, usegmt=True)
        about = (("ETag", f'"{stored.etag}"'), ("Last-Modified", written))
        return Answer(200, stored.body, (*about, ("Content-Type", "image/jpeg")))

    def _put(self, name: str, asked: Asked) -> Answer:
        forbidden = asked.headers.get("x-cos-forbid-overwrite") == "true"
        if forbidden and name in self.objects:
            return _error(409, "FileAlreadyExists")
        return Answer(200, b"", (("ETag", f'"{self.put(name, asked.body).etag}"'),))

    def _listing(self, query: dict[str, str]) -> Answer:
        prefix, marker = query.get("prefix", ""), query.get("marker", "")
        size = int(query.get("max-keys", "1000"))
        start = max(bisect_left(self._names, prefix), bisect_right(self._names, marker))
        names = self._names[start : start + size + 1]
        found = [name for name in names if name.startswith(prefix)]
        shown, more = found[:size], len(found) > size
        after = f"<NextMarker>{_encoded(shown[-1])}</NextMarker>" if more else ""
        contents = "".join(self._contents(name) for name in shown)
        truncated = "true" if more else "false"
        page = f"<IsTruncated>{truncated}</IsTruncated>{after}{contents}"
        return Answer(200, f"<ListBucketResult>{page}</ListBucketResult>".encode())

    def _contents(self, name: str) -> str:
        stored = self.objects[name]
        moment = rfc3339(stored.written).replace("Z", ".000Z")
        return (
            f"<Contents><Key>{_encoded(name)}</Key><LastModified>{moment}</LastModified>"
            f"<ETag>&quot;{stored.etag}&quot;</ETag><Size>{len(stored.body)}</Size>{_OWNED}</Contents>"
        )

    # -- CI

    def _ci(self, asked: Asked) -> Answer:
        if asked.method == "POST":
            return self._submit(asked.body.decode())
        wanted = asked.path.removeprefix("/jobs").lstrip("/")
        if wanted:
            found = [self.jobs[job_id] for job_id in wanted.split(",") if job_id in self.jobs]
            return _response("".join(map(self._detail, found)))
        since = asked.query.get("startCreationTime", "")
        listed = [job for job in self.jobs.values() if to_ci(job.created) >= since]
        start, size = int(asked.query.get("nextToken", "0")), int(asked.query.get("size", "10"))
        end = start + size
        after = f"<NextToken>{end}</NextToken>" if end < len(listed) else ""
        return _response(after + "".join(map(self._detail, listed[start:end])))

    def _submit(self, request: str) -> Answer:
        job = Job(
            job_id=f"j{len(self.jobs) + 1}",
            key=_text(request, "Object"),
            card_type=_text(request, "CardType"),
            user_data=_text(request, "UserData"),
            created=self.now(),
            arrived=time.time(),
        )
        self.jobs[job.job_id] = job
        return _response(self._detail(job))

    def _detail(self, job: Job) -> str:
        at = to_ci(job.created)
        return (
            f"<JobsDetail><Code>Success</Code><JobId>{job.job_id}</JobId><State>Success</State>"
            f"<CreationTime>{at}</CreationTime><StartTime>{at}</StartTime><EndTime>{at}</EndTime>"
            f"<Input><Object>{escape(job.key)}</Object></Input><Operation>"
            f"<ImageLicenseRec><CardType>{job.card_type}</CardType></ImageLicenseRec>{_CARD}"
            f"<UserData>{job.user_data}</UserData></Operation></JobsDetail>"
        )


def read_head(head: bytes) -> tuple[Asked, int]:
    """A request by its first line and headers, without its body, and how long that is."""
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    fields = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    parts = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    asked = Asked(method, headers.get("host", ""), parts.path, query, headers, b"")
    return asked, int(headers.get("content-length", "0"))


def _response(content: str) -> Answer:
    return Answer(200, f"<Response>{content}</Response>".encode())


def _error(status: int, code: str) -> Answer:
    names = ("Message", "Resource", "RequestId", "TraceId")  # the SDK reads none without the others
    rest = "".join(f"<{name}>none</{name}>" for name in names)
    return Answer(status, f"<Error><Code>{code}</Code>{rest}</Error>".encode())


def _encoded(name: str) -> str:
    return escape(quote(name))


def _etag(body: bytes) -> str:
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


def _text(request: str, name: str) -> str:
    found = re.search(f"<{name}>(.*?)</{name}>", request)
    return unescape(found[1]) if found else ""


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
    """Serve it in a thread, each request after `latency` seconds; gives its address."""
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
