"""All settings, checked one by one and together, before anything is submitted."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.callback_token import callback_secrets
from shared.card import CARD_TYPES, CardType
from shared.errors import ConfigurationError
from shared.log import LOG_LEVELS
from shared.settings.variables import DEFAULTS

MAX_OUTPUT_PREFIX_BYTES = 64
_MAX_URL_LENGTH = 1024
# The names that CallBackMqConfig has for regions (460/117369).
MQ_REGIONS = {
    "sh": "ap-shanghai",
    "bj": "ap-beijing",
    "gz": "ap-guangzhou",
    "cd": "ap-chengdu",
    "hk": "ap-hongkong",
}
_YEAR_SECONDS = 366 * 24 * 3600


class Credentials(NamedTuple):
    """The temporary keys of the function's role, which SCF sets. Read them at every invocation."""

    secret_id: str
    secret_key: str
    token: str | None

    def __repr__(self) -> str:
        """Return no value, since a representation can get into a log."""
        return "Credentials(…)"


class Callback(NamedTuple):
    """How CI must call back: the CallBack* nodes of the API page.

    `url` is None unless `type` is "URL" and the function sends jobs. The `mq_` members are None
    unless `type` is "TDMQ" and the function sends jobs.
    """

    type: str
    format: str
    url: str | None
    mq_region: str | None
    mq_mode: str | None
    mq_name: str | None


class Settings(NamedTuple):
    """The environment of one invocation. Names and meanings: `variables.VARIABLES`."""

    region: str
    credentials: Credentials
    local_cloud: str | None
    input_bucket: str
    input_prefix: str
    output_bucket: str
    output_prefix: str
    output_sse: str
    default_card_type: CardType
    card_type_rules: tuple[tuple[str, CardType], ...]
    callback: Callback
    callback_secrets: tuple[str, ...]
    callback_verify: str
    job_level: int
    queue_id: str | None
    max_object_bytes: int
    minimum_score: int
    max_attempts: int
    give_up_after_seconds: int
    reconcile_days: int
    requests_per_second: int
    max_jobs_per_day: int | None
    log_level: str
    log_keys: bool

    def __repr__(self) -> str:
        """Return no value, since some are secrets."""
        return "Settings(…)"

    def card_type_of(self, key: str) -> CardType:
        """Return the card type of a key: by the rules, the longest prefix first, else CARD_TYPE."""
        for prefix, card_type in self.card_type_rules:
            if key.startswith(prefix):
                return card_type
        return self.default_card_type


def load(environ: Mapping[str, str], *, submits: bool) -> Settings:
    """Read the settings of a function.

    Args:
        environ: the process's environment.
        submits: whether it sends jobs; if so, it must know where CI calls back.

    Raises:
        ConfigurationError: names the first variable that is wrong and says how to write it.
    """
    return _checked(tuple(environ.get(name) for name in DEFAULTS), submits)


@lru_cache(maxsize=1)  # an instance that is warm reads the same values again and again
def _checked(values: tuple[str | None, ...], submits: bool) -> Settings:  # noqa: FBT001
    """Check values, which are in the order of the table, and make settings of them."""
    environ = {name: value for name, value in zip(DEFAULTS, values, strict=True) if value}
    read = Environment(environ)
    stand_in = local_cloud(read)
    input_bucket, input_prefix, output_bucket, output_prefix = _places(read)
    return Settings(
        region=read.matching("TENCENTCLOUD_REGION", "[a-z0-9-]+", "ap-guangzhou"),
        credentials=_credentials(read),
        local_cloud=stand_in,
        input_bucket=input_bucket,
        input_prefix=input_prefix,
        output_bucket=output_bucket,
        output_prefix=output_prefix,
        output_sse=read.matching(
            "OUTPUT_SSE", "AES256|NONE|KMS(:[0-9A-Za-z-]+)?", "AES256, KMS, KMS:<key id> or NONE"
        ),
        default_card_type=_card_type("CARD_TYPE", read.required("CARD_TYPE")),
        card_type_rules=_card_type_rules(read, input_prefix),
        callback=_callback(read, submits=submits, local=stand_in is not None),
        callback_secrets=callback_secrets(environ),
        callback_verify=read.choice("CALLBACK_VERIFY", ("require", "prefer", "off")),
        job_level=read.integer("JOB_LEVEL", 0, 2),
        queue_id=_queue_id(read),
        max_object_bytes=read.integer("MAX_OBJECT_BYTES", 1, 5 * 1024**3),
        minimum_score=read.integer("MIN_SCORE", 0, 100),
        max_attempts=read.integer("MAX_ATTEMPTS", 1, 9999),
        give_up_after_seconds=read.integer("GIVE_UP_AFTER_SECONDS", 1, _YEAR_SECONDS),
        reconcile_days=read.integer("RECONCILE_DAYS", 1, 366),
        requests_per_second=read.integer("REQUESTS_PER_SECOND", 1, 10_000),
        max_jobs_per_day=read.optional_integer("MAX_JOBS_PER_DAY", 0, 10**12),
        log_level=read.choice("LOG_LEVEL", LOG_LEVELS),
        log_keys=read.boolean("LOG_KEYS"),
    )


def _credentials(read: Environment) -> Credentials:
    names = ("TENCENTCLOUD_SECRETID", "TENCENTCLOUD_SECRETKEY", "TENCENTCLOUD_SESSIONTOKEN")
    for name in names:
        if not re.fullmatch("[!-~]*", read.optional(name) or ""):
            problem = "has characters that no header can carry; write it as the console shows it"
            raise ConfigurationError(name, problem)
    secret_id, secret_key, token = names
    return Credentials(read.required(secret_id), read.required(secret_key), read.optional(token))


def _places(read: Environment) -> tuple[str, str, str, str]:
    """Return bucket and prefix of input, then of output. Refuse prefixes that overlap."""
    input_bucket = _bucket(read, "INPUT_BUCKET")
    output_bucket = _bucket(read, "OUTPUT_BUCKET") if read.optional("OUTPUT_BUCKET") else None
    input_prefix = _prefix(read, "INPUT_PREFIX")
    output_prefix = _prefix(read, "OUTPUT_PREFIX")
    if len(output_prefix.encode()) > MAX_OUTPUT_PREFIX_BYTES:
        raise ConfigurationError(
            "OUTPUT_PREFIX", f"is longer than {MAX_OUTPUT_PREFIX_BYTES} bytes; shorten it"
        )
    overlap = input_prefix.startswith(output_prefix) or output_prefix.startswith(input_prefix)
    if overlap and output_bucket in {None, input_bucket}:
        raise ConfigurationError(
            "OUTPUT_PREFIX",
            f"{output_prefix!r} overlaps INPUT_PREFIX {input_prefix!r} in the same bucket, so "
            "results would be taken for photos; choose prefixes of which neither begins "
            "with the other",
        )
    return input_bucket, input_prefix, output_bucket or input_bucket, output_prefix


def _bucket(read: Environment, name: str) -> str:
    bucket = read.matching(name, "[a-z0-9][a-z0-9-]*-[0-9]+", "<name>-<appid>")
    appid = read.optional("TENCENTCLOUD_APPID")
    if appid is not None and not bucket.endswith(f"-{appid}"):
        raise ConfigurationError(name, f"is {bucket!r}; it must end with -{appid}, your APPID")
    return bucket


def _prefix(read: Environment, name: str) -> str:
    prefix = read.required(name)
    if prefix.startswith("/") or not prefix.endswith("/") or not prefix.isprintable():
        raise ConfigurationError(name, f"is {prefix!r}; write it like uploads/, ending with /")
    return prefix


def _card_type(variable: str, value: str) -> CardType:
    for card_type in CARD_TYPES:
        if value == card_type:
            return card_type
    raise ConfigurationError(variable, f"has {value!r}; it can be {' or '.join(CARD_TYPES)}")


def _card_type_rules(read: Environment, input_prefix: str) -> tuple[tuple[str, CardType], ...]:
    """Return the pairs `prefix=type`, the longest prefix first."""
    rules: dict[str, CardType] = {}
    for rule in (read.optional("CARD_TYPE_RULES") or "").split(","):
        if not rule.strip():
            continue
        prefix, equals, card_type = rule.strip().rpartition("=")
        if not equals or not prefix.startswith(input_prefix):
            raise ConfigurationError(
                "CARD_TYPE_RULES",
                f"has {rule.strip()!r}; write {input_prefix}driver/=DriverLicense; begin every "
                "prefix with INPUT_PREFIX, and put a comma between two rules",
            )
        rules[prefix] = _card_type("CARD_TYPE_RULES", card_type)
    return tuple(sorted(rules.items(), key=lambda rule: -len(rule[0])))


def _callback(read: Environment, *, submits: bool, local: bool) -> Callback:
    kind = read.choice("CALLBACK_TYPE", ("URL", "TDMQ", "NONE"))
    queued = kind == "TDMQ" and submits
    return Callback(
        type=kind,
        format=read.choice("CALLBACK_FORMAT", ("JSON", "XML")),
        url=_callback_url(read, local=local) if kind == "URL" and submits else None,
        mq_region=read.choice("CALLBACK_MQ_REGION", tuple(MQ_REGIONS)) if queued else None,
        mq_mode=read.choice("CALLBACK_MQ_MODE", ("Queue", "Topic")) if queued else None,
        mq_name=read.matching("CALLBACK_MQ_NAME", "[0-9A-Za-z_-]{1,64}", "a queue's name")
        if queued
        else None,
    )


def _callback_url(read: Environment, *, local: bool) -> str:
    url = read.required("CALLBACK_URL")
    schemes = ("https", "http") if local else ("https",)
    try:
        parts = urlsplit(url)
        plain = parts.scheme in schemes and parts.hostname and not parts.username
        numbered = parts.port is None or parts.port > 0
    except ValueError:
        plain = numbered = False
    written = url.isascii() and url.isprintable() and not {" ", "#"} & set(url)
    if not plain or not numbered or not written or len(url) > _MAX_URL_LENGTH:
        raise ConfigurationError(
            "CALLBACK_URL", "must be the https:// address of the callback function"
        )
    return url


def _queue_id(read: Environment) -> str | None:
    if read.optional("QUEUE_ID") is None:
        return None
    return read.matching("QUEUE_ID", "[0-9A-Za-z]{1,64}", "a queue's id, letters and digits")


def local_cloud(read: Environment) -> str | None:
    """Return the local cloud's address, http://127.0.0.1:PORT. Return None if LOCAL_CLOUD is unset.

    Raises:
        ConfigurationError: LOCAL_CLOUD isn't on this machine.
    """
    url = read.optional("LOCAL_CLOUD")
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        local = parts.scheme == "http" and parts.port and _is_loopback(parts.hostname or "")
        bare = parts.path in {"", "/"} and not {"?", "#", "@"} & set(url)
    except ValueError:
        local = bare = False
    if not local or not bare:
        raise ConfigurationError("LOCAL_CLOUD", "must be http://127.0.0.1:PORT, on this machine")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Environment:
    """Reads variables by their form. An empty one counts as unset; an unset one has its default.

    All methods but `optional` raise ConfigurationError for a wrong value.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def optional(self, name: str) -> str | None:
        """Return the value or the default. Return None if there is neither."""
        return self._environ.get(name) or DEFAULTS[name] or None

    def required(self, name: str, advice: str = "") -> str:
        """Return the value or the default. `advice` says what to write if there is neither."""
        value = self.optional(name)
        if value is None:
            raise ConfigurationError(name, f"is missing{advice and '; '}{advice}")
        return value

    def matching(self, name: str, pattern: str, form: str) -> str:
        """Return a value of a given form. `form` shows the form to the reader of the error."""
        value = self.required(name, f"write it as {form}")
        if not re.fullmatch(pattern, value):
            raise ConfigurationError(name, f"is {value!r}; write it as {form}")
        return value

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return the value, which must be one of `choices`."""
        choice = f"it can be {' or '.join(choices)}"
        value = self.required(name, choice)
        if value not in choices:
            raise ConfigurationError(name, f"is {value!r}; {choice}")
        return value

    def integer(self, name: str, minimum: int, maximum: int) -> int:
        """Return a whole number within bounds."""
        found = self.optional_integer(name, minimum, maximum)
        if found is None:
            raise ConfigurationError(name, "is missing")
        return found

    def optional_integer(self, name: str, minimum: int, maximum: int) -> int | None:
        """Return a whole number within bounds. Return None if it isn't set."""
        value = self.optional(name)
        if value is None:
            return None
        if not re.fullmatch("[0-9]{1,15}", value) or not minimum <= int(value) <= maximum:
            raise ConfigurationError(
                name, f"is {value!r}; it must be a whole number from {minimum} to {maximum}"
            )
        return int(value)

    def boolean(self, name: str) -> bool:
        """Return whether the value is `true`; it must be `true` or `false`."""
        return self.choice(name, ("true", "false")) == "true"
