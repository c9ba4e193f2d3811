"""The local cloud's app on a socket of this machine."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ADDRESS: Final = "127.0.0.1"

App = Callable[..., Iterable[bytes]]


class PortUnavailable(Exception):
    """The port can't be listened on: it is taken, or none of ours; the message says why."""


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
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
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


class _QuietHandler(MotoRequestHandler):
    """Writes no access log, which would hold object keys, and no header of its own."""

    def parse_request(self) -> bool:
        """Keep the target as it was sent: http.server folds the slashes a key may begin with."""
        parsed = super().parse_request()
        if parsed:
            self.path = self.requestline.split()[1]
        return parsed

    def send_response(self, code: int, message: str | None = None) -> None:
        """Write the status alone: Date and Server are the app's, whose clock may be another."""
        self.send_response_only(code, message)

    def log(self, *_args: Any) -> None:  # noqa: ANN401 - the parameters are werkzeug's
        """Write nothing."""

    def connection_dropped(self, *_args: Any) -> None:  # noqa: ANN401 - as above
        """Hang up where the app raises a ConnectionError: that is how it breaks a connection."""
        self.close_connection = True


def _not_ready(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    start_response("503 Service Unavailable", [])
    return []
