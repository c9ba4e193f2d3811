"""CI's replies and callbacks: typed jobs from every shape, and what an answer to a POST means.

In XML every value is text, and an element can repeat. The JSON of callbacks comes with or without a
`Response` wrapper, with objects or arrays at each level, with numbers or strings. The few functions
at the end read all of these, so that no other code sees the difference.

The status and the body of a reply say what became of a POST. Source: CI's common error codes
(1045/49353). Some Codes refuse for now, some for good, and some don't say whether CI made a job.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from typing import Any, Literal, NoReturn
from xml.parsers.expat import ExpatError

import xmltodict

from shared.card import IdInfo, Point
from shared.errors import CODE, MalformedCallback
from shared.jobs import (
    JOB_ID,
    UNREADABLE,
    Accepted,
    Container,
    Described,
    Job,
    JobPage,
    RefusalClass,
    RefusedForGood,
    Submission,
    Unknown,
    Waiting,
)
from shared.times import from_ci

# CI sends no DTD. One of a few KB, with default attributes, can keep expat busy for minutes.
_PROLOG = re.compile(r"\s*(?:<\?[^>]*\?>\s*)*<[^!?]")

# Characters that XML can't hold, raw or as a reference. CI may still send one that was on a card.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_NOT_IN_XML = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])"
    "|x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[eEfF]));"
)
# Old serialisers write a rare character as the references of its two surrogates, 55296 to 57343.
_DECIMAL_SURROGATE = re.compile(
    "&#0*(5529[6-9]|55[3-9][0-9]{2}|56[0-9]{3}|57[0-2][0-9]{2}|573[0-3][0-9]|5734[0-3]);"
)
_SURROGATES = re.compile(
    "&#x0*([dD][89abAB][0-9a-fA-F]{2});&#x0*([dD][c-fC-F][0-9a-fA-F]{2});"
    "|&#x0*[dD][89a-fA-F][0-9a-fA-F]{2};"
)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LOST = "\ufffd"  # replaces a character that can't be known
# Limits for a callback's body only: everybody who has a token can send one.
_MOST_ITEMS, _MOST_CORNERS, _DEEPEST = 256, 64, 32

_FARTHEST = 1_000_000_000  # pixels
_HIGHEST = 100

FOR_GOOD = frozenset({"ResourceNotFound", "ResourceNotSupported", "UnavailableForLegalReasons"})
_CAPACITY = frozenset(
    {"QueueSaturated", "QueuePaused", "NoConnection", "TooManyRequests", "SlowDown", "HTTP429"}
)
_CONFIGURATION = frozenset(
    {
        *("AccessDenied", "ResourceAccessDenied", "CIRoleNotExist", "QueueNotFound"),
        *("Unauthorized", "HTTP401", "PermanentRedirect", "TemporaryRedirect"),
        *(f"HTTP{status}" for status in range(300, 400)),
    }
)
# The id goes into a log line, so a value of another form is dropped.
_REQUEST_ID = re.compile("[A-Za-z0-9+/=_-]{1,128}")


def described_in(data: bytes) -> Described:
    """Read the reply to GET /jobs/<ids>. Raise ValueError if it isn't a reply of CI's."""
    response = _reply(data)
    missing = (_text(response, "NonExistJobIds") or "").split(",")
    jobs = tuple(_job(node) for node in _nodes(response, "JobsDetail"))
    return Described(jobs, frozenset(job_id.strip() for job_id in missing if job_id.strip()))


def page_in(data: bytes) -> JobPage:
    """Read the reply to GET /jobs. Raise ValueError if it isn't a reply of CI's."""
    response = _reply(data)
    jobs = tuple(_job(node) for node in _nodes(response, "JobsDetail"))
    return JobPage(jobs, _text(response, "NextToken"))


def texts_in(data: bytes, name: str) -> dict[str, str]:
    """Find the first child `name` of a reply. Return the text of each of its own children, by name.

    Raise ValueError if `data` isn't a reply of CI's.
    """
    node = _node(_reply(data), name)
    children = node if isinstance(node, dict) else {}
    return {child: text for child in children if (text := _text(children, child))}


def job_in_callback(body: bytes) -> tuple[Job, Literal["xml", "json"]]:
    """Return the job of a callback's body, and its format: "xml" or "json".

    Raises:
        MalformedCallback: the body is neither, is nested too deep, hasn't exactly one job with a
            usable JobId, or has more items or corners than a card can have.
    """
    try:
        is_xml = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
        document = _parse_xml(body) if is_xml else _parse_json(body)
    except (ValueError, RecursionError):
        raise MalformedCallback("the body is neither XML nor JSON") from None
    may_be_deeper = is_xml or body.count(b"{") + body.count(b"[") > _DEEPEST
    if may_be_deeper and _is_deeper(document, _DEEPEST, is_xml=is_xml):
        raise MalformedCallback(f"the body is nested deeper than {_DEEPEST}")
    job = _job(_only_job(_response(document)), is_capped=True)
    if job.job_id is None:
        raise MalformedCallback("a JobsDetail has no usable JobId")
    return job, "xml" if is_xml else "json"


def _only_job(response: object) -> object:
    """Return the only JobsDetail. Raise MalformedCallback if there isn't exactly one."""
    details = _values(response, "JobsDetail")
    if len(details) > 1:
        raise MalformedCallback(f"the body has {len(details)} JobsDetail; a call is about one job")
    if not details or not isinstance(details[0], dict):
        raise MalformedCallback("the body has no JobsDetail")
    return details[0]


def _is_deeper(document: object, limit: int, *, is_xml: bool) -> bool:
    """Return whether a document is nested deeper than `limit`; its root is level 1.

    In JSON, every object and every array is a level. In XML, every element is a level, and repeated
    elements are on the same one.
    """
    level, values = int(not is_xml), [document]
    while values:
        if level > limit:
            return True
        within: list[object] = []
        for value in values:
            for item in _held_by(value):
                if is_xml and isinstance(item, list):
                    within += item
                elif is_xml or isinstance(item, (dict, list)):
                    within.append(item)
        level, values = level + 1, within
    return False


def _held_by(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def error_in(data: bytes) -> tuple[str | None, str | None]:
    """Return Code and Message of CI's error XML, `<Error><Code/>…`; None for what is absent."""
    try:
        error = _node(_parse_xml(data), "Error")
    except ValueError:
        return None, None
    return _code(error), _text(error, "Message")


def meaning(status: int, body: bytes, request_id: str | None = None) -> Submission:
    """Return what became of the job, by the reply's HTTP status, body and x-ci-request-id."""
    request_id = request_id if _REQUEST_ID.fullmatch(request_id or "") else None
    if status < 300:  # noqa: PLR2004 — HTTP's classes of status
        return _accepted(body, request_id)
    if status >= 500:  # noqa: PLR2004
        return Unknown(error_in(body)[0] or f"HTTP{status}", request_id)
    code, message = _code_of(status, *error_in(body))
    if code in FOR_GOOD:
        return RefusedForGood(code, message)
    return Waiting(code, message, refusal_class(code), request_id)


def refusal_class(code: str) -> RefusalClass:
    """Return why CI refused, by the Code only: CI is full, our setup is wrong, or neither."""
    if code in _CAPACITY:
        return "capacity"
    is_unset = code in _CONFIGURATION or code.endswith("UnBinded")
    return "configuration" if is_unset else "other"


def _code_of(status: int, code: str | None, message: str | None) -> tuple[str, str | None]:
    """Return the Code to record, and the message.

    A 3xx, 401 or 429 says more than an unknown Code, and replaces it.
    """
    by_status = f"HTTP{status}"
    if code is None:
        return by_status, message
    if code in FOR_GOOD or refusal_class(code) != "other" or refusal_class(by_status) == "other":
        return code, message
    return by_status, ": ".join(text for text in (code, message) if text)


def _accepted(body: bytes, request_id: str | None) -> Submission:
    try:
        made = _nodes(_reply(body), "JobsDetail")
    except ValueError:
        return Unknown(UNREADABLE, request_id)
    job_id = _job_id(made[0]) if made else None
    return Accepted(job_id) if job_id else Unknown("NoJobId", request_id)


def _reply(data: bytes) -> object:
    """Return the Response of a reply. Raise ValueError if there is none, as in a proxy's page."""
    document = _parse_xml(data)
    if not isinstance(document, dict) or "Response" not in document:
        raise ValueError("no Response")
    return _response(document)


def _parse_xml(data: bytes) -> object:
    # Keys may begin or end with spaces, so white space stays.
    try:
        # Bytes that are no UTF-8 are replaced; the text around them stays.
        text = _NOT_IN_XML.sub("", _decoded(data, "replace"))
        if "&#" in text:
            text = _DECIMAL_SURROGATE.sub(lambda found: f"&#x{int(found[1]):X};", text)
            text = _SURROGATES.sub(_joined, text)
        if not _PROLOG.match(text):
            raise ValueError("a DTD or a comment before the document")
        parsed: object = xmltodict.parse(text, strip_whitespace=False, xml_attribs=False)
    except ExpatError as error:
        raise ValueError(str(error)) from None
    return parsed


def _joined(pair: re.Match[str]) -> str:
    """Return the character of two surrogates. Return U+FFFD for a single one: it is lost."""
    if pair[1] is None:
        return _LOST
    return chr(0x10000 + ((int(pair[1], 16) & 0x3FF) << 10) + (int(pair[2], 16) & 0x3FF))


def _parse_json(data: bytes) -> object:
    parsed: object = _JSON.decode(_decoded(data, "strict"))
    return parsed


def _decoded(data: bytes, errors: str) -> str:
    return data.decode(errors=errors).lstrip("\ufeff \t\r\n")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


# Not strict: a text can hold control characters as they are. The last value of a repeated name
# counts. If CI doesn't confirm what a callback says, the card needs a review in any case.
_JSON = json.JSONDecoder(parse_constant=_refuse_constant, strict=False)


def _response(document: object) -> object:
    wrapped = _node(document, "Response")
    return wrapped if wrapped is not None else document


def _job(node: object, *, is_capped: bool = False) -> Job:
    """Read a JobsDetail.

    Raises:
        MalformedCallback: `is_capped`, and the job has more items or corners than a card can have.
    """
    operation = _node(node, "Operation")
    return Job(
        job_id=_job_id(node),
        state=_text(node, "State"),
        code=_code(node),
        message=_text(node, "Message"),
        queue_id=_text(node, "QueueId"),
        created_at=from_ci(_text(node, "CreationTime")),
        started_at=from_ci(_text(node, "StartTime")),
        ended_at=from_ci(_text(node, "EndTime")),
        key=_raw_text(_node(node, "Input"), "Object"),
        card_type=_text(_node(operation, "ImageLicenseRec"), "CardType"),
        user_data=_text(operation, "UserData"),
        container=_container(
            [
                result
                for one in _nodes(node, "Operation")
                for result in _nodes(one, "ImageLicenseRecResult")
            ],
            is_capped=is_capped,
        ),
    )


def _container(nodes: list[dict[str, object]], *, is_capped: bool) -> Container | None:
    """Read the first container, with the items of all containers.

    Another container may hold another person's card, which the checks must see.
    """
    if not nodes:
        return None
    infos = _flat([info for node in nodes for info in _values(node, "IdInfo")])
    if is_capped and len(infos) > _MOST_ITEMS:
        raise _too_many("items", _MOST_ITEMS)
    first = nodes[0]
    items = [info for info in infos if isinstance(info, dict)]
    if len(items) < len(infos):  # a text without a label is read, too
        items += [{"DetectedText": info} for info in infos if _raw_text({"": info}, "")]
    return Container(
        state=_text(first, "State"),
        code=_code(first),
        message=_text(first, "Message"),
        id_infos=_id_infos(items, is_capped=is_capped),
        status=_text(first, "Status"),
    )


def _flat(values: list[object]) -> list[object]:
    """Return the values. Replace a list among them by its values."""
    if list not in map(type, values):  # nearly always
        return values
    return [
        one for value in values for one in (_flat(value) if isinstance(value, list) else (value,))
    ]


def _id_infos(nodes: list[dict[str, object]], *, is_capped: bool) -> tuple[IdInfo, ...]:
    """Read every IdInfo. If it has several texts, make an IdInfo of each text."""
    scores = [_score(node) for node in nodes]
    given = [score for score in scores if score is not None]
    # CI documents scores of 0-100. For a sibling of this job, it shows 0.9999638.
    is_share = all(score <= 1 for score in given) and any(score % 1 for score in given)
    if is_share:
        scores = [None if score is None else round(score * _HIGHEST, 6) for score in scores]
    infos: list[IdInfo] = []
    for node, score in zip(nodes, scores, strict=True):
        is_bad = score is not None and not 0 <= score <= _HIGHEST  # NaN is bad, too
        label = _clean(_text(node, "Name") or "")
        polygon = _polygon(_corners(node, is_capped=is_capped))
        for text in _texts(node, is_capped=is_capped):
            infos.append(  # noqa: PERF401 — nearly always one text
                IdInfo(label, text, None if is_bad else score, polygon, is_bad)
            )
        if is_capped and len(infos) > _MOST_ITEMS:
            raise _too_many("items", _MOST_ITEMS)
    return tuple(infos)


def _texts(node: dict[str, object], *, is_capped: bool) -> list[str]:
    """Return the texts of an IdInfo, at least one. Leave out empty texts if another has text.

    If there are several, return U+FFFD for an element that isn't a text: its text is lost.
    """
    value = node.get("DetectedText")
    if isinstance(value, str):  # nearly every one
        return [value if value.isprintable() else _clean(value)]
    values = _flat(_values(node, "DetectedText"))
    if is_capped and len(values) > _MOST_ITEMS:
        raise _too_many("items", _MOST_ITEMS)
    texts = [
        _LOST if isinstance(text, dict) and values[1:] else _clean(_raw_text({"": text}, "") or "")
        for text in values
    ]
    return [text for text in texts if text.strip()] or texts[:1] or [""]


def _clean(text: str) -> str:
    """Take control characters out of a text, and mark a lost character."""
    if text.isprintable():  # nearly every one
        return text
    return _LONE_SURROGATE.sub(_LOST, _CONTROL.sub("", text))


def _corners(node: dict[str, object], *, is_capped: bool) -> list[Any]:
    location = node.get("Location")
    corners = location.get("Point") if isinstance(location, dict) else None
    places = 1
    if not isinstance(corners, list):  # several places, or a single corner
        locations = _values(node, "Location")
        places = len(locations)
        corners = [corner for one in locations for corner in _values(one, "Point")]
    if is_capped and max(places, len(corners)) > _MOST_CORNERS:
        raise _too_many("corners or places in an IdInfo", _MOST_CORNERS)
    return corners


def _too_many(what: str, most: int) -> MalformedCallback:
    return MalformedCallback(f"the job has more than {most} {what}")


def _polygon(corners: list[Any]) -> tuple[Point, ...]:
    """Read corners as CI writes them, `"553,439"`. One that can't be read is left out."""
    polygon: list[Point] = []
    for corner in corners:
        try:
            x, y = corner.split(",")
            point: Point = int(x), int(y)  # nearly every corner, and the quickest to read
        except (AttributeError, ValueError):
            x, _, y = corner.partition(",") if isinstance(corner, str) else ("", "", "")
            point = _number(x), _number(y)
        if abs(point[0]) <= _FARTHEST and abs(point[1]) <= _FARTHEST:  # drops NaN
            polygon.append(point)
    return tuple(polygon)


def _score(node: dict[str, object]) -> float | None:
    """Parse the score. Return None if CI gives none, NaN if it can't be read."""
    value = node.get("Score")
    if type(value) is int:  # nearly every one in JSON
        return value
    if value is None or (isinstance(value, str) and value.strip() in {"", "-"}):
        return None
    return _number(_text(node, "Score") or "")


def _number(text: str) -> float:
    """Parse a number, as an integer if it is one. Return NaN if it isn't a number in ASCII."""
    if not text.isascii() or "_" in text:
        return math.nan
    try:
        return int(text)  # nearly every one, and the quickest to read
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return int(number) if number.is_integer() else number


def _job_id(node: object) -> str | None:
    job_id = _text(node, "JobId")
    return job_id if job_id and JOB_ID.fullmatch(job_id) else None


def _code(node: object) -> str | None:
    code = _text(node, "Code")
    return code if code and CODE.fullmatch(code) else None


def _values(node: object, name: str) -> list[object]:
    """Return the children of that name: none, one or many."""
    value = node.get(name) if isinstance(node, dict) else None
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _nodes(node: object, name: str) -> list[dict[str, object]]:
    return [value for value in _values(node, name) if isinstance(value, dict)]


def _node(node: object, name: str) -> object:
    """Return the first child of that name that can have children of its own."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else next(iter(_nodes(node, name)), None)


def _raw_text(node: object, name: str) -> str | None:
    """Return a child's text unchanged. Numbers become text, anything else counts as absent.

    Several different ones are joined, with commas: nobody can say which of them counts.
    """
    value = node.get(name) if isinstance(node, dict) else None
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = dict.fromkeys(_raw_text({name: one}, name) for one in value)
        return ",".join(filter(None, texts)) or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return str(value)


def _text(node: object, name: str) -> str | None:
    """Return a child's text without white space around it. Return None if it is absent or empty."""
    value = node.get(name) if isinstance(node, dict) else None
    text = value if isinstance(value, str) else _raw_text(node, name)  # nearly always a text
    return (text.strip() or None) if text else None
