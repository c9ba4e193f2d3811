"""What stands beside the local cloud: moto, and a CI that repeats what it was sent."""

from __future__ import annotations

import time

from bench.peers.bare import JOB_ID, BareCloud
from bench.peers.sdk import client_on
from shared.jobs.reply import jobs_in_xml
from shared.times import rfc3339
from tests.support.environment import BUCKET

_CI = f"https://{BUCKET}.ci.ap-guangzhou.myqcloud.com/jobs"
_SENT = b"<Request><Input><Object>uploads/a.jpg</Object></Input><UserData>t</UserData></Request>"


def test_the_job_it_tells_of_is_the_one_that_was_sent() -> None:
    cloud = BareCloud()
    cloud.session().post(_CI, data=_SENT)
    (job,) = jobs_in_xml(cloud.session().get(f"{_CI}/{JOB_ID}").content)
    assert (job.job_id, job.key, job.user_data) == (JOB_ID, "uploads/a.jpg", "t")
    assert cloud.token == "t"


def test_its_job_was_created_when_it_was_sent() -> None:
    cloud = BareCloud()
    before = rfc3339(time.time())
    cloud.session().post(_CI, data=_SENT)
    (job,) = jobs_in_xml(cloud.session().get(f"{_CI}/{JOB_ID}").content)
    assert before <= (job.created_at or "") <= rfc3339(time.time())


def test_an_object_is_there_once_it_was_written() -> None:
    sdk = client_on(BareCloud().session())
    sdk.put_object(Bucket=BUCKET, Key="ocr/a.json", Body=b"{}")
    found = sdk.list_objects(Bucket=BUCKET, Prefix="ocr/")["Contents"]
    assert [one["Key"] for one in found] == ["ocr/a.json"]
