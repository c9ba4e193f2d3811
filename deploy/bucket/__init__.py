"""The bucket of a deployment: its region, its settings, and the cards that are pending in it.

It imports errors and configuration, and from api the reason why a connection failed. It calls COS
as the functions do, through shared.

settings   reads a bucket's settings; checks its region, and that the output bucket isn't locked
pending    what a change of the environment does to cards that are pending
"""
