from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.bucket.documents import Document
from cli.bucket.input_bucket import PhotoReader
from cli.bucket.keys import resolve_keys
from cli.bucket.listing import CardObject
from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.show.history import History, document_of, history_of
from cli.show.tables import tables_of
from cli.terminal.files import replacing
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, CardKey, CommonOptions, Reveal
from cli.terminal.output import data, say, show_tables
from shared.errors import ConfigurationError

Version = Annotated[
    str | None,
    typer.Option(
        metavar="VERSION",
        help="The content and run to show, <etag> or <etag>~<n>.",
        show_default=False,
    ),
]
Picture = Annotated[
    Path | None,
    typer.Option(
        "--image",
        help="Write the photo there with the boxes drawn on it. It shows all that the card "
        "shows, with and without --reveal.",
    ),
]


def show(
    key: CardKey,
    *,
    version: Version = None,
    image: Picture = None,
    reveal: Reveal = False,
    common: CommonOptions,
) -> None:
    """Show a card: fields, items, checks, evidence, versions, reruns, pending objects.

    Without --version it shows the newest run of the photo that is at the key now. The exit status
    is 1 if there is nothing of the card, or no picture of it.
    """
    context, refusals = reading(open_operator_context(common))
    masking = masking_of(context, reveal=reveal)
    (key,) = resolve_keys(context, masking, [key])
    history = history_of(context, key)
    if history.is_empty() and not refusals:
        say(f"Nothing of this card is in the bucket; in the log it is {masking.digest(key)}.")
        raise typer.Exit(NEEDS_ATTENTION)
    run = _chosen(history, version)
    document = document_of(history, run, masking)
    minimum = context.settings.minimum_score
    data(document) if common.json else show_tables(tables_of(document, minimum))
    photos = PhotoReader(context.settings, refusals)
    try:
        if image is not None:
            _draw(photos, history.body(run), image, minimum)
    finally:
        is_whole = not refusals.say(masking)
    if not is_whole:
        raise typer.Exit(NEEDS_ATTENTION)


def _chosen(history: History, version: str | None) -> CardObject | None:
    if version is None:
        return history.card.current_result()
    run = history.run(version)
    if run is None:
        raise ConfigurationError("--version", "there is no such result of this card")
    return run


def _draw(photos: PhotoReader, result: Document | None, image: Path, minimum: int) -> None:
    """Write the picture, or say why there is none."""
    from cli.pictures.decoding import decoded  # noqa: PLC0415 — only for --image
    from cli.pictures.drawing import with_boxes  # noqa: PLC0415

    if result is None:
        _no_picture("no result says where its boxes are")
        return
    source = result["source"]
    content = photos.content(source["key"], source["etag"])
    if content is None:
        _no_picture("the photo that was read is gone or refused, or another is at its key")
        return
    picture = decoded(content)
    if picture is None:
        _no_picture("the photo is not a JPEG, PNG, BMP or WebP of at most 50 million pixels")
        return
    drawn = with_boxes(picture, result["items"], minimum)
    with replacing(image, "--image") as new:
        drawn.save(new, "PNG")


def _no_picture(why: str) -> None:
    say(f"No picture: {why}.")
    raise typer.Exit(NEEDS_ATTENTION)
