"""COS, CI's jobs and the triggers of SCF, on one machine: what Tencent Cloud has, for tests.

agenda        what is still to be done, and when
cam           access management: which calls a role's policy allows
ci            Cloud Infinite's ImageLicenseRec jobs, from the API page
client        the official SDK's client, with the emulator in the cloud's place
control       the control API: what an emulator did, and what is to go wrong
cos           COS: buckets and objects
credentials   the keys that requests may be signed with
emulator      the emulator put together
functions     running functions as SCF does
patterns      regular expressions that somebody else wrote
server        the emulator on a socket of this machine
settings      what is set up on an emulator
signature     request signatures of COS and CI (`q-sign-algorithm=sha1`), verified
sts           STS: temporary keys
testing       fixtures for pytest
triggers      what invokes the functions
typed_json    a JSON object as a dataclass, or a sentence that says what is wrong with it
wsgi_adapter  requests, answered by a WSGI app in this process
"""

from coslocal.emulator import Emulator
from coslocal.settings import FunctionSettings, Settings, Timer, Topic, Uploads, Url

__all__ = ["Emulator", "FunctionSettings", "Settings", "Timer", "Topic", "Uploads", "Url"]
