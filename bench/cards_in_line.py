"""`python -m bench.cards_in_line CARDS LATENCY`: a cloud with cards in line, in a process.

The cloud is the light one of the load tests. The process prints the cloud's address, and ends when
its standard input does.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cli.enqueue.card import enqueue
from shared.store.layout import pending_name
from tests.load.light_cloud import LightCloud, served
from tests.support.pipelines import World

_AGE_SECONDS = 130  # sweep skips younger objects


@contextmanager
def light_cloud(cards: int, latency: float) -> Iterator[str]:
    """Serve so many cards in line, each request after `latency` seconds; gives the address."""
    with subprocess.Popen(  # noqa: S603 — our own interpreter and our own arguments
        [sys.executable, "-m", "bench.cards_in_line", str(cards), str(latency)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield (process.stdout.readline() if process.stdout else "").strip()
        if process.stdin:
            process.stdin.close()


def card_key(number: int) -> str:
    """The key of a photo."""
    return f"uploads/{number:06}.jpg"


def waiting_name(number: int) -> str:
    """The name of its claim, which was never sent."""
    etag = hashlib.md5(_content(number), usedforsecurity=False).hexdigest()
    return pending_name("ocr/", card_key(number), etag, 1)


def _content(number: int) -> bytes:
    return f"photo {number}".encode()


def _filled(cards: int) -> LightCloud:
    cloud, world = LightCloud(), World()
    for number in range(cards):
        cloud.put(card_key(number), _content(number))
        source = world.store.upload(card_key(number), _content(number))
        enqueue(world.context("sweep"), source)
    for name, body in world.store.objects.items():
        cloud.put(name, body)
    cloud.move(_AGE_SECONDS)
    return cloud


def main() -> None:
    """Serve until the client closes the connection."""
    cards, latency = sys.argv[1:]
    with served(_filled(int(cards)), float(latency)) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):  # its parent is told too, and ends it
            sys.stdin.read()


if __name__ == "__main__":
    main()
