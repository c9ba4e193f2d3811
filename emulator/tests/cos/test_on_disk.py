"""Objects in files: a copy of one, and a listing that copies all."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from qcloud_cos import CosS3Client

from coslocal.cos.on_disk import MAX_IN_MEMORY, FileBody
from tests.cos.sdk import BUCKET, content, put

LARGE = b"x" * (MAX_IN_MEMORY + 1)
NAMES = ("样本.jpg", "b c.jpg")


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_closes_only_its_own_descriptor(
    tmp_path: Path, copied: Callable[[FileBody], FileBody]
) -> None:
    place = tmp_path / "content"
    place.write_bytes(b"content")
    with place.open("rb") as file:
        first = FileBody(file.fileno(), 0, 7)
    second = copied(first)
    del first
    other = os.open(place, os.O_RDONLY)
    assert bytes(second) == b"content"
    del second
    assert os.read(other, 7) == b"content"
    os.close(other)


@pytest.mark.filterwarnings("error")
def test_versions_of_large_objects_are_listed_with_names_as_asked(client: CosS3Client) -> None:
    for name in NAMES:
        put(client, LARGE, name)
    listed = client.list_objects_versions(BUCKET, EncodingType="url")
    assert listed["EncodingType"] == "url"
    assert [one["Key"] for one in listed["Version"]] == ["b%20c.jpg", "%E6%A0%B7%E6%9C%AC.jpg"]
    assert content(client, NAMES[0]) == LARGE
