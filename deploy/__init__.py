"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin      the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
service     what serverless.yml says, as typed values
document    the reader of the JSON document in which the plugin hands it over
commands    what `python -m deploy` can be asked for

A deployment, each a step on the way from the one to the other:

wanted      the functions as serverless.yml and the zips have them
reading     the functions as SCF has them
plan        what is to be done, from the two; steps has the requests, no request is made
carrying_out  the plan, step by step
"""
