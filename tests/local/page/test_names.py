"""File names as keys, and the names of the output's objects."""

from __future__ import annotations

import pytest

from local.page.bucket import (
    OutputName,
    Version,
    file_name,
    identifier,
    parse_pending_name,
    parse_result_name,
    version_in_names,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("card.jpg", "card.jpg"),
        ("身份证.JPG", "身份证.JPG"),
        ("../../etc/card.jpg", "card.jpg"),
        ("C:\\photos\\card.jpg", "card.jpg"),
        ("line\nbreak\u202e.jpg", "linebreak.jpg"),
        ("", "card"),
        ("..", "card"),
        (".hidden", "hidden"),
        ("x" * 300 + ".jpeg", "x" * 80 + ".jpeg"),
    ],
)
def test_a_file_name_becomes_the_end_of_a_key(name: str, expected: str) -> None:
    assert file_name(name) == expected


@pytest.mark.parametrize(
    ("name", "key", "run", "attempt"),
    [
        ("a.jpg.e1.0001.json", "a.jpg", 1, 1),
        ("a.jpg.e1~3.0012.json", "a.jpg", 3, 12),
        ("a.0001.e1.0002.json", "a.0001", 1, 2),
    ],
)
def test_a_pending_name_is_read_from_the_right(name: str, key: str, run: int, attempt: int) -> None:
    assert parse_pending_name(name) == OutputName(Version(key, "e1"), run, attempt)


def test_a_result_name_is_read_from_the_right() -> None:
    assert parse_result_name("a.0001.e1.json") == OutputName(Version("a.0001", "e1"), 1)
    assert parse_result_name("a.jpg.e1~2.json") == OutputName(Version("a.jpg", "e1"), 2)


@pytest.mark.parametrize("name", ["", "a.json", "a.jpg", "a.e1.001.json", "a.e 1.0001.json"])
def test_another_name_is_none_of_a_pending_object(name: str) -> None:
    assert parse_pending_name(name) is None


def test_long_keys_and_those_that_look_shortened_stand_in_names_by_their_digest() -> None:
    assert version_in_names("a.jpg", "e").key == "a.jpg"
    assert version_in_names("x" * 701, "e").key.startswith("~/")
    assert version_in_names("~/a", "e").key != "~/a"


def test_an_identifier_holds_no_key_and_tells_versions_apart() -> None:
    identifiers = {identifier(Version("card.jpg", etag)) for etag in ("1", "2")}
    assert len(identifiers) == 2
    assert not any("card" in one for one in identifiers)
