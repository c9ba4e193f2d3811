"""`make up`: run the local cloud until Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from coslocal.client import official_client
from coslocal.functions import LogLine
from coslocal.server import (
    EnvFileUnavailable,
    PortUnavailable,
    env_file,
    port_number,
    stopped_by_signal,
)
from local.cloud import (
    RECOGNISERS,
    SAMPLES,
    LocalCloud,
    RecogniserMissing,
    make_recogniser,
    running_cloud,
)
from local.page.app import Page

DEFAULT_PORT: Final = 8970

_SETTINGS: Final = (
    "LOCAL_CLOUD",  # first: only a file of `make up` begins with it, so it may be replaced
    "INPUT_BUCKET",
    "INPUT_PREFIX",
    "CARD_TYPE_RULES",
    "CALLBACK_URL",
    "CALLBACK_SECRET",
    "TENCENTCLOUD_REGION",
)

_HOW_TO: Final = """\
The local cloud runs at {url}
  bucket     {bucket}, region {region}
  functions  {functions}
  uploads    under {prefix} are ID cards; those under {prefix}driver/ are driving licences
  results    ocr/results/<key>.<etag>.json

To upload a photo and see its result, open {url}/ in a browser.

To upload from another shell, in this folder, with the official SDK:

{python} - <<'END'
import json, time
from coslocal.client import official_client
from coslocal.credentials import Credential
from qcloud_cos import CosServiceError

client = official_client("{url}", Credential("{secret_id}", "{secret_key}"), "{region}")
bucket, key = "{bucket}", "{prefix}id/straight.jpg"
client.put_object_from_local_file(
    Bucket=bucket, Key=key, LocalFilePath="local/samples/id/straight.jpg", ContentType="image/jpeg"
)
etag = client.head_object(Bucket=bucket, Key=key)["ETag"].strip('"')
for _attempt in range(100):
    try:
        result = client.get_object(Bucket=bucket, Key=f"ocr/results/{{key}}.{{etag}}.json")
    except CosServiceError as error:  # 404: still pending
        time.sleep(0.2)
    else:
        card = json.load(result["Body"].get_raw_stream())
        print(json.dumps(card, ensure_ascii=False, indent=2))
        break
else:
    print("no result after 20 seconds: look at what the functions log")
END

Any SDK for COS works with {url} as its HTTP proxy. The control API is at {url}/control/. See
emulator/README.md for both.

The operator's command line, for pending cards and for photos whose event was lost:

cli/card-ocr sweep --env-file {settings}

The functions' log follows. Ctrl-C ends all this; nothing is kept.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal ends it. Return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.up", description=__doc__)
    parser.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="default: %(default)s"
    )
    parser.add_argument("--recogniser", choices=RECOGNISERS, default="ocr")
    options = parser.parse_args(arguments)
    stopped = stopped_by_signal()
    try:
        with running_cloud(make_recogniser(options.recogniser), port=options.port) as cloud:
            begin(cloud)
            cloud.on_log = _show
            with settings_file(cloud) as settings, closing(Page(cloud, SAMPLES)):
                _say(how_to(cloud, settings))
                _say(f"ready: {cloud.setup.url}\n")
                stopped.wait()
            _say("stopping\n")
    except PortUnavailable as error:
        sys.stderr.write(f"{error}; choose another port with --port, or PORT=<number> with make\n")
        return 2
    except EnvFileUnavailable as error:
        sys.stderr.write(f"{error}; move it away, or choose another port with --port\n")
        return 2
    except RecogniserMissing as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def begin(cloud: LocalCloud) -> None:
    """Write into the bucket when this deployment began, as `sls deploy` does."""
    client = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
    began = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    body = json.dumps({"since": began})
    client.put_object(Bucket=cloud.setup.bucket, Key="ocr/state/since.json", Body=body)


@contextmanager
def settings_file(cloud: LocalCloud) -> Iterator[Path]:
    """Write a file with the settings of this cloud for `card-ocr`; only this user can read it."""
    functions = cloud.environment("sweep")
    settings = {name: functions[name] for name in _SETTINGS} | {
        "TENCENTCLOUD_SECRET_ID": cloud.uploader.secret_id,
        "TENCENTCLOUD_SECRET_KEY": cloud.uploader.secret_key,
    }
    path = Path("build") / f"up-{urlsplit(cloud.setup.url).port}.env"
    path.parent.mkdir(exist_ok=True)
    with env_file(path, settings):
        yield path


def how_to(cloud: LocalCloud, settings: Path) -> str:
    """Return how a user uploads to this cloud."""
    return _HOW_TO.format(
        settings=settings,
        url=cloud.setup.url,
        bucket=cloud.setup.bucket,
        region=cloud.setup.region,
        functions=", ".join(cloud.functions),
        prefix=cloud.setup.upload_prefix,
        python=shlex.quote(_interpreter()),
        secret_id=cloud.uploader.secret_id,
        secret_key=cloud.uploader.secret_key,
    )


def _interpreter() -> str:
    """Return the path of this interpreter, relative if it is below the present folder."""
    relative = os.path.relpath(sys.executable)
    return sys.executable if relative.startswith(os.pardir) else relative


def _show(line: LogLine) -> None:
    _say(f"{line.function} | {line.text}\n")


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
