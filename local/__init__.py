"""Tencent Cloud on one machine: COS, the CI service, the triggers and the functions.

agenda        what is still to be done, and when
cam           access management: which calls a role's policy allows
ci            cloud Infinite's ImageLicenseRec jobs, from the API page
client        the official SDK's client, with the local cloud in the cloud's place
cloud         the local cloud put together
control       the control API of a local cloud
cos           tencent COS on one machine
credentials   the keys that requests may be signed with
demo          photos uploaded to a local cloud, and the JSON they become
environments  what the functions find in their environments
functions     running functions as SCF does
page          the page of photos go in, and what became of them is seen
patterns      regular expressions that somebody else wrote
recognition   reading a card from a picture
running       A local cloud that runs in real time
samples       drawn specimens, each with its truth file; `draw.py` draws them again
server        the local cloud's app on a socket of this machine
signature     request signatures of COS and CI (`q-sign-algorithm=sha1`), verified
testing       A local cloud for tests, in their own process
triggers      what invokes the functions
typed_json    A JSON object as a dataclass, or a sentence that says what is wrong with it
up            the local cloud, kept running until Ctrl-C
wsgi_adapter  requests, answered by a WSGI app in this process
"""
