"""The corpus itself: large enough, well formed and used; and a description is what it says."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.corpus import as_bytes, build, families, read

# The corpus itself: large enough, well formed, and used.


LEAST = 1500


def test_there_are_enough_cases() -> None:
    assert sum(len(read(family)) for family in families()) >= LEAST


@pytest.mark.parametrize("family", families())
def test_every_case_of_a_family_has_a_name_of_its_own(family: str) -> None:
    names = [case.name for case in read(family)]
    assert names
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("family", families())
def test_every_case_of_a_family_says_what_must_come_of_it(family: str) -> None:
    assert [case.name for case in read(family) if case.expected in (None, {}, [])] == []


def test_every_family_is_used_by_a_test() -> None:
    tests = Path(__file__).parent.glob("test_*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in tests)
    assert [family for family in families() if f'@cases("{family}")' not in source] == []


# A description that built nothing bad would make its case worthless.


NAMES = {"JOB": "j1", "TOKEN": "t1", "KEY": "k1"}


@pytest.mark.parametrize(
    ("description", "built"),
    [
        ("a %JOB%", "a j1"),
        ({"$repeat": ["<a>", 3]}, "<a><a><a>"),
        ({"$list": [7, 2]}, [7, 7]),
        ({"$join": ["a", "b"]}, "ab"),
        ({"$join": ["样", {"$hex": "ff"}]}, "样".encode() + b"\xff"),
        ({"$encode": ["gbk", "样"]}, "样".encode("gbk")),
        ({"$base64": "{}"}, "e30="),
        ({"$nest": 2}, [[[]]]),
        ({"a": {"$repeat": ["b", 2]}, "%KEY%": None}, {"a": "bb", "k1": None}),
    ],
)
def test_a_description_is_what_it_says(description: Any, built: Any) -> None:
    assert build(description, NAMES) == built


def test_compressed_bytes_can_be_read_again() -> None:
    assert gzip.decompress(build({"$gzip": "x"})) == b"x"


def test_a_job_is_the_cards_with_some_nodes_changed() -> None:
    changes = {"Code": "%ABSENT%", "Input": {"Object": "other"}, "State": None}
    job = build({"$job": changes}, NAMES)
    assert (job["JobId"], job["Operation"]["UserData"]) == ("j1", "t1")
    assert (job["Input"]["Object"], job["Input"]["Region"]) == ("other", "ap-guangzhou")
    assert "Code" not in job
    assert job["State"] is None
    assert json.loads(build({"$json": {"$job": changes}}, NAMES)) == job
    assert "<JobId>j1</JobId>" in build({"$xml": {}}, NAMES)


def test_a_record_is_that_of_an_upload_with_some_nodes_changed() -> None:
    record = build({"$record": {"event": "%ABSENT%", "cos": {"cosObject": {"size": -1}}}})
    assert "event" not in record
    cos_object = record["cos"]["cosObject"]
    assert (cos_object["key"], cos_object["size"]) == ("/1250000000/cards/uploads/a.jpg", -1)


@pytest.mark.parametrize(("kind", "start"), [("$png", b"\x89PNG"), ("$bmp", b"BM")])
def test_a_picture_of_any_size_is_a_few_bytes(kind: str, start: bytes) -> None:
    picture = build({kind: [2_000_000_000, 2_000_000_000]})
    assert picture.startswith(start)
    assert len(picture) < 200


def test_a_lone_surrogate_has_bytes_all_the_same() -> None:
    assert as_bytes("\ud800") == b"\xed\xa0\x80"
