from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.bucket.input_bucket import PhotoReader
from cli.bucket.listing import checked_prefix
from cli.bucket.reading import in_order
from cli.bucket.refusals import reading
from cli.bucket.results import CardResult, WantedResults, open_results, unreadable_text
from cli.connect.deployment import open_operator_context
from cli.report.page import Facts
from cli.report.writing import Illustrated, card_in_report, write_report
from cli.terminal.files import replacing
from cli.terminal.masking import Masking, masking_of
from cli.terminal.options import NEEDS_ATTENTION, CommonOptions, Every, KeyPrefix, Reveal
from cli.terminal.output import counted, data, say
from cli.terminal.period import SinceWritten, UntilWritten, period_of
from cli.terminal.progress import Advance, progress

if TYPE_CHECKING:
    from cli.pictures.decoding import Thumbnail

Out = Annotated[Path, typer.Option(help="The file to write.")]
Images = Annotated[
    bool,
    typer.Option(
        "--images",
        help="Put small photos in, at most 30 kB each. They show all that the cards show, "
        "with and without --reveal.",
    ),
]

_DEFAULT = Path("card-ocr-report.html")


def report(
    *,
    out: Out = _DEFAULT,
    reveal: Reveal = False,
    images: Images = False,
    prefix: KeyPrefix = None,
    since: SinceWritten = None,
    until: UntilWritten = None,
    every: Every = False,
    common: CommonOptions,
) -> None:
    """Write one HTML file: totals, outcomes over time, scores, every card with boxes.

    It needs nothing else and asks nobody. Its values are masked and it holds no photo,
    unless the call says so; then its first lines say so too.

    Exits with 1 if an object among the results is no result, or if COS refuses a result or a
    photo, since it is archived perhaps. The others are in the report.
    """
    period = period_of(since, until)
    context, refusals = reading(open_operator_context(common))
    settings, masking = context.settings, masking_of(context, reveal=reveal)
    photos = PhotoReader(settings, refusals) if images else None
    under = checked_prefix(settings, prefix)
    facts = Facts(
        bucket=settings.input_bucket,
        prefix=under if reveal else settings.input_prefix,
        at=context.at(),
        minimum=settings.minimum_score,
        reveal=reveal,
        images=images,
    )
    with (
        open_results(context, WantedResults(prefix, every, period, with_reviews=True)) as cards,
        progress("reading", len(cards)) as advance,
        replacing(out) as new,
        new.open("w", encoding="utf-8", newline="\n") as stream,
    ):
        illustrated = _illustrated(cards, masking, photos, advance)
        count = write_report(stream, facts, illustrated)
    unreadable = cards.unreadable + len(refusals)
    written = {"cards": count, "unreadable": unreadable, "masked": not reveal}
    if common.json:
        data({"out": str(out), **written, "images": images})
    else:
        say(f"{counted(count, 'card')}: {out}")
    if cards.unreadable:
        say(unreadable_text(cards.unreadable))
    if refusals.say(masking) or unreadable:
        raise typer.Exit(NEEDS_ATTENTION)


def _illustrated(
    cards: Iterable[CardResult], masking: Masking, photos: PhotoReader | None, advance: Advance
) -> Iterator[Illustrated]:
    def thumbnail(card: CardResult) -> Thumbnail | None:
        source = card.document["source"]
        content = photos.content(source["key"], source["etag"]) if photos else None
        if content is None:
            return None
        from cli.pictures.decoding import thumbnail_of  # noqa: PLC0415 — only for --images

        return thumbnail_of(content)

    for card, found in in_order(thumbnail, cards):
        yield card_in_report(card, masking), found
        advance(1)
