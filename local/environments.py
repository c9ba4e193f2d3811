"""What the functions find in their environments: the deployment's settings, and keys of a role."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from local.cam.access import AccessControl
from local.credentials import Credential, CredentialStore


class Environments:
    """The environment of each function; `settings` are variables over all others."""

    def __init__(
        self,
        functions: Iterable[str],
        common: Mapping[str, str],
        settings: Mapping[str, str],
        credentials: CredentialStore,
        access: AccessControl,
    ) -> None:
        self._credentials = credentials
        self._access = access
        self._settings = settings
        self._common = {**common, "CALLBACK_SECRET": secrets.token_hex(32)}
        self._keys = {name: self._credential_variables(name) for name in functions}

    def of(self, function: str) -> dict[str, str]:
        """A function's environment; one that isn't deployed has no credentials."""
        return {
            **self._common,
            **self._keys.get(function, {}),
            "SCF_FUNCTIONNAME": function,
            **self._settings,
        }

    def rotate_credentials(self) -> None:
        """Take new temporary credentials, as SCF does every few hours."""
        self._keys = {name: self._credential_variables(name) for name in self._keys}

    def rotate_callback_secret(self) -> None:
        """Take a new CALLBACK_SECRET; the one before goes on verifying."""
        self._common["CALLBACK_SECRET_PREVIOUS"] = self._common["CALLBACK_SECRET"]
        self._common["CALLBACK_SECRET"] = secrets.token_hex(32)

    def credential_of(self, role: str) -> Credential:
        """Make temporary keys, with which only what the role of a function allows can be done."""
        credential = new_credential(self._credentials, token=secrets.token_urlsafe(96))
        self._access.assume(role, credential.secret_id)
        return credential

    def _credential_variables(self, role: str) -> dict[str, str]:
        credential = self.credential_of(role)
        return {
            "TENCENTCLOUD_SECRETID": credential.secret_id,
            "TENCENTCLOUD_SECRETKEY": credential.secret_key,
            "TENCENTCLOUD_SESSIONTOKEN": credential.token or "",
        }


def new_credential(store: CredentialStore, token: str | None) -> Credential:
    """Make keys that requests may be signed with."""
    credential = Credential("AKID" + secrets.token_hex(16), secrets.token_hex(16), token)
    store.add(credential)
    return credential
