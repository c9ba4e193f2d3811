"""The emulator on a socket of this machine."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import requests
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from coslocal.cos.errors import CosError
from coslocal.cos.replies import new_request_id, refusal
from coslocal.emulator import Emulator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS: Final = "127.0.0.1"

WORKERS: Final = 16
"""Threads that deliver events, run jobs and send callbacks."""

_LAST_PORT: Final = 65535
_STOPS_WITHIN_SECONDS: Final = 0.02

App = Callable[..., Iterable[bytes]]
E = TypeVar("E", bound=Emulator)


class PortUnavailable(Exception):
    """The port can't be listened on: it is taken, or none of ours; the message says why."""


class EnvFileUnavailable(Exception):
    """The env file can't be written, or is someone else's; the message names it and says why."""


class LocalServer:
    """Serves an app on 127.0.0.1, a thread for each connection.

    The port is bound at once, so that the app can be built with its own address; it is served
    from `serve` to `stop`.

    Raises:
        PortUnavailable: The port can't be listened on. Port 0 is any free one.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            with socket.create_server((ADDRESS, port)):
                pass  # werkzeug would print words of its own about a taken port
            self._server = make_server(
                ADDRESS, port, _not_ready, threaded=True, request_handler=_QuietHandler
            )
        except (OSError, OverflowError, SystemExit) as error:
            code = getattr(error, "errno", None)
            reason = os.strerror(code) if code else error
            raise PortUnavailable(f"port {port} of {ADDRESS}: {reason}") from error
        self.url = f"http://{ADDRESS}:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": _STOPS_WITHIN_SECONDS},
            daemon=True,
        )

    def serve(self, app: App) -> None:
        """Begin to answer requests with `app`."""
        self._server.app = app
        self._thread.start()

    def stop(self) -> None:
        """Answer no more requests."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


@contextlib.contextmanager
def served(
    make: Callable[[str, requests.Session], E], port: int = 0, *, workers: int = WORKERS
) -> Iterator[E]:
    """Serve an emulator until the block is left, its work done by threads.

    Args:
        make: Makes it, of its address and of the session that CI's callbacks are sent with.
        port: The port to listen on; 0 is any free one.
        workers: How many threads; with none the caller drives it, as with `run_until_idle`.

    Raises:
        PortUnavailable: The port can't be listened on.
    """
    server = LocalServer(port)
    try:
        session = requests.Session()
        session.trust_env = False  # a proxy variable would be honoured even for 127.0.0.1
        emulator = make(server.url, session)
        server.serve(emulator.app)
        emulator.start(workers)
        try:
            yield emulator
        finally:
            emulator.stop()  # first: what is at work still needs the server
    finally:
        server.stop()


def stopped_by_signal() -> threading.Event:
    """Return what is set once a signal asks this process to end."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if one is not signal.SIGHUP or signal.getsignal(one) is not signal.SIG_IGN:  # nohup
            signal.signal(one, stop)
    return stopped


def port_number(text: str) -> int:
    """Read a port from the command line; 0 stands for any free one.

    Raises:
        argparse.ArgumentTypeError: It is no number from 0 to 65535.
    """
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > _LAST_PORT:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port: give a number from 0 to {_LAST_PORT}; 0 is any free one"
        )
    return int(text)


@contextlib.contextmanager
def env_file(path: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Keep variables in a file that only this user can read, for a shell, inside the block.

    A file that is there already is replaced if it begins with the first of the variables' names:
    a process that was killed left it. At the end the file is deleted, unless it was changed.

    Raises:
        EnvFileUnavailable: Another file is there, or the file can't be written.
    """
    written = "".join(f"{name}={value}\n" for name, value in variables.items()).encode()
    try:
        if path.exists():
            first = f"{next(iter(variables))}=".encode()
            if not path.is_file() or not path.read_bytes().startswith(first):
                raise EnvFileUnavailable(f"{path} exists and is none of mine")
            path.unlink()
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(written)
    except OSError as error:
        raise EnvFileUnavailable(f"{path} can't be written: {error.strerror}") from error
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if path.read_bytes() == written:
                path.unlink()


class _QuietHandler(MotoRequestHandler):
    """Writes no access log, which would hold object keys, and no header of its own."""

    def parse_request(self) -> bool:
        """Keep the target as it was sent: http.server folds the slashes a key may begin with."""
        if not super().parse_request():
            return False
        self.path = self.requestline.split()[1]
        try:
            urlsplit(self.path)
        except ValueError:
            self.send_error(400)
            return False
        return True

    def send_error(
        self,
        code: int,
        message: str | None = None,  # noqa: ARG002 - the parameters are http.server's
        explain: str | None = None,  # noqa: ARG002
    ) -> None:
        """Answer what is no request of HTTP as COS answers, whatever http.server would say."""
        status = code if 400 <= code < 500 else 400  # noqa: PLR2004 - HTTP's errors of clients
        error = CosError("InvalidRequest", "This is no request that can be read.", status)
        reply = refusal(error, "", new_request_id())
        self.request_version = self.protocol_version  # else http.server may leave out the head
        self.send_response(status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(bytes(reply.body))
        self.close_connection = True

    def send_response(self, code: int, message: str | None = None) -> None:
        """Write the status only: Date and Server are the app's, whose clock may be another."""
        self.send_response_only(code, message)

    def log(self, *_args: Any) -> None:  # noqa: ANN401 - the parameters are werkzeug's
        """Write nothing."""

    def connection_dropped(self, *_args: Any) -> None:  # noqa: ANN401 - as above
        """Hang up where the app raises a ConnectionError: that is how it breaks a connection."""
        self.close_connection = True


def _not_ready(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return []
