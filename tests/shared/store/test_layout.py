from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.store import layout

ETAG = "9e107d9d372bb6826bd81d3542a419d6"
KEYS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=900)
VERSIONS = st.from_regex(r"[0-9A-Za-z-]{1,64}(~[1-9][0-9]{0,3})?", fullmatch=True)


def test_names_are_the_documented_ones() -> None:
    assert (
        layout.result_name("ocr/", "uploads/a.jpg", ETAG)
        == f"ocr/results/uploads/a.jpg.{ETAG}.json"
    )
    pending = layout.pending_name("ocr/", "uploads/a.jpg", f"{ETAG}~2", 13)
    assert pending == f"ocr/pending/uploads/a.jpg.{ETAG}~2.0013.json"


@pytest.mark.parametrize("key", ["~/a", "k" * 701, "样" * 234])
def test_a_long_or_tilde_key_is_named_by_its_digest(key: str) -> None:
    digest = hashlib.sha256(key.encode()).hexdigest()
    assert layout.name_of_key(key) == f"~/{digest}"


@pytest.mark.parametrize("key", ["k" * 700, "样" * 233, "a~/b", "~"])
def test_any_other_key_stands_as_it_is(key: str) -> None:
    assert layout.name_of_key(key) == key


@given(key=KEYS, version=VERSIONS, attempt=st.integers(1, 9999))
def test_a_pending_name_is_read_from_the_right(key: str, version: str, attempt: int) -> None:
    name = layout.pending_name("ocr/", key, version, attempt)
    assert layout.parse_pending_name("ocr/", name) == (layout.name_of_key(key), version, attempt)
    assert layout.parse_result_name("ocr/", name) is None


@given(key=KEYS, version=VERSIONS)
def test_a_result_name_is_read_from_the_right(key: str, version: str) -> None:
    name = layout.result_name("ocr/", key, version)
    assert layout.parse_result_name("ocr/", name) == (layout.name_of_key(key), version)


@given(key=KEYS, version=VERSIONS)
def test_no_name_is_longer_than_cos_allows(key: str, version: str) -> None:
    assert len(layout.pending_name("p" * 63 + "/", key, version, 9999).encode()) <= 850


@pytest.mark.parametrize(
    "name",
    [
        "ocr/pending/",
        "ocr/pending/a.json",
        f"ocr/pending/a.{ETAG}.json",
        f"ocr/pending/a.{ETAG}.1.json",
        f"ocr/pending/a.{ETAG}.00001.json",
        f"ocr/pending/a.{ETAG}.0001.jsonx",
        f"ocr/pending/.{ETAG}.0001.json",
        f"other/pending/a.{ETAG}.0001.json",
    ],
)
def test_what_is_no_pending_name_is_none(name: str) -> None:
    assert layout.parse_pending_name("ocr/", name) is None


def test_the_etag_of_a_rerun_is_the_photos() -> None:
    assert layout.etag_of(f"{ETAG}~3") == ETAG
    assert layout.etag_of(ETAG) == ETAG
