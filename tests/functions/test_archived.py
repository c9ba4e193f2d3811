"""Objects that a lifecycle rule has archived: COS shows them to HEAD and refuses their GET."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from coslocal.agenda import ManualClock
from coslocal.ci.faults import RequestFault
from coslocal.cos.errors import CosError
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


def test_a_refused_card_is_sent_within_the_hour_after_the_canary_was_archived(
    swept_cloud: Cloud,
) -> None:
    _archive(swept_cloud, "ocr/state/canary.json")
    swept_cloud.local.runner.faults.requests.append(RequestFault("QueueSaturated"))
    etag = swept_cloud.upload(KEY)
    assert (swept_cloud.pending()[0]["state"], swept_cloud.jobs) == ("waiting", [])
    swept_cloud.local.advance(HOUR)
    assert swept_cloud.result(KEY, etag)["outcome"] == "recognised"
    assert (len(swept_cloud.jobs), swept_cloud.pending()) == (1, [])


def test_a_refused_card_is_sent_within_the_hour_after_all_notes_were_archived(
    swept_cloud: Cloud,
) -> None:
    swept_cloud.local.runner.faults.requests.append(RequestFault("QueueSaturated"))
    etag = swept_cloud.upload(KEY)
    for name in swept_cloud.names("state"):
        _archive(swept_cloud, name, "DEEP_ARCHIVE")
    swept_cloud.local.advance(HOUR)
    assert swept_cloud.result(KEY, etag)["outcome"] == "recognised"
    assert len(swept_cloud.jobs) == 1


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


def test_what_is_pending_beside_an_archived_result_is_cleared_up(swept_cloud: Cloud) -> None:
    def keep_pending(request: Any) -> CosError | None:
        is_clearing_up = request.method == "DELETE" and "ocr/pending/" in request.key
        return CosError("AccessDenied", "not yet") if is_clearing_up else None

    swept_cloud.local.cos.before_effect = keep_pending
    etag = swept_cloud.upload(KEY)
    swept_cloud.local.cos.before_effect = lambda _request: None
    name = f"ocr/results/{KEY}.{etag}.json"
    written = swept_cloud.user.head_object(BUCKET, name)["ETag"]
    assert len(swept_cloud.names("pending")) == 1
    _archive(swept_cloud, name)
    swept_cloud.local.advance(HOUR)
    assert swept_cloud.names("pending") == []
    assert len(swept_cloud.jobs) == 1
    shown = swept_cloud.user.head_object(BUCKET, name)
    assert (shown["ETag"], shown["x-cos-storage-class"]) == (written, "ARCHIVE")
