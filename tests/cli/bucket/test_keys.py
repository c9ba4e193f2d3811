"""Digests lead back to keys."""

from __future__ import annotations

import pytest

from cli.bucket.keys import resolve_keys
from cli.terminal.masking import masking_of
from shared.errors import ConfigurationError
from tests.support.pipelines import World

KEY = "uploads/a.jpg"


def test_a_key_is_itself_and_costs_no_request() -> None:
    world = World()
    context = world.context()
    calls: list[str] = []
    world.store.before = lambda call, _name: calls.append(call)
    assert resolve_keys(context, masking_of(context, reveal=False), [KEY]) == [KEY]
    assert not calls


def lies(world: World, where: str) -> None:
    if where == "photo":
        world.store.upload(KEY)
    elif where == "result":
        world.store.objects[f"ocr/results/{KEY}.{'0' * 32}.json"] = b"{}"
    else:
        world.store.objects[f"ocr/pending/{KEY}.{'0' * 32}.0001.json"] = b"{}"


@pytest.mark.parametrize("where", ["photo", "result", "pending"])
def test_a_digest_leads_back_to_whatever_lies_there(where: str) -> None:
    world = World()
    lies(world, where)
    context = world.context()
    masking = masking_of(context, reveal=False)
    assert resolve_keys(context, masking, [masking.digest(KEY), "uploads/b.jpg"]) == [
        KEY,
        "uploads/b.jpg",
    ]


def test_a_digest_of_nothing_is_a_wrong_call() -> None:
    context = World().context()
    masking = masking_of(context, reveal=False)
    digest = masking.digest(KEY)
    with pytest.raises(ConfigurationError, match=f"no card in the bucket has the digest {digest}"):
        resolve_keys(context, masking, [digest])


@pytest.mark.parametrize(("text", "problem"), [("", "is empty"), ("uploads/\udcff", "not UTF-8")])
def test_a_text_that_no_key_can_be_is_a_wrong_call(text: str, problem: str) -> None:
    context = World().context()
    with pytest.raises(ConfigurationError, match=f"KEY: .*{problem}"):
        resolve_keys(context, masking_of(context, reveal=False), [KEY, text])
