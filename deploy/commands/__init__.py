"""The commands of `python -m deploy`, a module each, and what several commands need.

They may import everything else except setup, which belongs to `card-ocr`. Nothing imports them.

session       the service, the environment, and the clients for the cloud
progress      shows the plan, and each step when it is done
package       checks the configuration, then makes the zips
deploy        `deploy` and `deploy-function`: look, say what will change, change it
remove        looks, says what it will delete, deletes it
info, logs    what is deployed, and what a function logged
invoke        runs a deployed function on an event; reads the event
invoke_local  runs a function of the repository, in the process of local_worker
local_worker  the process of `invoke local`, without the deployer's imports
"""
