"""COS, CI's jobs and the triggers of SCF, on one machine: what Tencent Cloud has, for tests.

agenda        what is still to be done, and when
bodies        the bodies of requests, up to a limit, whether a request says their length or not
cam           access management: which calls a role's policy allows
ci            Cloud Infinite's jobs
client        the official SDK's client, with the emulator in the cloud's place
console       what another shell asks of an emulator that runs
control       the control API: what an emulator did, and what is to go wrong
cos           COS: buckets and objects
credentials   the keys that requests may be signed with
emulator      the emulator put together
functions     running functions as SCF does
patterns      regular expressions that somebody else wrote
project       a project's serverless.yml: which functions it declares, and what invokes each of them
project_yaml  the text of a serverless.yml: YAML of plain values, and the variables in it
server        the emulator on a socket of this machine
settings      what is set up on an emulator
signature     request signatures of COS and CI (`q-sign-algorithm=sha1`), verified
sts           STS: temporary keys
testing       fixtures for pytest
triggers      what invokes the functions
typed_json    a JSON object as a dataclass, or a sentence that says what is wrong with it
up            `coslocal up`: the emulator, kept running until Ctrl-C
wsgi_adapter  requests, answered by a WSGI app in this process

The names below are imported when they are first asked for: pytest's plugin is loaded in every run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coslocal.ci.job_types import JobType
    from coslocal.ci.recognition import image_license_rec
    from coslocal.emulator import Emulator
    from coslocal.project import Project, read_project
    from coslocal.settings import FunctionSettings, Settings, Timer, Topic, Uploads, Url

__all__ = [
    "Emulator",
    "FunctionSettings",
    "JobType",
    "Project",
    "Settings",
    "Timer",
    "Topic",
    "Uploads",
    "Url",
    "image_license_rec",
    "read_project",
]

_HOMES = {
    "Emulator": "emulator",
    "JobType": "ci.job_types",
    "Project": "project",
    "image_license_rec": "ci.recognition",
    "read_project": "project",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever has the name
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"coslocal.{_HOMES.get(name, 'settings')}"), name)
