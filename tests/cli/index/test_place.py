from __future__ import annotations

from pathlib import Path

import pytest

from cli.index.place import index_path
from shared.settings.load import load
from tests.support.environment import ENVIRONMENT

CACHE = {"XDG_CACHE_HOME": "/cache"}


def path_of(**changes: str) -> Path:
    return index_path(load(ENVIRONMENT | changes, submits=True), CACHE)


def test_an_index_is_named_by_bucket_and_prefix() -> None:
    assert path_of() == Path("/cache/card-ocr/cards-1250000000_ocr%2F.sqlite3")


@pytest.mark.parametrize(
    "changes",
    [
        {"OUTPUT_BUCKET": "results-1250000000"},
        {"OUTPUT_PREFIX": "ocr/2/"},
        {"OUTPUT_PREFIX": "ocr_2/"},
        {"LOCAL_CLOUD": "http://127.0.0.1:8970"},
    ],
)
def test_another_deployment_has_another_index(changes: dict[str, str]) -> None:
    assert path_of(**changes) != path_of()


def test_without_a_setting_it_lies_in_the_users_own_cache() -> None:
    path = index_path(load(ENVIRONMENT, submits=True), {})
    assert Path.home() in path.parents
