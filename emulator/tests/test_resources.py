"""What large objects and many uploads cost the process that serves them.

Memory is VmRSS and its peak, VmHWM, of that process; time is its CPU time, not the clock's. The
figures are printed: `pytest -s tests/test_resources.py`.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from qcloud_cos import CosS3Client

from coslocal.client import official_client
from coslocal.credentials import Credential
from tests.command import WAIT_SECONDS, running

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")

MB = 1024 * 1024
UPLOADS, THREADS = 2000, 16
BODY = bytes(range(256)) * 80

PROJECT = "functions: {wait: {timeout: 600, events: [url]}}"
CODE = "import time\ndef main_handler(*_):\n    print('began', flush=True)\n    time.sleep(600)\n"


def memory(pid: str, name: str = "VmRSS") -> float:
    """Return a figure of a process's memory, in MB."""
    match = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert match is not None
    return int(match[1]) / 1024


def forget_peak(pid: str) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def cpu_seconds(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def client_of(variables: Mapping[str, str]) -> CosS3Client:
    key = Credential(variables["TENCENTCLOUD_SECRET_ID"], variables["TENCENTCLOUD_SECRET_KEY"])
    return official_client(variables["COSLOCAL_URL"], key, variables["TENCENTCLOUD_REGION"])


def upload_in_parts(client: CosS3Client, bucket: str, key: str, part: bytes, parts: int) -> None:
    upload = client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
    names = {"Bucket": bucket, "Key": key, "UploadId": upload}
    sent = [
        {"PartNumber": n, "ETag": client.upload_part(**names, Body=part, PartNumber=n)["ETag"]}
        for n in range(1, parts + 1)
    ]
    client.complete_multipart_upload(**names, MultipartUpload={"Part": sent})


def digest_of(client: CosS3Client, bucket: str, key: str) -> str:
    digest = hashlib.sha256()
    stream = client.get_object(Bucket=bucket, Key=key)["Body"].get_raw_stream()
    while block := stream.read(MB):
        digest.update(block)
    return digest.hexdigest()


def test_large_objects_leave_no_memory_behind(tmp_path: Path) -> None:
    large = os.urandom(100 * MB)
    with running(folder=tmp_path) as variables:
        client, bucket, pid = client_of(variables), variables["COSLOCAL_BUCKET"], variables["PID"]
        client.put_object(Bucket=bucket, Key="first", Body=b"x")
        start = memory(pid)
        for _ in range(10):
            client.put_object(Bucket=bucket, Key="large", Body=large)
            client.delete_object(Bucket=bucket, Key="large")
        after_ten = memory(pid) - start

        forget_peak(pid)
        upload_in_parts(client, bucket, "parts", large[: 10 * MB], 20)
        in_parts = memory(pid, "VmHWM") - start
        client.copy_object(
            Bucket=bucket,
            Key="copy",
            CopySource={"Bucket": bucket, "Key": "parts", "Region": "ap-guangzhou"},
        )
        expected = hashlib.sha256(large[: 10 * MB] * 20).hexdigest()
        assert digest_of(client, bucket, "copy") == expected
        read_and_copied = memory(pid, "VmHWM") - start
        for key in ("first", "parts", "copy"):
            client.delete_object(Bucket=bucket, Key=key)
        in_the_end = memory(pid) - start
    figures = (after_ten, in_parts, read_and_copied, in_the_end)
    print(  # noqa: T201
        "100 MB ten times: {:+.0f} MB; 200 MB in parts: {:+.0f} MB at most, copied and read: "
        "{:+.0f} MB at most, deleted: {:+.0f} MB".format(*figures)
    )
    assert after_ten <= 50
    assert in_parts <= 150
    assert read_and_copied <= 150
    assert in_the_end <= 50


def test_an_emulator_that_is_killed_leaves_no_object_and_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "serverless.yml").write_text(PROJECT)
    (tmp_path / "index.py").write_text(CODE)
    (tmp_path / "files").mkdir()
    with running("serverless.yml", folder=tmp_path, TMPDIR=str(tmp_path / "files")) as variables:
        client_of(variables).put_object(variables["COSLOCAL_BUCKET"], b"x" * 3 * MB, "large")
        pid = variables["PID"]
        opened = [unless_ended(one.readlink) for one in Path(f"/proc/{pid}/fd").iterdir()]
        assert any(one.startswith(f"{tmp_path}/files/") for one in opened)
        url = variables["COSLOCAL_URL"]
        caller = threading.Thread(target=call_until_it_breaks, args=(f"{url}/functions/wait",))
        caller.start()
        while not requests.get(f"{url}/control/logs", timeout=WAIT_SECONDS).json()["lines"]:
            time.sleep(0.05)
        (worker,) = {
            one
            for children in Path(f"/proc/{pid}/task").glob("*/children")
            for one in unless_ended(children.read_text).split()
        }
        os.kill(int(pid), signal.SIGKILL)
        caller.join()
        while Path(f"/proc/{worker}/cwd").exists():  # not that of a process that has ended
            time.sleep(0.05)
    assert list((tmp_path / "files").iterdir()) == []


def unless_ended(read: Callable[[], object]) -> str:
    """What /proc says of a file or a thread, "" if it was closed or ended meanwhile."""
    try:
        return str(read())
    except (FileNotFoundError, ProcessLookupError):
        return ""


def call_until_it_breaks(url: str) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=WAIT_SECONDS)


def upload_many(put: Callable[[requests.Session, int], requests.Response]) -> None:
    mine = threading.local()

    def upload(number: int) -> None:
        if not hasattr(mine, "session"):
            mine.session = requests.Session()
            mine.session.trust_env = False
        answer = put(mine.session, number)
        assert answer.status_code == 200, answer.text

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(upload, range(UPLOADS)))


def authorization(variables: Mapping[str, str], path: str, host: str) -> str:
    def keyed(key: str, text: str) -> str:
        return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()

    period = f"{int(time.time()) - 60};{int(time.time()) + 3600}"
    hashed = hashlib.sha1(f"put\n{path}\n\nhost={host}\n".encode()).hexdigest()  # noqa: S324
    signature = keyed(
        keyed(variables["TENCENTCLOUD_SECRET_KEY"], period), f"sha1\n{period}\n{hashed}\n"
    )
    return (
        f"q-sign-algorithm=sha1&q-ak={variables['TENCENTCLOUD_SECRET_ID']}&q-sign-time={period}"
        f"&q-key-time={period}&q-header-list=host&q-url-param-list=&q-signature={signature}"
    )


@pytest.fixture
def moto() -> Iterator[tuple[str, str]]:
    """The URL of moto's own server, and its process id."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        ends = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < ends:
            try:
                requests.put(f"http://127.0.0.1:{port}/photos", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/photos", str(process.pid)
    finally:
        process.kill()
        process.wait()


def test_many_uploads_cost_little_more_than_with_moto_itself(
    tmp_path: Path, moto: tuple[str, str]
) -> None:
    with running(folder=tmp_path) as variables:
        host = f"{variables['COSLOCAL_BUCKET']}.cos.ap-guangzhou.myqcloud.com"

        def put(session: requests.Session, number: int) -> requests.Response:
            signed = authorization(variables, f"/up/{number}", host)
            headers = {"Host": host, "Authorization": signed}
            url = f"{variables['COSLOCAL_URL']}/up/{number}"
            return session.put(url, data=BODY, headers=headers, timeout=WAIT_SECONDS)

        before = cpu_seconds(variables["PID"])
        upload_many(put)
        ours = cpu_seconds(variables["PID"]) - before

    def put_into_moto(session: requests.Session, number: int) -> requests.Response:
        signed = "AWS4-HMAC-SHA256 Credential=A/20200101/us-east-1/s3/aws4_request, Signature=0"
        url = f"{moto[0]}/up/{number}"
        headers = {"Authorization": signed}
        return session.put(url, data=BODY, headers=headers, timeout=WAIT_SECONDS)

    before = cpu_seconds(moto[1])
    upload_many(put_into_moto)
    its = cpu_seconds(moto[1]) - before
    print(f"{UPLOADS} uploads: {ours:.1f} s of CPU, moto {its:.1f} s, {ours / its:.2f}")  # noqa: T201
    assert ours <= 1.5 * its
