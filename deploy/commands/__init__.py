"""The commands of `python -m deploy`, a module each, and what several commands need.

They may import everything else except setup, which belongs to `card-ocr`. Nothing imports them.

session       the service, the environment, and the clients for the cloud
package       checks the configuration, then makes the zips
deploy        `deploy`, `deploy-function` and `remove`: look, say what will change, change it
info          `info` and `logs`: what is deployed, and what a function logged
invoke        `invoke` and `invoke local`: run a function on an event
local_worker  the process of `invoke local`, without the deployer's imports
"""
