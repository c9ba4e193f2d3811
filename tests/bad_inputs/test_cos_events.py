"""Bad and odd COS events: one clear line each, and no neighbour pays for them."""

from __future__ import annotations

from typing import Any

from tests.support.clouds import BUCKET, Cloud, cloud
from tests.support.corpus import Case, build, cases
from tests.support.event_files import event_for
from tests.support.waiting import troubles


def problems(opened: Cloud) -> list[dict[str, Any]]:
    return [{"event": line["event"], "problem": line["problem"]} for line in troubles(opened)]


@cases("cos-records")
def test_a_bad_record_is_one_line_and_costs_its_neighbours_nothing(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        opened.put("uploads/before.jpg")
        opened.put("uploads/after.jpg")
        opened.local.agenda.clear()
        before, after = event_for("uploads/before.jpg", "uploads/after.jpg")["Records"]
        answer = opened.invoke("submit", {"Records": [before, build(case.input), after]})
        assert answer == {"records": 3}
        assert problems(opened) == [case.expected]
        sent = [job.request.object_key for job in opened.jobs]
        assert sent == ["uploads/before.jpg", "uploads/after.jpg"]


@cases("cos-events")
def test_a_bad_event_is_as_many_lines_as_it_has_records(case: Case) -> None:
    with cloud() as opened:
        assert opened.invoke("submit", build(case.input)) == case.expected["answer"]
        assert problems(opened) == build(case.expected["troubles"])
        assert opened.jobs == []


@cases("odd-events")
def test_an_odd_event_is_read_all_the_same(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        for key in ("uploads/a.jpg", "uploads/b.jpg"):
            opened.put(key)
        opened.local.agenda.clear()
        opened.invoke("submit", build(case.input))
        assert [job.request.object_key for job in opened.jobs] == case.expected["sent"]
        assert problems(opened) == build(case.expected.get("troubles", []))


@cases("encoded-keys")
def test_an_encoded_key_is_decoded_only_if_nothing_lies_at_it(case: Case) -> None:
    with cloud(CALLBACK_TYPE="NONE") as opened:
        since = case.input.get("since", '{"since": "2026-01-02T03:04:05Z"}')
        if since is not None:
            opened.user.put_object(Bucket=BUCKET, Key="ocr/state/since.json", Body=since)
        for key in case.input["there"]:
            opened.put(key)
        opened.local.agenda.clear()
        opened.invoke("submit", event_for(case.input["key"]))
        assert [job.request.object_key for job in opened.jobs] == case.expected["sent"]
        found = [] if case.expected["sent"] else [{"event": "ignored", "problem": "gone"}]
        assert problems(opened) == found
