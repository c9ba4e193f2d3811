"""The roles the functions run in: what each may do, where, and nothing else.

grants      what each function's role allows, in the words of COS, CI and CAM
scope       where: the buckets, prefixes and the account of one deployment
documents   the policy documents made of both, and the trust policy
"""
