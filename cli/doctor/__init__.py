"""Whether a deployment works, looked at from outside.

verdict     what a check can find
subject     the deployment that is looked at
account, bucket, recognition, functions, absence, life
            the checks, each a small function from the subject to a verdict
checks      all of them, in their order, under their names
specimen    one card from upload to result
report      the table and the JSON
"""
