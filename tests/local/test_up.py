"""What `make up` refuses and begins with, and the file that it keeps for `card-ocr`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coslocal.server import EnvFileUnavailable
from local import up
from local.cloud import LocalCloud, make_recogniser, running_cloud
from tests.support import clouds


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalCloud]:
    monkeypatch.chdir(tmp_path)
    with running_cloud(make_recogniser("scripted")) as running:
        yield running


@pytest.fixture
def path(cloud: LocalCloud) -> Path:
    Path("build").mkdir()
    return Path("build") / f"up-{cloud.setup.url.rpartition(':')[2]}.env"


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_said(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        up.main(["--recogniser", "scripted", "--port", port])
    assert ended.value.code == 2
    assert f"'{port}' is no port: give a number from 0 to 65535" in capsys.readouterr().err


def test_the_file_that_a_killed_cloud_left_is_replaced(cloud: LocalCloud, path: Path) -> None:
    # Given what such a cloud writes
    with up.settings_file(cloud) as written:
        assert written == path
        left = path.read_text()
    assert not path.exists()
    path.write_text(left + "OLD=1\n")
    # When another begins at the same port, then it writes its own
    with up.settings_file(cloud):
        assert path.read_text() == left


def test_a_file_of_a_deployment_is_refused_and_kept(cloud: LocalCloud, path: Path) -> None:
    path.write_text("INPUT_BUCKET=cards-1250000000\n")
    with (
        pytest.raises(EnvFileUnavailable, match="exists and is none of mine"),
        up.settings_file(cloud),
    ):
        pass
    assert path.read_text() == "INPUT_BUCKET=cards-1250000000\n"


def test_the_bucket_says_when_the_deployment_began_before_anything_is_uploaded() -> None:
    with clouds.cloud(functions=("submit", "callback", "sweep")) as opened:
        up.begin(opened.local)
        etag = opened.upload("uploads/a.jpg")
        assert opened.result("uploads/a.jpg", etag)["outcome"] == "recognised"
        opened.invoke("sweep", {"Type": "Timer", "TriggerName": "timer", "Message": ""})
        assert "lost_since" not in {line["event"] for line in opened.log_lines()}
