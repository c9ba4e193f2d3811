from __future__ import annotations

from typing import Any

import pytest

from coslocal.cam.policy import Policy, PolicyMalformed


def policy(*statements: dict[str, Any]) -> Policy:
    return Policy({"version": "2.0", "statement": list(statements)})


def allow(action: Any, resource: Any, effect: str = "allow") -> dict[str, Any]:
    return {"effect": effect, "action": action, "resource": resource}


def test_what_nothing_allows_is_denied() -> None:
    assert not policy().allows("cos:GetObject", "a")
    assert not policy(allow("cos:HeadObject", "*")).allows("cos:GetObject", "a")


@pytest.mark.parametrize("written", ["name/cos:GetObject", "cos:GetObject", "cos:Get*", "*"])
@pytest.mark.parametrize("asked", ["name/cos:GetObject", "cos:GetObject"])
def test_an_action_is_the_same_with_and_without_its_old_prefix(written: str, asked: str) -> None:
    assert policy(allow([written], ["*"])).allows(asked, "a")


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [("b/uploads/a", True), ("b/uploads/", True), ("b/uploads", False), ("xb/uploads/a", False)],
)
def test_a_resource_is_matched_whole(resource: str, allowed: bool) -> None:  # noqa: FBT001
    assert (
        policy(allow("cos:GetObject", "b/uploads/*")).allows("cos:GetObject", resource) is allowed
    )


def test_other_characters_stand_for_themselves() -> None:
    assert not policy(allow("cos:GetObject", "a.b[c]")).allows("cos:GetObject", "axbc")
    assert policy(allow("cos:GetObject", "a.b[c]\n*")).allows("cos:GetObject", "a.b[c]\nd\ne")


def test_a_deny_wins_over_an_allow() -> None:
    both = policy(allow("cos:*", "*"), allow("cos:GetObject", "b/private/*", "deny"))
    assert both.allows("cos:GetObject", "b/public/a")
    assert not both.allows("cos:GetObject", "b/private/a")


@pytest.mark.parametrize(
    "document",
    [
        {"version": "1.0", "statement": []},
        {"statement": []},
        {"version": "2.0", "statement": [{"effect": "allow", "action": "*"}]},
        {"version": "2.0", "statement": [allow("*", "*", "maybe")]},
        {"version": "2.0", "statement": [allow([], "*")]},
        {"version": "2.0", "statement": [allow("*", 1)]},
        {"version": "2.0", "statement": [{**allow("*", "*"), "condition": {}}]},
    ],
)
def test_what_is_no_policy_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyMalformed):
        Policy(document)
