"""An upload becomes a permit and a job."""

from __future__ import annotations

from shared.documents import Pending, ResultError, Trigger
from shared.errors import StorageFault
from shared.events import CreatedObject
from shared.pipeline import Pipeline
from shared.pipeline.permit import Permit, Sent, conclude, open_permit, put_off, send
from shared.pipeline.turn import Turn, UploadTurn
from shared.pipeline.unusable import card_type_of, rejection
from shared.store import Source


def submit_upload(
    pipeline: Pipeline,
    upload: CreatedObject,
    trigger: Trigger = "upload",
    turn: Turn | None = None,
) -> Sent | None:
    """Submit the job for an uploaded photograph, unless somebody else does or did.

    Returns None where no job was asked for.

    Raises:
        StorageFault: before its permit existed, so the event has to be delivered again.
        ConfigurationError: the output bucket has versioning.

    A fault after the permit never raises: the pending object is the queue.
    """
    if ignored(pipeline, upload):
        return None
    source = pipeline.store.head_source(upload.key)
    if source is None or _is_folder_marker(source):
        reason = "gone" if source is None else "folder"
        pipeline.log.info("ignored", key=pipeline.log.key(upload.key), problem=reason)
        return None
    permit = open_permit(pipeline, _first_attempt(pipeline, source, trigger))
    turn = turn or UploadTurn()
    return _use(pipeline, permit, source, turn) if isinstance(permit, Permit) else None


def ignored(pipeline: Pipeline, upload: CreatedObject) -> bool:
    """Whether it is no card of ours: another bucket, or not under INPUT_PREFIX.

    OUTPUT_PREFIX never overlaps INPUT_PREFIX, so our own output is among the ignored.
    """
    settings = pipeline.settings
    if upload.bucket != settings.input_bucket:
        pipeline.log.warning("ignored", bucket=upload.bucket, problem="not INPUT_BUCKET")
        return True
    if not upload.key.startswith(settings.input_prefix):
        key = pipeline.log.key(upload.key)
        pipeline.log.info("ignored", key=key, problem="not under INPUT_PREFIX")
        return True
    return False


def _first_attempt(pipeline: Pipeline, source: Source, trigger: Trigger) -> Pending:
    return Pending(
        source=pipeline.photograph(source),
        card_type=card_type_of(pipeline.settings, source),
        version=source.etag,
        attempt=1,
        owner=pipeline.new_owner(),
        state="claimed",
        trigger=trigger,
        updated_at=pipeline.at(),
    )


def _use(pipeline: Pipeline, permit: Permit, source: Source, turn: Turn) -> Sent | None:
    """Reject the card or send its job."""
    card_type = permit.pending.card_type
    reason = rejection(pipeline.settings, source)
    try:
        if reason is not None:
            error = ResultError(reason.code, reason.message, "source")
            _reject(pipeline, permit, error)
        elif card_type is not None:
            return send(pipeline, permit, card_type, turn)
    except StorageFault as fault:
        key = pipeline.log.key(source.key)
        pipeline.log.warning("left_to_sweep", key=key, problem=str(fault))
    except Exception as error:  # noqa: BLE001 — the pending object is the queue
        pipeline.log.unexpected(error)
    return None


def _reject(pipeline: Pipeline, permit: Permit, error: ResultError) -> None:
    """Write the rejection; where COS won't, the permit is given back for sweep to try again."""
    try:
        conclude(pipeline, permit, "rejected", error)
    except StorageFault as fault:
        put_off(pipeline, permit, fault.code)


def _is_folder_marker(source: Source) -> bool:
    return source.key.endswith("/") and source.size == 0
