r"""The callback token: proves that we submitted the job of a callback, and says for which card.

    v1.P.M
    P   base64url, unpadded, of `attempt:expiry:version:card`
    M   base64url, unpadded, of HMAC-SHA256(secret, "card-ocr/token\n" + P)

`card` is the first 32 hex digits of HMAC-SHA256(secret, "card-ocr/card\n" + bucket + "\n" + key):
the token names the card without showing its key. It travels in the callback URL (`?t=`) and as
the job's UserData, whose limit is 1,024 printable ASCII characters.

Nothing heavy is imported here: a forged call is refused before the SDK is loaded.
"""

from __future__ import annotations

import binascii
import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.errors import CallbackRefused, ConfigurationError

LIFETIME_SECONDS = 7 * 24 * 3600
MAX_BYTES = 512
MINIMUM_SECRET_LENGTH = 32

VERSION_PATTERN = r"[0-9A-Za-z-]+(?:~[0-9]+)?"
_PAYLOAD = re.compile(
    rf"(?P<attempt>0|[1-9][0-9]{{0,8}}):(?P<expiry>0|[1-9][0-9]{{0,11}})"
    rf":(?P<version>{VERSION_PATTERN}):(?P<card>[0-9a-f]{{32}})"
)


class CallbackToken(NamedTuple):
    """What a verified token says. `expiry` is Unix seconds, `card` the digest of bucket and key.

    `secret` is the secret that signed the token. `is_for` uses it to make the digest of a card.
    """

    text: str
    attempt: int
    expiry: int
    version: str
    card: str
    secret: str

    def is_for(self, bucket: str, key: str) -> bool:
        """Return whether the token was issued for this card (`bucket` is `<name>-<appid>`)."""
        return hmac.compare_digest(self.card, card_digest(self.secret, bucket, key))


def issue(secret: str, *, bucket: str, key: str, version: str, attempt: int, now: float) -> str:
    """Return the token of an attempt of a card, valid for seven days from `now` (Unix seconds)."""
    expiry = int(now) + LIFETIME_SECONDS
    payload = f"{attempt}:{expiry}:{version}:{card_digest(secret, bucket, key)}"
    encoded = _base64url(payload.encode("ascii"))
    return f"v1.{encoded}.{_signature(secret, encoded)}"


def verify(text: object, secrets: Sequence[str], now: float) -> CallbackToken:
    """Verify a token: one of `secrets` must have signed it, and it must not have expired.

    Args:
        text: what the query string held; anything but a string is refused like a wrong token.
        secrets: the secret in use and, during a rotation, the one before it.
        now: Unix seconds.

    Raises:
        CallbackRefused: the token is wrong in any way.
    """
    if not isinstance(text, str) or not text.isascii() or not 0 < len(text) <= MAX_BYTES:
        raise CallbackRefused("no token")
    parts = text.split(".")
    if len(parts) != 3 or parts[0] != "v1":  # noqa: PLR2004 — the three parts of the format
        raise CallbackRefused("not a v1 token")
    _, encoded, signature = parts
    signer = _signer(encoded, signature, secrets)
    if signer is None:
        raise CallbackRefused("wrong signature")
    payload = _PAYLOAD.fullmatch(_decoded(encoded))
    if payload is None:
        raise CallbackRefused("unreadable payload")
    expiry = int(payload["expiry"])
    if now >= expiry:
        raise CallbackRefused("expired")
    return CallbackToken(
        text, int(payload["attempt"]), expiry, payload["version"], payload["card"], signer
    )


class Payload(NamedTuple):
    """The unverified payload of a token. Use it only for jobs that CI lists for our bucket."""

    attempt: int
    version: str


def claimed_payload(text: str | None) -> Payload | None:
    """Read a token's payload without verifying it, for jobs of our own bucket: only we create them.

    Sweep must find a job even if the secret that signed its token is no longer set.
    """
    parts = (text or "").split(".")
    if len(parts) != 3 or parts[0] != "v1":  # noqa: PLR2004 — the three parts of the format
        return None
    payload = _PAYLOAD.fullmatch(_decoded(parts[1]))
    return Payload(int(payload["attempt"]), payload["version"]) if payload else None


def card_digest(secret: str, bucket: str, key: str) -> str:
    """Return 32 hex digits that name a card in its token."""
    message = f"card-ocr/card\n{bucket}\n{key}".encode("utf-8", "surrogatepass")
    return hmac.digest(secret.encode(), message, "sha256").hex()[:32]


def _signer(encoded: str, signature: str, secrets: Sequence[str]) -> str | None:
    """Return the secret that signed. Try every secret, so that the time taken tells nothing."""
    found = None
    for secret in secrets:
        if hmac.compare_digest(signature, _signature(secret, encoded)):
            found = secret
    return found


def _signature(secret: str, encoded: str) -> str:
    message = f"card-ocr/token\n{encoded}".encode()
    return _base64url(hmac.digest(secret.encode(), message, "sha256"))


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decoded(encoded: str) -> str:
    try:
        return urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return ""


def callback_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return CALLBACK_SECRET and, if it is set, CALLBACK_SECRET_PREVIOUS. The first one signs.

    Raises:
        ConfigurationError: CALLBACK_SECRET is missing, or one of them is too short.
    """
    current = _secret(environ, "CALLBACK_SECRET")
    previous = _secret(environ, "CALLBACK_SECRET_PREVIOUS")
    if current is None:
        raise ConfigurationError(
            "CALLBACK_SECRET", f"is missing; set {MINIMUM_SECRET_LENGTH} or more random characters"
        )
    return (current,) if previous is None else (current, previous)


def _secret(environ: Mapping[str, str], name: str) -> str | None:
    value = environ.get(name, "")
    if not value:
        return None
    if len(value) < MINIMUM_SECRET_LENGTH:
        raise ConfigurationError(
            name, f"has {len(value)} characters; it must have {MINIMUM_SECRET_LENGTH} or more"
        )
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ConfigurationError(name, "holds bytes that aren't UTF-8; write it as text")
    return value
