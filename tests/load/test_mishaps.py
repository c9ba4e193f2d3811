from __future__ import annotations

from coslocal.ci.faults import Faults
from coslocal.cos import CosRequest
from coslocal.signature import SignedRequest
from tests.load.mishaps import DRAWS, CosMishaps, Mishaps
from tests.load.report import seeded


def a_request(key: str) -> CosRequest:
    signed = SignedRequest("PUT", f"/{key}", [], {})
    return CosRequest(
        "PUT", "here", "cards-1250000000", key, [], {}, b"", "host", "127.0.0.1", signed
    )


def given(seed: int, steps: int) -> Faults:
    faults = Faults()
    mishaps = Mishaps(faults, seeded(seed))
    for _ in range(steps):
        mishaps.step()
    return faults


def test_the_same_seed_draws_the_same_mishaps() -> None:
    assert repr(given(7, 20)) == repr(given(7, 20))
    assert repr(given(7, 20)) != repr(given(8, 20))


def test_every_kind_is_drawn_sooner_or_later_and_counted_when_it_strikes() -> None:
    faults = Faults()
    mishaps = Mishaps(faults, seeded(1))
    for _ in range(200):
        mishaps.step()
    assert mishaps.struck() == {}
    while any(
        (
            faults.take_request("POST", "/jobs"),
            faults.take_request("GET", "/jobs/a1"),
            faults.take_job(),
            faults.take_callback(),
        )
    ):
        pass
    assert mishaps.struck().keys() == {name for name, _, _ in DRAWS}


def test_at_the_end_nothing_more_goes_wrong() -> None:
    faults = Faults()
    mishaps = Mishaps(faults, seeded(1))
    for _ in range(50):
        mishaps.step()
    mishaps.end()
    assert faults.take_request("POST", "/jobs") is None
    assert faults.take_callback() is None


def test_cos_fails_only_our_own_objects() -> None:
    mishaps = CosMishaps(seeded(1), probability=1.0)
    ours, photo = a_request("ocr/pending/x"), a_request("uploads/x")
    assert mishaps.before(photo) is None
    assert mishaps.before(ours) is not None
    assert mishaps.after(ours) is not None
    mishaps.end()
    assert mishaps.before(ours) is None
