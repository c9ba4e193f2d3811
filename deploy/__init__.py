"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin         the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
__main__       `python -m deploy`, which the plugin runs
commands       what it can do: package, deploy, info, invoke, logs, remove
setup          what must be there before; `card-ocr setup` is its command
functions      the functions in SCF: wanted, found, and the way from the one to the other
roles          the roles they run in: what each may do, and where
bucket         their bucket: its region, when its deployment began, what is pending there
bundle         their zips
api            how the cloud is asked
configuration  what the files say, and what is refused of it
errors         every error

Imports go one way: from a line of this drawing to the lines below it, and never along a line.

    __main__
    commands    setup
    functions   roles   bucket   bundle
    api
    configuration
    errors
"""
