"""How the deployment knows again what it made, and which code a function has.

SCF shows no digest of a function's code that could be relied on: CodeSize is the same for two
zips of one length, and what GetFunctionAddress calls CodeSha256 isn't said to be the upload's. So
the zip's SHA-256 stands in the function's Description. Unlike a tag, that can be changed after
creation, by the request that changes the configuration; it is sent after the code, so a run that
ends between the two uploads the code once more. A Description may hold letters, digits, spaces,
commas and full stops.
"""

from __future__ import annotations

import re

TRIGGER_MARK = "card-ocr"
_OURS, _CODE = "Card OCR on upload.", "Code sha256"
# Whatever stands between the two: another version may word it otherwise.
_PATTERN = re.compile(rf"{re.escape(_OURS)}.*\s{_CODE} ([0-9a-f]{{64}})\.", re.DOTALL)


def description_of(code_sha256: str) -> str:
    """The Description of a function of ours with that code."""
    return f"{_OURS} Deployed from serverless.yml, so change that. {_CODE} {code_sha256}."


def code_in(description: str) -> str | None:
    """The digest of the code of a function of ours; None where the function is none."""
    match = _PATTERN.fullmatch(description.strip())
    return match[1] if match else None
