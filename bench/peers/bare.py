"""moto and nothing else behind the SDK: no signature is checked, no event, no queue, no log.

CI's replies are always the same two, about the photo that was sent last.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import requests
import xmltodict

from coslocal.cos.moto_s3 import MotoS3, S3Request
from coslocal.wsgi_adapter import session_on
from shared.times import to_ci
from tests.support.cards import finished_job, job_node
from tests.support.environment import BUCKET

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_READ = {"HTTP_IF_NONE_MATCH": "if-none-match", "CONTENT_TYPE": "content-type"}
JOB_ID = "a1b2c3"
_SUBMITTED = {"JobsDetail": {"JobId": JOB_ID, "State": "Submitted"}}
_SENT = re.compile(rb"<Object>(.+)</Object>.*<UserData>(.+)</UserData>", re.DOTALL)
_KEY, _TOKEN, _CREATED = b"the key", b"the token", b"the time of its creation"


class BareCloud:
    """A WSGI app: a bucket of moto's, and a CI that repeats itself."""

    def __init__(self) -> None:
        self._s3 = MotoS3()
        self._s3.create_bucket(BUCKET, time.time())
        self._submitted = xmltodict.unparse({"Response": _SUBMITTED}).encode()
        job = finished_job(job_id=JOB_ID, key=_KEY.decode(), user_data=_TOKEN.decode())
        node = job_node(job) | {"CreationTime": _CREATED.decode()}
        self._ended = xmltodict.unparse({"Response": {"JobsDetail": node}}).encode()
        self._sent: tuple[bytes, bytes] = (_KEY, _TOKEN)
        self._created = _CREATED

    @property
    def token(self) -> str:
        """The UserData of the job that was sent last."""
        return self._sent[1].decode()

    def session(self) -> requests.Session:
        """A session whose every request reaches it in process."""
        return session_on(self)

    def read(self, key: str) -> bytes:
        """Read an object as CI does: without HTTP."""
        return self._s3.call(S3Request("GET", BUCKET, key), time.time()).body

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, as WSGI has it."""
        answer = self._ci if ".ci." in environ["HTTP_HOST"] else self._cos
        status, headers, body = answer(environ)
        start_response(f"{status} Done", [*headers.items(), ("Date", formatdate(usegmt=True))])
        return [body]

    def _ci(self, environ: WSGIEnvironment) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/xml"}
        if environ["REQUEST_METHOD"] == "GET":
            key, token = self._sent
            ended = self._ended.replace(_KEY, key).replace(_TOKEN, token)
            return 200, headers, ended.replace(_CREATED, self._created)
        if sent := _SENT.search(environ["wsgi.input"].read()):
            self._sent = sent[1], sent[2]
            self._created = to_ci(time.time()).encode()
        return 200, headers, self._submitted

    def _cos(self, environ: WSGIEnvironment) -> tuple[int, Mapping[str, str], bytes]:
        method = environ["REQUEST_METHOD"]
        reply = self._s3.call(
            S3Request(
                method,
                BUCKET,
                environ["PATH_INFO"].encode("latin-1").decode()[1:] or None,
                parse_qsl(environ["QUERY_STRING"], keep_blank_values=True),
                {name: environ[key] for key, name in _READ.items() if key in environ},
                environ["wsgi.input"].read(),
            ),
            time.time(),
        )
        return reply.status, dict(reply.headers), b"" if method == "HEAD" else reply.body
