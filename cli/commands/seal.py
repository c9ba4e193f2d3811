from __future__ import annotations

from typing import Annotated

import typer

from cli.bucket.refusals import reading
from cli.connect.deployment import open_operator_context
from cli.seal.chain import SealMade
from cli.seal.sealing import make_seal
from cli.terminal.masking import masking_of
from cli.terminal.options import NEEDS_ATTENTION, Anew, CommonOptions
from cli.terminal.output import counted, data, say, show
from cli.terminal.progress import progress
from cli.terminal.question import say_place
from shared.times import rfc3339

Deep = Annotated[
    bool,
    typer.Option("--deep", help="Read each object too, for the SHA-256 of its body: a GET each."),
]


def seal(
    *,
    deep: Deep = False,
    anew: Anew = False,
    common: CommonOptions,
) -> None:
    """Write down which objects are there, and print a SHA-256 to keep elsewhere.

    A seal names every result, review and deletion record that was written since the seal before, up
    to 15 minutes ago, by the SHA-256 of its name, with its ETag, size and time. It also names the
    seal before. Keep the SHA-256 that is printed outside the bucket: `card-ocr audit --expect
    SHA256` then finds what was changed, removed or inserted. A call that is interrupted goes on
    where it stopped, if the next call has --deep too or neither has; else it begins anew.

    Exits with 1 if somebody else wrote this seal meanwhile, or COS refused to show a body.
    """
    context, refusals = reading(open_operator_context(common))
    say_place(context.settings, json=common.json)
    with progress("listed") as advance:
        made = make_seal(context, advance, deep=deep, anew=anew)
    if common.json:
        data(_document(made))
    else:
        show(_text(made))
    if deep and not made.seal.is_deep:
        say("It was made without --deep: it has no SHA-256 of the bodies.")
    if made.is_others:
        say("Somebody else wrote this seal meanwhile; run this again for what isn't in it.")
    if refusals.say(masking_of(context, reveal=False)) or made.is_others:
        raise typer.Exit(NEEDS_ATTENTION)


def _document(made: SealMade) -> dict[str, object]:
    seal = made.seal
    return {
        "number": made.number,
        "sha256": made.sha256,
        "is_new": made.is_new,
        "from": None if seal.begins is None else rfc3339(seal.begins),
        "to": rfc3339(seal.ends),
        "deep": seal.is_deep,
        "objects": seal.entries,
    }


def _text(made: SealMade) -> str:
    seal = made.seal
    begins = "" if seal.begins is None else f"from {rfc3339(seal.begins)} "
    kind = " (deep)" if seal.is_deep else ""
    objects = counted(seal.entries, "object")
    what = f"Seal {made.number}{kind}: {objects}, {begins}to {rfc3339(seal.ends)}"
    is_old = "" if made.is_new else ", which was there already"
    return f"{what}{is_old}.\n{made.sha256}\nKeep this SHA-256 outside the bucket."
