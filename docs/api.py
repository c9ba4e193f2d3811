"""The blocks of docs/api.md: CI's API page, node by node, and every reply it has.

What is checked when they are made: each node has a test that says so (`tests.support.covers`), its
code names it, or names it nowhere where it has no say, and each setting is there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from docs.markdown import table
from shared.settings.variables import DEFAULTS
from tests.contract.replies import JOBS, REFUSALS, Pending, Reply

ROOT = Path(__file__).parents[1]
_SERVICE = "shared/jobs/service.py"
_REPLY = "shared/jobs/reply.py"
_JOB = "Response.JobsDetail"
_RESULT = f"{_JOB}.Operation.ImageLicenseRecResult"
_SETTING = re.compile(r"`([A-Z]+(?:_[A-Z]+)+|MIN_SCORE)`")


class Node(NamedTuple):
    """A node of the page: its path, what sets it or where it goes, and the function that knows it.

    A place that names no function is one that knows nothing of the node: it has no say.
    """

    path: str
    meaning: str
    place: str

    @property
    def name(self) -> str:
        """The node's own."""
        return self.path.rpartition(".")[2]


_NODES = f"{_SERVICE}::job_request"
_CALLBACK_NODES = f"{_SERVICE}::_callback_nodes"

REQUEST = (
    Node("Request", "always", _NODES),
    Node("Request.Tag", "always `ImageLicenseRec`", _NODES),
    Node("Request.Input", "always", _NODES),
    Node("Request.Input.Object", "the photo's key, under `INPUT_PREFIX`", _NODES),
    Node("Request.Operation", "always", _NODES),
    Node("Request.Operation.ImageLicenseRec", "always", _NODES),
    Node(
        "Request.Operation.ImageLicenseRec.CardType",
        "`x-cos-meta-card-type` of the photo, else `CARD_TYPE_RULES`, else `CARD_TYPE`",
        _NODES,
    ),
    Node("Request.Operation.UserData", "always: the token, signed with `CALLBACK_SECRET`", _NODES),
    Node("Request.Operation.JobLevel", "`JOB_LEVEL`", _NODES),
    Node("Request.QueueId", "`QUEUE_ID`; left out if unset", _NODES),
    Node(
        "Request.CallBack",
        "`CALLBACK_URL` with the token; `no` if `CALLBACK_TYPE` is `NONE`",
        _CALLBACK_NODES,
    ),
    Node("Request.CallBackFormat", "`CALLBACK_FORMAT`", _CALLBACK_NODES),
    Node("Request.CallBackType", "`CALLBACK_TYPE`; left out for `URL`", _CALLBACK_NODES),
    Node("Request.CallBackMqConfig", "only if `CALLBACK_TYPE` is `TDMQ`", _CALLBACK_NODES),
    Node("Request.CallBackMqConfig.MqRegion", "`CALLBACK_MQ_REGION`", _CALLBACK_NODES),
    Node("Request.CallBackMqConfig.MqMode", "`CALLBACK_MQ_MODE`", _CALLBACK_NODES),
    Node("Request.CallBackMqConfig.MqName", "`CALLBACK_MQ_NAME`", _CALLBACK_NODES),
)
RESPONSE = (
    Node(
        "x-ci-request-id",
        "`ci_request_id` in the log, if a POST made no job: CI's support asks for it",
        f"{_SERVICE}::submit",
    ),
    Node("Response", "without it a page is not CI's reply", f"{_REPLY}::_reply"),
    Node(_JOB, "one or several", f"{_REPLY}::described_in"),
    Node(f"{_JOB}.Code", "`error.code` of a job that failed", f"{_REPLY}::_code"),
    Node(f"{_JOB}.Message", "`error.message` of a job that failed", f"{_REPLY}::_job"),
    Node(f"{_JOB}.JobId", "`job.id`", f"{_REPLY}::_job_id"),
    Node(f"{_JOB}.Tag", "not read: the page itself has two", _REPLY),
    Node(f"{_JOB}.State", "`job.state`; decides `outcome`", f"{_REPLY}::_job"),
    Node(f"{_JOB}.CreationTime", "`job.created_at`", f"{_REPLY}::_job"),
    Node(f"{_JOB}.StartTime", "`job.started_at`", f"{_REPLY}::_job"),
    Node(f"{_JOB}.EndTime", "`job.ended_at`", f"{_REPLY}::_job"),
    Node(f"{_JOB}.QueueId", "`job.queue_id`", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Input", "always", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Input.Object", "must be the token's card", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Input.BucketId", "not read: we ask only for jobs of our bucket", _REPLY),
    Node(f"{_JOB}.Input.Region", "not read: we ask only for jobs of our bucket", _REPLY),
    Node(f"{_JOB}.Operation", "always", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Operation.ImageLicenseRec", "always", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Operation.ImageLicenseRec.CardType", "`card_type`", f"{_REPLY}::_job"),
    Node(_RESULT, "decides `outcome`; `CALLBACK_VERIFY` says whose counts", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Operation.UserData", "must be the token", f"{_REPLY}::_job"),
    Node(f"{_JOB}.Operation.JobLevel", "not read: `JOB_LEVEL` is known", _REPLY),
    Node(f"{_RESULT}.State", "decides `outcome`", f"{_REPLY}::_container"),
    Node(f"{_RESULT}.Code", "`error.code` of a result that failed", f"{_REPLY}::_code"),
    Node(f"{_RESULT}.Message", "`error.message` of a result that failed", f"{_REPLY}::_container"),
    Node(f"{_RESULT}.InputObjectName", "not read: Input.Object says it", _REPLY),
    Node(f"{_RESULT}.InputObjectUrl", "not read: Input.Object says it", _REPLY),
    Node(
        f"{_RESULT}.Status",
        "must agree with whether there is text: else `status.agrees` fails",
        f"{_REPLY}::_container",
    ),
    Node(f"{_RESULT}.IdInfo", "`items`", f"{_REPLY}::_container"),
    Node(f"{_RESULT}.IdInfo.Name", "`items[].label`", f"{_REPLY}::_id_infos"),
    Node(
        f"{_RESULT}.IdInfo.Score",
        "`items[].score`; below `MIN_SCORE` a review is asked for",
        f"{_REPLY}::_score",
    ),
    Node(f"{_RESULT}.IdInfo.Location", "`items[].polygon`", f"{_REPLY}::_corners"),
    Node(f"{_RESULT}.IdInfo.DetectedText", "`items[].text`, `fields`", f"{_REPLY}::_texts"),
    Node(f"{_RESULT}.IdInfo.Location.Point", "`items[].polygon`", f"{_REPLY}::_corners"),
)

_GOES_ON = {
    ("waiting", "capacity"): "`waiting`, class `capacity`: this run sends no more, the next one "
    "tries again, and the card is never given up",
    ("waiting", "configuration"): "`waiting`, class `configuration`: this run sends no more, at "
    "once or after 20 such cards in a row (a denial, a 401), the "
    "next one tries again, and the card is never given up",
    ("waiting", "other"): "`waiting`, class `other`: tried again, `failed` with this Code after "
    "`GIVE_UP_AFTER_SECONDS`",
    ("unknown", None): "`unknown`: there may be a job, so CI's list is asked, and nothing is sent "
    "again by itself",
    ("submitted", None): "`submitted`: nothing is done, even if it takes long",
}


def request() -> str:
    """The request's nodes."""
    return _nodes("what sets it", REQUEST)


def response() -> str:
    """The reply's nodes."""
    return _nodes("where it goes", RESPONSE)


def refusals() -> str:
    """What can come in place of a job."""
    rows = [
        (str(reply.status), f"`{reply.name}`", _becomes(reply), reply.given.words)
        for reply in sorted(REFUSALS, key=lambda reply: (reply.status, reply.name))
    ]
    return table(("HTTP", "Code", "the card", "on the local cloud"), rows)


def jobs() -> str:
    """What can become of a job."""
    rows = [(reply.name, _becomes(reply), reply.given.words) for reply in JOBS]
    return table(("State", "the card", "on the local cloud"), rows)


def _nodes(meaning: str, nodes: Sequence[Node]) -> str:
    covered = _tests()
    unknown = covered.keys() - {node.path for node in (*REQUEST, *RESPONSE)}
    if unknown:
        raise ValueError(f"tests cover nodes that the page hasn't: {', '.join(sorted(unknown))}")
    rows = [(f"`{node.path}`", *_row(node, covered.get(node.path, ()))) for node in nodes]
    return table(("node", meaning, "code", "tests"), rows)


def _row(node: Node, tests: Sequence[str]) -> tuple[str, str, str]:
    if not tests:
        raise ValueError(f"no test covers {node.path}")
    for setting in _SETTING.findall(node.meaning):
        if setting not in DEFAULTS:
            raise ValueError(f"{node.path}: there is no setting {setting}")
    path, _, function = node.place.partition("::")
    named = f'"{node.name}"' in _source(path, function)
    if named != bool(function):
        raise ValueError(f"{node.place} {'names' if named else 'does not name'} {node.name}")
    code = f"[`{function or path.rpartition('/')[2]}`](../{path})"
    return node.meaning, code, "<br>".join(tests)


@cache
def _source(path: str, function: str) -> str:
    """Return the source of a function, or of the whole module if none is named."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if not function:
        return text
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return ast.get_source_segment(text, node) or ""
    raise ValueError(f"{path} has no function {function}")


@cache
def _tests() -> Mapping[str, list[str]]:
    """The tests of each node, as links."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name, node in _covered(path):
            link = f"[{name.removeprefix('test_').replace('_', ' ')}]"
            target = path.relative_to(ROOT).as_posix()
            found.setdefault(node, []).append(f"{link}(../{target})")
    return found


def _covered(path: Path) -> Iterator[tuple[str, str]]:
    text = path.read_text(encoding="utf-8")
    if "@covers(" not in text:
        return
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for call in function.decorator_list:
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "covers":
                yield from ((function.name, ast.literal_eval(node)) for node in call.args)


def _becomes(reply: Reply) -> str:
    expected = reply.expected
    if not isinstance(expected, Pending):
        code = f", `error.code` `{expected.code}`" if expected.code else ""
        return f"result `{expected.outcome}`{code}"
    if expected.attempts > 1:
        return "sent again by sweep as the next attempt, `MAX_ATTEMPTS` in all"
    return _GOES_ON[expected.state, expected.refusal]
