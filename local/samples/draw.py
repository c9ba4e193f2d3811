"""Draws the samples again, as their truth files say: `python -m local.samples.draw`.

A truth file holds the fields of a card that somebody invented; the drawing gives it the places of
the fields. No register has a region 99, so no number on a sample can be a real person's.

It needs Pillow, numpy and Debian's fonts-noto-cjk. The repository has the pictures, so only this
module needs these packages. The same releases draw the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.recognition.truth import read_truth
from local.samples.faces import NOTO_SANS, Typeface, driver_license_face, id_card_face
from local.samples.photos import Corners, Shot, exposed, jpeg, photo, rounded, still_life

FOLDER: Final = Path(__file__).parent

SCAN: Final[Corners] = ((38, 45), (38, 855), (1322, 855), (1322, 45))
LEANING: Final[Corners] = ((190, 205), (95, 800), (1130, 905), (1210, 150))
LEANING_AWAY: Final[Corners] = ((120, 120), (215, 835), (1180, 760), (1275, 235))


@dataclass(frozen=True)
class Sample:
    """One photo of the card in the truth file `name` (without .json).

    `term` is a licence's validity if it isn't printed as a range.
    """

    name: str
    portrait: str
    shot: Shot
    typeface: Typeface = NOTO_SANS
    term: str | None = None


def turned(size: tuple[int, int], quarters: int) -> Corners:
    """Return the corners of a card that fills the picture, turned clockwise by quarters."""
    width, height, margin = *size, 40
    around = (
        (margin, margin),
        (margin, height - margin),
        (width - margin, height - margin),
        (width - margin, margin),
    )
    return around[-quarters:] + around[:-quarters]


WIDE: Final = (1360, 900)
DESK: Final = (1320, 990)
LYING: Final = (1364, 890)
STANDING: Final = (890, 1364)

SAMPLES: Final = (
    Sample("id/straight", "party hat", Shot(WIDE, SCAN, seed=1)),
    Sample("id/angle", "robot", Shot(DESK, LEANING, seed=2)),
    Sample("id/rotated-90", "cat ears", Shot(STANDING, turned(STANDING, 1), seed=3)),
    Sample("id/rotated-180", "bun", Shot(LYING, turned(LYING, 2), seed=4)),
    Sample("id/small", "cat ears", Shot(WIDE, SCAN, shrink=2.2, seed=5)),
    Sample("id/dark", "party hat", Shot(DESK, LEANING_AWAY, light=0.3, noise=1.8, seed=6)),
    Sample("driver/straight", "robot", Shot(WIDE, SCAN, seed=11)),
    Sample("driver/angle", "bun", Shot(DESK, LEANING_AWAY, seed=12)),
    Sample("driver/rotated-180", "party hat", Shot(LYING, turned(LYING, 2), seed=13)),
    Sample("driver/rotated-270", "cat ears", Shot(STANDING, turned(STANDING, 3), seed=14)),
    Sample("driver/dark", "robot", Shot(WIDE, SCAN, light=0.32, noise=1.8, seed=15)),
)


def main() -> None:
    """Write every photo, and the places of the fields into its truth file."""
    draw(FOLDER, SAMPLES)
    desk = Shot(DESK, (), seed=21)
    no_card = jpeg(exposed(still_life(desk.size, desk.seed), desk))
    (FOLDER / "id/no-card.jpg").write_bytes(no_card)
    whole = (FOLDER / "driver/straight.jpg").read_bytes()
    (FOLDER / "driver/truncated.jpg").write_bytes(whole[: len(whole) * 2 // 5])


def draw(folder: Path, samples: Iterable[Sample]) -> None:
    """Write the photo of each sample below `folder`, and the places into its truth file."""
    for sample in samples:
        path = folder / f"{sample.name}.json"
        truth = read_truth(path)
        if truth.card_type == "IDCard":
            face = id_card_face(truth.fields, sample.portrait, sample.typeface)
        else:
            face = driver_license_face(
                truth.fields, sample.portrait, sample.typeface, term=sample.term
            )
        picture, corners = photo(face, sample.shot)
        path.with_suffix(".jpg").write_bytes(jpeg(picture))
        body = json.loads(path.read_bytes()) | {"boxes": rounded(corners)}
        path.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
