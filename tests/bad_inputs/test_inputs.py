"""A description that built nothing bad would make its case worthless."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.bad_inputs.inputs import as_bytes, build

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
