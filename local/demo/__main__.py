"""Upload cards to a local cloud through the official SDK, and show their results."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from coslocal.client import official_client
from local.cloud import (
    RECOGNISERS,
    SAMPLES,
    LocalCloud,
    RecogniserMissing,
    make_recogniser,
    running_cloud,
)
from local.demo.bucket import (
    Card,
    NoCards,
    Result,
    Upload,
    UploadFailed,
    UsersBucket,
    cards_in,
    sample_cards,
)
from local.demo.display import Display

PATIENCE_SECONDS: Final = 60.0
"""How long to wait for the next result. A slow machine is no failure, but no progress is one."""
INTERRUPTED: Final = 130

Refused = tuple[Card, str]
"""A file that could not be uploaded, and why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo.

    Return 0; 1 if a file has no result; 2 if nothing could be done; 130 after Ctrl-C.
    """
    options = _options(arguments)
    logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)  # the SDK logs each 404 as we wait
    own_cards = options.cards is not None
    display = Display(Console(highlight=False), reveal=options.reveal or not own_cards)
    try:
        cards = cards_in(options.cards) if own_cards else sample_cards(SAMPLES)
        recogniser = make_recogniser(options.recogniser)
    except (NoCards, RecogniserMissing) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if own_cards and options.recogniser == "scripted":
        display.say("the scripted recogniser knows only the samples: it finds no other card")
    for one in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(one) is signal.SIG_DFL:
            signal.signal(one, signal.default_int_handler)
    try:
        with running_cloud(recogniser, bucket_exists=False) as cloud:
            return _run(cloud, cards, display)
    except KeyboardInterrupt:
        return INTERRUPTED


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--cards", type=Path, metavar="FOLDER", help="photos of your own")
    parser.add_argument("--recogniser", choices=RECOGNISERS, default="ocr")
    parser.add_argument(
        "--reveal", action="store_true", help="show the fields of your own cards unmasked"
    )
    return parser.parse_args(arguments)


def _run(cloud: LocalCloud, cards: Sequence[Card], display: Display) -> int:
    began = time.monotonic()
    client = official_client(cloud.setup.url, cloud.uploader, cloud.setup.region)
    bucket = UsersBucket(client, cloud.setup.bucket)
    bucket.create()
    display.say(f"local cloud at {cloud.setup.url}, functions {', '.join(cloud.functions)}")
    display.say(f"uploading {len(cards)} files to {bucket.name} with cos-python-sdk-v5")
    uploads, refused = _upload(bucket, cards)
    display.say("waiting for the results")
    results: list[Result] = []
    for result in bucket.results(uploads, PATIENCE_SECONDS):
        results.append(result)
        display.progress(len(results), len(uploads), result)
    order = {upload.card.key: number for number, upload in enumerate(uploads)}
    for result in sorted(results, key=lambda result: order[result.upload.card.key]):
        display.card(result, None if result.body else bucket.pending(result.upload))
    for card, reason in refused:
        display.not_uploaded(card, reason)
    display.summary(results, len(cloud.jobs), time.monotonic() - began)
    if not all(result.body for result in results):
        _show_log(cloud, display)
        return 1
    return 1 if refused else 0


def _upload(bucket: UsersBucket, cards: Sequence[Card]) -> tuple[list[Upload], list[Refused]]:
    uploads: list[Upload] = []
    refused: list[Refused] = []
    for card in cards:
        try:
            uploads.append(bucket.upload(card))
        except UploadFailed as error:  # noqa: PERF203 - an upload takes longer
            refused.append((card, str(error)))
    return uploads, refused


def _show_log(cloud: LocalCloud, display: Display) -> None:
    """Show the functions' last log lines, since something went wrong."""
    display.say("")
    display.say("the functions' last log lines:")
    for line in list(cloud.logs)[-20:]:
        display.say(f"  {line.function} | {line.text}")


if __name__ == "__main__":
    sys.exit(main())
