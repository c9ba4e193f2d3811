"""An upload becomes a claim and a job."""

from __future__ import annotations

from urllib.parse import unquote

from shared.events import CreatedObject
from shared.pipeline.context import Context
from shared.pipeline.gate import Gate
from shared.pipeline.perform import Performer, head_photo
from shared.pipeline.state import SINCE, load
from shared.store import Photo
from shared.store.layout import is_folder
from shared.times import from_rfc3339, is_rfc3339


def submit_upload(context: Context, gate: Gate, upload: CreatedObject) -> None:
    """Submit the job for an uploaded photo, unless another sender has claimed it.

    Raises:
        StorageFault: COS failed before the claim existed, so the event must be delivered again.
        ConfigurationError: the output bucket has versioning.

    A fault after the claim is never raised: sweep continues from the pending object.
    """
    if is_ignored(context, upload):
        return
    is_under_prefix = upload.key.startswith(context.settings.input_prefix)
    photo = head_photo(context, upload.key) if is_under_prefix else None
    photo = photo or _head_decoded(context, upload)
    if photo is None:
        context.log.warning("ignored", key=context.log.key(upload.key), problem="gone")
        return
    if is_folder(photo.key, photo.size):
        context.log.info("ignored", key=context.log.key(upload.key), problem="folder")
        return
    Performer(context, gate).begin(photo, "upload")


def is_ignored(context: Context, upload: CreatedObject) -> bool:
    """Return whether to ignore an upload: of another bucket, or with a key not under INPUT_PREFIX.

    A key that is under it only after percent-decoding is not ignored. OUTPUT_PREFIX never
    overlaps INPUT_PREFIX, so our own output is ignored.
    """
    settings = context.settings
    if upload.bucket != settings.input_bucket:
        context.log.warning("ignored", bucket=upload.bucket, problem="not INPUT_BUCKET")
        return True
    prefix = settings.input_prefix
    if not (upload.key.startswith(prefix) or _decoded(upload.key).startswith(prefix)):
        key = context.log.key(upload.key)
        context.log.info("ignored", key=key, problem="not under INPUT_PREFIX")
        return True
    return False


def _head_decoded(context: Context, upload: CreatedObject) -> Photo | None:
    """HEAD the photo at the percent-decoded key, since some events have an encoded key.

    The photo there may be of another upload. Return None if it is older than the deployment. If
    since.json can't be read, return None too: reconcile finds the photo later.
    """
    key = _decoded(upload.key)
    is_address = key.rpartition("/")[2] not in {".", ".."}
    is_ours = key != upload.key and key.startswith(context.settings.input_prefix)
    if not (is_ours and is_address):
        return None
    photo, since = head_photo(context, key), load(context, SINCE).get("since")
    if photo is None or photo.last_modified is None or not is_rfc3339(since):
        return None
    is_new = from_rfc3339(photo.last_modified) >= from_rfc3339(str(since))
    return photo if is_new else None


def _decoded(key: str) -> str:
    """Return a key percent-decoded, or unchanged if that isn't UTF-8."""
    try:
        return unquote(key, errors="strict")
    except UnicodeDecodeError:
        return key
