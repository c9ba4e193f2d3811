"""The job type ImageLicenseRec: what it asks of a recogniser, which the caller hands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol, cast, get_args

from coslocal.ci.job_types import JobType, Process
from coslocal.ci.requests_xml import Node

TAG: Final = "ImageLicenseRec"

CardType = Literal["IDCard", "DriverLicense"]
"""The values of CI's own parameter of that name."""

Point = tuple[int, int]

NOT_SUPPORTED = "ResourceNotSupported"
"""CI's Code for an object that is no picture it can read."""


@dataclass(frozen=True)
class RecognisedField:
    """One `IdInfo`.

    Attributes:
        name: The label as CI prints it, in Chinese: 姓名.
        text: What stands beside the label, as read.
        score: Confidence from 0 to 100.
        points: The corners of the text in pixels of the picture as uploaded. The order is that of
            the sample on the API page, seen in the text's own reading direction: top left, bottom
            left, bottom right, top right.
    """

    name: str
    text: str
    score: int
    points: tuple[Point, ...]


class UnreadableImage(Exception):
    """The bytes are no picture that can be read. Neither attribute tells what they hold."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Recogniser(Protocol):
    """Reads one picture. Several threads may call it at once."""

    def recognise(self, image: bytes, card_type: CardType) -> list[RecognisedField]:
        """Return the fields that are read in the picture; none if it shows nothing of the kind.

        Raises:
            UnreadableImage: The bytes are no picture that can be read.
        """
        ...


class NothingRecognised:
    """The recogniser of an emulator that was given none: it sees nothing in any picture."""

    def recognise(self, image: bytes, card_type: CardType) -> list[RecognisedField]:  # noqa: ARG002
        """Return no fields."""
        return []


def image_license_rec(recogniser: Recogniser) -> JobType:
    """Return the job type ImageLicenseRec, and AILicenseRec (1045/72929), with this recogniser.

    The synchronous form's CardType is DriverLicense unless it is given.
    """

    def run(content: bytes, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        fields = recogniser.recognise(content, cast("CardType", parameters["CardType"]))
        return {
            "Status": 1 if fields else 0,
            "IdInfo": [_id_info(field) for field in fields] or None,
        }

    process = Process(
        "AILicenseRec", "ci:CreateAILicenseRecognitionJob", {"CardType": "DriverLicense"}
    )
    return JobType(TAG, _parse, run, process)


def _parse(node: Node) -> Mapping[str, Any]:
    return {"CardType": node.only("CardType").choice("CardType", get_args(CardType))}


def _id_info(field: RecognisedField) -> dict[str, Any]:
    points = [f"{x},{y}" for x, y in field.points]
    return {
        "Name": field.name,
        "DetectedText": field.text,
        "Score": field.score,
        "Location": {"Point": points} if points else {},
    }
