"""A recogniser that follows a script: for tests, and for the demo without the OCR engine.

It looks for an answer in three places, in this order:

1. The content itself, if it begins with `SCRIPTED_PREFIX`, whose first three bytes are those of a
   JPEG. UTF-8 JSON follows, in one of two forms (`score` may be left out)::

       {"fields": {"姓名": "样本甲", "性别": "女"}, "score": 99}
       {"error": "ResourceNotSupported"}

   Labels and texts aren't changed, so a test can script any label and any score. `scripted_card`
   and `scripted_error` write this form.
2. The script, which maps the SHA-256 of a content, in hex, to its answer.
3. The default.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from coslocal.ci.recognition import NOT_SUPPORTED, CardType, RecognisedField, UnreadableImage
from local.recognition.truth import Truth, printed_fields, read_truths

Answer = (
    Sequence[RecognisedField]
    | UnreadableImage
    | Callable[[bytes, CardType], Sequence[RecognisedField]]
)

SCRIPTED_PREFIX: Final = b"\xff\xd8\xff" + b"SCRIPTED "


class ScriptedRecogniser:
    """Gives the same answer for the same content, from its script."""

    def __init__(self, script: Mapping[str, Answer] | None = None, default: Answer = ()) -> None:
        self._script = dict(script or {})
        self._default = default

    @classmethod
    def for_samples(cls, folder: Path, default: Answer = ()) -> ScriptedRecogniser:
        """Script the truth files under `folder`, each for the content of the JPEG beside it.

        Raises:
            ValueError: A truth file is malformed or has no JPEG beside it.
        """
        return cls(
            {
                hashlib.sha256(picture.read_bytes()).hexdigest(): _answer_of(truth)
                for picture, truth in read_truths(folder)
            },
            default,
        )

    def recognise(self, image: bytes, card_type: CardType) -> list[RecognisedField]:
        """Return what the script holds for this content.

        Raises:
            UnreadableImage: The script says so, or its JSON can't be read.
        """
        if image.startswith(SCRIPTED_PREFIX):
            answer: Answer = _answer_in(image.removeprefix(SCRIPTED_PREFIX))
        else:
            answer = self._script.get(hashlib.sha256(image).hexdigest(), self._default)
        if isinstance(answer, UnreadableImage):
            raise UnreadableImage(answer.code, answer.message)
        return list(answer(image, card_type) if callable(answer) else answer)


def scripted_card(fields: Mapping[str, str], score: int = 99) -> bytes:
    """Return a content that is recognised as these texts, by their labels: `{"姓名": "样本甲"}`."""
    return _content({"fields": dict(fields), "score": score})


def scripted_error(code: str = NOT_SUPPORTED) -> bytes:
    """Return a content whose recognition fails with CI's `code`."""
    return _content({"error": code})


def _content(script: Mapping[str, object]) -> bytes:
    return SCRIPTED_PREFIX + json.dumps(script, ensure_ascii=False).encode()


def _answer_in(script: bytes) -> Answer:
    try:
        answer: dict[str, Any] = json.loads(script)
        if "error" in answer:
            return UnreadableImage(str(answer["error"]), "the content's own script says so")
        score = int(answer.get("score", 99))
        texts = {str(label): str(text) for label, text in answer["fields"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return UnreadableImage(NOT_SUPPORTED, "the content's own script can't be read")
    return [
        RecognisedField(label, text, score, _row(number, text))
        for number, (label, text) in enumerate(texts.items())
    ]


def _row(number: int, text: str) -> tuple[tuple[int, int], ...]:
    """Return an invented place for the text: one row of 40 pixels below the other."""
    top, left, width = 40 + 60 * number, 120, 32 * max(1, len(text))
    return (left, top), (left, top + 40), (left + width, top + 40), (left + width, top)


def _answer_of(truth: Truth) -> Answer:
    if truth.outcome == "failed":
        return UnreadableImage(NOT_SUPPORTED, "the picture can't be decoded")
    fields = printed_fields(truth)
    return lambda _image, card_type: fields if card_type == truth.card_type else ()
