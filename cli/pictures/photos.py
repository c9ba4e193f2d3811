"""The content of a photo. The functions never read it; the operator's own keys must."""

from __future__ import annotations

from qcloud_cos import CosClientError, CosServiceError
from urllib3.exceptions import HTTPError

from cli.refusals import Refusals
from shared.cloud import connect
from shared.errors import StorageFault
from shared.settings.load import Settings
from shared.store.cos import never_connected

_REQUEST = "GET of a photo"


class PhotoReader:
    """The input bucket, for reading; several threads may."""

    def __init__(self, settings: Settings, refusals: Refusals) -> None:
        self._client = connect(settings).idempotent
        self._refusals = refusals
        self._bucket = settings.input_bucket
        self._max_bytes = settings.max_object_bytes

    def content(self, key: str, etag: str) -> bytes | None:
        """The content with that ETag; None without it.

        It can be gone, replaced, over MAX_OBJECT_BYTES or, as `Refusals` then knows, refused.

        Raises:
            StorageFault: COS couldn't be asked.
        """
        try:
            return self._content(key, etag)
        except StorageFault as fault:
            self._refusals.note(key, fault)
            return None

    def _content(self, key: str, etag: str) -> bytes | None:
        try:
            reply = self._client.get_object(Bucket=self._bucket, Key=key)
            with reply["Body"].get_raw_stream() as stream:
                if reply.get("ETag", "").strip('"') != etag:
                    return None
                content = bytes(stream.read(self._max_bytes + 1))
        except CosServiceError as error:
            if error.get_status_code() == 404:  # noqa: PLR2004
                return None
            raise StorageFault(_REQUEST, str(error.get_error_code())) from None
        except (CosClientError, HTTPError, OSError) as error:  # the last two while it is read
            code = "NoConnection" if never_connected(error) else "NoReply"
            raise StorageFault(_REQUEST, code) from None
        return content if len(content) <= self._max_bytes else None
