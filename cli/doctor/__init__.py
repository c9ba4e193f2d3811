"""Whether a deployment works, looked at from outside.

verdict      what a check can find
subject      the deployment that is looked at
checks       all checks in their order, under their names: each a small function from the subject to
             a verdict, in the modules account, bucket, lifecycle, sharing, recognition, functions,
             absence and life
specimen     a specimen of each card type, from upload to result
report       the table and the JSON
absence      whether an absent object reads as 404 and not as 403, in the role of each function
account      the account: whose keys these are, and what the roles allow
bucket       the buckets
reach        the buckets with what lies in them, for checks that go through both
lifecycle    the buckets' rules: what they archive and delete
sharing      the buckets' policies and ACLs: whom they let in, and shut out
functions    the functions in SCF, against this serverless.yml and this `.env`
life         signs of life: what the last sweep wrote down
recognition  CI: bound to the bucket, recognising, and with a queue that runs
"""
