"""The bucket of a deployment: its region, its settings, and the cards that are pending in it.

It imports errors and configuration, and from api the reason why a connection failed. It calls COS
as the functions do, through shared.

pipeline   the pipeline that sweep has, opened with the deployer's keys
region     checks that the buckets are in the functions' region and the output bucket isn't locked
settings   reads a bucket's settings, object lock among them
pending    what a change of the environment does to cards that are pending
"""
