"""Deploys serverless.yml: a plugin of the Serverless Framework, and the code that it calls.

plugin         the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
__main__       `python -m deploy`, which the plugin runs
commands       its commands: package, deploy, info, invoke, logs, remove
setup          prepares the account: roles and CI; `card-ocr setup` is its command
functions      the functions in SCF: wanted, found, and the steps from one to the other
roles          the roles that the functions run in: what each may do, and where
bucket         the functions' bucket: its region, its settings, what is pending there
bundle         the functions' zips
api            requests to the cloud
configuration  reads and checks serverless.yml, `.env` and the environment
errors         every error

Imports go one way: a module imports from the lines below its own, and never from its own line.

    __main__
    commands    setup
    functions   roles   bucket   bundle
    api
    configuration
    errors
"""
