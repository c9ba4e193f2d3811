"""The keys that requests may be signed with."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credential:
    """A permanent key, or a temporary one where it has a token. Its secrets are not in its repr."""

    secret_id: str = field(repr=False)
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)


class CredentialStore:
    """The credentials a cloud knows, by secret id; each is valid until it is made to expire."""

    def __init__(self, *credentials: Credential) -> None:
        self._credentials: dict[str, Credential] = {}
        self._expiry: dict[str, float] = {}
        self._lock = threading.Lock()
        for credential in credentials:
            self.add(credential)

    def add(self, credential: Credential, *, expires_at: float | None = None) -> None:
        """Make a credential known, valid until `expires_at` (Unix seconds), for good if None."""
        with self._lock:
            self._credentials[credential.secret_id] = credential
            if expires_at is None:
                self._expiry.pop(credential.secret_id, None)
            else:
                self._expiry[credential.secret_id] = expires_at

    def expire(self, secret_id: str, at: float) -> None:
        """Let a credential be refused from `at` (Unix seconds) on.

        Raises:
            KeyError: No such credential is known.
        """
        with self._lock:
            if secret_id not in self._credentials:
                raise KeyError("no credential has this secret id")
            self._expiry[secret_id] = at

    def find(self, secret_id: str) -> Credential | None:
        """Return the credential of this secret id, expired or not, None if there is none."""
        with self._lock:
            return self._credentials.get(secret_id)

    def has_expired(self, secret_id: str, now: float) -> bool:
        """Tell whether the credential's time is over at `now` (Unix seconds)."""
        with self._lock:
            return now >= self._expiry.get(secret_id, float("inf"))


def new_credential(store: CredentialStore, token: str | None) -> Credential:
    """Make keys that requests may be signed with."""
    credential = Credential("AKID" + secrets.token_hex(16), secrets.token_hex(16), token)
    store.add(credential)
    return credential
