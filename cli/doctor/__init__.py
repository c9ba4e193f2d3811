"""Whether a deployment works, seen from outside.

subject    the deployment, and its buckets
verdict    what a check found, and how it is shown
checks     all checks in their order, by name: each is a function from the subject to a verdict
account    the API key, the roles, and CI
bucket     the buckets: region, clock, versioning, object lock, create-once
lifecycle  what the buckets' lifecycle rules archive and delete
sharing    whom the buckets' policies and ACLs let in, and shut out
functions  the functions in SCF, against this serverless.yml and this `.env`
life       what the last sweep wrote down
specimen   a specimen of each card type, from upload to result
"""
