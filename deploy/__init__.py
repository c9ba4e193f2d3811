"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin        the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
configuration what the files say, and what is refused
bundle        one zip a function
commands      the commands of `python -m deploy`
functions     as they are wanted, as they are, and the way from the one to the other

What must be there before:

roles         what each function's role allows, and the policy documents that say so
bucket        where it is, when its deployment began, and what is pending there
api           how SCF, CAM, STS, CLS and CI are asked
setup         what is missing of roles and of CI, as steps
"""
