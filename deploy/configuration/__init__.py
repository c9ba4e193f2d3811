"""Reads and checks serverless.yml, `.env`, and the deployer's environment.

It imports only errors, and sends no request.

service      what serverless.yml says, as typed values
document     reads the JSON document that the plugin makes of serverless.yml, key by key
env_file     reads `.env`
environment  the API key to use, the cloud that it is for, and a deployed function's environment
checks       refuses wrong values, and says what to write instead
"""
