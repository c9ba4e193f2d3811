"""The bucket, as a deployment meets it: before the first, and with cards that are pending.

It imports errors and configuration, and from api why a connection failed. COS is asked as the
functions ask it, by shared.

pipeline   the pipeline that sweep has, opened with the keys of whoever deploys
region     whether the buckets are in the functions' region, and none keeps objects
settings   what is set of a bucket, and whether it has object lock
pending    what a change of the environment does to cards that are pending
"""
