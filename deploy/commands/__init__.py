"""The commands of `python -m deploy`: a module each, and what several of them need.

They may import everything else but setup, which is `card-ocr`'s; nothing imports them.

session       the service, the environment, and the way to the cloud
progress      what will change, and how far it has come
package       the checks, then the bundle
deploy        `deploy` and `deploy-function`: look, say what will change, change it
remove        the same the other way
info, logs    what is deployed, and what it logged
invoke        a deployed function on an event, the one that event reads
invoke_local  a function of the repository, in the process of local_worker
local_worker  the process of `invoke local`
"""
