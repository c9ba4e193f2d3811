"""What `make up` does before anybody uploads."""

from __future__ import annotations

from local.up import begin
from tests.support.clouds import cloud


def test_the_bucket_says_when_the_deployment_began_before_anything_is_uploaded() -> None:
    with cloud(functions=("submit", "callback", "sweep")) as opened:
        begin(opened.local)
        etag = opened.upload("uploads/a.jpg")
        assert opened.result("uploads/a.jpg", etag)["outcome"] == "recognised"
        opened.invoke("sweep", {"Type": "Timer", "TriggerName": "timer", "Message": ""})
        assert "lost_since" not in {line["event"] for line in opened.log_lines()}
