"""The page's answers, without a browser and without a socket."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import pytest

from cli.review.awaiting import AwaitingCards
from cli.review.page import ReviewPage, ReviewSession
from cli.review.server import PageReply, PageRequest
from shared.errors import StorageFault
from shared.store.layout import result_name
from tests.support.cards import ID_CARD, PERSONAL, id_infos
from tests.support.memory import failing_at
from tests.support.pipelines import World
from tests.support.results import card_result
from tests.support.schema import validate_review

KEY = "uploads/a.jpg"
GOOD, BAD = "990101199001020014", "990101199001020013"
JSON = {"content-type": "application/json"}


class Reviewed:
    """A page over a bucket with one card, whose number fails its check."""

    def __init__(self) -> None:
        self.world = World()
        self.world.store.upload(KEY, etag="e1")
        self.card = card_result(id_infos=id_infos(**{**ID_CARD, "公民身份号码": BAD}))
        self.world.store.replace(result_name("ocr/", KEY, "e1"), self.card.body())
        self.read: list[tuple[str, str]] = []
        self.awaiting, context = AwaitingCards(), self.world.context()
        self.awaiting.look(context, None)
        session = ReviewSession("r", "a place")
        self.page = ReviewPage(context, self._content, self.awaiting, session)

    def _content(self, key: str, etag: str) -> bytes:
        self.read.append((key, etag))
        return b"no picture"

    def gets(self, path: str) -> PageReply:
        return self.page.answer(PageRequest("GET", path, {}, {}))

    def posts(self, path: str, **asked: Any) -> tuple[int, dict[str, Any]]:
        body = json.dumps(asked).encode()
        reply = self.page.answer(PageRequest("POST", path, {}, JSON, body))
        return reply.status, json.loads(reply.body)

    def decides(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        fields = {**self.card.fields, "id_number": GOOD}
        asked = {"id": 0, "fields": fields, "note": "", "seen": 0, "keeps": False}
        return self.posts("/reviews", **{**asked, **changes})


@pytest.fixture
def reviewed() -> Reviewed:
    return Reviewed()


def test_a_decision_is_written_and_the_card_leaves_the_list(reviewed: Reviewed) -> None:
    assert reviewed.decides() == (HTTPStatus.OK, {"decision": "corrected", "number": 1})
    (name,) = reviewed.world.store.names("reviews")
    validate_review(reviewed.world.store.document(name))
    assert json.loads(reviewed.gets("/cards").body)["cards"] == []
    assert reviewed.page.decided == 1


def test_a_decision_that_is_sent_again_after_a_lost_answer_is_the_same_review(
    reviewed: Reviewed,
) -> None:
    assert reviewed.decides() == reviewed.decides()
    assert len(reviewed.world.store.names("reviews")) == 1


def test_a_decision_that_cos_did_not_answer_can_be_sent_again(reviewed: Reviewed) -> None:
    store = reviewed.world.store
    store.before = failing_at("exists", "results/", StorageFault("HEAD", "NoReply"))
    status, said = reviewed.decides()
    assert (status, said["code"]) == (HTTPStatus.BAD_GATEWAY, "NoReply")
    store.before = lambda _call, _name: None
    reviewed.world.clock.now += 60  # it is still the review of then
    assert reviewed.decides()[0] == HTTPStatus.OK
    assert len(store.names("reviews")) == 1


def test_another_decision_after_that_is_refused_with_the_first_one(reviewed: Reviewed) -> None:
    reviewed.decides()
    status, said = reviewed.decides(rejects=True)
    assert (status, said["happened"], said["number"]) == (HTTPStatus.CONFLICT, "reviewed", 1)
    assert said["review"]["decision"] == "corrected"
    assert reviewed.decides(rejects=True, seen=1)[0] == HTTPStatus.OK


def test_values_are_checked_while_they_are_typed_and_asked_about_once(reviewed: Reviewed) -> None:
    fields = {**reviewed.card.fields, "birth_date": "1990年1月2日"}
    status, said = reviewed.posts("/checks", id=0, fields=fields)
    assert status == HTTPStatus.OK
    assert said["fields"]["birth_date"] == "1990-01-02"
    failed = [check for check in said["checks"] if not check["passed"]]
    assert [check["name"] for check in failed] == ["id_number.check_digit"]
    assert reviewed.world.store.names("reviews") == []
    status, said = reviewed.decides(fields=fields, note="as printed")
    assert (status, said["happened"]) == (HTTPStatus.CONFLICT, "checks")
    assert said["failed"] == failed
    kept = reviewed.decides(fields=fields, note="as printed", keeps=True)
    assert kept[0] == HTTPStatus.OK


@pytest.mark.parametrize(
    ("body", "shown", "decided"),
    [(None, "forgotten", "forgotten"), (b"no JSON", "unreadable", "changed")],
)
def test_a_result_that_is_gone_or_can_not_be_read_is_refused(
    reviewed: Reviewed, body: bytes | None, shown: str, decided: str
) -> None:
    name, store = result_name("ocr/", KEY, "e1"), reviewed.world.store
    store.delete(name) if body is None else store.replace(name, body)
    reply = reviewed.gets("/cards/0")
    assert (reply.status, json.loads(reply.body)["happened"]) == (HTTPStatus.CONFLICT, shown)
    assert reviewed.decides()[1]["happened"] == decided
    assert store.names("reviews") == []


def test_what_was_found_before_a_fault_is_listed_with_the_fault_and_what_cos_refuses(
    reviewed: Reviewed,
) -> None:
    assert json.loads(reviewed.gets("/cards").body)["fault"] is None
    reviewed.awaiting.fault = StorageFault("GET of an object", "NoReply")
    reviewed.awaiting.refused = 2
    reply = reviewed.gets("/cards")
    said = json.loads(reply.body)
    assert (reply.status, len(said["cards"]), said["refused"]) == (HTTPStatus.OK, 1, 2)
    assert (said["fault"]["error"], said["fault"]["code"]) == ("cloud", "NoReply")


def test_a_rerun_is_put_in_line_and_the_card_leaves_the_list(reviewed: Reviewed) -> None:
    assert reviewed.posts("/reruns", id=0) == (HTTPStatus.OK, {"run": 2})
    assert [name[-13:] for name in reviewed.world.store.names("pending")] == ["1~2.0001.json"]
    assert json.loads(reviewed.gets("/cards").body)["cards"] == []
    assert reviewed.decides()[1]["happened"] == "rerunning"
    assert reviewed.posts("/reruns", id=0)[1] == {"error": "rerun", "why": "pending"}


def test_the_photo_is_read_for_its_own_content_and_once(reviewed: Reviewed) -> None:
    card = json.loads(reviewed.gets("/cards/0").body)
    assert card["picture"] is None
    assert reviewed.gets("/photos/0").status == HTTPStatus.NOT_FOUND
    assert reviewed.read == [(KEY, "e1")]


@pytest.mark.parametrize(
    "path",
    [
        *("/cards/1", "/cards/-1", "/cards/x", "/cards/٠", "/cards/" + "9" * 5000, "/cards/0/0"),
        *("/files/../page.py", "/files/", "/viewer/headers.json", "/x"),
    ],
)
def test_there_is_nothing_and_no_file_at_another_address(reviewed: Reviewed, path: str) -> None:
    assert reviewed.gets(path).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    "changes",
    [
        {"note": None},
        {"note": "x" * 2001},
        {"seen": "0"},
        {"seen": -1},
        {"seen": True},
        {"fields": {"nickname": "x"}},
        {"fields": {"name": 7}},
        {"fields": {"name": "x" * 1001}},
        {"fields": []},
    ],
)
def test_a_request_that_is_none_of_the_pages_is_refused(
    reviewed: Reviewed, changes: dict[str, Any]
) -> None:
    assert reviewed.decides(**changes)[0] == HTTPStatus.BAD_REQUEST
    assert reviewed.world.store.names("reviews") == []


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *(("application/json", body) for body in (b"", b"[]", b"{", b"\xff")),
        ("text/plain", b"{}"),  # as a form of another page could send it
    ],
)
def test_a_body_that_is_no_object_of_the_page_is_refused(
    reviewed: Reviewed, kind: str, body: bytes
) -> None:
    request = PageRequest("POST", "/reviews", {}, {"content-type": kind}, body)
    assert reviewed.page.answer(request).status == HTTPStatus.BAD_REQUEST


def test_a_bug_says_nothing_of_the_card(
    reviewed: Reviewed, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_call: str, _name: str) -> None:
        raise ZeroDivisionError(*PERSONAL)

    reviewed.world.store.before = broken
    reply = reviewed.gets("/cards/0")
    said = reply.body.decode() + "".join(capsys.readouterr())
    assert reply.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert "ZeroDivisionError" in said
    assert not [value for value in (KEY, *PERSONAL) if value in said]


def test_control_characters_and_half_characters_are_not_written(reviewed: Reviewed) -> None:
    fields = {**reviewed.card.fields, "id_number": GOOD, "name": "样本\x00\x1b乙"}
    reviewed.decides(fields=fields, note="a\x07 note\nof two lines")
    (name,) = reviewed.world.store.names("reviews")
    written = reviewed.world.store.document(name)
    assert (written["fields"]["name"], written["note"]) == ("样本乙", "a note\nof two lines")
