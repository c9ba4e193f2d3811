"""COS and CI as light as they can be: one bucket in memory, and jobs that succeed at once.

The official SDK talks to it over loopback, on connections that are kept. It checks no signature and
knows no fault: it is for hundreds of requests a second, each of which takes as long as one over a
network, so that only the caller decides how fast they come, and for buckets of a million objects.
Its clock can be moved on.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import xmltodict
from werkzeug import Request, Response

from shared.times import to_ci
from tests.support.cloud_xml import as_xml, error_xml, listing_xml
from tests.support.memory import Sorted, etag_of_body


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
        self.objects: Sorted[Stored] = Sorted()
        self.jobs: dict[str, Job] = {}
        self.requests: Counter[str] = Counter()
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
        self.objects[name] = stored = Stored(body, etag_of_body(body), int(self.now() - age))
        return stored

    def delete(self, name: str) -> None:
        """Delete an object, if it is there."""
        self.objects.pop(name, None)

    def fill(self, ages: Mapping[str, float], bodies: Mapping[str, bytes]) -> None:
        """Write objects of these ages in seconds; the ETag of one without a body is its name's."""
        now, given = int(self.now()), ((name, bodies.get(name, b"")) for name in ages)
        self.objects.fill(
            {
                name: Stored(body, etag_of_body(body or name.encode()), now - int(ages[name]))
                for name, body in given
            }
        )

    def count(self, folder: str) -> int:
        """How many objects lie under a folder."""
        with self._lock:
            return self.objects.count(folder)

    def answer(self, asked: Request) -> Response:
        """Do what is asked."""
        with self._lock:
            response = (self._ci if ".ci." in asked.host else self._cos)(asked)
        response.headers["Date"] = formatdate(self.now(), usegmt=True)
        response.headers["Content-Length"] = str(len(response.get_data()))
        return response

    # -- COS

    def _cos(self, asked: Request) -> Response:
        name = asked.path[1:]
        self.requests[asked.method if name else "listing"] += 1
        if not name:
            return self._listing(asked.args)
        if asked.method == "PUT":
            return self._put(name, asked)
        stored = self.objects.get(name)
        if asked.method == "DELETE":
            self.delete(name)
            return Response(status=204)
        if stored is None:
            return _error(404, "NoSuchKey")
        written = formatdate(stored.written, usegmt=True)
        about = {"ETag": f'"{stored.etag}"', "Last-Modified": written}
        return Response(stored.body, 200, about, content_type="image/jpeg")

    def _put(self, name: str, asked: Request) -> Response:
        forbidden = asked.headers.get("x-cos-forbid-overwrite") == "true"
        if forbidden and name in self.objects:
            return _error(409, "FileAlreadyExists")
        return Response(headers={"ETag": f'"{self.put(name, asked.get_data()).etag}"'})

    def _listing(self, query: Mapping[str, str]) -> Response:
        prefix, marker = query.get("prefix", ""), query.get("marker", "")
        found, following = self.objects.page(prefix, marker, int(query.get("max-keys", "1000")))
        shown = ((name, self.objects[name]) for name in found)
        entries = ((name, one.etag, len(one.body), one.written) for name, one in shown)
        return Response(listing_xml(entries, following))

    # -- CI

    def _ci(self, asked: Request) -> Response:
        if asked.method == "POST":
            return self._submit(asked.get_data())
        wanted = asked.path.removeprefix("/jobs").lstrip("/")
        if wanted:
            return _jobs(self.jobs[job_id] for job_id in wanted.split(",") if job_id in self.jobs)
        since = asked.args.get("startCreationTime", "")
        listed = [job for job in self.jobs.values() if to_ci(job.created) >= since]
        start = int(asked.args.get("nextToken", "0"))
        end = start + int(asked.args.get("size", "10"))
        return _jobs(listed[start:end], **({"NextToken": end} if end < len(listed) else {}))

    def _submit(self, body: bytes) -> Response:
        request = xmltodict.parse(body)["Request"]
        job = Job(
            job_id=f"j{len(self.jobs) + 1}",
            key=request["Input"]["Object"],
            card_type=request["Operation"]["ImageLicenseRec"]["CardType"],
            user_data=request["Operation"]["UserData"],
            created=self.now(),
            arrived=time.time(),
        )
        self.jobs[job.job_id] = job
        return _jobs([job])


class _Server(ThreadingHTTPServer):
    """A thread for each connection."""

    request_queue_size = 128

    def __init__(self, cloud: LightCloud, latency: float) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.cloud, self.latency = cloud, latency


class _Connection(BaseHTTPRequestHandler):
    """Answers one request after the other; werkzeug's own server would close after each."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def handle(self) -> None:
        with suppress(ConnectionError):  # whoever asked was killed
            super().handle()

    def answer(self) -> None:
        """Read a request and answer it; one whose sender died halfway has no effect."""
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            return
        answer = self.server.cloud.answer(
            Request.from_values(
                self.path, method=self.command, headers=self.headers.items(), data=body
            )
        )
        time.sleep(self.server.latency)
        self.send_response_only(answer.status_code)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.get_data())
        self.wfile.flush()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 — http.server's names


@contextmanager
def served(cloud: LightCloud, latency: float) -> Iterator[str]:
    """Serve it in threads, each request after `latency` seconds; gives its address."""
    server = _Server(cloud, latency)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _jobs(jobs: Iterable[Job], **more: object) -> Response:
    return Response(as_xml("Response", {**more, "JobsDetail": list(map(_detail, jobs))}))


def _detail(job: Job) -> dict[str, Any]:
    at = to_ci(job.created)
    info = {"Name": "姓名", "DetectedText": "样本甲", "Score": 99}
    result = {"Code": "Success", "State": "Success", "Status": 1, "IdInfo": info}
    return {
        "Code": "Success",
        "JobId": job.job_id,
        "State": "Success",
        **dict.fromkeys(("CreationTime", "StartTime", "EndTime"), at),
        "Input": {"Object": job.key},
        "Operation": {
            "ImageLicenseRec": {"CardType": job.card_type},
            "ImageLicenseRecResult": result,
            "UserData": job.user_data,
        },
    }


def _error(status: int, code: str) -> Response:
    # the SDK reads none of these without the others
    rest = dict.fromkeys(("Message", "Resource", "RequestId", "TraceId"), "none")
    return Response(error_xml(code, **rest), status)
