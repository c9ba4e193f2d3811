"""The bodies of requests, up to a limit, whether a request says their length or not."""

from __future__ import annotations

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wrappers import Request


class BodyTooLarge(Exception):
    """A body has more bytes than are taken; the rest of it is not read."""


class BodyBroken(Exception):
    """A body ends before it should, or its chunks can't be read."""


def read_body(request: Request, most: int) -> bytes:
    """Return a request's body of at most `most` bytes.

    Raises:
        BodyTooLarge, BodyBroken: It has none that can be taken.
    """
    # Without a length, werkzeug ends the body at its limit and says nothing.
    request.max_content_length = most + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge as error:
        raise BodyTooLarge from error
    except (ClientDisconnected, OSError, ValueError) as error:
        raise BodyBroken from error
    if len(body) > most:
        raise BodyTooLarge
    return body
