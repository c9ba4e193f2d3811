"""What is set up on an emulator: its bucket, its functions, and what invokes each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from coslocal.ci.queue import MAX_CONCURRENT
from coslocal.functions.interface import MakeFunction
from coslocal.triggers.cron import parse_cron
from coslocal.triggers.uploads import CREATED

APPID: Final = "1250000000"


@dataclass(frozen=True)
class Uploads:
    """COS's trigger: objects that are created under `prefix`, with a key that ends with `suffix`.

    Attributes:
        bucket: <name>-<appid>; that of `Settings` if None.
        event: How they are created: `cos:ObjectCreated:Put`, or with a `*` in any way; with
            `cos:ObjectRemove:*` the trigger is for objects that are deleted.
    """

    prefix: str = ""
    suffix: str = ""
    bucket: str | None = None
    event: str = CREATED


@dataclass(frozen=True)
class Timer:
    """The timer trigger: an event at the times of `cron`; without one, every `every_seconds`.

    Raises:
        ValueError: Both are given, or neither, or `cron` is no cron expression of SCF.
    """

    name: str
    every_seconds: float | None = None
    message: str = ""
    cron: str | None = None

    def __post_init__(self) -> None:
        """Refuse what says no time, or two."""
        if (self.every_seconds is None) == (self.cron is None):
            raise ValueError(f"the timer {self.name} has every_seconds or cron")
        if self.cron is not None:
            parse_cron(self.cron)


@dataclass(frozen=True)
class Topic:
    """The CMQ topic trigger: what CI publishes to the topic `name`."""

    name: str


@dataclass(frozen=True)
class Url:
    """A Function URL; it is `/functions/<name of the function>` of the emulator's own address."""


@dataclass(frozen=True)
class FunctionSettings:
    """A function that is deployed.

    Attributes:
        make: Makes it; `in_this_process` and `in_own_processes` of `coslocal.functions` return one.
        triggers: What invokes it.
        environment: Its own variables, over those of `Settings` and those that SCF sets.
        policy: What its role allows, as CAM writes it; everything if None.
    """

    name: str
    make: MakeFunction
    triggers: Sequence[Uploads | Timer | Topic | Url] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    policy: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Settings:
    """How an emulator is set up.

    Attributes:
        bucket: <name>-<appid>; it is created, and enabled for recognition, if `bucket_exists`.
        buckets: More that are created so.
        regions: More regions of COS, without buckets at first.
        roles: More roles that STS lets be assumed, with what each allows, as CAM writes it.
        environment: Variables of every function, over those that SCF sets.
        url: Where the app is served, or passes for being served.
        max_concurrent: How many jobs CI runs at once.
    """

    bucket: str = f"examples-{APPID}"
    region: str = "ap-guangzhou"
    regions: Sequence[str] = ()
    functions: Sequence[FunctionSettings] = ()
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    url: str = "http://127.0.0.1:8000"
    bucket_exists: bool = True
    buckets: Sequence[str] = ()
    max_concurrent: int = MAX_CONCURRENT
