from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import callback_token
from shared.errors import CallbackRefused
from tests.support.environment import BUCKET, PREVIOUS_SECRET, SECRET

NOW = 1_800_000_000.0
KEY = "uploads/样本 a+b.jpg"


def issue(**changes: object) -> str:
    arguments: dict[str, object] = {
        "bucket": BUCKET,
        "key": KEY,
        "version": "d41d8cd98f00b204e9800998ecf8427e",
        "attempt": 1,
        "now": NOW,
    }
    return callback_token.issue(SECRET, **(arguments | changes))  # type: ignore[arg-type]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(payload: str, secret: str = SECRET) -> str:
    """A token built from its description, not with the code under test."""
    encoded = base64url(payload.encode())
    mac = hmac.new(secret.encode(), b"card-ocr/token\n" + encoded.encode(), hashlib.sha256)
    return f"v1.{encoded}.{base64url(mac.digest())}"


def refused(text: object, *, now: float = NOW, secrets: tuple[str, ...] = (SECRET,)) -> str:
    with pytest.raises(CallbackRefused) as caught:
        callback_token.verify(text, secrets, now)
    return caught.value.reason


def test_a_token_is_built_as_the_design_describes_it() -> None:
    card = hmac.new(SECRET.encode(), f"card-ocr/card\n{BUCKET}\n{KEY}".encode(), hashlib.sha256)
    expiry = int(NOW) + 7 * 24 * 3600
    expected = signed(f"12:{expiry}:abc~2:{card.hexdigest()[:32]}")
    assert issue(attempt=12, version="abc~2") == expected


def test_a_token_says_what_was_put_in() -> None:
    token = callback_token.verify(issue(attempt=3, version="abc-2~4"), (SECRET,), NOW)
    assert (token.attempt, token.version) == (3, "abc-2~4")
    assert token.expiry == int(NOW) + 604_800


def test_a_token_is_for_its_own_card_alone() -> None:
    token = callback_token.verify(issue(), (SECRET,), NOW)
    assert token.is_for(BUCKET, KEY)
    assert not token.is_for(BUCKET, KEY + "x")
    assert not token.is_for("other-1250000000", KEY)


def test_a_token_lives_for_seven_days() -> None:
    week = 7 * 24 * 3600
    assert callback_token.verify(issue(), (SECRET,), NOW + week - 1)
    assert refused(issue(), now=NOW + week) == "expired"


def test_a_token_signed_with_the_previous_secret_is_good_during_a_rotation() -> None:
    old = callback_token.issue(
        PREVIOUS_SECRET, bucket=BUCKET, key=KEY, version="e", attempt=1, now=NOW
    )
    token = callback_token.verify(old, (SECRET, PREVIOUS_SECRET), NOW)
    assert token.is_for(BUCKET, KEY)
    assert refused(old) == "wrong signature"


def test_a_token_fits_into_a_url_and_into_user_data() -> None:
    token = issue(version="f" * 64 + "-9999~99", attempt=9999)
    assert len(token) <= 512
    assert all(character.isalnum() or character in "-_.~" for character in token)


@pytest.mark.parametrize("text", [None, 7, b"v1.a.b", ["v1"], True, "", "ü", "v1." + "a" * 600])
def test_what_is_no_token_is_refused(text: object) -> None:
    assert refused(text) == "no token"


@pytest.mark.parametrize(
    "text", ["v1", "v1.a", "v1.a.b.c", "v2.a.b", "V1.a.b", " v1.a.b", "v1.a.b ", "..", "v1.."]
)
def test_another_form_is_refused(text: str) -> None:
    assert refused(text) in {"not a v1 token", "wrong signature"}


def test_a_padded_signature_is_refused() -> None:
    assert refused(issue() + "=") == "wrong signature"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "1",
        "01:1900000000:abc:" + "0" * 32,
        "1:01900000000:abc:" + "0" * 32,
        "-1:1900000000:abc:" + "0" * 32,
        "+1:1900000000:abc:" + "0" * 32,
        "1:1900000000::" + "0" * 32,
        "1:1900000000:a b:" + "0" * 32,
        "1:1900000000:a~:" + "0" * 32,
        "1:1900000000:abc:" + "0" * 31,
        "1:1900000000:abc:" + "G" * 32,
        "1:1900000000:abc:" + "0" * 32 + ":more",
        "1:1900000000:abc:" + "0" * 32 + "\n",
        "١:1900000000:abc:" + "0" * 32,
    ],
)
def test_a_well_signed_payload_of_another_form_is_refused(payload: str) -> None:
    assert refused(signed(payload)) == "unreadable payload"


@given(position=st.integers(min_value=0, max_value=200), replacement=st.characters())
def test_a_token_with_any_character_changed_is_refused(position: int, replacement: str) -> None:
    token = issue()
    position %= len(token)
    if token[position] != replacement:
        refused(token[:position] + replacement + token[position + 1 :])


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    refused(text)


@given(key=st.text(), version=st.from_regex(r"[0-9A-Za-z-]{1,64}(~[1-9][0-9]?)?", fullmatch=True))
def test_every_key_and_version_come_back(key: str, version: str) -> None:
    token = callback_token.verify(issue(key=key, version=version), (SECRET,), NOW)
    assert token.version == version
    assert token.is_for(BUCKET, key)
