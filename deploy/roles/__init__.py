"""The roles the functions run in: what each may do, where, and nothing else.

It imports errors, configuration and api.

grants      what each function's role allows, in the words of COS, CI and CAM
scope       where: the buckets, prefixes and the account of one deployment
documents   the policy documents made of both, and the trust policy
wanted      the roles as they are to be, named as serverless.yml names them
cam         roles and policies as CAM has them, read and changed
judgement   whether a role that is there will do
"""
