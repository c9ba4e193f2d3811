"""The way to a deployment.

environment  the deployment's settings and API keys: `.env`, and the environment
deployment   the account's API and the pipeline, with these settings and keys
service      the service of serverless.yml, and the URL that CI calls
faults       what an operator can do about a fault of the cloud
"""
