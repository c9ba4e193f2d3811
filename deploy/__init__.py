"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin        the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
configuration what the files say, and what is refused
bundle        one zip a function
package       `sls package`: the checks, then the bundle
commands      the commands of `python -m deploy`

A deployment is a way from the one to the other:

wanted        the functions as serverless.yml and the zips have them
reading       the functions as SCF has them
plan          what is to be done, from these two; no request is made for it
steps         each with the request that does it
carrying_out  the plan, step by step

What must be there before:

roles         what each function's role allows, and the policy documents that say so
api           how SCF, CAM, STS, CLS and CI are asked
setup         what is missing of roles and of CI, as steps
"""
