"""Keeps the documents true: `python -m docs.generate` rewrites their generated blocks.

    --check         change nothing; name every stale block, dead link and broken block of code
    --record-demo   run `make demo` in a fresh clone and keep what it prints in docs/demo.txt
    --record-test   the same with `make test` and docs/test.txt
    --record-deploy deploy, from a fresh clone, into a cloud on this machine; docs/deploy.txt
                    (needs Node.js)
    --record-page   take the picture of make up's page, docs/page.png (needs Chromium)

A block stands between `<!-- generated: NAME -->` and `<!-- end -->`; `blocks.BLOCKS` has the names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from docs.blocks import BLOCKS, ROOT
from docs.documents import Document, broken_code, broken_links, documents, rewritten, stale_blocks
from docs.record import record


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record-demo", action="store_true")
    parser.add_argument("--record-test", action="store_true")
    parser.add_argument("--record-deploy", action="store_true")
    parser.add_argument("--record-page", action="store_true")
    options = parser.parse_args(arguments)
    if options.check:
        found = [line for document in documents(ROOT) for line in problems(document)]
        sys.stdout.writelines(f"{line}\n" for line in found)
        return 1 if found else 0
    for name, wanted in (("demo", options.record_demo), ("test", options.record_test)):
        if wanted:
            record(ROOT, name)
    if options.record_deploy:
        from docs.deployment import record_deployment  # noqa: PLC0415 - it needs the local cloud

        record_deployment(ROOT)
    if options.record_page:
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


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (ValueError, KeyError) as error:
        sys.exit(f"The documents can't be generated: {error}")
