"""Lines of `.env`, with the value that `sls` hands to the functions for QUEUE_ID."""

from __future__ import annotations

LINES = {
    "QUEUE_ID=plain": "plain",
    "QUEUE_ID=": "",
    "QUEUE_ID=first\nQUEUE_ID=second": "second",
    "export QUEUE_ID = spaced  ": "spaced",
    "QUEUE_ID: as-in-yaml": "as-in-yaml",
    "QUEUE_ID=cut#off": "cut",
    "QUEUE_ID=cut # off": "cut",
    "QUEUE_ID='kept#whole' # but for this": "kept#whole",
    'QUEUE_ID="kept#whole"': "kept#whole",
    "QUEUE_ID=`in backquotes`": "in backquotes",
    "QUEUE_ID='a\\\\b\\'c'": "a\\\\b\\'c",
    'QUEUE_ID="a\\tb\\\\c"': "a\\tb\\\\c",
    'QUEUE_ID="two\\nlines"': "two\nlines",
    "QUEUE_ID='two\nlines'": "two\nlines",
    "QUEUE_ID='unclosed": "'unclosed",
    "QUEUE_ID=windows\r": "windows",
    "QUEUE_ID=卡片": "卡片",
    "\ufeffQUEUE_ID=marked": "marked",
    "# QUEUE_ID=comment\n\n  QUEUE_ID=indented": "indented",
}

REFUSED = (
    "QUEUE_ID=a$b",
    "QUEUE_ID='a${b}c'",
    "QUEUE_ID=a\\$b",
    "QUEUE_ID=cost$",
)
