"""From serverless.yml to the cloud: the plugin of the Serverless Framework and what it calls.

plugin      the provider `tencent`, in JavaScript: the schema, the commands, and the hand-over
service     what serverless.yml says, as typed values
document    the reader of the JSON document in which the plugin hands it over
roles       what each function's role allows, and the policy documents that say so
"""
