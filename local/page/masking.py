"""What of a result stays hidden until the user asks for it: what is printed on the card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.demo.display import masked


def masked_result(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result whose values show their first character and their length alone."""
    hidden = dict(body)
    hidden["fields"] = {
        name: value and masked(str(value)) for name, value in (body.get("fields") or {}).items()
    }
    hidden["items"] = [
        {**item, "text": item.get("text") and masked(str(item["text"]))}
        for item in body.get("items") or []
    ]
    return hidden
