"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin       the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
service      what serverless.yml says, as typed values
document     the reader of the JSON document in which the plugin hands it over
environment  the environment of a deployed function
checks       what is refused, with what to write instead
bundle       one zip a function
package      `sls package`: the checks, then the bundle
commands     the commands of `python -m deploy`
"""
