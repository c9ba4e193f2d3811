"""The token: its form, its expiry and its signature.

Among these is what Stripe's and Standard Webhooks' own tests ask of a verifier.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import callback_token
from shared.callback_token import callback_secrets
from shared.errors import CallbackRefused
from shared.pipeline.submit import submit_upload
from tests.support.environment import BUCKET, PREVIOUS_SECRET, SECRET
from tests.support.pipelines import World

NOW = 1_800_000_000.0
WEEK = 7 * 24 * 3600
BOTH = (SECRET, PREVIOUS_SECRET)
KEY = "uploads/样本 a+b.jpg"


def issue(secret: str = SECRET, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "bucket": BUCKET,
        "key": KEY,
        "version": "d41d8cd98f00b204e9800998ecf8427e",
        "attempt": 1,
        "now": NOW,
    }
    return callback_token.issue(secret, **(arguments | changes))


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


def test_a_token_is_only_for_its_own_card() -> None:
    token = callback_token.verify(issue(), (SECRET,), NOW)
    assert token.is_for(BUCKET, KEY)
    assert not token.is_for(BUCKET, KEY + "x")
    assert not token.is_for("other-1250000000", KEY)


def test_a_token_fits_into_a_url_and_into_user_data() -> None:
    token = issue(version="f" * 64 + "-9999~99", attempt=9999)
    assert len(token) <= 512
    assert all(character.isalnum() or character in "-_.~" for character in token)


@pytest.mark.parametrize("text", [None, 7, b"v1.a.b", ["v1"], True, "", "ü", "v1." + "a" * 600])
def test_what_is_no_token_is_refused(text: object) -> None:
    assert refused(text) == "no token"


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


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Every pair that was compared in constant time."""
    pairs: list[tuple[str, str]] = []

    def compare(left: str, right: str) -> bool:
        pairs.append((left, right))
        return left == right

    monkeypatch.setattr(hmac, "compare_digest", compare)
    return pairs


@pytest.mark.parametrize("signer", [SECRET, PREVIOUS_SECRET, "x" * 32])
def test_every_secret_is_tried_whichever_signed(
    signer: str, compared: list[tuple[str, str]]
) -> None:
    token = issue(secret=signer)
    if signer in BOTH:
        assert callback_token.verify(token, BOTH, NOW).secret == signer
    else:
        refused(token, secrets=BOTH)
    signature = token.rpartition(".")[2]
    assert [left for left, _ in compared] == [signature] * 2
    assert len({right for _, right in compared}) == 2


def test_only_a_constant_time_comparison_lets_a_token_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hmac, "compare_digest", lambda _left, _right: False)
    assert refused(issue()) == "wrong signature"


def test_the_card_is_compared_in_constant_time_too(compared: list[tuple[str, str]]) -> None:
    token = callback_token.verify(issue(), (SECRET,), NOW)
    compared.clear()
    assert token.is_for(BUCKET, KEY)
    assert not token.is_for(BUCKET, "uploads/b.jpg")
    assert [left for left, _ in compared] == [token.card] * 2


def test_nothing_is_decoded_before_the_signature_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_encoded: str) -> str:
        raise AssertionError("the payload was read")

    forged = issue(secret="x" * 32)
    monkeypatch.setattr(callback_token, "_decoded", never)
    assert refused(forged) == "wrong signature"


@pytest.mark.parametrize(
    ("age", "good"), [(0, True), (WEEK - 1, True), (WEEK - 0.001, True), (WEEK, False)]
)
def test_a_token_ends_with_the_second_it_names(age: float, *, good: bool) -> None:
    token = issue()
    if good:
        assert callback_token.verify(token, (SECRET,), NOW + age)
    else:
        assert refused(token, now=NOW + age) == "expired"


def test_a_token_is_good_for_a_clock_that_is_behind() -> None:
    assert callback_token.verify(issue(), (SECRET,), NOW - 3600)


def test_an_expired_token_with_a_wrong_signature_tells_nothing_of_its_expiry() -> None:
    assert refused(issue(secret="x" * 32), now=NOW + 2 * WEEK) == "wrong signature"


def test_a_rotation_loses_no_job_and_ends_the_old_secret() -> None:
    old = issue(secret=PREVIOUS_SECRET)
    # Before the rotation; during it; after the old secret is taken away
    assert callback_token.verify(old, (PREVIOUS_SECRET,), NOW).secret == PREVIOUS_SECRET
    assert callback_token.verify(old, BOTH, NOW).is_for(BUCKET, KEY)
    assert callback_token.verify(issue(), BOTH, NOW).secret == SECRET
    assert refused(old) == "wrong signature"


def test_the_secret_in_use_comes_first_and_signs() -> None:
    environ = {"CALLBACK_SECRET_PREVIOUS": PREVIOUS_SECRET, "CALLBACK_SECRET": SECRET}
    assert callback_secrets(environ) == BOTH
    world = World(**environ)
    world.store.upload("uploads/a.jpg")
    submit_upload(world.context(), world.gate(), world.created())
    ((_, token),) = world.jobs.sent()
    assert callback_token.verify(token, BOTH, world.clock()).secret == SECRET


def test_without_a_secret_no_token_is_good() -> None:
    assert refused(issue(), secrets=()) == "wrong signature"


def parts(token: str) -> tuple[str, str, str]:
    version, payload, signature = token.split(".")
    return version, payload, signature


ALTERED: dict[str, Callable[[str, str, str], str]] = {
    "the payload of another": lambda v, _, m: f"{v}.{parts(issue(attempt=2))[1]}.{m}",
    "the signature of another": lambda v, p, _: f"{v}.{p}.{parts(issue(attempt=2))[2]}",
    "parts in another order": lambda v, p, m: f"{v}.{m}.{p}",
    "a signature in other letters": lambda v, p, m: f"{v}.{p}.{m.swapcase()}",
    "a payload in other letters": lambda v, p, m: f"{v}.{p.swapcase()}.{m}",
    "a padded payload": lambda v, p, m: f"{v}.{p}=.{m}",
    "a padded signature": lambda v, p, m: f"{v}.{p}.{m}=",
    "a signature in hex": lambda v, p, m: f"{v}.{p}.{base64.urlsafe_b64decode(m + '=').hex()}",
    "the other base64": lambda v, p, _: f"{v}.{p}.{'+/' * 21}A",
    "half a signature": lambda v, p, m: f"{v}.{p}.{m[: len(m) // 2]}",
    "a signature and more": lambda v, p, m: f"{v}.{p}.{m}A",
    "spare bits of the last letter": lambda v, p, m: f"{v}.{p}.{m[:-1]}{chr(ord(m[-1]) + 1)}",
    "no signature": lambda v, p, _: f"{v}.{p}.",
    "no payload": lambda v, _, m: f"{v}..{m}",
    "white space": lambda v, p, m: f"{v}.{p}.{m} ",
    "two signatures": lambda v, p, m: f"{v}.{p}.{m},{m}",
    "a NUL": lambda v, p, m: f"{v}.{p}.{m}\0",
}


@pytest.mark.parametrize("alteration", ALTERED)
def test_an_altered_token_has_a_wrong_signature(alteration: str) -> None:
    assert refused(ALTERED[alteration](*parts(issue()))) == "wrong signature"


@pytest.mark.parametrize("version", ["v0", "v2", "v1a", "V1", "1", "", "v1 "])
def test_a_version_nobody_issues_is_refused_with_a_good_signature(version: str) -> None:
    _, payload, signature = parts(issue())
    assert refused(f"{version}.{payload}.{signature}") == "not a v1 token"


def test_a_secret_of_chinese_characters_signs_and_verifies() -> None:
    secret = "密" * 32
    assert callback_token.verify(issue(secret=secret), (secret,), NOW).secret == secret


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
