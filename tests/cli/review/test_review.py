"""`card-ocr review` at a terminal."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus

import pytest

from local.recognition.scripted import scripted_card, scripted_error
from tests.cli.operators import Answer, Operator
from tests.support.cards import ID_CARD, NAME, PERSONAL
from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.schema import validate_review

KEY = f"uploads/{NAME}.jpg"
GOOD, BAD = "990101199001020014", "990101199001020013"
CARD = scripted_card({**ID_CARD, "公民身份号码": BAD})


@pytest.fixture
def version(served: Cloud) -> str:
    """A card whose number fails its check."""
    return served.upload(KEY, CARD)


def reviews(here: Cloud) -> list[dict[str, object]]:
    documents = [here.document(name) for name in here.names("reviews")]
    for document in documents:
        validate_review(document)
    return documents


def test_what_awaits_a_person_is_listed_masked(
    operator: Operator, served: Cloud, version: str
) -> None:
    served.upload(f"{KEY}.b.jpg", scripted_error())
    served.upload("uploads/c.jpg", scripted_card(ID_CARD))  # a whole card
    answer = operator.calls("review", "--list")
    assert answer.status == 0
    first, second = sorted(answer.out.splitlines(), key=lambda line: version not in line)
    assert "id_number.check_digit" in first
    assert "failed, ResourceNotSupported" in second
    assert "2 cards to be reviewed." in answer.err
    assert not [value for value in (KEY, *PERSONAL) if value in answer.out + answer.err]
    document = operator.calls("review", "--list", "--json", "--reveal").document()
    assert {one["key"] for one in document["awaiting"]} == {KEY, f"{KEY}.b.jpg"}


def test_a_card_is_accepted(operator: Operator, served: Cloud, version: str) -> None:
    answer = operator.calls("review", "accept", KEY, "--reviewer", "somebody")
    assert answer.status == 0
    assert "confirmed, review 0001." in answer.out
    (written,) = reviews(served)
    result = served.result(KEY, version)
    assert (written["decision"], written["reviewer"]) == ("confirmed", "somebody")
    assert (written["fields"], written["source"]) == (result["fields"], result["source"])
    head = served.user.head_object(Bucket=BUCKET, Key=f"ocr/results/{KEY}.{version}.json")
    assert written["result_etag"] == head["ETag"].strip('"')
    assert operator.calls("review", "--list", "--json").document()["awaiting"] == []


@pytest.mark.usefixtures("version")
def test_a_card_is_corrected(operator: Operator, served: Cloud) -> None:
    answer = operator.calls(
        "review", "correct", KEY, f"id_number={GOOD}", "ethnicity=满族", "--json"
    )
    assert answer.status == 0
    assert not [value for value in (KEY, GOOD) if value in answer.out + answer.err]
    (written,) = reviews(served)
    assert (
        written["changed"] == answer.document()["review"]["changed"] == ["ethnicity", "id_number"]
    )
    fields = written["fields"]
    assert isinstance(fields, dict)
    assert (fields["ethnicity"], fields["id_number"], fields["name"]) == ("满", GOOD, NAME)


@pytest.mark.usefixtures("version")
def test_a_corrected_value_that_fails_its_check_is_kept_with_a_note_only(
    operator: Operator, served: Cloud
) -> None:
    call = ("review", "correct", KEY, "birth_date=1990-02-30")
    answer = operator.calls(*call)
    assert answer.status == 1
    assert "birth_date.format" in answer.err
    assert reviews(served) == []
    assert operator.calls(*call, "--note", "printed so").status == 0
    (written,) = reviews(served)
    assert isinstance(written["fields"], dict)
    assert written["fields"]["birth_date"] == "1990-02-30"


@pytest.mark.usefixtures("version")
def test_the_second_reviewer_is_shown_the_first_review_and_can_overrule_it(
    operator: Operator, served: Cloud
) -> None:
    operator.calls("review", "accept", KEY, "--reviewer", "first")
    answer = operator.calls("review", "reject", KEY, "--reviewer", "second")
    assert answer.status == 1
    assert "by f**** at 20" in answer.err
    assert "confirmed; --after 1 overrules it" in answer.err
    assert "by first at 20" in operator.calls("review", "reject", KEY, "--reveal").err
    assert operator.calls("review", "reject", KEY, "--after", "1").status == 0
    call = ("review", "reject", KEY, "--after", "2", "--note", "a screenshot")
    assert operator.calls(*call).status == 0
    decisions = [(one["decision"], one["note"]) for one in reviews(served)]
    assert decisions == [("confirmed", None), ("rejected", None), ("rejected", "a screenshot")]


@pytest.mark.usefixtures("version")
def test_a_card_that_is_being_forgotten_is_not_reviewed(operator: Operator, served: Cloud) -> None:
    operator.calls("forget", KEY, "--yes", "--no-wait")
    answer = operator.calls("review", "accept", KEY)
    assert answer.status == 1
    assert "`forget` is deleting it" in answer.err
    assert reviews(served) == []


@pytest.mark.usefixtures("version")
def test_a_correction_of_a_reviewed_card_begins_at_its_last_values(
    operator: Operator, served: Cloud
) -> None:
    operator.calls("review", "correct", KEY, f"id_number={GOOD}")
    operator.calls("review", "correct", KEY, "name=样本乙", "--after", "1")
    assert [one["changed"] for one in reviews(served)] == [["id_number"], ["name", "id_number"]]


def test_the_version_that_was_looked_at_must_still_be_the_current_one(
    operator: Operator, served: Cloud, version: str
) -> None:
    served.upload(KEY, CARD + b"another content")
    for option, value, said in (
        ("--version", version, "another photo is at the key now"),
        ("--version", "e9", "its result is not there"),
        ("--after", "5", "It has no such review"),
    ):
        answer = operator.calls("review", "accept", KEY, option, value)
        assert (answer.status, said in answer.err) == (1, True)
    assert reviews(served) == []


@pytest.mark.usefixtures("version")
def test_a_digest_names_the_card_too(operator: Operator, served: Cloud) -> None:
    (one,) = operator.calls("review", "--list", "--json").document()["awaiting"]
    assert operator.calls("review", "accept", one["key"]).status == 0
    assert len(reviews(served)) == 1


@pytest.mark.parametrize(
    "call",
    [
        ("accept",),
        ("correct", KEY),
        ("accept", KEY, "name=x"),
        ("correct", KEY, "nickname=x"),
        ("correct", KEY, "name"),
        ("approve", KEY),
        ("accept", KEY, "--list"),
        ("accept", KEY, "--prefix", "uploads/"),
        ("accept", KEY, "--port", "8000"),
        ("--list", "--note", "a screenshot"),
        ("--list", "--version", "e1"),
        ("--list", "--after", "1"),
        ("--list", "--port", "8000"),
        ("--list", "--reviewer", "somebody"),
        ("--note", "a screenshot"),
        ("--version", "e1"),
        ("--after", "1"),
        ("accept", KEY, "--reviewer", " "),
        ("accept", KEY, "--reviewer", "x" * 101),
        ("accept", KEY, "--reviewer", "some\nbody"),
        ("accept", KEY, "--reviewer", "some\tbody"),
        ("accept", KEY, "--reviewer", "some\x1b[31mbody"),
        ("accept", KEY, "--reviewer", "some\u202ebody"),
        ("accept", KEY, "--note", "x" * 2001),
    ],
)
@pytest.mark.usefixtures("version")
def test_a_wrong_call_writes_nothing(
    operator: Operator, served: Cloud, call: tuple[str, ...]
) -> None:
    assert operator.calls("review", *call).status == 2
    assert served.names("reviews") == []


def test_a_bucket_that_had_versioning_takes_no_review(operator: Operator) -> None:
    with cloud() as here:
        here.upload(KEY, CARD)
        here.user.put_bucket_versioning(Bucket=BUCKET, Status="Suspended")
        operator.serves(here)
        answer = operator.calls("review", "accept", KEY)
    assert answer.status == 2
    assert "two reviewers could decide one card" in answer.err


@pytest.fixture
def page(
    operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Callable[[str], None]], Answer]:
    """Serve the page until it is interrupted; meanwhile do this with the address that is shown."""

    def call(browse: Callable[[str], None]) -> Answer:
        shown: list[str] = []

        def interrupt(_seconds: float) -> None:
            if threading.current_thread() is not threading.main_thread():
                raise SystemExit  # the look for cards goes on behind the test, without a cloud
            browse(shown[0])
            raise KeyboardInterrupt

        monkeypatch.setattr("cli.commands.review.show", shown.append)
        monkeypatch.setattr("time.sleep", interrupt)
        return operator.calls("review")

    return call


@pytest.mark.usefixtures("version")
def test_the_page_is_served_until_it_is_interrupted(
    page: Callable[[Callable[[str], None]], Answer],
) -> None:
    opened: list[int] = []

    def browse(address: str) -> None:
        assert address.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(address) as reply:  # noqa: S310 — http, as asserted
            opened.append(reply.status)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(address)  # noqa: S310 — http, as asserted
        opened.append(refused.value.code)
        refused.value.close()

    answer = page(browse)
    assert answer.status == 0
    assert opened == [HTTPStatus.OK, HTTPStatus.FORBIDDEN]
    assert answer.err.endswith("\n0 cards decided.\n")


def test_the_page_and_then_the_terminal_say_what_cos_refuses(
    served: Cloud, version: str, page: Callable[[Callable[[str], None]], Answer]
) -> None:
    assert version
    served.refuse("GET", "ocr/results/")
    said: dict[str, object] = {}

    def browse(address: str) -> None:
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        browser.open(address).close()
        while not said.get("is_complete"):
            with browser.open(f"{address.partition('?')[0]}cards") as reply:
                said.update(json.load(reply))

    answer = page(browse)
    assert answer.status == 1
    assert (said["refused"], said["cards"], said["fault"]) == (1, [], None)
    assert "COS refuses 1 object (AccessDenied), left out:" in answer.err
    assert KEY not in answer.err
