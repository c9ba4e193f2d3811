"""Objects that a lifecycle rule has archived: COS shows them to HEAD and refuses their GET."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from coslocal.agenda import ManualClock
from tests.support.clouds import BUCKET, Cloud, cloud

KEY = "uploads/a.jpg"
HOUR = 3600
SWEEP_SECONDS = 300


@pytest.fixture
def swept_cloud() -> Iterator[Cloud]:
    """A cloud with all three functions, in which a first sweep has run."""
    with cloud(ManualClock(time.time()), ("submit", "callback", "sweep")) as here:
        here.local.advance(SWEEP_SECONDS)
        yield here


def _archive(here: Cloud, name: str, kind: str = "ARCHIVE") -> None:
    here.user.change_object_storage_class(BUCKET, name, kind)


@pytest.mark.parametrize("kind", ["ARCHIVE", "DEEP_ARCHIVE"])
def test_an_upload_into_the_archive_costs_no_job(swept_cloud: Cloud, kind: str) -> None:
    etag = swept_cloud.upload(KEY, StorageClass=kind)
    swept_cloud.local.advance(HOUR)
    result = swept_cloud.result(KEY, etag)
    assert (result["outcome"], result["error"]["code"]) == ("rejected", "SourceArchived")
    assert (swept_cloud.jobs, swept_cloud.pending()) == ([], [])


def test_a_photo_that_was_restored_is_read_though_it_says_archive(swept_cloud: Cloud) -> None:
    swept_cloud.local.cos.on_object_created = lambda _created: None
    etag = swept_cloud.put(KEY, StorageClass="ARCHIVE")
    swept_cloud.user.restore_object(BUCKET, KEY, {"Days": 1})
    swept_cloud.local.advance(2 * HOUR)
    swept_cloud.invoke("sweep", {"Type": "Timer", "TriggerName": "r", "Message": "reconcile"})
    swept_cloud.local.advance(HOUR)
    assert swept_cloud.result(KEY, etag)["outcome"] == "recognised"
