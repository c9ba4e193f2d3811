"""Puts the functions into the cloud: the plugin, the bundler, the deployer and the roles."""
