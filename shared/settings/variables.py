"""The table of environment variables. An empty variable counts as unset."""

from __future__ import annotations

from typing import NamedTuple

REQUIRED = None
UNSET = ""


class Variable(NamedTuple):
    """A variable's name, default (None: required) and meaning, which docs/settings.md prints."""

    name: str
    default: str | None
    meaning: str


VARIABLES = (
    Variable(
        "INPUT_BUCKET",
        REQUIRED,
        "`<name>-<appid>`; one deployment watches one bucket, records of another are ignored "
        "and logged",
    ),
    Variable("INPUT_PREFIX", "uploads/", "only keys under it are cards; ends with `/`"),
    Variable(
        "OUTPUT_BUCKET",
        UNSET,
        "where results go; `INPUT_BUCKET` if unset; same region; never had versioning",
    ),
    Variable(
        "OUTPUT_PREFIX",
        "ocr/",
        "ends with `/`, at most 64 bytes; must not overlap `INPUT_PREFIX` in the same bucket",
    ),
    Variable("CARD_TYPE", "IDCard", "`IDCard` or `DriverLicense`, for keys that no rule matches"),
    Variable(
        "CARD_TYPE_RULES",
        UNSET,
        "`uploads/driver/=DriverLicense,uploads/id/=IDCard`; the longest prefix wins. "
        "`x-cos-meta-card-type` on the photo wins over the rules and `CARD_TYPE`",
    ),
    Variable(
        "CALLBACK_URL", UNSET, "the callback function's URL; required if `CALLBACK_TYPE` is URL"
    ),
    Variable(
        "CALLBACK_SECRET", REQUIRED, "32 or more random characters; signs every callback token"
    ),
    Variable(
        "CALLBACK_SECRET_PREVIOUS", UNSET, "the secret before a rotation; it only verifies tokens"
    ),
    Variable("CALLBACK_FORMAT", "JSON", "`JSON` or `XML`: how CI calls back"),
    Variable(
        "CALLBACK_TYPE",
        "URL",
        "`URL`, `TDMQ` (a message queue) or `NONE` (no callback; sweep delivers)",
    ),
    Variable("CALLBACK_MQ_REGION", UNSET, "`sh`, `bj`, `gz`, `cd` or `hk`; for `TDMQ`"),
    Variable(
        "CALLBACK_MQ_MODE",
        "Queue",
        "`Queue` or `Topic`; only a topic can trigger `callback`; for `TDMQ`",
    ),
    Variable("CALLBACK_MQ_NAME", UNSET, "the queue's or topic's name; for `TDMQ`"),
    Variable(
        "CALLBACK_VERIFY",
        "prefer",
        "CI's re-read is the job as we GET it again from CI. `require`: only the re-read counts; "
        "`prefer`: the authenticated callback's result counts if the re-read holds none; `off`: "
        "only the callback's result counts. A result from the callback is marked for review",
    ),
    Variable("JOB_LEVEL", "0", "0, 1 or 2: a higher level is served first"),
    Variable("QUEUE_ID", UNSET, "CI's queue; sent only if set"),
    Variable("MAX_OBJECT_BYTES", "20000000", "a larger photo is `rejected`"),
    Variable("MIN_SCORE", "80", "a field below this score (0–100) sets `needs_review`"),
    Variable(
        "MAX_ATTEMPTS", "3", "the most jobs per version, accepted or unknown; refusals don't count"
    ),
    Variable(
        "GIVE_UP_AFTER_SECONDS",
        "86400",
        "sweep gives a card up this long after it was first sent, unless it waits for capacity or "
        "configuration",
    ),
    Variable(
        "RECONCILE_DAYS",
        "3",
        "how far back reconcile looks for uploads without an event; 1 means a day and a half",
    ),
    Variable("REQUESTS_PER_SECOND", "40", "ceiling on `POST /jobs` of one sender"),
    Variable(
        "MAX_JOBS_PER_DAY",
        UNSET,
        "the budget of jobs in a UTC day, those of new uploads included; cards wait once it is "
        "used up",
    ),
    Variable("OUTPUT_SSE", "AES256", "`AES256`, `KMS`, `KMS:<key id>` or `NONE`"),
    Variable("LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
    Variable(
        "LOG_KEYS", "false", "`true` writes object keys into the log instead of their digests"
    ),
    Variable("TENCENTCLOUD_REGION", REQUIRED, "set by SCF"),
    Variable("TENCENTCLOUD_SECRETID", REQUIRED, "set by SCF from the function's role; rotates"),
    Variable("TENCENTCLOUD_SECRETKEY", REQUIRED, "set by SCF from the function's role; rotates"),
    Variable("TENCENTCLOUD_SESSIONTOKEN", UNSET, "set by SCF from the function's role; rotates"),
    Variable(
        "TENCENTCLOUD_APPID",
        UNSET,
        "set by SCF; if it is set, both buckets' names must end with it",
    ),
    Variable(
        "LOCAL_CLOUD",
        UNSET,
        "`http://127.0.0.1:PORT`: requests to `*.myqcloud.com` go there instead; loopback only",
    ),
)

DEFAULTS = {variable.name: variable.default for variable in VARIABLES}
