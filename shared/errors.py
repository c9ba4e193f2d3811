"""What the functions raise; deploy/errors.py has the deployment's.

CardOcrError
├── ConfigurationError      a setting, or the state of a bucket, is wrong; names what to change
├── CallbackRefused         the caller has no valid token, or the job is not the token's: 403
├── MalformedCallback       an authenticated call whose body can't be read: 400
├── RecordsFailed           records of an event got no claim; SCF must deliver the event again
├── MessagesFailed          messages of a queue weren't processed; SCF must deliver the event again
├── UnexpectedError         a bug; SCF's log gets no text of it, our log says where it happened
└── CloudFault              COS or CI didn't do what was asked; nothing is lost, ask again later
    ├── StorageFault        COS
    │   └── PhotoUnreadable COS refuses to show one photo, and shows others
    └── JobServiceFault     CI

No message holds an object key, a token, a credential or anything read from a card: SCF writes
exception texts to its log.
"""

from __future__ import annotations

import re

CODE = re.compile("(?!.*[0-9]{6})[A-Za-z][A-Za-z0-9._-]{0,63}")
"""The form of a Code of COS or CI. Codes go into log lines and error texts, so no other text counts
as one. A text with six digits in a row isn't a Code either: it can hold an ID number."""
ARCHIVED = "InvalidObjectState"
"""COS's Code for the GET of an object that is archived and not restored."""


class CardOcrError(Exception):
    """Anything the project raises on purpose."""


class ConfigurationError(CardOcrError):
    """A setting or a bucket is not as it must be. `variable` names the environment variable."""

    def __init__(self, variable: str, problem: str) -> None:
        super().__init__(f"{variable}: {problem}")
        self.variable = variable


class CallbackRefused(CardOcrError):
    """A callback can't prove which card it is about. `reason` is only for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MalformedCallback(CardOcrError):
    """The body of an authenticated callback isn't one of the documented shapes."""


class RecordsFailed(CardOcrError):
    """Some records of an event failed before a claim for them existed."""

    def __init__(self, failed: int, total: int) -> None:
        super().__init__(
            f"{failed} of {total} records got no claim; nothing was sent for them, and SCF must "
            "deliver the event again. The log has one line for each."
        )


class MessagesFailed(CardOcrError):
    """Some messages of a queue didn't become results, because of COS, CI or a setting."""

    def __init__(self, failed: int, total: int) -> None:
        super().__init__(
            f"{failed} of {total} messages couldn't be processed; none is lost: SCF must deliver "
            "the event again. The log has one line for each."
        )


class UnexpectedError(CardOcrError):
    """Replaces any other exception that would leave a function.

    The text of the replaced exception could quote a card.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__(
            f"{type(error).__name__}; the log's line unexpected_error says where it happened"
        )


class CloudFault(CardOcrError):
    """A request to the cloud failed. `code` is the service's own Code, or ours, such as `NoReply`.

    If `code` doesn't match `CODE`, it becomes `UnreadableCode`: a proxy can write any text.
    """

    def __init__(self, request: str, code: str) -> None:
        code = code if CODE.fullmatch(code) else "UnreadableCode"
        super().__init__(f"{request} failed: {code}")
        self.code = code


class StorageFault(CloudFault):
    """COS refused a request, couldn't be reached, or answered something unreadable.

    `status` is the HTTP status of a refusal.
    """

    def __init__(self, request: str, code: str, status: int | None = None) -> None:
        super().__init__(request, code)
        self.status = status

    @property
    def is_of_one_object(self) -> bool:
        """Whether COS may refuse only this object: it is archived, or COS answered 400 or 403."""
        return self.code == ARCHIVED or self.status in {400, 403}


class PhotoUnreadable(StorageFault):
    """COS answered the HEAD of a photo with 400, or with 403 (`is_denied`).

    A 400 is final: the photo is encrypted with the uploader's own key (SSE-C). A 403 can stop: a
    policy or a key of KMS causes it.
    """

    def __init__(self, request: str, code: str, *, is_denied: bool) -> None:
        super().__init__(request, code)
        self.is_denied = is_denied


class JobServiceFault(CloudFault):
    """CI refused to show a job, couldn't be reached, or answered something unreadable."""
