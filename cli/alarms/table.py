"""The alarms: what each watches, from when it is worth a look, and what CLS counts for it.

The table of docs/operating.md is made from this one. `card-ocr status` raises these, and also what
no log has: docs/operating.md, "Alarms worth setting", lists it.

A query has a condition of CLS's CQL and a statement of its SQL (614/47044, 614/44061): the lines of
some functions within some minutes, counted. The lines are those of shared/log.py, at LOG_LEVEL
INFO. A trigger condition (614/39576) compares what the query counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from cli.status.attention import (
    FROM_CARDS,
    LATE_SECONDS,
    PENDING_SECONDS,
    REFUSED_SECONDS,
    SHARES,
)
from shared.pipeline.gate import HELD, OVER_BUDGET

Level = Literal[0, 1, 2]
_WARNING: Level = 0
_NOTICE: Level = 1
_CRITICAL: Level = 2  # CLS's numbers (614/56466)

_LATE_MINUTES = LATE_SECONDS // 60
_HOUR = 60


class Watch(NamedTuple):
    """What CLS counts for an alarm.

    Attributes:
        functions: Whose lines, by their names in serverless.yml.
        counts: What is counted of each line, a column each, in SQL.
        condition: When that is too much, in terms of the columns.
        minutes: How far back.
        level: How grave it is.
        needs_callbacks: Whether it watches callbacks: with CALLBACK_TYPE=NONE it is not made.
    """

    functions: Sequence[str]
    counts: Mapping[str, str]
    condition: str
    minutes: int
    level: Level = _WARNING
    needs_callbacks: bool = False

    def query(self, names: Mapping[str, str]) -> str:
        """Write the query, for functions of these names in SCF."""
        whose = " OR ".join(f'SCF_FunctionName:"{names[key]}"' for key in self.functions)
        columns = ", ".join(f"{what} AS {name}" for name, what in self.counts.items())
        return f"{whose} | SELECT {columns}"

    def trigger(self) -> str:
        """Write the trigger condition; the query is the first and only one of its alarm."""
        words = self.condition.split()
        return " ".join(f"$1.{word}" if word in self.counts else word for word in words)


class Alarm(NamedTuple):
    """A row of docs/operating.md, and what CLS watches for it, by the names of CLS's alarms."""

    title: str
    figure: str
    worth: str
    watches: Mapping[str, Watch]


def _line(**members: str) -> str:
    """Write the SQL that holds of a line with these members, as `json.dumps` writes them."""
    return " AND ".join(
        f"SCF_Message LIKE '%\"{name}\": {value}%'" for name, value in members.items()
    )


def _text(value: str) -> str:
    return f'"{value}"'


def _begins(value: str) -> str:
    return f'"{value}'


def _count(what: str) -> str:
    return f"count_if({what})"


_SWEPT = _line(event=_text("swept"))
_RESULT = _line(event=_text("result"))
_SUBMITTED = _line(event=_text("attempt"), state=_text("submitted"))
_OLDEST = "CAST(regexp_extract(SCF_Message, '\"oldest_seconds\": ([0-9]+)', 1) AS BIGINT)"
_SENDS = _line(sending=_text("yes"))
_HELD = f"{_line(sending=_text(HELD))} OR {_line(sending=_text(OVER_BUDGET.why))}"
_WAITS = _line(oldest_state=_text("waiting"))
_CARD = 'regexp_extract(SCF_Message, \'"key": "[^"]*", "version": "[^"]*"\')'
_ALL = ("submit", "callback", "sweep")
_SENDERS = ("submit", "sweep")


def _share(name: str, what: str, of: str, *, needs_callbacks: bool = False) -> Watch:
    """Watch a share of the last hour's results, above the percent that `status` has too."""
    return Watch(
        _ALL,
        {"cards": _count(of), "found": _count(f"{of} AND {what}")},
        f"cards >= {FROM_CARDS} && found * 100 > cards * {SHARES[name]}",
        _HOUR,
        needs_callbacks=needs_callbacks,
    )


_READ = f"{_RESULT} AND NOT ({_line(outcome=_text('rejected'))})"
_DELIVERED = f"{_RESULT} AND NOT ({_line(delivered_by=_text('submit'))})"

ALARMS = (
    Alarm(
        "sweep's heartbeat",
        "`status.json`, `at`",
        f"older than {_LATE_MINUTES} minutes, three runs; the metric `Invocation` of `sweep` says "
        "whether the timer still starts it. Or `whole` is false and nothing is counted while "
        "something is pending: COS won't list it",
        {
            "heartbeat": Watch(
                ("sweep",), {"runs": _count(_SWEPT)}, "runs == 0", _LATE_MINUTES, _CRITICAL
            )
        },
    ),
    Alarm(
        "sweep sends",
        "`status.json`, `sending`",
        "anything but `yes`: it says why",
        {
            "sending": Watch(
                ("sweep",),
                {"stopped": _count(f"{_SWEPT} AND NOT ({_SENDS} OR {_HELD})")},
                "stopped > 0",
                _LATE_MINUTES,
                _CRITICAL,
            )
        },
    ),
    Alarm(
        "a hold",
        "the objects under `ocr/state/holds/`",
        "as long as there is one: it says since when, by whom and why, so that none is forgotten",
        {
            "hold": Watch(
                ("sweep",),
                {"held": _count(f"{_SWEPT} AND ({_HELD})")},
                "held > 0",
                _LATE_MINUTES,
                _NOTICE,
            )
        },
    ),
    Alarm(
        "CI",
        "CI's queue of the bucket",
        "none, one that isn't `Active`, or CI can't be asked",
        {
            "ci": Watch(
                _SENDERS,
                {
                    "unasked": _count(_line(event=_begins("jobs_not_"))),
                    "paused": _count(_line(event=_text("attempt"), code=_text("QueuePaused"))),
                    "gone": _count(_line(event=_text("attempt"), code=_text("QueueNotFound"))),
                },
                "unasked + paused + gone > 2",
                _LATE_MINUTES,
            )
        },
    ),
    Alarm(
        "oldest pending",
        "`status.json`, `oldest.age_seconds`, among the cards that the run read",
        f"above {PENDING_SECONDS:,}; what waits in line for backfill or a rerun and was refused by "
        "nobody, above `GIVE_UP_AFTER_SECONDS`",
        {
            "pending": Watch(
                ("sweep",),
                {"late": _count(f"{_SWEPT} AND NOT ({_WAITS}) AND {_OLDEST} > {PENDING_SECONDS}")},
                "late > 0",
                _LATE_MINUTES,
            )
        },
    ),
    Alarm(
        "refused cards",
        "`status.json`, `pending.waiting`, with `oldest.error`; in a long line `pending.unread` "
        "were only listed, since nothing is sent",
        f"the oldest card has waited for {REFUSED_SECONDS // 60} minutes because CI refused its "
        "job: the Code says why. `pending.refused <Code>`, above 0: COS refuses the pending object "
        "itself, and sweep can't go on with it",
        {
            "refused": Watch(
                ("sweep",),
                {
                    "waiting": _count(
                        f"{_SWEPT} AND {_WAITS} AND {_line(code=_begins(''))} "
                        f"AND {_OLDEST} > {REFUSED_SECONDS}"
                    ),
                    "unreadable": _count(f"{_SWEPT} AND NOT ({_line(failed='0')})"),
                },
                "waiting + unreadable > 0",
                _LATE_MINUTES,
            )
        },
    ),
    Alarm(
        "failed",
        "results, `outcome` and `error.code`; jobs in CI's list, `State` and `Code`",
        f"above {SHARES['failed']} % of the cards that aren't `rejected`, or of the jobs that have "
        "ended: [troubleshooting.md](troubleshooting.md#results-say-failed-or-rejected) has the "
        "Codes",
        {"failed": _share("failed", _line(outcome=_text("failed")), _READ)},
    ),
    Alarm(
        "nothing found",
        "results, `outcome`",
        f"above {SHARES['nothing_found']} %: what is uploaded, or CI answers boxes without text",
        {"nothing-found": _share("nothing_found", _line(outcome=_text("nothing_found")), _READ)},
    ),
    Alarm(
        "needs review",
        "results, `needs_review`, with the names of the failed checks",
        f"above {SHARES['needs_review']} %: [result.md](result.md) has the checks. "
        "`fields.complete` in most results means that CI's labels have changed: `card-ocr doctor "
        "--upload` shows them",
        {"needs-review": _share("needs_review", _line(needs_review="true"), _READ)},
    ),
    Alarm(
        "callbacks",
        "results, `evidence.delivered_by`; log event `refused` of `callback`, over its metric "
        "`Invocation`",
        f"above {SHARES['by_sweep']} % by `sweep` (not with `CALLBACK_TYPE` `NONE`): CI's calls "
        "are lost, or are refused: look at the secret. 403s above 5 % in 5 minutes with results "
        "that come by callback are strangers who found the address",
        {
            "callbacks": _share(
                "by_sweep", _line(delivered_by=_text("sweep")), _DELIVERED, needs_callbacks=True
            ),
            "strangers": Watch(
                ("callback",),
                {
                    "refused": _count(_line(event=_text("refused"))),
                    "calls": "count(DISTINCT SCF_RequestId)",
                },
                f"refused >= {FROM_CARDS} && refused * 100 > calls * 5",
                5,
                needs_callbacks=True,
            ),
        },
    ),
    Alarm(
        "lost events",
        "results, `trigger` `reconcile`; the messages in the queue of `deadLetterQueue` "
        "(serverless.yml); without one, log event `record_failed` and the metric `Error` of "
        "`submit`",
        "above 0: reconcile finds the photos within a day, `card-ocr sweep --reconcile` at once; "
        "`submit` also takes such a message as it is (`sls invoke --function submit --path "
        "<file>`)",
        {
            "lost-events": Watch(
                _SENDERS,
                {
                    "lost": _count(_line(event=_text("event_lost"))),
                    "failures": _count(_line(event=_text("record_failed"))),
                },
                "lost + failures > 0",
                _HOUR,
            )
        },
    ),
    Alarm(
        "jobs ÷ cards",
        "jobs in CI's list, over the cards they are for; log events `attempt` with state "
        "`submitted`, over the distinct `key` and `version` among them",
        f"above {1 + SHARES['sent_again'] / 100:g} in an hour: cards were sent, and paid, more "
        "than once, because CI failed or lost jobs. Ask CI why",
        {
            "jobs": Watch(
                _SENDERS,
                {
                    "jobs": _count(_SUBMITTED),
                    "cards": f"count(DISTINCT CASE WHEN {_SUBMITTED} THEN {_CARD} END)",
                },
                f"cards >= {FROM_CARDS} && jobs * 100 > cards * {100 + SHARES['sent_again']}",
                _HOUR,
            )
        },
    ),
)


def watches(*, has_callbacks: bool) -> dict[str, Watch]:
    """Return what CLS can watch, by the names of its alarms."""
    return {
        name: watch
        for alarm in ALARMS
        for name, watch in alarm.watches.items()
        if has_callbacks or not watch.needs_callbacks
    }
