"""A CI service on its own, for the tests of this folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import requests
import xmltodict
from requests.adapters import BaseAdapter
from werkzeug.test import Client, TestResponse

from coslocal.agenda import Agenda, ManualClock
from coslocal.ci.recognition import image_license_rec
from coslocal.ci.runner import JobRunner
from coslocal.ci.service import CiService
from tests.contents import ContentRecogniser, content_of

BUCKET = "examples-1250000000"
KEY = "uploads/a b+中.jpg"
HOST = f"http://{BUCKET}.ci.ap-guangzhou.myqcloud.com"


class Receiver(BaseAdapter):
    """Takes callbacks in; `status` None stands for nobody there."""

    def __init__(self) -> None:
        super().__init__()
        self.status: int | None = 200
        self.requests: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]
        if self.status is None:
            raise requests.ConnectionError
        self.requests.append(request)
        response = requests.Response()
        response.status_code = self.status
        return response

    def close(self) -> None:
        pass


@dataclass
class World:
    """A CI service on its own, with what surrounds it."""

    clock: ManualClock = field(default_factory=ManualClock)
    objects: dict[tuple[str, str], SimpleNamespace] = field(default_factory=dict)
    receiver: Receiver = field(default_factory=Receiver)

    def __post_init__(self) -> None:
        self.agenda = Agenda(self.clock)
        session = requests.Session()
        session.mount("http://", self.receiver)
        self.runner = JobRunner(
            self.agenda, self._read, [image_license_rec(ContentRecogniser())], session
        )
        self.service = CiService(
            agenda=self.agenda,
            runner=self.runner,
            region="ap-guangzhou",
            authenticate=lambda _request: "AKIDinvented",
        )
        self.queue = self.service.enable(BUCKET)
        self.client = Client(self.service)
        self.put(KEY, content_of({"姓名": "样本甲", "性别": "女"}))

    def put(self, key: str, content: bytes) -> None:
        self.objects[(BUCKET, key)] = SimpleNamespace(body=content, hindrance=None)

    def remove(self, key: str) -> None:
        del self.objects[(BUCKET, key)]

    def post(self, body: str | bytes, **options: Any) -> TestResponse:
        data = body.encode() if isinstance(body, str) else body
        options.setdefault("content_type", "application/xml")
        return self.client.post("/jobs", data=data, base_url=HOST, **options)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=HOST)

    def put_request(self, path: str, body: bytes = b"") -> TestResponse:
        return self.client.put(path, base_url=HOST, data=body)

    def submit(self, **nodes: Any) -> str:
        """Submit a job; return its JobId."""
        answer = self.post(job_xml(**nodes))
        assert answer.status_code == 200, answer.text
        return str(details(answer)[0]["JobId"])

    def describe(self, job_id: str) -> dict[str, Any]:
        return details(self.get(f"/jobs/{job_id}"))[0]

    def _read(self, bucket: str, key: str) -> SimpleNamespace | None:
        return self.objects.get((bucket, key))


def job_xml(
    key: str = KEY,
    card_type: str = "IDCard",
    operation: dict[str, Any] | None = None,
    **nodes: Any,
) -> str:
    request = {
        "Tag": "ImageLicenseRec",
        "Input": {"Object": key},
        "Operation": {"ImageLicenseRec": {"CardType": card_type}, **(operation or {})},
        **nodes,
    }
    return str(xmltodict.unparse({"Request": request}))


def details(answer: TestResponse) -> list[dict[str, Any]]:
    """Return every JobsDetail of a reply."""
    reply = xmltodict.parse(answer.data, force_list=("JobsDetail",), strip_whitespace=False)
    found: list[dict[str, Any]] = reply["Response"].get("JobsDetail", [])
    return found
