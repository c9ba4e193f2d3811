"""The functions as SCF runs them, on the real pipeline, and the operator: backfill, pause."""

from __future__ import annotations

import contextlib
from typing import Any

from cli.bucket.holds import delete_holds, make_hold
from cli.enqueue.card import enqueue
from shared import callback_token
from shared.errors import CallbackRefused, CardOcrError, ConfigurationError, MalformedCallback
from shared.events import CreatedObject, http_body, query_value, queued_requests
from shared.jobs.reply import job_in_callback
from shared.pipeline.callback import deliver
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate, Holds
from shared.pipeline.reconcile import open_pass
from shared.pipeline.submit import submit_upload
from shared.pipeline.sweep import sweep
from tests.simulation.scheduler import Process
from tests.simulation.workers import SimulatedWorkers
from tests.simulation.world import World
from tests.support.environment import BUCKET

_SUBMIT_SECONDS = 60
_CALLBACK_SECONDS = 30
_SWEEP_SECONDS = 270
_SWEEP_UNTIL = 210
_DELIVERIES = 3  # SCF's: one, and two more after errors
_BETWEEN_DELIVERIES = 60
_PREFIX = "ocr/"


def start_submit(world: World, name: str, keys: list[str], after: float, delivery: int = 1) -> None:
    """An event arrives at `submit`; SCF delivers it again where the handler raised or died."""

    def work(process: Process) -> None:
        done = False
        try:
            done = _submit(world, process, keys)
        finally:
            if not done and delivery < _DELIVERIES:
                start_submit(world, name, keys, _BETWEEN_DELIVERIES, delivery + 1)

    world.scheduler.spawn(f"{name}.{delivery}", work, after=after, time_out=_SUBMIT_SECONDS)


def _submit(world: World, process: Process, keys: list[str]) -> bool:
    """The handler; whether it needs no second delivery."""
    context = world.context(process, "submit")
    gate = Gate(context, Holds())
    try:
        return not sum(not _submitted(world, process, context, gate, key) for key in keys)
    except ConfigurationError:
        return False


def _submitted(world: World, process: Process, context: Context, gate: Gate, key: str) -> bool:
    """Whether a record needs no second delivery."""
    try:
        submit_upload(context, gate, CreatedObject(BUCKET, key))
        world.oracle.handled(process, key)
    except ConfigurationError:
        raise
    except CardOcrError:
        return False
    except Exception as error:  # noqa: BLE001 — a bug, whatever it is
        world.oracle.crashed(process, error)
    return True


def start_callback(
    world: World, name: str, event: dict[str, Any], after: float, *, again: bool = False
) -> None:
    """CI, or somebody else, calls back; `again`: CI repeats it half an hour after a 500."""

    def work(process: Process) -> None:
        status = 500
        try:
            status = _callback(world, process, event)
        finally:
            if status == 500 and again:
                start_callback(world, f"{name}+", event, 1800)

    world.scheduler.spawn(name, work, after=after, time_out=_CALLBACK_SECONDS)


def start_message(world: World, name: str, body: str, after: float) -> None:
    """CI puts a message on its topic; SCF brings it soon, with others that lie there or not."""

    def work(process: Process) -> None:
        world.topic.append(body)
        process.wait(process.random.choice((0.1, 2, 60)) * process.random.random())
        brought = world.topic[: process.random.choice((1, 3))]
        del world.topic[: len(brought)]
        if brought:
            records = [{"CMQ": {"msgBody": message}} for message in brought]
            _start_messages(world, name, {"Records": records}, 0)

    world.scheduler.spawn(name.replace("callback", "topic", 1), work, after=after)


def _start_messages(
    world: World, name: str, event: dict[str, Any], after: float, delivery: int = 1
) -> None:
    """A queue's event arrives; SCF delivers it again where the handler raised or died."""

    def work(process: Process) -> None:
        statuses = [500]
        try:
            requests = queued_requests(event) or []
            statuses = [_callback(world, process, request) for request in requests]
        finally:
            if 500 in statuses and delivery < _DELIVERIES:
                _start_messages(world, name, event, _BETWEEN_DELIVERIES, delivery + 1)

    world.scheduler.spawn(f"{name}.{delivery}", work, after=after, time_out=_CALLBACK_SECONDS)


def _callback(world: World, process: Process, event: dict[str, Any]) -> int:
    """The handler; its HTTP status."""
    try:
        secrets = world.settings.callback_secrets
        token = callback_token.verify(query_value(event, "t"), secrets, process.clock())
        job, form = job_in_callback(http_body(event))
        deliver(world.context(process, "callback"), token, job, form)
    except CallbackRefused:
        return 403
    except MalformedCallback:
        return 400
    except CardOcrError:
        return 500
    except Exception as error:  # noqa: BLE001 — a bug, whatever it is
        world.oracle.crashed(process, error)
    return 200


def start_sweep(world: World, name: str, after: float, *, reconcile: bool) -> None:
    """The timer starts a sweep; the daily one opens a reconcile pass first."""

    def work(process: Process) -> None:
        context = world.context(process, "sweep")
        try:
            if reconcile:
                open_pass(context)
            sweep(
                context,
                until=process.clock() + _SWEEP_UNTIL,
                workers=SimulatedWorkers(process, process.random.choice((1, 1, 3, 8))),
            )
        except CardOcrError:
            pass
        except Exception as error:  # noqa: BLE001 — a bug, whatever it is
            world.oracle.crashed(process, error)

    world.scheduler.spawn(name, work, after=after, time_out=_SWEEP_SECONDS)


def start_backfill(world: World, name: str, keys: list[str], after: float, run: int = 1) -> None:
    """Put cards in line for sweep, never sent: first runs, or reruns as `<etag>~<run>`."""

    def work(process: Process) -> None:
        context = world.context(process, "sweep")
        for key in keys:
            with contextlib.suppress(CardOcrError):
                photo = context.store.head_photo(key)
                if photo is not None:
                    enqueue(context, photo, run=run)

    world.scheduler.spawn(name, work, after=after)


def start_pause(world: World, name: str, after: float) -> None:
    """An operator holds all that would be sent."""

    def work(process: Process) -> None:
        context = world.context(process, "sweep")
        with contextlib.suppress(CardOcrError):
            make_hold(context.store, _PREFIX, context.at(), "an operator", "a drill")

    world.scheduler.spawn(name, work, after=after)


def start_resume(world: World, name: str, after: float) -> None:
    """An operator lets it be sent again."""

    def work(process: Process) -> None:
        context = world.context(process, "sweep")
        with contextlib.suppress(CardOcrError):
            delete_holds(context.store, _PREFIX)

    world.scheduler.spawn(name, work, after=after)
