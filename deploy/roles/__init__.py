"""The roles that the functions run in: each allows what its function needs, and nothing else.

It imports errors, configuration and api.

grants      what each function's role allows, and where: the scope of one deployment
wanted      the wanted roles: their names from serverless.yml, their policies, the trust policy
cam         reads, checks and changes the roles and policies that CAM has
"""
