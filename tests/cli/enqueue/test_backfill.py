from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from shared.documents import Source
from shared.pipeline.context import Context
from shared.store import Photo
from tests.cli.operators import Answer, Operator
from tests.support.clouds import BUCKET, CARD, LOCK, Cloud

KEYS = ("uploads/a.jpg", "uploads/a.jpg.b.jpg", "uploads/a-1.jpg", f"uploads/{'long' * 180}.jpg")
FILES = ("keys.txt", "audit.json")
MINUTE = 60


@pytest.fixture
def old(here: Cloud) -> Cloud:
    """A cloud with photos whose events never came."""
    here.local.cos.on_object_created = lambda _created: None
    for number, key in enumerate(KEYS):
        here.put(key, CARD + str(number).encode())
    return here


def backfill(operator: Operator, *arguments: str) -> Any:
    answer = operator.calls("backfill", "--yes", "--json", *arguments)
    assert answer.status == 0, answer.err
    return answer.document()


def sweep_all(operator: Operator, here: Cloud) -> Answer:
    here.local.advance(3 * MINUTE)
    return operator.calls("sweep", "--drain")


def test_it_says_what_it_would_make_and_writes_nothing(operator: Operator, old: Cloud) -> None:
    answer = operator.calls("backfill", "--dry-run", "--price", "0.05")
    assert answer.status == 0
    assert "4 photos: 4 without a result." in answer.out
    assert "At most 4 jobs. At 0.05 a job that is at most 0.20." in answer.out
    assert not old.names("pending")
    assert not old.names("state")


def test_any_run_of_a_photo_counts_as_audit_counts_it(operator: Operator, old: Cloud) -> None:
    etags = [old.user.head_object(Bucket=BUCKET, Key=key)["ETag"].strip('"') for key in KEYS]
    names = f"results/{KEYS[0]}.{etags[0]}~2.json", f"pending/{KEYS[1]}.{etags[1]}~2.0001.json"
    for name in names:
        old.user.put_object(Bucket=BUCKET, Key=f"ocr/{name}", Body=b"{}")
    found = backfill(operator)
    assert found["photos"] | {"missing": 2, "done": 1, "pending": 1} == found["photos"]


def test_the_limit_is_kept_and_the_next_run_takes_the_rest(operator: Operator, old: Cloud) -> None:
    assert backfill(operator, "--limit", "3")["enqueued"] == 3
    assert backfill(operator, "--limit", "3")["enqueued"] == 1
    assert len(old.names("pending")) == 4


@pytest.mark.parametrize(
    ("call", "chosen", "others"),
    [
        ([], KEYS, {}),
        (["--prefix", "uploads/a.jpg."], [KEYS[1]], {}),
        (["--keys", "keys.txt"], [KEYS[1]], {"gone": 1, "outside": 1}),
        (["--from-audit", "audit.json"], [KEYS[2]], {}),
    ],
)
def test_a_call_chooses_its_photos(
    operator: Operator,
    old: Cloud,
    tmp_path: Path,
    call: list[str],
    chosen: Sequence[str],
    others: dict[str, int],
) -> None:
    keys = f"{KEYS[1]}\n\nuploads/gone.jpg\r\nelsewhere/a.jpg\n{KEYS[1]}\n"
    (tmp_path / "keys.txt").write_text(keys, "utf-8")
    audit = audited(("missing", KEYS[2]), ("orphan", KEYS[0]))
    (tmp_path / "audit.json").write_text(audit, "utf-8")
    found = backfill(operator, *(str(tmp_path / one) if one in FILES else one for one in call))
    assert found["enqueued"] == len(chosen)
    assert {why: count for why, count in found["photos"].items() if count} == {
        "missing": len(chosen),
        **others,
    }
    assert sorted(one["source"]["key"] for one in old.pending()) == sorted(chosen)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "is not what"),
        ("", "is not what"),
        ('{"findings": [\n{"kind"', "is not what"),
        ('{"findings": [\n{"kind": "missing", "key": "0123456789abcdef"}', "--reveal"),
    ],
)
def test_what_no_audit_wrote_or_one_without_keys_is_refused(
    operator: Operator, old: Cloud, tmp_path: Path, text: str, problem: str
) -> None:
    audit = tmp_path / "audit.json"
    audit.write_text(text, "utf-8")
    answer = operator.calls("backfill", "--from-audit", str(audit))
    assert (answer.status, problem in answer.err) == (2, True)
    assert not old.names("state")


def audited(*findings: tuple[str, str]) -> str:
    """What `audit --json --reveal` writes."""
    lines = [json.dumps({"kind": kind, "key": key, "version": None}) for kind, key in findings]
    return '{"findings": [\n' + ",\n".join(lines) + '\n],\n"photos": {}}\n'


def test_the_card_type_of_the_run_travels_with_the_card(operator: Operator, old: Cloud) -> None:
    old.put("uploads/odd.jpg", CARD, Metadata={"x-cos-meta-card-type": "Passport"})
    backfill(operator, "--card-type", "DriverLicense")
    sweep_all(operator, old)
    assert {job.request.parameters["CardType"] for job in old.jobs} == {"DriverLicense"}
    assert len(old.jobs) == 5


def test_what_can_be_no_photo_is_no_job_and_is_rejected(operator: Operator, old: Cloud) -> None:
    old.put("uploads/notes.txt", b"a note")
    old.put("uploads/named-like-a.pdf", CARD, ContentType="image/jpeg")
    old.put("uploads/empty.jpg", b"")
    old.put("uploads/folder/", b"")
    found = backfill(operator)
    assert (found["photos"]["unusable"], found["jobs"], found["cards"]) == (2, 5, 7)
    sweep_all(operator, old)
    assert len(old.jobs) == 5
    rejected = [old.document(name) for name in old.names("results")]
    assert sorted(one["source"]["key"] for one in rejected if one["outcome"] == "rejected") == [
        "uploads/empty.jpg",
        "uploads/notes.txt",
    ]


def test_an_interrupted_run_goes_on_where_it_was(
    operator: Operator, old: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.store.cos._PAGE_SIZE", 2)
    left, real = iter(range(2)), Context.source

    def source(context: Context, photo: Photo) -> Source:
        """Ctrl-C, before a third claim is made."""
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(context, photo)

    with monkeypatch.context() as patch:
        patch.setattr(Context, "source", source)
        assert operator.calls("backfill", "--yes").status == 130
    (place,) = [name for name in old.names("state") if "/backfill/" in name]
    assert old.document(place)["after"]
    again = operator.calls("backfill", "--yes", "--json")
    assert "Going on" in again.err
    assert again.document()["photos"]["missing"] == 2
    assert len(old.names("pending")) == 4
    assert place not in old.names("state")


def test_without_a_terminal_it_asks_for_a_yes_beforehand(operator: Operator, old: Cloud) -> None:
    answer = operator.calls("backfill")
    assert answer.status == 2
    assert "--yes" in answer.err
    assert not old.names("pending")


@pytest.mark.parametrize(("reply", "claims"), [("y\n", 4), ("n\n", 0), ("\n", 0)])
def test_the_person_at_the_terminal_is_asked(
    operator: Operator, old: Cloud, reply: str, claims: int
) -> None:
    answer = operator.answers(reply, "backfill")
    assert "Put 4 cards in line?" in answer.err
    assert answer.status == (0 if claims else 1)
    assert len(old.names("pending")) == claims


def test_a_bucket_that_had_versioning_gets_nothing(operator: Operator, old: Cloud) -> None:
    for status in ("Enabled", "Suspended"):
        old.user.put_bucket_versioning(Bucket=BUCKET, Status=status)
    answer = operator.calls("backfill", "--yes")
    assert answer.status == 2
    assert "versioning" in answer.err
    assert not old.names("pending")


@pytest.mark.parametrize("lock", [LOCK, {"ObjectLockEnabled": "Enabled"}])
def test_a_bucket_with_object_lock_gets_nothing_and_one_sentence(
    operator: Operator, old: Cloud, lock: dict[str, object]
) -> None:
    old.user.put_bucket_object_lock(BUCKET, lock)
    answer = operator.calls("backfill", "--yes")
    assert answer.status == 2
    assert re.fullmatch(r"card-ocr: OUTPUT_BUCKET: .* object lock.*\n", answer.err)
    assert not old.names("pending")
    assert not old.names("state")


def test_places_that_nobody_came_back_to_are_dropped(operator: Operator, here: Cloud) -> None:
    here.user.put_object(Bucket=BUCKET, Key="ocr/state/backfill/abandoned.json", Body=b"{}")
    here.local.advance(20 * 86_400)
    here.user.put_object(Bucket=BUCKET, Key="ocr/state/backfill/recent.json", Body=b"{}")
    here.local.advance(20 * 86_400)
    here.local.cos.on_object_created = lambda _created: None
    here.put("uploads/a.jpg")
    assert operator.calls("backfill", "--yes").status == 0
    assert here.names("state/backfill") == ["ocr/state/backfill/recent.json"]
