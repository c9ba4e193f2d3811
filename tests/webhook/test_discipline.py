"""What Stripe's and Standard Webhooks' own tests ask of a verifier, asked of ours.

The token's form, its expiry, its payload and its random alterations are tested in `tests/token`;
the 403s, and that nothing heavy is loaded for them, in `tests/functions`.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from functions.callback.index import main_handler
from shared import callback_token
from shared.callback_token import callback_secrets
from shared.errors import CallbackRefused
from shared.pipeline.submit import submit_upload
from tests.support.environment import BUCKET, ENVIRONMENT, PREVIOUS_SECRET, SECRET
from tests.support.pipelines import World

NOW = 1_800_000_000.0
WEEK = 7 * 24 * 3600
BOTH = (SECRET, PREVIOUS_SECRET)


def issue(secret: str = SECRET, **changes: Any) -> str:
    arguments: dict[str, Any] = {
        "bucket": BUCKET,
        "key": "uploads/a.jpg",
        "version": "e1",
        "attempt": 1,
        "now": NOW,
    }
    return callback_token.issue(secret, **(arguments | changes))


def reason(text: object, secrets: tuple[str, ...] = (SECRET,), now: float = NOW) -> str:
    with pytest.raises(CallbackRefused) as caught:
        callback_token.verify(text, secrets, now)
    return caught.value.reason


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
    token = issue(signer)
    if signer in BOTH:
        assert callback_token.verify(token, BOTH, NOW).secret == signer
    else:
        reason(token, BOTH)
    signature = token.rpartition(".")[2]
    assert [left for left, _ in compared] == [signature] * 2
    assert len({right for _, right in compared}) == 2


def test_only_a_constant_time_comparison_lets_a_token_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hmac, "compare_digest", lambda _left, _right: False)
    assert reason(issue()) == "wrong signature"


def test_the_card_is_compared_in_constant_time_too(compared: list[tuple[str, str]]) -> None:
    token = callback_token.verify(issue(), (SECRET,), NOW)
    compared.clear()
    assert token.is_for(BUCKET, "uploads/a.jpg")
    assert not token.is_for(BUCKET, "uploads/b.jpg")
    assert [left for left, _ in compared] == [token.card] * 2


def test_nothing_is_decoded_before_the_signature_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_encoded: str) -> str:
        raise AssertionError("the payload was read")

    forged = issue("x" * 32)
    monkeypatch.setattr(callback_token, "_decoded", never)
    assert reason(forged) == "wrong signature"


@pytest.mark.parametrize(
    ("age", "good"), [(0, True), (WEEK - 1, True), (WEEK - 0.001, True), (WEEK, False)]
)
def test_a_token_ends_with_the_second_it_names(age: float, *, good: bool) -> None:
    token = issue()
    if good:
        assert callback_token.verify(token, (SECRET,), NOW + age)
    else:
        assert reason(token, now=NOW + age) == "expired"


def test_a_token_is_good_for_a_clock_that_is_behind() -> None:
    assert callback_token.verify(issue(), (SECRET,), NOW - 3600)


def test_an_expired_token_with_a_wrong_signature_tells_nothing_of_its_expiry() -> None:
    assert reason(issue("x" * 32), now=NOW + 2 * WEEK) == "wrong signature"


def test_a_rotation_loses_no_job_and_ends_the_old_secret() -> None:
    old = issue(PREVIOUS_SECRET)
    # Before the rotation; during it; after the old secret is taken away
    assert callback_token.verify(old, (PREVIOUS_SECRET,), NOW).secret == PREVIOUS_SECRET
    assert callback_token.verify(old, BOTH, NOW).is_for(BUCKET, "uploads/a.jpg")
    assert callback_token.verify(issue(), BOTH, NOW).secret == SECRET
    assert reason(old, (SECRET,)) == "wrong signature"


def test_the_secret_in_use_comes_first_and_signs() -> None:
    environ = {"CALLBACK_SECRET_PREVIOUS": PREVIOUS_SECRET, "CALLBACK_SECRET": SECRET}
    assert callback_secrets(environ) == BOTH
    world = World(**environ)
    world.store.upload("uploads/a.jpg")
    submit_upload(world.context(), world.gate(), world.created())
    ((_, token),) = world.jobs.sent()
    assert callback_token.verify(token, BOTH, world.clock()).secret == SECRET


def test_without_a_secret_no_token_is_good() -> None:
    assert reason(issue(), ()) == "wrong signature"


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
    assert reason(ALTERED[alteration](*parts(issue()))) == "wrong signature"


@pytest.mark.parametrize("version", ["v0", "v2", "v1a", "V1", "1", "", "v1 "])
def test_a_version_nobody_issues_is_refused_with_a_good_signature(version: str) -> None:
    _, payload, signature = parts(issue())
    assert reason(f"{version}.{payload}.{signature}") == "not a v1 token"


def test_a_longer_token_is_not_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("the token was hashed")

    monkeypatch.setattr(hmac, "new", never)
    assert reason("v1." + "A" * 510 + ".A") == "no token"


def test_a_secret_of_chinese_characters_signs_and_verifies() -> None:
    secret = "密" * 32
    assert callback_token.verify(issue(secret), (secret,), NOW).secret == secret


@pytest.mark.parametrize("text", ["not a token", issue("x" * 32), issue(now=1.0), "v9.a.b"])
def test_every_refusal_looks_the_same_from_outside(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    refused = main_handler({"queryString": {"t": text}}, {})
    assert refused == main_handler({}, {})
    assert text not in capsys.readouterr().out


def test_a_body_with_a_good_token_is_not_echoed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    token = issue(now=time.time())
    answer = main_handler({"queryString": {"t": token}, "body": "tell me back"}, {})
    assert (answer["statusCode"], answer["body"]) == (400, "bad request")
    assert "tell me back" not in json.dumps(answer) + capsys.readouterr().out
