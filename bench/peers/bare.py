"""moto and nothing else behind the SDK: no signature is checked, no event, no job, no log.

CI's replies are always the same two.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import requests
import xmltodict

from local.cos.moto_s3 import MotoS3, S3Request
from local.wsgi_adapter import WsgiAdapter
from tests.support.cards import finished_job, job_node
from tests.support.environment import BUCKET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_READ = {"HTTP_IF_NONE_MATCH": "if-none-match", "CONTENT_TYPE": "content-type"}
_SUBMITTED = {"JobsDetail": {"JobId": "j1", "State": "Submitted"}}


class BareCloud:
    """A WSGI app: a bucket of moto's, and a CI that repeats itself."""

    def __init__(self) -> None:
        self._s3 = MotoS3()
        self._s3.create_bucket(BUCKET, time.time())
        self._submitted = xmltodict.unparse({"Response": _SUBMITTED}).encode()
        ended = {"JobsDetail": job_node(finished_job())}
        self._ended = xmltodict.unparse({"Response": ended}).encode()

    def session(self) -> requests.Session:
        """A session whose every request reaches it in process."""
        session = requests.Session()
        session.trust_env = False
        session.mount("https://", WsgiAdapter(self))
        return session

    def read(self, key: str) -> bytes:
        """Read an object as CI does: without HTTP."""
        return self._s3.call(S3Request("GET", BUCKET, key), time.time()).body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        method = environ["REQUEST_METHOD"]
        if ".ci." in environ["HTTP_HOST"]:
            start_response("200 OK", [("Content-Type", "application/xml")])
            return [self._submitted if method == "POST" else self._ended]
        reply = self._s3.call(
            S3Request(
                method,
                BUCKET,
                environ["PATH_INFO"].encode("latin-1").decode()[1:],
                parse_qsl(environ["QUERY_STRING"], keep_blank_values=True),
                {name: environ[key] for key, name in _READ.items() if key in environ},
                environ["wsgi.input"].read(),
            ),
            time.time(),
        )
        start_response(f"{reply.status} Done", list(reply.headers))
        return [b"" if method == "HEAD" else reply.body]
