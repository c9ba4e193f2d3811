"""The roles that the functions run in: each allows what its function needs, and nothing else.

It imports errors, configuration and api.

grants      what each function's role allows, with the action names of COS, CI and CAM
scope       where it allows it: the buckets, prefixes and the account of one deployment
documents   the policy documents made of grants and scope, and the trust policy
wanted      the wanted roles, with their names from serverless.yml
cam         reads and changes the roles and policies that CAM has
judgement   checks whether a role in CAM is what its function needs
"""
