"""The functions in SCF: as they are wanted, as they are, and the way from the one to the other.

It imports errors, configuration and api.

triggers   their triggers in one form, and the requests for them
model      functions in one form, wanted and found, that can be compared
ownership  how the deployment knows what it made, and which code a function has
wanted     the functions as serverless.yml and the zips have them
scf        the functions as SCF has them
plan       what is to be done, from these two; no request is made for it
steps      each with the request that does it
apply      the plan, step by step
uploads    which function a bucket's uploads start: COS takes one alone
"""
