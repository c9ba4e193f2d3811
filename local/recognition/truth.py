"""Truth files: a JSON file beside each sample picture says what the picture shows.

`front.jpg` has `front.json`::

    {
      "card_type": "IDCard" | "DriverLicense",
      "outcome": "recognised" | "nothing_found" | "failed",
      "readable": true if a recogniser should read every field,
      "fields": {every field of the card type: its normalised value; {} if there is no card},
      "boxes": {field: [[x, y], ...]}   corners in pixels, in the order of `RecognisedField.points`
    }

Dates are ISO 8601. A term has one box, under `valid_from`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

from coslocal.ci.recognition import CardType, Point, RecognisedField

Outcome = Literal["recognised", "nothing_found", "failed"]

LABEL_OF_FIELD: Final[Mapping[CardType, Mapping[str, str]]] = {
    "IDCard": {
        "name": "姓名",
        "gender": "性别",
        "ethnicity": "民族",
        "birth_date": "出生",
        "address": "住址",
        "id_number": "公民身份号码",
    },
    "DriverLicense": {
        "license_number": "证号",
        "name": "姓名",
        "gender": "性别",
        "nationality": "国籍",
        "address": "住址",
        "birth_date": "出生日期",
        "first_issue_date": "初次领证日期",
        "vehicle_class": "准驾车型",
        "valid_from": "有效期限",
        "issuing_authority": "发证单位",
    },
}
"""`valid_until` has no label of its own: the card prints one term, 有效期限."""


@dataclass(frozen=True)
class Truth:
    """What one sample shows."""

    card_type: CardType
    outcome: Outcome
    readable: bool
    fields: Mapping[str, str]
    boxes: Mapping[str, tuple[Point, ...]]


def read_truth(path: Path) -> Truth:
    """Read one truth file.

    Raises:
        ValueError: It isn't of the form above.
    """
    try:
        body: dict[str, Any] = json.loads(path.read_bytes())
        return Truth(
            card_type=_one_of(body["card_type"], ("IDCard", "DriverLicense")),
            outcome=_one_of(body["outcome"], ("recognised", "nothing_found", "failed")),
            readable=bool(body["readable"]),
            fields=dict(body["fields"]),
            boxes={
                field: tuple((int(x), int(y)) for x, y in points)
                for field, points in body.get("boxes", {}).items()
            },
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not a truth file: {error!r}") from error


def read_truths(folder: Path) -> Iterator[tuple[Path, Truth]]:
    """Yield every truth under `folder` with the path of its picture.

    Raises:
        ValueError: A truth file is malformed or has no JPEG beside it.
    """
    for path in sorted(folder.rglob("*.json")):
        picture = path.with_suffix(".jpg")
        if not picture.is_file():
            raise ValueError(f"{path} has no {picture.name} beside it")
        yield picture, read_truth(path)


def printed_fields(truth: Truth) -> list[RecognisedField]:
    """Return the fields as the card prints them: dates in its form, a term as one text."""
    return [
        RecognisedField(label, printed(truth, field), 99, truth.boxes.get(field, ()))
        for field, label in LABEL_OF_FIELD[truth.card_type].items()
        if field in truth.fields
    ]


def printed(truth: Truth, field: str) -> str:
    """Return one field's text as the card prints it."""
    text = truth.fields[field]
    if field == "valid_from":
        until = truth.fields["valid_until"]
        return f"{text}至{until}"
    if field == "birth_date" and truth.card_type == "IDCard":
        day = date.fromisoformat(text)
        return f"{day.year}年{day.month}月{day.day}日"
    return text


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:  # noqa: ANN401 - narrows unread JSON
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value
