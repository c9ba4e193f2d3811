"""The functions in SCF: as they are wanted, as SCF has them, and the steps between the two.

It imports errors, configuration and api.

triggers   triggers in one form that can be compared, and the requests for them
model      functions in one form that can be compared, wanted and found; makes the wanted ones
ownership  how the deployment knows what it made, and which code a function has
scf        the functions as SCF has them
plan       the steps from the functions found to those wanted; it makes no request
steps      each step, with its request
apply      applies the plan, step by step
logs       where the functions log, and the lines
uploads    the function that a bucket's uploads start: COS takes only one
"""
