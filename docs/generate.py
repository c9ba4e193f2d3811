"""Keeps the documents true: `python -m docs.generate` rewrites their generated blocks.

    --check    change nothing; name every stale block, dead link, wrong command or figure, and what
               a page says in only one language
    --picture  take the picture of make up's page, docs/page.png (needs Chromium)

A block is between `<!-- generated: NAME -->` and `<!-- end -->`. `blocks.BLOCKS` has the names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from docs import claims
from docs.blocks import BLOCKS, ROOT
from docs.documents import Document, broken_code, broken_links, documents, rewritten, stale_blocks
from docs.languages import CHINESE, differences


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--picture", action="store_true")
    options = parser.parse_args(arguments)
    if options.check:
        found = [line for document in documents(ROOT) for line in problems(document)]
        sys.stdout.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    if options.picture:
        from docs.picture import take  # noqa: PLC0415 - it needs Playwright

        take(ROOT / "docs/page.png")
    for document in documents(ROOT):
        document.path.write_text(rewritten(document.read(), BLOCKS), encoding="utf-8")
    return 0


def problems(document: Document) -> Iterator[str]:
    """What isn't true in a document, a line each."""
    text = document.read()
    for name in stale_blocks(text, BLOCKS):
        yield f"{document.name}: {name!r} is stale; `python -m docs.generate` writes it anew"
    for target in broken_links(document):
        yield f"{document.name}: the link to {target} leads nowhere"
    for problem in broken_code(text):
        yield f"{document.name}: a block of code can't be read, {problem}"
    if not document.name.startswith("emulator/"):  # it has commands and tests of its own
        for problem in claims.problems(text):
            yield f"{document.name}: {problem}"
    if document.name.endswith(CHINESE):
        english = document.name.replace(CHINESE, ".md")
        for problem in differences(ROOT / english, document.path):
            yield f"{english} and {document.name}: {problem}"


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (ValueError, KeyError) as error:
        sys.exit(f"The documents can't be generated: {error}")
