"""The transcript of a deployment: what a user types in a fresh clone, and what is printed.

The cloud is the one of the tests, on this machine: COS, CI, SCF, CAM and STS on one port.
"""

from __future__ import annotations

import re
import secrets
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coslocal.client import official_client
from local.running import SAMPLES
from tests.support.clouds import BUCKET
from tests.support.served_accounts import grant_ci_its_role, served_account
from tests.support.served_deployments import Served
from tests.support.sls import inherited

_SLS = "npx --no-install sls"

MAKING: Sequence[str] = (
    "cp .env.example .env",
    "npm ci --ignore-scripts",
    "cli/card-ocr setup --dry-run",
    "cli/card-ocr setup --yes",
    f"{_SLS} package",
    f"{_SLS} deploy --dry-run",
    f"{_SLS} deploy",
    f"{_SLS} info",
)
"""Until there is something that can run."""

RUNNING: Sequence[str] = (
    f"{_SLS} invoke --function sweep",
    "cli/card-ocr doctor",
    "cli/card-ocr doctor --upload --yes",
)
"""Until it is known to work; then a card is uploaded, as the console would do it."""

CARD = "uploads/id/straight.jpg"
ENDING: Sequence[str] = (
    f"cli/card-ocr show {CARD} --reveal",
    f"{_SLS} remove --dry-run",
    f"{_SLS} remove",
)
"""What became of the card, and the way back."""

_WAIT_SECONDS = 60.0
# Unbuffered, or what goes to standard error would stand before what was printed earlier.
_QUIET = {"PYTHONUNBUFFERED": "1", "SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
_TRAILING = re.compile(r" +$", re.MULTILINE)
_OF_PIP_AND_NPM = re.compile(r"^(npm (warn|notice)|\[notice\]).*\n", re.MULTILINE)


def record_deployment(root: Path) -> None:
    """Deploy into an empty account, remove it again, and keep all of it in docs/deploy.txt.

    Raises:
        subprocess.CalledProcessError: a command failed; nothing is kept.
        ValueError: a secret was printed; nothing is kept.
    """
    with tempfile.TemporaryDirectory() as folder:
        clone, code = Path(folder) / "clone", Path(folder) / "code"
        subprocess.run(["git", "clone", "-q", str(root), str(clone)], check=True)  # noqa: S603, S607
        with served_account(code) as served:
            transcript = "\n".join(_session(served, clone))
    (root / "docs/deploy.txt").write_text(transcript, encoding="utf-8")


def _session(served: Served, clone: Path) -> Iterator[str]:
    """Every command with what it prints."""
    values = _values(served)
    environ = {**inherited(), **_QUIET, "LOCAL_CLOUD": served.url}
    hidden = [value for name, value in values.items() if "SECRET" in name]
    grant_ci_its_role(served.api.account)
    for command in MAKING:
        yield _printed(command, clone, environ, hidden)
        if command.startswith("cp "):
            fill_in(clone / ".env", values)
    served.cloud.start(workers=4)
    for command in RUNNING:
        yield _printed(command, clone, environ, hidden)
    _upload(served)
    for command in ENDING:
        yield _printed(command, clone, environ, hidden)


def _upload(served: Served) -> None:
    """Put a specimen into the bucket, and wait until nothing is going on any more.

    Raises:
        ValueError: the functions don't come to an end.
    """
    client = official_client(served.url, served.cloud.uploader, served.cloud.setup.region)
    body = (SAMPLES / CARD.removeprefix("uploads/")).read_bytes()
    client.put_object(Bucket=BUCKET, Key=CARD, Body=body, ContentType="image/jpeg")
    if not served.cloud.agenda.wait_until_idle(_WAIT_SECONDS):
        raise ValueError("the functions are still at work")


def _values(served: Served) -> dict[str, str]:
    """What the user writes into .env."""
    owner = served.cloud.uploader
    return {
        "INPUT_BUCKET": BUCKET,
        "CALLBACK_SECRET": secrets.token_hex(32),
        "TENCENTCLOUD_SECRET_ID": owner.secret_id,
        "TENCENTCLOUD_SECRET_KEY": owner.secret_key,
    }


def fill_in(path: Path, values: Mapping[str, str]) -> None:
    """Write values behind the names that wait for one."""
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text, found = re.subn(rf"^{name}=$", f"{name}={value}", text, flags=re.MULTILINE)
        if found != 1:
            raise ValueError(f".env.example has no line {name}=")
    path.write_text(text, encoding="utf-8")


def _printed(command: str, clone: Path, environ: Mapping[str, str], hidden: Sequence[str]) -> str:
    """A command and its output, shown while it runs."""
    sys.stdout.write(f"$ {command}\n")
    done = subprocess.run(  # noqa: S603 — the commands above
        shlex.split(command),
        cwd=clone,
        env=dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if any(value in done.stdout for value in hidden):
        raise ValueError(f"{command} printed a secret")
    text = _TRAILING.sub("", _OF_PIP_AND_NPM.sub("", done.stdout).replace(str(clone), "…"))
    sys.stdout.write(text)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, command)
    return f"$ {command}\n{text}"
