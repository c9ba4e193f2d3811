from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import pytest

from cli.report.page import Facts, in_script, page, words
from cli.report.writing import card_in_report
from cli.terminal.masking import Masking
from tests.cli.operators import Operator
from tests.support.cards import AT, MINIMUM, NAME, NUMBER, PERSONAL
from tests.support.clouds import BUCKET, Cloud
from tests.support.environment import SECRET
from tests.support.results import card_result, read_result
from tests.support.reviews import review_document

KEY = f"uploads/{NAME}.jpg"
SAMPLE = Path("local/samples/id/straight.jpg")


def facts(*, reveal: bool = False, images: bool = False, prefix: str = "uploads/") -> Facts:
    return Facts(BUCKET, prefix, AT, MINIMUM, reveal=reveal, images=images)


def written(operator: Operator, folder: Path, *options: str) -> str:
    out = folder / "report.html"
    answer = operator.calls("report", "--out", str(out), *options)
    assert answer.status == 0
    assert out.stat().st_mode & 0o777 == 0o600
    return out.read_text(encoding="utf-8")


def cards_in(text: str) -> list[dict[str, object]]:
    found = re.search(r'id="cards-data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    cards: list[dict[str, object]] = json.loads(found[1])
    return cards


def blocks(text: str, element: str) -> list[str]:
    """The contents of elements without attributes: what a browser applies or runs."""
    return re.findall(rf"<{element}>(.*?)</{element}>", text, re.DOTALL)


def notice(text: str) -> str:
    """What the report says of its personal data to whoever opens it."""
    found = re.search(r'<p class="notice [a-z]+" role="note">(.*?)</p>', text)
    assert found is not None
    return html.unescape(re.sub("<.+?>", "", found[1]))


@pytest.mark.parametrize(
    ("reveal", "images", "said"),
    [
        (False, False, "Values are masked, and there are no photos."),
        (True, False, "personal data: values and keys as they are."),
        (False, True, "personal data: photos."),
        (True, True, "personal data: values, keys and photos."),
    ],
)
def test_a_report_says_what_is_in_it(reveal: bool, images: bool, said: str) -> None:  # noqa: FBT001
    assert said in notice("".join(page(facts(reveal=reveal, images=images))))


def test_values_and_keys_are_masked_and_there_are_no_photos_unless_asked_for(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.upload(KEY, SAMPLE.read_bytes())
    served.upload(f"{KEY}.jpg")
    prefix = ("--prefix", f"uploads/{NAME}")
    text = written(operator, tmp_path, *prefix)
    assert not [value for value in (KEY, *PERSONAL) if value in text]
    assert "photo-" not in text.partition("<script>")[0]
    assert len(cards_in(text)) == 2
    revealed = written(operator, tmp_path, *prefix, "--reveal")
    assert f"{BUCKET}/uploads/{NAME}" in revealed
    assert [notice(one)[:10] for one in (text, revealed)] == ["Values are", "This file "]
    cards = {card["key"]: card["fields"] for card in cards_in(revealed)}
    assert cards[f"{KEY}.jpg"]["id_number"] == NUMBER  # type: ignore[index]


def test_images_put_small_photos_in(operator: Operator, served: Cloud, tmp_path: Path) -> None:
    etag = served.put(KEY, SAMPLE.read_bytes())
    served.write(f"ocr/results/{KEY}.{etag}.json", card_result(KEY, etag).body())
    text = written(operator, tmp_path, "--images")
    assert "personal data: photos." in notice(text)
    assert not [value for value in (KEY, *PERSONAL) if value in text]
    found = re.search(r'id="photo-0" data-width="1360" data-height="900">(.+?)</script>', text)
    assert found is not None
    jpeg = base64.b64decode(found[1])
    assert jpeg.startswith(b"\xff\xd8\xff")
    assert len(jpeg) <= 30_000


def test_a_photo_that_is_gone_costs_nothing_but_its_picture(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.upload(KEY)
    served.remove(KEY)
    text = written(operator, tmp_path, "--images")
    assert len(cards_in(text)) == 1


def test_with_json_standard_output_says_what_was_written(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.upload(KEY)
    out = str(tmp_path / "report.html")
    answer = operator.calls("report", "--out", out, "--json")
    counts = {"cards": 1, "unreadable": 0, "masked": True, "images": False}
    assert answer.document() == {"out": out, **counts}


def test_an_object_that_is_no_result_asks_for_attention(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    served.write("ocr/results/uploads/b.jpg.e1.json", b"{}")
    answer = operator.calls("report", "--out", str(tmp_path / "report.html"))
    assert answer.status == 1
    assert "Left out as no result: 1 object;" in answer.err


def test_an_empty_bucket_gives_an_empty_report(
    operator: Operator, served: Cloud, tmp_path: Path
) -> None:
    assert served
    assert cards_in(written(operator, tmp_path)) == []


@pytest.mark.parametrize("text", ["</script><b>", "<!--", "]]>", "\u2028", "&amp;", "'\"\\"])
def test_no_text_ends_the_data_it_stands_in(text: str) -> None:
    data = in_script({"key": text})
    assert json.loads(data) == {"key": text}
    assert not set(data) & set("<>&\u2028\u2029")


def test_a_prefix_is_escaped_in_the_markup() -> None:
    head = page(facts(reveal=True, prefix="uploads/<b>&")).before_cards
    assert "<b>" not in head
    assert "uploads/&lt;b&gt;&amp;" in head


def test_without_javascript_both_languages_say_what_is_missing() -> None:
    (said,) = blocks("".join(page(facts())), "noscript")
    assert words("english")["report.no_script"] in said
    assert words("chinese")["report.no_script"] in said


def test_the_policy_allows_this_style_and_this_script_and_nothing_else() -> None:
    text = "".join(page(facts()))
    (style,), (script,) = blocks(text, "style"), blocks(text, "script")
    found = re.search(r'http-equiv="Content-Security-Policy" content="(.+?)"', text)
    assert found is not None
    allowed = dict(part.split(" ", 1) for part in html.unescape(found[1]).split("; "))
    assert allowed == {
        "default-src": "'none'",
        "style-src": f"'sha256-{_digest(style)}'",
        "script-src": f"'sha256-{_digest(script)}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_a_card_in_a_report_has_what_the_page_shows() -> None:
    card = card_in_report(read_result(KEY), Masking(SECRET, reveal=False))
    assert card["key"] == card["log_key"] != KEY
    assert card["version"] == "e1"
    assert card["job"] == {"id": "a1b2c3", "state": "Success", "attempt": 1}


def test_a_reviewed_card_has_the_values_that_count_and_needs_no_review() -> None:
    result = card_result()
    review = review_document(result, ethnicity="满")
    card = read_result()._replace(review=review)
    shown = card_in_report(card, Masking(SECRET, reveal=True))
    assert (shown["fields"]["ethnicity"], shown["needs_review"]) == ("满", False)
    assert shown["review"]["decision"] == "corrected"
    masked = json.dumps(card_in_report(card, Masking(SECRET, reveal=False)), ensure_ascii=False)
    assert not [value for value in ("seen on the photo", *PERSONAL) if value in masked]


def test_a_report_reads_the_reviews(operator: Operator, served: Cloud, tmp_path: Path) -> None:
    served.upload(KEY)
    operator.calls("review", "accept", KEY, "--reviewer", "somebody")
    (card,) = cards_in(written(operator, tmp_path))
    assert card["review"]["reviewer"] == "s*******"  # type: ignore[index]
