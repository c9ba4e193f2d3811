"""What the files say: serverless.yml, `.env`, and the environment of whoever deploys.

It imports errors alone, and asks nothing of the cloud.

service      what serverless.yml says, as typed values
document     the reader of the JSON document in which the plugin hands it over
section      a mapping of that document, read key by key
env_file     the reader of `.env`
access       whose keys are used, and whether the cloud is the real one
environment  the environment of a deployed function
checks       what is refused, with what to write instead
"""
