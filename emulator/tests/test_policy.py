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


def below(path: str) -> str:
    return f"qcs::cos:ap-guangzhou:uid/1250000000:{path}"


@pytest.mark.parametrize(
    ("resource", "allowed"),
    [("b/uploads/a", True), ("b/uploads/", True), ("b/uploads", False), ("xb/uploads/a", False)],
)
def test_a_resource_is_matched_whole(resource: str, allowed: bool) -> None:  # noqa: FBT001
    assert (
        policy(allow("cos:GetObject", below("b/uploads/*"))).allows(
            "cos:GetObject", below(resource)
        )
        is allowed
    )


def test_other_characters_stand_for_themselves() -> None:
    written = below("a.b[c]")
    assert not policy(allow("cos:GetObject", written)).allows("cos:GetObject", below("axbc"))
    assert policy(allow("cos:GetObject", f"{written}\n*")).allows(
        "cos:GetObject", f"{written}\nd\ne"
    )


def test_a_deny_wins_over_an_allow() -> None:
    both = policy(allow("cos:*", "*"), allow("cos:GetObject", below("b/private/*"), "deny"))
    assert both.allows("cos:GetObject", below("b/public/a"))
    assert not both.allows("cos:GetObject", below("b/private/a"))


@pytest.mark.parametrize(
    "written",
    [
        "qcs:::ap-guangzhou:uid/1250000000:b/*",
        "qcs::cos::uid/1250000000:b/*",
        "qcs::cos:ap-guangzhou::b/*",
        "qcs::cos:*:uid/*:b/*",
    ],
)
def test_a_part_of_a_resource_that_is_left_out_is_any(written: str) -> None:
    said = policy(allow("cos:GetObject", written))
    assert said.allows("cos:GetObject", below("b/a"))
    assert not said.allows("cos:GetObject", below("c/a:b/a"))


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("name/cos:putobject", "cos:putobject is no action that is known here"),
        ("cos:PutObjects", "cos:PutObjects is no action"),
        ("ci:createMediaJobs", "ci:createMediaJobs is no action"),
        ("Cos:PutObject", "Cos:PutObject is no action"),
    ],
)
def test_a_deny_that_would_have_no_effect_is_refused(action: str, said: str) -> None:
    with pytest.raises(PolicyMalformed, match=said):
        policy(allow([action], "*", "deny"))
    assert not policy(allow([action], "*")).allows("cos:PutObject", "a")


@pytest.mark.parametrize(
    "action", ["*", "cos:*", "*:*", "name/cos:Put*", "ci:CreateMediaJobs", "scf:InvokeFunction"]
)
def test_a_deny_of_what_is_known_or_of_another_service_is_taken(action: str) -> None:
    policy(allow([action], "*", "deny"))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (allow("PutObject", "*"), "an action is <service>:<name>"),
        (allow("name/PutObject", "*"), "an action is <service>:<name>"),
        (allow("cos:GetObject", "b/*"), "a resource is"),
        (allow("cos:GetObject", "qcs::cos:ap-guangzhou:b/*"), "a resource is"),
        (allow("cos:GetObject", below("prefix//1250000000/b/*")), "prefix//"),
        (allow("cos:GetObject", "qcs::cos:ap-guangzhou:uin/1250000000:b/*"), "uid/<appid>"),
        (allow("ci:*", "qcs::ci:ap-guangzhou:1250000000:bucket/b/*"), "uid/<appid>"),
    ],
)
@pytest.mark.parametrize("effect", ["allow", "deny"])
def test_what_nothing_would_match_is_refused(
    statement: dict[str, Any], said: str, effect: str
) -> None:
    with pytest.raises(PolicyMalformed, match=said):
        policy({**statement, "effect": effect})


@pytest.mark.parametrize("operator", ["string_equal", "string_not_equal"])
def test_a_deny_holds_of_a_request_without_the_key_of_its_condition(operator: str) -> None:
    condition = {operator: {"cos:x-cos-acl": "private"}}
    said = policy(allow("*", "*"), {**allow("*", "*", "deny"), "condition": condition})
    assert not said.allows("cos:PutObject", "a", {})


def test_a_deny_holds_of_a_value_that_is_no_number() -> None:
    condition = {"numeric_greater_than": {"cos:content-length": 9}}
    said = policy(allow("*", "*"), {**allow("*", "*", "deny"), "condition": condition})
    assert not said.allows("cos:PutObject", "a", {"cos:content-length": "many"})
    assert not said.allows("cos:PutObject", "a", {"cos:content-length": "nan"})
    assert said.allows("cos:PutObject", "a", {"cos:content-length": "9"})


@pytest.mark.parametrize(
    "document",
    [
        {"version": "1.0", "statement": []},
        {"statement": []},
        {"version": "2.0", "statement": [{"effect": "allow", "action": "*"}]},
        {"version": "2.0", "statement": [allow("*", "*", "maybe")]},
        {"version": "2.0", "statement": [allow([], "*")]},
        {"version": "2.0", "statement": [allow("*", 1)]},
        {"version": "2.0", "statement": [{**allow("*", "*"), "principal": {"qcs": ["a"]}}]},
        {"version": "2.0", "statement": [{**allow("*", "*"), "notes": {}}]},
    ],
)
def test_what_is_no_policy_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(PolicyMalformed):
        Policy(document)


def test_a_statement_may_say_that_it_is_for_everybody() -> None:
    for principal in ("*", ["*"]):
        said = {**allow("cos:GetObject", "*"), "principal": {"qcs": principal}}
        assert policy(said).allows("cos:GetObject", "a")


@pytest.mark.parametrize(
    ("operator", "key", "values", "fact", "holds"),
    [
        ("ip_equal", "qcs:ip", ["10.1.0.0/16", "127.0.0.1"], "10.1.2.3", True),
        ("ip_equal", "qcs:ip", "10.217.182.3/24", "10.217.182.200", True),
        ("ip_equal", "qcs:ip", "10.217.182.3/24", "10.217.183.1", False),
        ("ip_not_equal", "qcs:ip", ["10.1.0.0/16", "::1"], "10.1.2.3", False),
        ("ip_not_equal", "qcs:ip", ["10.1.0.0/16", "::1"], "10.2.2.3", True),
        ("string_equal", "cos:content-type", ["image/png", "image/jpeg"], "image/jpeg", True),
        ("string_equal", "cos:content-type", "image/jpeg", "Image/JPEG", False),
        ("string_equal_ignore_case", "cos:content-type", "image/jpeg", "Image/JPEG", True),
        ("string_not_equal", "cos:x-cos-acl", ["private", "default"], "private", False),
        ("string_not_equal", "cos:x-cos-acl", ["private", "default"], "public-read", True),
        ("string_like", "cos:content-type", "image/*", "image/png", True),
        ("string_like", "cos:content-type", "image/*", "text/image/png", False),
        ("string_like", "cos:prefix", "a?c.", "abc.", True),
        ("string_not_like", "cos:content-type", "image/*", "text/plain", True),
        ("numeric_less_than_equal", "cos:content-length", 1024, "1024", True),
        ("numeric_less_than", "cos:content-length", "1024", "1024", False),
        ("numeric_equal", "cos:content-length", [1, 2], "2", True),
        ("numeric_greater_than", "cos:content-length", 9, "10", True),
        ("numeric_greater_than", "cos:content-length", 9, "many", False),
        ("ip_not_equal", "cos:prefix", "10.0.0.0/8", "photos/", False),
    ],
)
def test_a_condition_compares_as_its_operator_says(
    operator: str,
    key: str,
    values: object,
    fact: str,
    holds: bool,  # noqa: FBT001
) -> None:
    said = {**allow("*", "*"), "condition": {operator: {key: values}}}
    assert policy(said).allows("cos:PutObject", "a", {key: fact}) is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("string_equal", False),
        ("string_not_equal", False),
        ("string_equal_if_exist", True),
        ("string_not_equal_if_exist", True),
    ],
)
def test_what_a_request_has_not_fulfils_only_a_condition_that_says_so(
    operator: str,
    holds: bool,  # noqa: FBT001
) -> None:
    said = {**allow("*", "*"), "condition": {operator: {"cos:versionid": "1"}}}
    assert policy(said).allows("cos:GetObject", "a", {}) is holds


def test_all_conditions_of_a_statement_must_hold() -> None:
    both = {
        "ip_equal": {"qcs:ip": "127.0.0.1"},
        "string_equal": {"cos:prefix": "a/", "cos:content-type": "image/png"},
    }
    said = policy({**allow("*", "*"), "condition": both})
    facts = {"qcs:ip": "127.0.0.1", "cos:prefix": "a/", "cos:content-type": "image/png"}
    assert said.allows("cos:GetBucket", "a", facts)
    for key in facts:
        assert not said.allows("cos:GetBucket", "a", {**facts, key: "::1"})


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"bool_equal": {"cos:secure-transport": "true"}}, "the operator bool_equal"),
        ({"for_any_value:string_equal": {"cos:prefix": "a"}}, "the operator for_any_value"),
        (
            {"string_equal": {"vpc:requester_vpc": "vpc-1"}},
            "a condition on vpc:requester_vpc is not evaluated here. Use one of: qcs:ip, ",
        ),
        ({"ip_equal": {"qcs:ip": "localhost"}}, "ip_equal can't compare with localhost"),
        ({"numeric_equal": {"cos:content-length": "many"}}, "can't compare with many"),
        ({"numeric_equal": {"cos:content-length": "nan"}}, "can't compare with nan"),
        ({"numeric_equal": {"cos:content-length": float("inf")}}, "can't compare with inf"),
        ({"numeric_equal": {"cos:content-length": "1_0"}}, "can't compare with 1_0"),
        ({"string_equal": {"cos:prefix": True}}, "the values of string_equal on cos:prefix"),
        ({"string_equal": {"cos:prefix": []}}, "the values of string_equal on cos:prefix"),
        ({"string_equal": {"cos:prefix": [{}]}}, "the values of string_equal on cos:prefix"),
        ({"string_equal": {}}, "the condition string_equal has values by key"),
        ({}, "a condition is an operator"),
    ],
)
def test_a_condition_that_is_not_evaluated_is_refused_by_its_name(
    condition: dict[str, Any], said: str
) -> None:
    with pytest.raises(PolicyMalformed, match=said):
        policy({**allow("*", "*"), "condition": condition})
