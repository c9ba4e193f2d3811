"""Every error that the deployment raises. `python -m deploy` prints its text as one sentence.

CardOcrError
└── DeployError
    ├── WrongConfiguration      a value in serverless.yml or .env; says what to write instead
    ├── BundleFailed            the zips could not be made
    ├── CredentialsMissing      there is no API key
    ├── RequestFailed           a request to the cloud wasn't carried out
    │   ├── CredentialsRefused  the API key is wrong
    │   ├── NotPermitted        the API key may not do this
    │   ├── UnreadableReply     the reply has a form that no page shows
    │   └── NoAnswer            nothing came back, or nothing that can be read
    ├── RoleMissing             a role doesn't exist yet
    ├── RoleUnfit               others may assume a function's role, or it allows too little
    ├── BucketOutOfReach        the bucket isn't in the functions' region, or isn't ours
    ├── NotOurs                 somebody else made a function or trigger of the same name
    ├── NameTaken               a role or a policy of that name differs from ours
    ├── NotReady                CI is in a state that setup can't change
    ├── RuntimeDiffers          a function's runtime can't be changed
    ├── BucketDiffers           a function works for another bucket
    ├── UploadsTaken            a bucket's uploads start another function already
    ├── FunctionFailed          SCF couldn't create or update a function
    ├── AccountSuspended        SCF has suspended a function: the account's balance is too low
    ├── NotInTime               the cloud didn't show or accept a change within a minute
    ├── NotDeployed             a function isn't there yet
    ├── StillThere              `remove` left a function of ours
    ├── PackageMissing          a zip isn't there yet
    ├── PackageTooLarge         a zip is larger than a request carries
    ├── UnreadableEvent         an event for `invoke` isn't JSON
    └── InvocationFailed        a function that was invoked failed

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
    """A function's code, or a package that it needs, could not be put into a zip."""


class CredentialsMissing(DeployError):
    """A variable of the API key isn't set."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is missing: write the API key into .env or the environment")


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


class RoleMissing(DeployError):
    """CAM lacks a role: one of serverless.yml, or one that a console makes."""

    @classmethod
    def of_function(cls, role: str, setup: str) -> RoleMissing:
        """Return the error for a function's role; `setup` is the command that makes the role."""
        return cls(f"the role {role} does not exist: run `{setup}`, which makes it")


class RoleUnfit(DeployError):
    """A role of serverless.yml that its function must not run in."""


class BucketOutOfReach(DeployError):
    """A bucket that the functions can't use."""

    def __init__(self, bucket: str, problem: str) -> None:
        super().__init__(f"the bucket {bucket} {problem}")


class NotOurs(DeployError):
    """A function or a trigger that this service didn't make, so it doesn't change it."""

    def __init__(
        self, what: str, advice: str = "delete it, or choose another service or stage name"
    ) -> None:
        super().__init__(f"{what} was not made by this service and stays as it is: {advice}")


class NameTaken(DeployError):
    """A role or policy that `card-ocr setup` didn't make and that differs from what is needed."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was not made by card-ocr setup, differs from what is needed and stays as it "
            "is: delete it, or give the role another name in serverless.yml"
        )


class NotReady(DeployError):
    """CI is in a state that setup can't change."""


class RuntimeDiffers(DeployError):
    """A function keeps the runtime it was created with."""

    def __init__(self, name: str, found: str, wanted: str) -> None:
        super().__init__(
            f"{name} runs on {found} and SCF can't change that to {wanted}: run `sls remove`, "
            "then `sls deploy`"
        )


class BucketDiffers(DeployError):
    """A function of the same name works for another bucket, probably of another clone."""

    def __init__(self, name: str, bucket: str, variable: str) -> None:
        super().__init__(
            f"{name} works for {bucket}, but {variable} names another bucket: choose another stage "
            "with --stage; or, to change this deployment's bucket, run `sls remove`, then "
            "`sls deploy`"
        )


class UploadsTaken(DeployError):
    """COS takes no two rules of a bucket that overlap. `holder` has the other rule."""

    def __init__(self, bucket: str, prefix: str, holder: str) -> None:
        super().__init__(
            f"uploads to {bucket} under {prefix} already start {holder}, and COS takes no second "
            "rule that overlaps: delete that trigger (run `sls remove` with its service name and "
            "--stage), or choose another INPUT_PREFIX or INPUT_BUCKET"
        )


class FunctionFailed(DeployError):
    """SCF failed to create or update a function."""

    def __init__(self, name: str, status: str, reason: str) -> None:
        told = f": {reason}" if reason else ""
        super().__init__(f"{name} is {status}{told}; {AGAIN}")


class AccountSuspended(DeployError):
    """A function that SCF keeps but doesn't run."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"SCF has suspended {name}, since the account's balance is too low: top it up in the "
            f"console, then {AGAIN}"
        )


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


class StillThere(DeployError):
    """`remove` is done, but functions of this service are still there."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"still there: {what}; run `sls remove` again, with --force to delete triggers that "
            "somebody else made, too"
        )


class PackageMissing(DeployError):
    """There is no zip to deploy."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is missing: run `sls package` first")


class PackageTooLarge(DeployError):
    """A zip that is too large for a request to SCF."""

    def __init__(self, path: str, megabytes: float, most: float) -> None:
        super().__init__(
            f"{path} has {megabytes:.1f} MB, but a request carries at most {most:.0f} MB"
        )


class UnreadableEvent(DeployError):
    """The event that was given can't be read."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where} {problem}")


class InvocationFailed(DeployError):
    """An invoked function raised, timed out or died."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} failed: {problem}")
