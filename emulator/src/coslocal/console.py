"""What another shell asks of an emulator that runs: its functions' logs, and one invocation."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import requests

POLL_SECONDS: Final = 0.5
TIMEOUT_SECONDS: Final = (5, 900)
"""An invocation takes as long as its function may."""


class Unanswered(Exception):
    """What was asked for can't be had; the message says why, and what to do."""


class Remote:
    """An emulator at an address of this machine, by way of its control API."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def ask(
        self, method: str, path: str, body: object = None, query: Mapping[str, Any] | None = None
    ) -> Any:  # noqa: ANN401 - any JSON
        """Return what the control API answers.

        Raises:
            Unanswered: It doesn't, or refuses.
        """
        try:
            answer = self._session.request(
                method,
                f"{self._url}/control/{path}",
                json=body,
                params=query,
                timeout=TIMEOUT_SECONDS,
            )
            said = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unanswered(
                f"no emulator answers at {self._url}: start one with `coslocal up`, or name its "
                "address with --url"
            ) from error
        if not answer.ok:
            raise Unanswered(str(said["error"]))
        return said


def show_logs(remote: Remote, function: str | None, *, follow: bool) -> None:
    """Print the log, of one function or of all; with `follow` until Ctrl-C.

    Raises:
        Unanswered: The emulator doesn't answer, or knows no such function.
    """
    query: dict[str, Any] = {} if function is None else {"function": function}
    since = 0
    while True:
        said = remote.ask("GET", "logs", query={**query, "since": since})
        for line in said["lines"]:
            sys.stdout.write(f"{line['function']} | {line['text']}\n")
        sys.stdout.flush()
        since = said["since"]
        if not follow:
            return
        time.sleep(POLL_SECONDS)


def invoke(remote: Remote, function: str, event: Path | None) -> bool:
    """Invoke a function and print what it returned, as JSON; tell whether it returned at all.

    The event is in a file of JSON, or from standard input if it is called `-`; `{}` if None.

    Raises:
        Unanswered: As above, or the event can't be read.
    """
    said = remote.ask("POST", "invoke", {"function": function, "event": _event(event)})
    if said["code"] is None:
        sys.stdout.write(f"{json.dumps(said['value'], ensure_ascii=False, indent=2)}\n")
        return True
    sys.stderr.write(f"{said['error'].rstrip()}\n{function} failed with {said['code']}\n")
    return False


def _event(path: Path | None) -> Any:  # noqa: ANN401 - any JSON
    if path is None:
        return {}
    try:
        return json.loads(sys.stdin.read() if str(path) == "-" else path.read_bytes())
    except OSError as error:
        raise Unanswered(f"{path} can't be read: {error.strerror}") from error
    except (RecursionError, ValueError) as error:
        raise Unanswered(f"{path} is no JSON") from error
