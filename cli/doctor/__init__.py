"""Whether a deployment works, looked at from outside.

verdict      what a check can find
subject      the deployment that is looked at
checks       all checks in their order, under their names: each a small function from the subject to
             a verdict, in the modules account, bucket, recognition, functions, absence and life
specimen     a specimen of each card type, from upload to result
report       the table and the JSON
absence      whether an absent object reads as 404 and not as 403, in the role of each function
account      the account: whose keys these are, and what the roles allow
bucket       the buckets
functions    the functions in SCF, against this serverless.yml and this `.env`
life         signs of life: what the last sweep wrote down
recognition  CI: bound to the bucket, recognising, and with a queue that runs
"""
