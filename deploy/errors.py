"""Every error that the deployment raises. `python -m deploy` prints its text as one sentence.

CardOcrError
└── DeployError
    ├── WrongConfiguration      a value in serverless.yml or .env; says what to write instead
    ├── BundleFailed            a zip could not be made, or can't be sent
    ├── CredentialsMissing      there is no API key
    ├── RequestFailed           a request to the cloud wasn't carried out
    │   ├── CredentialsRefused  the API key is wrong
    │   ├── NotPermitted        the API key may not do this
    │   ├── UnreadableReply     the reply has a form that no page shows
    │   └── NoAnswer            nothing came back, or nothing that can be read
    ├── AccountUnfit            a role, bucket, function or trigger isn't as it must be
    │   ├── NotOurs             somebody else made a function or trigger of the same name
    │   └── NotReady            CI is in a state that setup can't change
    ├── NotInTime               the cloud didn't show or accept a change within a minute
    ├── NotDeployed             a function isn't there yet
    └── FunctionFailed          SCF couldn't make or run a function, or its event can't be read

A class without `__init__` has its text at each `raise`.
No message holds a credential or the value of a secret.
"""

from __future__ import annotations

from shared.errors import CardOcrError

AGAIN = "run the same command again to go on where it ended"


class DeployError(CardOcrError):
    """A failure of a command of the deployment."""


class WrongConfiguration(DeployError):
    """A value can't be deployed. `where` is its path in serverless.yml, or a variable's name."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")
        self.where = where


class BundleFailed(DeployError):
    """A zip of a function's code and the packages that it needs could not be made, or sent."""


class CredentialsMissing(DeployError):
    """A variable of the API key isn't set."""


class RequestFailed(DeployError):
    """The API refused a request. `code` is the API's Code; `told` is the Code with its text."""

    def __init__(self, request: str, code: str, detail: str, advice: str = "") -> None:
        told = f"{code}{detail}"
        super().__init__(f"{request} failed: {told}" + (f"; {advice}" if advice else ""))
        self.code = code
        self.told = told


class CredentialsRefused(RequestFailed):
    """The API doesn't know the key, or the signature made with it is wrong."""


class NotPermitted(RequestFailed):
    """The key's owner may not do this."""


class UnreadableReply(RequestFailed):
    """A reply whose form differs from what the API's pages and SDK show."""

    def __init__(self, request: str, where: str, request_id: str) -> None:
        told = f" (RequestId {request_id})" if request_id else ""
        super().__init__(
            request,
            "UnreadableReply",
            f", {where} has a form that no page of the API shows{told}",
            "run the same command again; if it says the same, report this sentence to the project",
        )


class NoAnswer(RequestFailed):
    """It is unknown whether the request was carried out. The next run looks."""


class AccountUnfit(DeployError):
    """Something in the account isn't as the command needs it. The text says what to do."""


class NotOurs(AccountUnfit):
    """A function or a trigger that this service didn't make, so it doesn't change it."""

    def __init__(
        self, what: str, advice: str = "delete it, or choose another service or stage name"
    ) -> None:
        super().__init__(f"{what} was not made by this service and stays as it is: {advice}")


class NotReady(AccountUnfit):
    """CI is in a state that setup can't change."""


class NotInTime(DeployError):
    """A wait ended without success. `what` begins the sentence and says what was awaited."""

    def __init__(self, what: str, seconds: float) -> None:
        super().__init__(
            f"{what} after {seconds:.0f} s; {AGAIN}; if it stays so, look at it in the console"
        )


class NotDeployed(DeployError):
    """A function that SCF doesn't have."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not deployed: run `sls deploy` first")


class FunctionFailed(DeployError):
    """SCF failed to create, change or run a function; or the event for `invoke` can't be read."""
