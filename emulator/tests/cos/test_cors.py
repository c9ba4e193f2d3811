from __future__ import annotations

import pytest

from coslocal.cos import CosError
from coslocal.cos.cors import Rule, check_preflight

RULES = [
    Rule(["https://*.example.com"], ["GET"], []),
    Rule(["https://a.example.com"], ["PUT"], ["content-type", "x-cos-meta-*"]),
    Rule(["*"], ["HEAD"], ["*"]),
]


def ask(origin: str | None, method: str | None, names: str | None = None) -> None:
    headers = {
        "origin": origin,
        "access-control-request-method": method,
        "access-control-request-headers": names,
    }
    check_preflight({name: value for name, value in headers.items() if value}, RULES)


@pytest.mark.parametrize(
    ("origin", "method", "names"),
    [
        ("https://b.example.com", "GET", None),
        ("https://a.example.com", "PUT", None),
        ("https://a.example.com", "PUT", "Content-Type, x-cos-meta-A"),
        ("https://other.com", "HEAD", "x-anything"),
    ],
)
def test_a_browser_may_send_what_one_rule_allows(
    origin: str, method: str, names: str | None
) -> None:
    ask(origin, method, names)


@pytest.mark.parametrize(
    ("origin", "method", "names"),
    [
        ("https://other.com", "GET", None),
        ("https://b.example.com", "PUT", None),
        ("https://a.example.com", "DELETE", None),
        ("https://a.example.com", "GET", "content-type"),
        ("https://a.example.com", "PUT", "content-type,authorization"),
        (None, "HEAD", None),
        ("https://a.example.com", None, None),
    ],
)
def test_a_browser_may_not_send_what_no_rule_allows_as_a_whole(
    origin: str | None, method: str | None, names: str | None
) -> None:
    with pytest.raises(CosError, match="AccessForbidden"):
        ask(origin, method, names)


def test_without_rules_no_browser_may_send_anything() -> None:
    with pytest.raises(CosError, match="AccessForbidden"):
        check_preflight({"origin": "a", "access-control-request-method": "GET"}, [])
